using System.Globalization;

namespace DocExchange.Pages.Words;

/// <summary>Times as people read them: local, to the minute, in the order of GB/T 7408.</summary>
public static class Moments
{
    public static string Show(DateTimeOffset? time, TimeProvider clock) =>
        time is { } moment ? TimeZoneInfo.ConvertTime(moment, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "—";

    /// <summary>A time on the wire (RFC 3339); null where there is none.</summary>
    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
