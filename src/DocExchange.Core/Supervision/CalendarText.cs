using System.Globalization;
using DocExchange.Trust.Faults;

namespace DocExchange.Core.Supervision;

/// <summary>
/// A site's calendar as people write it, one matter a line: <c>hours 08:30-12:00 13:30-17:30</c>, <c>2026-10-01..2026-10-07 休</c>
/// (or <c>holiday</c>), <c>2026-10-10 班</c> (or <c>workday</c>). What follows a <c>#</c> is for people.
/// </summary>
public static class CalendarText
{
    public const int MaxLength = 256 * 1024;

    private const int MaxRange = 366;
    private const int MaxDates = 20_000;
    private const int MaxSpans = 12;

    /// <exception cref="FormatException">All lines that cannot be read, by number.</exception>
    public static WorkingCalendar Parse(string text, TimeZoneInfo zone)
    {
        if (text.Length > MaxLength)
        {
            throw new WordedFormatException($"日历超过 {MaxLength} 个字符。", $"The calendar has more than {MaxLength} characters.");
        }

        var (hours, holidays, worked, faults) = (new List<WorkingHours>(), new List<DateOnly>(), new List<DateOnly>(), new List<(int Number, string Line)>());
        foreach (var (line, number) in text.ReplaceLineEndings("\n").Split('\n').Select((line, index) => (line.Split('#')[0].Trim(), index + 1)))
        {
            if (line.Length > 0 && !TryRead(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), hours, holidays, worked))
            {
                faults.Add((number, line.Length > 60 ? line[..60] + "…" : line));
            }
        }

        return faults.Count == 0
            ? WorkingCalendar.Of(zone, hours.Count > 0 ? hours : WorkingCalendar.UsualHours, holidays, worked)
            : throw new WordedFormatException(
                "日历无法读取：" + string.Join("、", faults.Take(10).Select(fault => $"第 {fault.Number} 行“{fault.Line}”")) + "。写法如“hours 08:30-12:00 13:30-17:30”“2026-10-01..2026-10-07 休”“2026-10-10 班”。",
                "The calendar cannot be read: " + string.Join(", ", faults.Take(10).Select(fault => $"line {fault.Number} '{fault.Line}'")) + ". Lines are such as 'hours 08:30-12:00 13:30-17:30', '2026-10-01..2026-10-07 休', '2026-10-10 班'.");
    }

    /// <summary>A time zone as <c>+08:00</c>, or by its name where the machine has a list of them (Asia/Shanghai).</summary>
    /// <exception cref="FormatException">Neither.</exception>
    public static TimeZoneInfo ParseZone(string text)
    {
        if (text is ['+' or '-', ..] && TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var offset) && offset <= TimeSpan.FromHours(14))
        {
            return TimeZoneInfo.CreateCustomTimeZone("UTC" + text, text[0] == '-' ? -offset : offset, text, text);
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(text);
        }
        catch (Exception fault) when (fault is TimeZoneNotFoundException or InvalidTimeZoneException or ArgumentException)
        {
            throw new WordedFormatException(
                $"“{text}”不是时区：请写与 UTC 的时差，如 +08:00，或本机认识的时区名。", $"'{text}' is no time zone: give a difference to UTC such as +08:00, or a name that this machine knows.", fault);
        }
    }

    private static bool TryRead(string[] words, List<WorkingHours> hours, List<DateOnly> holidays, List<DateOnly> worked) => words switch
    {
        ["hours" or "上班", _, ..] => words.Skip(1).All(word => TryReadHours(word, hours)),
        [var days, "休" or "holiday"] => TryReadDays(days, holidays),
        [var days, "班" or "workday"] => TryReadDays(days, worked),
        _ => false,
    };

    private static bool TryReadHours(string word, List<WorkingHours> hours)
    {
        if (word.Split('-') is not [var from, var until] || hours.Count == MaxSpans
            || !TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
            || !TimeOnly.TryParseExact(until, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end))
        {
            return false;
        }

        hours.Add(new WorkingHours(begin, end));
        return true;
    }

    private static bool TryReadDays(string word, List<DateOnly> days)
    {
        var ends = word.Split("..");
        if (ends.Length > 2 || !TryReadDay(ends[0], out var first) || !TryReadDay(ends[^1], out var last)
            || last < first || last.DayNumber - first.DayNumber >= MaxRange || days.Count >= MaxDates)
        {
            return false;
        }

        for (var day = first; day <= last; day = day.AddDays(1))
        {
            days.Add(day);
        }

        return true;
    }

    private static bool TryReadDay(string word, out DateOnly day) => DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
