using System.CommandLine;
using DocExchange.Cli.Operating;
using DocExchange.Cli.Processes;
using Grpc.Core;

namespace DocExchange.Cli.Ledgers;

/// <summary>
/// <c>docex ledger audit</c>: the whole ledger, from a running node against what the node pinned, or, with <c>--data</c>,
/// in a hub's data folder.
/// </summary>
internal sealed class LedgerAuditVerb : LedgerVerb
{
    private readonly Option<string?> data;

    public LedgerAuditVerb(Terminal terminal)
        : base(terminal, "audit", "审计整个账本：经由节点在线审计，或以 --data DIR 审计中心数据目录", "Audit the whole ledger, online from a node, or in a hub's data folder with --data DIR", dataIsNode: false)
    {
        data = Option<string?>("--data", "中心的数据目录（离线审计）", "A hub's data folder (offline)");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation) => parse.GetValue(data) is { } folder
        ? PassThrough.RunAsync(Executable.Hub, ["audit", "--data", folder, .. ProcessVerb.OwnOptions(screen)], cancellation)
        : base.RunAsync(parse, screen, cancellation);

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, LedgerClients clients, CancellationToken cancellation)
    {
        var pinned = await PinnedLedger.AskAsync(clients, cancellation);
        OnlineAudit audit;
        try
        {
            audit = await LongWork.WatchAsync(screen, "审计账本", "Auditing the ledger", work => OnlineAudit.RunAsync(pinned, clients, work, cancellation));
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            screen.Complain("UNREACHABLE", "未能连到中心，账本没有审计。", "The hub cannot be reached; the ledger was not audited: " + failure.Status.Detail);
            return ExitCode.Indeterminate;
        }

        screen.Show(
            new { entries = audit.Entries, root = audit.Root, heldEntries = audit.HeldEntries, checkpoints = audit.Checkpoints, witnessedSize = audit.WitnessedSize, problems = audit.Problems.Select(problem => new { chinese = problem.Chinese, english = problem.English }) },
            [
                .. audit.Problems.Select(problem => "! " + screen.Say(problem.Chinese, problem.English)),
                screen.Say(
                    $"账本 {audit.Entries} 条，根 {audit.Root}；与 {audit.Checkpoints} 个留存的检查点、本节点留存的 {audit.HeldEntries} 条比对{(audit.Problems.Count == 0 ? "，全部相符" : "，不符")}。",
                    $"{audit.Entries} entries, root {audit.Root}; compared with {audit.Checkpoints} checkpoints and {audit.HeldEntries} entries kept here: {(audit.Problems.Count == 0 ? "all agree" : "they do not agree")}."),
                screen.Say($"已见证到 {audit.WitnessedSize} 条。", $"Witnessed up to {audit.WitnessedSize} entries."),
            ]);
        return audit.Problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
