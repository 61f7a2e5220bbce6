using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Ledgers;

/// <summary><c>docex ledger proof</c>: the inclusion proofs a node keeps for its statements on a document.</summary>
internal sealed class LedgerProofVerb : NodeVerb
{
    private readonly Argument<string> document;

    public LedgerProofVerb(Terminal terminal)
        : base(terminal, "proof", "验证本节点凭证的存证证明", "Verify the inclusion proofs of this node's statements")
    {
        document = Argument("DOCUMENT", "公文标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var trust = await desk.GetTrustAsync(new GetTrustRequest(), cancellationToken: cancellation);
        var proofs = await ProofCheck.RunAsync(desk, parse.GetRequiredValue(document), trust.LedgerKey, cancellation);
        screen.Show(
            new { document = parse.GetValue(document), proofs },
            proofs > 0
                ? screen.Say($"{proofs} 份存证证明全部成立。", $"All {proofs} inclusion proofs hold.")
                : screen.Say("本节点没有该公文的存证证明。", "This node holds no inclusion proof for the document."));
        return proofs > 0 ? ExitCode.Ok : ExitCode.Indeterminate;
    }
}
