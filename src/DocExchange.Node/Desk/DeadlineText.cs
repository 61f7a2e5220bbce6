using System.Globalization;

namespace DocExchange.Node.Desk;

/// <summary>
/// A deadline as people and programs write it: <c>2026-03-09</c>, until that day ends; <c>2026-03-09 17:00</c>, as clocks of the site
/// show it; with an offset or Z (RFC 3339) as it says. Seconds and their fractions may be there or not; the fractions are dropped.
/// </summary>
internal static class DeadlineText
{
    private static readonly TimeOnly LastSecond = new(23, 59, 59);
    private static readonly string[] Days = ["yyyy-M-d", "yyyy/M/d"];
    private static readonly string[] Clocks = ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"];
    private static readonly string[] Walls = [.. Days.SelectMany(_ => new[] { "'T'", "' '" }, (day, between) => day + between).SelectMany(_ => Clocks, (start, clock) => start + clock)];
    private static readonly string[] Moments = [.. Walls.Select(wall => wall + "K")];

    /// <summary>Null where it cannot be read for certain.</summary>
    /// <param name="site">The offset of the site's clocks.</param>
    public static DateTimeOffset? Read(string text, TimeSpan site)
    {
        text = text.Trim();
        if (DateOnly.TryParseExact(text, Days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return At(day.ToDateTime(LastSecond), site);
        }

        if (DateTime.TryParseExact(text, Walls, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall))
        {
            return At(wall, site);
        }

        // With Z or an offset: what has none was read above.
        return DateTimeOffset.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? At(moment.DateTime, moment.Offset) : null;
    }

    private static DateTimeOffset? At(DateTime time, TimeSpan offset) =>
        time.Year is > 1 and < 9999 ? new DateTimeOffset(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, offset) : null;
}
