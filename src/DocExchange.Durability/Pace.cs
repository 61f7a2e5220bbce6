namespace DocExchange.Durability;

/// <summary>
/// Keeps a time between the beginnings of what is done again and again, so that what comes meanwhile shares the next
/// transaction: the interval, or twice what the last turn took, so that on a busy machine more share one. What comes after a rest
/// is done at once. For one caller at a time.
/// </summary>
public sealed class Pace(TimeSpan interval)
{
    // The machine's load is shared, whatever clock the rest goes by.
    private static readonly TimeProvider Clock = TimeProvider.System;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private long? begun;
    private TimeSpan took;

    /// <summary>Returns when the next turn may begin, which it does with this.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        var apart = TimeSpan.FromTicks(Math.Max(interval.Ticks, Math.Min(2 * took.Ticks, Longest.Ticks)));
        if (begun is { } last && apart - Clock.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, Clock, cancellation);
        }

        Begin();
    }

    /// <summary>A turn begins that need not wait.</summary>
    public void Begin() => (begun, took) = (Clock.GetTimestamp(), TimeSpan.Zero);

    /// <summary>The turn is over.</summary>
    public void Over() => took = begun is { } last ? Clock.GetElapsedTime(last) : TimeSpan.Zero;
}
