using System.Globalization;
using DocExchange.Pages.Words;

namespace DocExchange.Hub.ConsolePages.Supervision;

/// <summary>Lengths of time as people read them.</summary>
internal static class WorkingTime
{
    /// <summary>Hours of working time, to a tenth.</summary>
    public static string Show(TimeSpan time) => time.TotalHours.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>Time by the clock: minutes, hours or days.</summary>
    public static string ShowElapsed(TimeSpan time, Language language) => time.TotalMinutes < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} {language.Say("分钟", "min")}")
        : time.TotalHours < 48
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} {language.Say("小时", "h")}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.0} {language.Say("天", "d")}");
}
