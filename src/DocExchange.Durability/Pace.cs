namespace DocExchange.Durability;

/// <summary>
/// Keeps a time between the beginnings of what is done again and again, so that what comes meanwhile shares the next
/// transaction. What comes after a rest is done at once. For one caller at a time.
/// </summary>
public sealed class Pace(TimeSpan interval)
{
    // The machine's load is shared, whatever clock the rest goes by.
    private static readonly TimeProvider Clock = TimeProvider.System;

    private long? begun;

    /// <summary>Returns when the next turn may begin, which it does with this.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        if (begun is { } last && interval - Clock.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, Clock, cancellation);
        }

        begun = Clock.GetTimestamp();
    }
}
