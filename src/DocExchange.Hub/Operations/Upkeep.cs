using DocExchange.Hub.Offices;
using DocExchange.Hub.Submission;

namespace DocExchange.Hub.Operations;

/// <summary>What must be done every day: fresh revocation lists, no abandoned uploads.</summary>
internal sealed partial class Upkeep(Revocation revocation, ISpool spool, TimeProvider clock, ILogger<Upkeep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(14);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                var removed = spool.RemoveAbandoned(AbandonedAfter, clock);
                revocation.RenewLists();
                LogDone(removed);
            }
            catch (Exception fault)
            {
                LogFailed(fault);
            }
        }
        while (await WaitAsync(timer, stopping));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Upkeep done; {Removed} abandoned uploads removed")]
    private partial void LogDone(int removed);

    [LoggerMessage(Level = LogLevel.Error, Message = "Upkeep failed; it is tried again tomorrow")]
    private partial void LogFailed(Exception fault);
}
