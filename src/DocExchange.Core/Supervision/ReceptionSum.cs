namespace DocExchange.Core.Supervision;

/// <summary>Adds up tallies of many days and offices, at the cost of their classes alone. Not safe for concurrent use.</summary>
public sealed class ReceptionSum
{
    private readonly long[] times = new long[ReceptionTally.MaxClass + 1];
    private long received;
    private long inTime;
    private long late;
    private long returned;

    public void Add(long received, long inTime, long late, long returned)
    {
        this.received += received;
        this.inTime += inTime;
        this.late += late;
        this.returned += returned;
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such class of time.</exception>
    public void AddTime(int kind, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kind);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kind, ReceptionTally.MaxClass);
        times[kind] += count;
    }

    public ReceptionTally ToTally() => new(received, inTime, late, returned, times.Index().Where(each => each.Item != 0).ToDictionary(each => each.Index, each => each.Item));
}
