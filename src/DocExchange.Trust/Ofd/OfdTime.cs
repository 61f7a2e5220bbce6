using System.Globalization;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Ofd;

/// <summary>The time of a signature as makers write it; see SignatureDateTime of GB/T 33190-2016.</summary>
internal static partial class OfdTime
{
    // Where none is given, it is the time of China: Signature.xml is written for people there.
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>Null where it cannot be read.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null || text.Length > 64 || Form().Match(text.Trim()) is not { Success: true } match)
        {
            return null;
        }

        try
        {
            var second = Number(match, "second");
            var time = new DateTime(Number(match, "year"), Number(match, "month"), Number(match, "day"), Number(match, "hour"), Number(match, "minute"), Math.Min(second, 59), DateTimeKind.Unspecified);
            var fraction = double.Parse("0." + (match.Groups["fraction"].Value is { Length: > 0 } digits ? digits : "0"), CultureInfo.InvariantCulture);
            return new DateTimeOffset(time.AddMilliseconds(Math.Floor(fraction * 1000)), ZoneOf(match.Groups["zone"].Value));
        }
        catch (ArgumentException)
        {
            // 31 February and the like, or a zone beyond 14 hours.
            return null;
        }
    }

    private static int Number(Match match, string group) =>
        match.Groups[group].Value is { Length: > 0 } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    private static TimeSpan ZoneOf(string zone)
    {
        if (zone.Length == 0)
        {
            return China;
        }

        if (zone is "Z" or "z")
        {
            return TimeSpan.Zero;
        }

        var digits = zone[1..].Replace(":", "", StringComparison.Ordinal).PadRight(4, '0');
        var offset = new TimeSpan(int.Parse(digits[..2], CultureInfo.InvariantCulture), int.Parse(digits[2..4], CultureInfo.InvariantCulture), 0);
        return zone[0] == '-' ? -offset : offset;
    }

    // 20260305023015Z, 2026-03-05T02:30:15.123+08:00, 2026-03-05 02:30:15, 2026/3/5 2:30:15, 2026年3月5日 2时30分15秒
    [GeneratedRegex(
        @"^(?:(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})T?(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?"
        + @"|(?<year>\d{4})\s*[-/.年]\s*(?<month>\d{1,2})\s*[-/.月]\s*(?<day>\d{1,2})日?(?:[T\s]*(?<hour>\d{1,2})\s*[:时点]\s*(?<minute>\d{1,2})\s*(?:[:分]\s*(?:(?<second>\d{1,2})秒?)?)?)?)"
        + @"(?:[.,:](?<fraction>\d{1,9}))?\s*(?<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
