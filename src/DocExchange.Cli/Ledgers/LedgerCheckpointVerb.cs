using System.CommandLine;
using System.Globalization;
using DocExchange.Core.Operating;
using DocExchange.Trust.Merkle;

namespace DocExchange.Cli.Ledgers;

/// <summary><c>docex ledger checkpoint</c>: the newest checkpoint the node has verified, and the newest that was witnessed.</summary>
internal sealed class LedgerCheckpointVerb(Terminal terminal)
    : LedgerVerb(terminal, "checkpoint", "最新检查点与见证情况，验证账本与见证签名", "The newest checkpoint and who witnessed which, signatures verified")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, LedgerClients clients, CancellationToken cancellation)
    {
        var pinned = await PinnedLedger.AskAsync(clients, cancellation);
        var view = pinned.View;
        if (view.Newest.IsEmpty)
        {
            throw new FailedException("NO_CHECKPOINT", "节点还没有见过检查点。", "The node has not seen a checkpoint yet.");
        }

        var newest = pinned.Open(view.Newest.Span);
        var witnessed = pinned.OpenIfAny(view.Witnessed);
        var cosigners = witnessed is null ? [] : pinned.Cosigners(view.Witnessed.Span);
        screen.Show(
            new
            {
                origin = newest.Origin,
                size = newest.Size,
                root = newest.Root.ToString(),
                ledgerKey = view.LedgerKey,
                note = view.Newest.ToStringUtf8(),
                quorum = view.Quorum,
                witnesses = view.Witnesses.Select(witness => new { node = witness.Node, key = witness.Key }),
                isWitness = view.IsWitness,
                cosignedSize = pinned.OpenIfAny(view.Cosigned)?.Size,
                witnessed = witnessed is null
                    ? null
                    : new
                    {
                        size = witnessed.Size,
                        root = witnessed.Root.ToString(),
                        at = view.WitnessedAt,
                        cosignatures = cosigners.Select(each => new { node = each.Verifier.Name, at = Time(each.At!.Value) }),
                        note = view.Witnessed.ToStringUtf8(),
                    },
                evidence = view.Evidence,
            },
            [
                view.Newest.ToStringUtf8().TrimEnd('\n'),
                screen.Say($"签名有效，账本密钥 {view.LedgerKey}", $"Signed by the ledger's key {view.LedgerKey}"),
                .. Describe(screen, pinned, witnessed, cosigners),
            ]);

        // A witnessed checkpoint is verified by the node before it is kept; here it did not verify again.
        return witnessed is not null && cosigners.Count < view.Quorum ? ExitCode.Failed : view.Evidence > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static IEnumerable<string> Describe(Screen screen, PinnedLedger pinned, Checkpoint? witnessed, IReadOnlyList<VerifiedNoteSignature> cosigners)
    {
        var view = pinned.View;
        yield return witnessed is null
            ? screen.Say($"尚无检查点得到 {view.Quorum} 份见证", $"No checkpoint has the {view.Quorum} cosignatures it needs yet")
            : screen.Say($"已见证到 {witnessed.Size} 条，{cosigners.Count} 份见证签名，需 {view.Quorum} 份", $"Witnessed up to {witnessed.Size} entries by {cosigners.Count}, {view.Quorum} are needed");
        foreach (var cosigner in cosigners)
        {
            yield return $"  {cosigner.Verifier.Name}  {Time(cosigner.At!.Value)}";
        }

        if (view.Evidence > 0)
        {
            yield return screen.Say($"! 中心签发的检查点互相矛盾，{view.Evidence} 份证据在节点的 evidence 目录", $"! The hub's checkpoints contradict each other; {view.Evidence} notes are in the node's folder evidence");
        }
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
