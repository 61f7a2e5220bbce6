using System.CommandLine;
using System.Globalization;
using DocExchange.Core.Offices;
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
                dataVersion = status.DataVersion,
                dataProgram = status.DataProgram,
                catalogueForm = status.CatalogueForm,
                ledgerSize = status.LedgerSize,
                indexedSize = status.IndexedSize,
                directoryVersion = status.DirectoryVersion,
                documents = status.Documents,
                archived = status.Archived,
                awaitingArchive = status.AwaitingArchive,
                archivedStatements = status.ArchivedStatements,
                awaitingPackage = status.AwaitingPackage,
                queue = status.Queue,
                freeBytes = status.FreeBytes,
                started = status.Started,
                trailLines = status.TrailLines,
                expiries = status.Expiries.Select(each => new { what = each.What, holder = each.Holder, name = each.Name, use = each.Use, until = each.Until, days = each.Days }),
                nodes = status.Nodes.Select(HubNodesVerb.Value),
                checkpoint = status.Checkpoint.ToStringUtf8(),
                stamping = StampingReport.Value(status.Stamping),
            },
            [
                screen.Say($"中心 {status.Exchange}，版本 {status.Version}", $"Hub {status.Exchange}, version {status.Version}"),
                screen.Say($"数据第 {status.DataVersion} 版（{status.DataProgram}），目录库第 {status.CatalogueForm} 式", $"Data version {status.DataVersion} ({status.DataProgram}), catalogue form {status.CatalogueForm}"),
                screen.Say($"账本 {status.LedgerSize} 条（已入目录库 {status.IndexedSize}），机构目录第 {status.DirectoryVersion} 版", $"Ledger {status.LedgerSize} entries ({status.IndexedSize} indexed), directory version {status.DirectoryVersion}"),
                screen.Say($"公文 {status.Documents} 件，已归档 {status.Archived}，待归档 {status.AwaitingArchive}", $"Documents {status.Documents}, archived {status.Archived}, awaiting {status.AwaitingArchive}"),
                screen.Say($"待收公文包 {status.AwaitingPackage}，待写入 {status.Queue}，磁盘可用 {Gibibytes(status.FreeBytes)} GiB", $"Packages awaited {status.AwaitingPackage}, queue {status.Queue}, {Gibibytes(status.FreeBytes)} GiB free"),
                .. StampingReport.Lines(screen, status.Stamping),
                .. status.Expiries.Select(each => Line(screen, each)),
                .. status.Nodes.Select(node => $"  {(node.Watching ? "●" : "○")} {node.Node}  {(node.LastSeen.Length > 0 ? node.LastSeen : screen.Say("从未连接", "never called"))}"),
            ]);
        return ExitCode.Ok;
    }

    private static string Line(Screen screen, Expiry each) => $"{(each.Days < 30 ? "⚠" : "·")} " + (each.Days < 0
        ? screen.Say($"{ExpiryWords.ToChinese(each.What, each.Use)}已到期：{each.Name}，{each.Until}", $"{ExpiryWords.ToEnglish(each.What, each.Use)} has run out: {each.Holder}, {each.Until}")
        : screen.Say($"{ExpiryWords.ToChinese(each.What, each.Use)} {each.Days} 天后到期：{each.Name}，{each.Until}", $"{ExpiryWords.ToEnglish(each.What, each.Use)} runs out in {each.Days} days: {each.Holder}, {each.Until}"));

    private static string Gibibytes(ulong bytes) => (bytes / (1024.0 * 1024 * 1024)).ToString("0.0", CultureInfo.InvariantCulture);
}
