using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.Monitoring;

/// <summary>
/// Alarms while the clocks of node and hub differ. Acts are judged by the hub's time; but deadlines, registers and days are
/// shown by the clock here. For one caller at a time.
/// </summary>
internal sealed class ClockWatch(AlarmBell alarms, IOptions<MonitoringOptions> options, TimeProvider time)
{
    // What the alarm says that stands.
    private TimeSpan? told;

    /// <param name="hub">The hub's time, as it answered just now.</param>
    public void Compare(DateTimeOffset hub)
    {
        var ahead = time.GetUtcNow() - hub;
        if (told is { } before && IsMuchTheSame(before, ahead))
        {
            return;
        }

        var amount = ahead.Duration();
        told = amount > Limit ? ahead : null;
        alarms.KeepOfClock(told is null ? [] : [
            new Worry(
                "hub",
                $"本机时钟比中心{(ahead > TimeSpan.Zero ? "快" : "慢")} {Amount(amount, "天", "小时", "分钟", "秒")}，请校准（本机无误的，请告知中心管理员）。",
                $"The clock of this machine is {Amount(amount, "days", "hours", "minutes", "seconds")} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the hub's. Set it; if it is right, tell the hub's administrator."),
        ]);
    }

    private TimeSpan Limit => TimeSpan.FromSeconds(options.Value.ClockWarningSeconds);

    // One that drifts about the limit, or is told to the second only, is not to raise its alarm at every report.
    private bool IsMuchTheSame(TimeSpan before, TimeSpan ahead) => ahead.Duration() > 0.75 * Limit && (ahead - before).Duration() <= 0.25 * before.Duration();

    private static string Amount(TimeSpan time, string days, string hours, string minutes, string seconds) => time switch
    {
        { TotalDays: >= 2 } => $"{time.TotalDays:0} {days}",
        { TotalHours: >= 2 } => $"{time.TotalHours:0} {hours}",
        { TotalMinutes: >= 2 } => $"{time.TotalMinutes:0} {minutes}",
        _ => $"{time.TotalSeconds:0} {seconds}",
    };
}
