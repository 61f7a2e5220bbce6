using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;

namespace DocExchange.Hammer.Scenarios;

/// <summary>All offices connected and silent: what the programs need for nothing, and how long they take to start.</summary>
internal static class IdleScenario
{
    public static async Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, CancellationToken cancellation)
    {
        var before = SiteGauge.Read(site);
        await Task.Delay(options.Duration, site.Clock, cancellation);
        var after = SiteGauge.Read(site);
        var window = site.Clock.GetElapsedTime(before.At, after.At);
        return new RunFigures
        {
            Before = before,
            After = after,
            Window = window,
            Particulars = new Dictionary<string, double>
            {
                ["hubResidentMiB"] = after.Hub.ResidentMiB,
                ["nodeResidentMiB"] = after.Nodes.Max(node => node.ResidentMiB),
                ["hubCpuPercent"] = Share(after.Hub.Cpu - before.Hub.Cpu),
                ["nodesCpuPercent"] = Share(after.NodeCpu - before.NodeCpu),
                ["hubStartMs"] = Math.Round(site.StartTimes["hub"].TotalMilliseconds),
                ["slowestNodeStartMs"] = Math.Round(site.Nodes.Max(node => site.StartTimes[node.Name]).TotalMilliseconds),
            },
        };

        // Of one core.
        double Share(TimeSpan cpu) => Math.Round(100 * cpu / window, 2);
    }
}
