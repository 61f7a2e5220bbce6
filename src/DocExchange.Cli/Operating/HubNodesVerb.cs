using System.CommandLine;
using System.Globalization;
using DocExchange.Protocol;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub nodes</c></summary>
internal sealed class HubNodesVerb(Terminal terminal) : HubVerb(terminal, "nodes", "各节点的连接、版本、积压与告警", "The nodes: link, version, what waits, alarms")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var status = await hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation);
        screen.Show(status.Nodes.Select(Value), status.Nodes.SelectMany(node => Lines(screen, node, status.DirectoryVersion)));
        return status.Nodes.Any(node => node.Report?.Alarms.Count > 0) ? ExitCode.Failed : ExitCode.Ok;
    }

    public static object Value(NodeLink node) => new
    {
        node = node.Node,
        name = node.Name,
        watching = node.Watching,
        lastSeen = node.LastSeen,
        offices = node.Offices,
        reported = node.Reported,
        version = node.Report?.Version,
        directoryVersion = node.Report?.DirectoryVersion,
        cursor = node.Report?.Cursor,
        waitingStatements = node.Report?.WaitingStatements,
        waitingPackages = node.Report?.WaitingPackages,
        oldestWaiting = node.Report?.OldestWaiting,
        freeBytes = node.Report?.FreeBytes,
        alarms = node.Report?.Alarms,
    };

    private static IEnumerable<string> Lines(Screen screen, NodeLink node, ulong newest)
    {
        var state = node.Watching ? screen.Say("在线", "on the line") : node.LastSeen.Length > 0 ? screen.Say($"离线，最近 {node.LastSeen}", $"off, last seen {node.LastSeen}") : screen.Say("从未连接", "never called");
        yield return $"{(node.Watching ? "●" : "○")} {node.Node}  {node.Name}  {state}";
        if (node.Report is not { } report)
        {
            yield break;
        }

        var free = (report.FreeBytes / (1024.0 * 1024 * 1024)).ToString("0.0", CultureInfo.InvariantCulture);
        var behind = report.DirectoryVersion < newest ? screen.Say($"（最新 {newest}）", $" (newest {newest})") : "";
        yield return "    " + screen.Say(
            $"版本 {report.Version}，机构目录 {report.DirectoryVersion}{behind}，待发凭证 {report.WaitingStatements}、公文包 {report.WaitingPackages}，磁盘可用 {free} GiB",
            $"version {report.Version}, directory {report.DirectoryVersion}{behind}, waiting {report.WaitingStatements} statements and {report.WaitingPackages} packages, {free} GiB free");
        foreach (var (chinese, english) in BothLanguages.Of(report.Alarms, report.AlarmsEnglish))
        {
            yield return "    ! " + screen.Say(chinese, english);
        }
    }
}
