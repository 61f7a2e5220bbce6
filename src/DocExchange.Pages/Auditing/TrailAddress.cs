using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Durability.Auditing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace DocExchange.Pages.Auditing;

/// <summary>What of the audit trail an address asks for.</summary>
public static class TrailAddress
{
    private const int MostLetters = 200;

    private static readonly string[] Names = ["from", "until", "who", "act", "text"];

    /// <exception cref="RefusedException">A date is none, or a word too long.</exception>
    public static TrailQuery Read(IQueryCollection query, TimeProvider clock) =>
        new(Day(query["from"], 0, clock), Day(query["until"], 1, clock), Word(query["who"]), Word(query["act"]), Word(query["text"]));

    /// <summary>Where the page ends; null for the newest lines.</summary>
    public static long? End(IQueryCollection query) => long.TryParse(query["end"], NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? end : null;

    public static string Of(string address, IQueryCollection query, long? end)
    {
        var asked = new QueryBuilder(Names.Where(name => query[name].ToString().Length > 0).Select(name => KeyValuePair.Create(name, query[name].ToString())));
        if (end is { } at)
        {
            asked.Add("end", at.ToString(CultureInfo.InvariantCulture));
        }

        return address + asked;
    }

    // A day of this place, from its beginning; the last day is included whole.
    private static DateTimeOffset? Day(string? text, int after, TimeProvider clock)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 9000
            ? new DateTimeOffset(day.AddDays(after).ToDateTime(TimeOnly.MinValue), clock.LocalTimeZone.GetUtcOffset(day.ToDateTime(TimeOnly.MinValue)))
            : throw new RefusedException(Refusal.FormatFailure, "日期应形如 2026-03-01。请改正后再提交。", "A date is of the form 2026-03-01. Correct it and send it again.");
    }

    private static string Word(string? text) => text is null || text.Length <= MostLetters
        ? text?.Trim() ?? ""
        : throw new RefusedException(Refusal.TooLarge, $"查询词不超过 {MostLetters} 个字符。", $"At most {MostLetters} characters are searched for.");
}
