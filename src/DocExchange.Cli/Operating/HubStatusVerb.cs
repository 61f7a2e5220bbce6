using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub status</c></summary>
internal sealed class HubStatusVerb(Terminal terminal) : HubVerb(terminal, "status", "中心状态", "The hub's state")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var status = await hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation);
        screen.Show(
            new
            {
                exchange = status.Exchange,
                version = status.Version,
                ledgerSize = status.LedgerSize,
                indexedSize = status.IndexedSize,
                directoryVersion = status.DirectoryVersion,
                documents = status.Documents,
                archived = status.Archived,
                awaitingArchive = status.AwaitingArchive,
                archivedStatements = status.ArchivedStatements,
                nodes = status.Nodes.Select(node => new { node = node.Node, watching = node.Watching, lastSeen = node.LastSeen }),
                checkpoint = status.Checkpoint.ToStringUtf8(),
                stamping = StampingReport.Value(status.Stamping),
            },
            [
                screen.Say($"中心 {status.Exchange}，版本 {status.Version}", $"Hub {status.Exchange}, version {status.Version}"),
                screen.Say($"账本 {status.LedgerSize} 条（已入目录库 {status.IndexedSize}），机构目录第 {status.DirectoryVersion} 版", $"Ledger {status.LedgerSize} entries ({status.IndexedSize} indexed), directory version {status.DirectoryVersion}"),
                screen.Say($"公文 {status.Documents} 件，已归档 {status.Archived}，待归档 {status.AwaitingArchive}", $"Documents {status.Documents}, archived {status.Archived}, awaiting {status.AwaitingArchive}"),
                .. StampingReport.Lines(screen, status.Stamping),
                .. status.Nodes.Select(node => $"  {(node.Watching ? "●" : "○")} {node.Node}  {(node.LastSeen.Length > 0 ? node.LastSeen : screen.Say("从未连接", "never called"))}"),
            ]);
        return ExitCode.Ok;
    }
}
