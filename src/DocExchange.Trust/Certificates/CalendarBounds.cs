namespace DocExchange.Trust.Certificates;

/// <summary>
/// Sums of times that others have written, cut off where the calendar ends: a certificate without an end says
/// 99991231235959Z (RFC 5280 §4.1.2.5), and a signer may claim any time at all.
/// </summary>
internal static class CalendarBounds
{
    public static DateTimeOffset Plus(this DateTimeOffset time, TimeSpan span)
    {
        var ticks = time.UtcTicks;
        if (span.Ticks >= 0)
        {
            return span.Ticks > DateTimeOffset.MaxValue.Ticks - ticks ? DateTimeOffset.MaxValue : new DateTimeOffset(ticks + span.Ticks, TimeSpan.Zero);
        }

        return span.Ticks < -ticks ? DateTimeOffset.MinValue : new DateTimeOffset(ticks + span.Ticks, TimeSpan.Zero);
    }

    public static DateTimeOffset Minus(this DateTimeOffset time, TimeSpan span) => time.Plus(span == TimeSpan.MinValue ? TimeSpan.MaxValue : -span);

    /// <summary>RFC 5280 §4.1.2.5: a certificate is valid through notAfter, inclusive, which names a whole second.</summary>
    public static bool HasExpiredAt(this DateTimeOffset notAfter, DateTimeOffset at) => at >= notAfter.Plus(TimeSpan.FromSeconds(1));
}
