namespace DocExchange.Core.Operating;

/// <summary>The machine's clock with the site's time zone: days, years of numbers and times on pages are the site's, wherever the machine thinks it is.</summary>
public sealed class SiteClock(TimeZoneInfo zone) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => zone;
}
