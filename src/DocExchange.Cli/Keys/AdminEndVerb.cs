using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub admin end</c></summary>
internal sealed class AdminEndVerb : HubKeyVerb
{
    private readonly Argument<string> id;

    public AdminEndVerb(Terminal terminal)
        : base(terminal, "end", "免去管理员，其批准不再有效", "End an administrator's office; their approvals count no longer")
    {
        id = Argument("ID", "管理员标识", "Id of the administrator");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var reply = await hub.EndAdministratorAsync(new EndAdministratorRequest { Id = parse.GetRequiredValue(id) }, cancellationToken: cancellation);
        screen.Show(
            new { id = parse.GetRequiredValue(id), directoryVersion = reply.DirectoryVersion, ledgerIndex = reply.LedgerIndex },
            screen.Say($"已免去，账本第 {reply.LedgerIndex} 条。", $"Ended, ledger entry {reply.LedgerIndex}."));
        return ExitCode.Ok;
    }
}
