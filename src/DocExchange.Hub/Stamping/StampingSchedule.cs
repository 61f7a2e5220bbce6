using DocExchange.Hub.Operations;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Stamping;

/// <summary>Has a checkpoint stamped when the last stamp has reached its age, also across restarts; after a failure sooner again.</summary>
internal sealed partial class StampingSchedule(CheckpointStamper stamper, HubSettings settings, TimeProvider clock, ILogger<StampingSchedule> log) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(15);

    private TimeSpan Interval => TimeSpan.FromHours(settings.StampHours);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var pause = TimeSpan.Zero;
        while (await WaitAsync(pause, stopping))
        {
            pause = await TurnAsync(stopping);
        }
    }

    /// <summary>Stamps if it is time.</summary>
    /// <returns>How long until there is something to do again.</returns>
    internal async Task<TimeSpan> TurnAsync(CancellationToken stopping)
    {
        try
        {
            if (await stamper.FindLastAsync(stopping) is { } last && clock.GetUtcNow() - last.At is var age && age < Interval)
            {
                // A stamp from the future, after the clock was set back, does not put the next one off for ever.
                return age < TimeSpan.Zero ? Interval : Interval - age;
            }

            await stamper.StampAsync(stopping);
            return Interval;
        }
        catch (NoTimestampException)
        {
            // Logged where it happened.
            return Retry < Interval ? Retry : Interval;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFault(fault);
            return Retry < Interval ? Retry : Interval;
        }
    }

    private async Task<bool> WaitAsync(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, clock, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Stamping failed; it is tried again")]
    private partial void LogFault(Exception fault);
}
