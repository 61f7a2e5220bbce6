namespace DocExchange.Core.Supervision;

/// <summary>
/// How an office received what was sent to it. Tallies of days and offices add up to those of periods. Times until 签收
/// are kept in classes of one minute within the first hour, of 6 % above: a median is that exact.
/// </summary>
/// <param name="Received">应收: duties, whatever became of them.</param>
/// <param name="InTime">签收 within the deadline, or without one.</param>
/// <param name="Late">签收 after the deadline.</param>
/// <param name="Returned">退文, also after 签收.</param>
/// <param name="Times">Class of time until 签收, and how many.</param>
public sealed record ReceptionTally(long Received, long InTime, long Late, long Returned, IReadOnlyDictionary<int, long> Times)
{
    private const int MinutesOfFirstHour = 60;
    private const int ClassesPerDoubling = 12;
    internal const int MaxClass = MinutesOfFirstHour + 20 * ClassesPerDoubling;

    public static readonly ReceptionTally Nothing = new(0, 0, 0, 0, new Dictionary<int, long>());

    /// <summary>签收.</summary>
    public long Signed => InTime + Late;

    /// <summary>Neither signed for nor returned yet.</summary>
    public long Open => Received - Signed - Returned;

    public bool IsNothing => Received == 0 && InTime == 0 && Late == 0 && Returned == 0;

    /// <summary>Half of what was signed for was signed for within this time; null where nothing was.</summary>
    public TimeSpan? MedianTime
    {
        get
        {
            var half = (Times.Values.Sum() + 1) / 2;
            foreach (var (kind, count) in Times.OrderBy(each => each.Key))
            {
                half -= count;
                if (half <= 0 && count > 0)
                {
                    return MiddleOf(kind);
                }
            }

            return null;
        }
    }

    /// <summary>One duty. What was signed for and returned later counts as returned only.</summary>
    public static ReceptionTally Of(Duty duty)
    {
        var isReturned = duty.ReturnedAt is not null;
        var signed = isReturned ? null : duty.SignedAt;
        var isLate = signed > duty.SignBy;
        return new ReceptionTally(
            1, signed is not null && !isLate ? 1 : 0, isLate ? 1 : 0, isReturned ? 1 : 0,
            signed is { } at ? new Dictionary<int, long> { [ClassOf(at - duty.SentAt)] = 1 } : Nothing.Times);
    }

    public static ReceptionTally operator +(ReceptionTally one, ReceptionTally other) => one.Plus(other, 1);

    public static ReceptionTally operator -(ReceptionTally one, ReceptionTally other) => one.Plus(other, -1);

    public static int ClassOf(TimeSpan time)
    {
        var minutes = Math.Max(0, (int)Math.Min(time.TotalMinutes, int.MaxValue / 2));
        return minutes < MinutesOfFirstHour ? minutes : Math.Min(MaxClass, MinutesOfFirstHour + (int)(ClassesPerDoubling * Math.Log2(minutes / (double)MinutesOfFirstHour)));
    }

    private static TimeSpan MiddleOf(int kind) => kind < MinutesOfFirstHour
        ? TimeSpan.FromMinutes(kind)
        : TimeSpan.FromMinutes(Math.Round(MinutesOfFirstHour * Math.Pow(2, (kind - MinutesOfFirstHour + 0.5) / ClassesPerDoubling)));

    private ReceptionTally Plus(ReceptionTally other, int sign)
    {
        var times = new Dictionary<int, long>(Times);
        foreach (var (kind, count) in other.Times)
        {
            times[kind] = times.GetValueOrDefault(kind) + sign * count;
            if (times[kind] == 0)
            {
                times.Remove(kind);
            }
        }

        return new ReceptionTally(Received + sign * other.Received, InTime + sign * other.InTime, Late + sign * other.Late, Returned + sign * other.Returned, times);
    }
}
