namespace DocExchange.Core.Supervision;

/// <summary>A span of a working day, in local time; its end is excluded.</summary>
public readonly record struct WorkingHours(TimeOnly From, TimeOnly Until);

/// <summary>
/// When the offices of a site work: hours of a day, Monday to Friday but for holidays, and on the days that are worked in
/// exchange (调休上班). Time outside does not count where it is asked how long something has been overdue.
/// </summary>
public sealed class WorkingCalendar
{
    /// <summary>Days that are looked at for one question; 40 years.</summary>
    public const int MaxDays = 40 * 366;

    private readonly HashSet<DateOnly> holidays;
    private readonly HashSet<DateOnly> makeUpDays;

    private WorkingCalendar(TimeZoneInfo zone, IReadOnlyList<WorkingHours> hours, HashSet<DateOnly> holidays, HashSet<DateOnly> makeUpDays)
    {
        Zone = zone;
        Hours = hours;
        this.holidays = holidays;
        this.makeUpDays = makeUpDays;
    }

    public TimeZoneInfo Zone { get; }

    /// <summary>In order, none within another.</summary>
    public IReadOnlyList<WorkingHours> Hours { get; }

    /// <summary>08:30 to 12:00 and 13:30 to 17:30, Monday to Friday.</summary>
    public static IReadOnlyList<WorkingHours> UsualHours { get; } =
        [new(new TimeOnly(8, 30), new TimeOnly(12, 0)), new(new TimeOnly(13, 30), new TimeOnly(17, 30))];

    public static WorkingCalendar Usual(TimeZoneInfo zone) => Of(zone, UsualHours, [], []);

    /// <exception cref="FormatException">No hours, one that ends before it begins, or two that overlap; a day that is both holiday and worked.</exception>
    public static WorkingCalendar Of(TimeZoneInfo zone, IEnumerable<WorkingHours> hours, IEnumerable<DateOnly> holidays, IEnumerable<DateOnly> makeUpDays)
    {
        var ordered = hours.OrderBy(span => span.From).ToList();
        if (ordered.Count == 0 || ordered.Any(span => span.From >= span.Until) || ordered.Zip(ordered.Skip(1)).Any(pair => pair.First.Until > pair.Second.From))
        {
            throw new FormatException("Working hours must be one span or more, each ending after it begins, none within another.");
        }

        var free = holidays.ToHashSet();
        var worked = makeUpDays.ToHashSet();
        return free.Overlaps(worked)
            ? throw new FormatException($"{free.First(worked.Contains):yyyy-MM-dd} is named as holiday and as a working day.")
            : new WorkingCalendar(zone, ordered, free, worked);
    }

    public bool IsWorkday(DateOnly day) => makeUpDays.Contains(day)
        || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(day));

    /// <summary>The local day that a moment falls on.</summary>
    public DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Zone).DateTime);

    /// <summary>The first moment of a local day.</summary>
    public DateTimeOffset StartOf(DateOnly day) => At(day, TimeOnly.MinValue);

    /// <summary>Working time between two moments; zero where the second is not later. At most <see cref="MaxDays"/> days are counted.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var total = TimeSpan.Zero;
        if (to <= from)
        {
            return total;
        }

        var last = DayOf(to);
        var day = DayOf(from);
        for (var seen = 0; day <= last && seen < MaxDays; day = day.AddDays(1), seen++)
        {
            if (!IsWorkday(day))
            {
                continue;
            }

            foreach (var span in Hours)
            {
                var (begin, end) = (Later(At(day, span.From), from), Earlier(At(day, span.Until), to));
                total += end > begin ? end - begin : TimeSpan.Zero;
            }
        }

        return total;
    }

    // The offset that holds at that time of that day: also where clocks are changed, a day has no hole and nothing twice.
    private DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local));
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
