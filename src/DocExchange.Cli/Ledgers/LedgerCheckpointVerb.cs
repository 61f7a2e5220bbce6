using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Merkle;

namespace DocExchange.Cli.Ledgers;

/// <summary><c>docex ledger checkpoint</c>: the newest checkpoint the node has seen, its signature verified.</summary>
internal sealed class LedgerCheckpointVerb(Terminal terminal)
    : NodeVerb(terminal, "checkpoint", "最新检查点，验证账本签名", "The newest checkpoint, its signature verified")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var trust = await desk.GetTrustAsync(new GetTrustRequest(), cancellationToken: cancellation);
        var status = await desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation);
        if (status.Checkpoint.IsEmpty)
        {
            throw new FailedException("NO_CHECKPOINT", "节点还没有见过检查点。", "The node has not seen a checkpoint yet.");
        }

        var checkpoint = ProofCheck.Open(status.Checkpoint.Span, NoteVerifier.Parse(trust.LedgerKey));
        screen.Show(
            new { origin = checkpoint.Origin, size = checkpoint.Size, root = checkpoint.Root.ToString(), ledgerKey = trust.LedgerKey, note = status.Checkpoint.ToStringUtf8() },
            status.Checkpoint.ToStringUtf8().TrimEnd('\n'),
            screen.Say($"签名有效，账本密钥 {trust.LedgerKey}", $"Signed by the ledger's key {trust.LedgerKey}"));
        return ExitCode.Ok;
    }
}
