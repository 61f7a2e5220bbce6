using System.Collections.Concurrent;

namespace DocExchange.Hammer.Measuring;

/// <summary>Milliseconds: half, 95 % and 99 % of all were at most so long.</summary>
internal sealed record Percentiles(double P50, double P95, double P99);

/// <summary>Durations as they are measured. Safe for concurrent use.</summary>
internal sealed class Latencies
{
    private readonly ConcurrentBag<double> milliseconds = [];

    public void Add(TimeSpan duration) => milliseconds.Add(duration.TotalMilliseconds);

    /// <summary>Null where nothing was measured.</summary>
    public Percentiles? Percentiles()
    {
        double[] sorted = [.. milliseconds.Order()];
        return sorted.Length == 0 ? null : new Percentiles(At(0.50), At(0.95), At(0.99));

        // Nearest rank.
        double At(double share) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 1);
    }
}
