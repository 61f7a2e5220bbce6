using Microsoft.Extensions.Hosting;

namespace DocExchange.Pages.Monitoring;

/// <summary>Looks for worries every ten minutes, and logs each cause once a day for as long as it lasts.</summary>
/// <param name="keep">Told all there are now, each time.</param>
public sealed partial class WorryWatch(IWorries worries, Action<IReadOnlyList<Worry>> keep, TimeProvider clock, ILogger<WorryWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    private readonly Dictionary<string, DateTimeOffset> told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                Look();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
        }
    }

    // For one caller at a time.
    internal void Look()
    {
        try
        {
            var found = worries.Look();
            var now = clock.GetUtcNow();
            foreach (var worry in found.Where(worry => !told.TryGetValue(worry.Cause, out var at) || now - at >= Silence))
            {
                LogWorry(worry.Cause, worry.English);
                told[worry.Cause] = now;
            }

            keep(found);
        }
        catch (Exception fault)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Look after this ({Cause}): {Worry}")]
    private partial void LogWorry(string cause, string worry);

    [LoggerMessage(Level = LogLevel.Error, Message = "What to look after could not be found out; it is tried again")]
    private partial void LogFailed(Exception fault);
}
