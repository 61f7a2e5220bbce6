using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Pages.Accounts;

namespace DocExchange.Node.DeskPages.People;

/// <summary>The days of a delegation as people say them: the last one belongs to it.</summary>
internal static class Delegations
{
    private const string Form = "yyyy-MM-dd";

    /// <summary>A day of this place, from its beginning.</summary>
    /// <param name="after">Days added.</param>
    /// <exception cref="RefusedException">It is no day.</exception>
    public static DateTimeOffset Day(string? text, int after, TimeProvider clock) =>
        DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 9000
            ? new DateTimeOffset(day.AddDays(after).ToDateTime(TimeOnly.MinValue), clock.LocalTimeZone.GetUtcOffset(day.AddDays(after).ToDateTime(TimeOnly.MinValue)))
            : throw new RefusedException(Refusal.FormatFailure, "日期应形如 2026-03-01。请改正后再提交。", "A date is of the form 2026-03-01. Correct it and send it again.");

    public static string FirstDay(Grant grant, TimeProvider clock) => Show(grant.From, clock);

    public static string LastDay(Grant grant, TimeProvider clock) => Show(grant.Until?.AddTicks(-1), clock);

    private static string Show(DateTimeOffset? time, TimeProvider clock) => time is { } moment ? TimeZoneInfo.ConvertTime(moment, clock.LocalTimeZone).ToString(Form, CultureInfo.InvariantCulture) : "—";
}
