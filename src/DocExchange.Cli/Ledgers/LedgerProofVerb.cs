using System.CommandLine;
using System.Text;
using DocExchange.Core.Operating;
using DocExchange.Protocol;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Cli.Ledgers;

/// <summary>
/// <c>docex ledger proof</c>: the inclusion proofs a node keeps for its statements on a document, or a proof the hub is
/// asked for: that an entry is in the ledger, or that one size of it continues another. Verified here.
/// </summary>
internal sealed class LedgerProofVerb : LedgerVerb
{
    private readonly Argument<string?> document;
    private readonly Option<ulong?> entry;
    private readonly Option<ulong?> from;
    private readonly Option<ulong?> to;
    private readonly Option<string?> output;

    public LedgerProofVerb(Terminal terminal)
        : base(terminal, "proof", "验证存证证明：某公文的凭证、账本某一条（--entry）、账本的连续性（--from）", "Verify proofs: of a document's statements, of one entry (--entry), of consistency (--from)")
    {
        document = new Argument<string?>("DOCUMENT") { Description = terminal.Say("公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)"), Arity = ArgumentArity.ZeroOrOne };
        Add(document);
        entry = Option<ulong?>("--entry", "账本序号：向中心索取该条的存证证明", "Ledger index: ask the hub for the proof of that entry");
        from = Option<ulong?>("--from", "账本条数：向中心索取由此起的连续性证明", "Ledger size: ask the hub for the proof that the ledger continues it");
        to = Option<ulong?>("--to", "到此条数为止，默认为最新检查点", "Up to this size; by default the newest checkpoint");
        output = Option<string?>("--out", "把 --entry 的证明另存为 C2SP tlog-proof 文件", "Save the proof of --entry as a C2SP tlog-proof file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, LedgerClients clients, CancellationToken cancellation)
    {
        var given = (Document: parse.GetValue(document), Entry: parse.GetValue(entry), From: parse.GetValue(from), To: parse.GetValue(to), Output: parse.GetValue(output));
        if ((given.Document is null ? 0 : 1) + (given.Entry is null ? 0 : 1) + (given.From is null ? 0 : 1) != 1 || (given.To is not null && given.From is null) || (given.Output is not null && given.Entry is null))
        {
            throw new UsageException("请给出系统标识、--entry 或 --from 其中之一；--to 与 --from 同用，--out 与 --entry 同用。", "Give one of DOCUMENT, --entry and --from; --to goes with --from, --out with --entry.");
        }

        if (given.Output is { } file)
        {
            NewFile.Require(file);
        }

        var pinned = await PinnedLedger.AskAsync(clients, cancellation);
        return given switch
        {
            { Document: { } id } => await OfDocumentAsync(TypedValue.Document(id), pinned, screen, clients, cancellation),
            { Entry: { } index } => await OfEntryAsync(index, given.Output, pinned, screen, clients, cancellation),
            _ => await OfSizesAsync(given.From!.Value, given.To ?? 0, pinned, screen, clients, cancellation),
        };
    }

    private static async Task<int> OfDocumentAsync(string id, PinnedLedger pinned, Screen screen, LedgerClients clients, CancellationToken cancellation)
    {
        var proofs = await ProofCheck.RunAsync(clients.Desk, id, pinned.View.LedgerKey, cancellation);
        screen.Show(
            new { document = id, proofs },
            proofs > 0
                ? screen.Say($"{proofs} 份存证证明全部成立。", $"All {proofs} inclusion proofs hold.")
                : screen.Say("本节点没有该公文的存证证明。", "This node holds no inclusion proof for the document."));
        return proofs > 0 ? ExitCode.Ok : ExitCode.Indeterminate;
    }

    // Under the witnessed checkpoint where that covers the entry, since it proves more.
    private static async Task<int> OfEntryAsync(ulong index, string? output, PinnedLedger pinned, Screen screen, LedgerClients clients, CancellationToken cancellation)
    {
        var witnessed = pinned.OpenIfAny(pinned.View.Witnessed);
        var isWitnessed = witnessed is not null && index < (ulong)witnessed.Size;
        var note = isWitnessed ? pinned.View.Witnessed : (await clients.Hub.GetCheckpointAsync(new GetCheckpointRequest(), cancellationToken: cancellation)).Note;
        var checkpoint = pinned.Open(note.Span);
        var reply = await clients.Hub.GetInclusionProofAsync(new InclusionProofRequest { Index = index, TreeSize = (ulong)checkpoint.Size }, cancellationToken: cancellation);
        var (leaf, hashes) = (reply.Leaf.ToDigest("leaf"), Hashes(reply));
        if (!MerkleTree.VerifyInclusion(leaf, (long)index, checkpoint.Size, hashes, checkpoint.Root))
        {
            throw Invalid($"账本第 {index} 条的存证证明不成立。", $"The inclusion proof of entry {index} does not hold under the checkpoint of size {checkpoint.Size}.");
        }

        if (output is not null)
        {
            await File.WriteAllTextAsync(output, TlogProof(index, hashes, note.ToStringUtf8()), new UTF8Encoding(false), cancellation);
        }

        screen.Show(
            new { index, leaf = leaf.ToString(), size = checkpoint.Size, root = checkpoint.Root.ToString(), hashes = hashes.Select(hash => hash.ToString()), witnessed = isWitnessed, file = output },
            screen.Say(
                $"第 {index} 条在 {checkpoint.Size} 条的账本中，{(isWitnessed ? "该检查点已见证" : "该检查点尚未见证")}。",
                $"Entry {index} is in the ledger of size {checkpoint.Size}, whose checkpoint is {(isWitnessed ? "witnessed" : "not witnessed yet")}."));
        return ExitCode.Ok;
    }

    private static async Task<int> OfSizesAsync(ulong from, ulong to, PinnedLedger pinned, Screen screen, LedgerClients clients, CancellationToken cancellation)
    {
        var old = Known(pinned, from);
        var newer = to == 0 ? pinned.Open((await clients.Hub.GetCheckpointAsync(new GetCheckpointRequest(), cancellationToken: cancellation)).Note.Span) : Known(pinned, to);
        var reply = await clients.Hub.GetConsistencyProofAsync(new ConsistencyProofRequest { OldSize = from, NewSize = (ulong)newer.Size }, cancellationToken: cancellation);
        if (!MerkleTree.VerifyConsistency(old.Size, old.Root, newer.Size, newer.Root, Hashes(reply)))
        {
            throw Invalid($"{newer.Size} 条的账本不是 {old.Size} 条账本的延续。", $"The ledger of size {newer.Size} does not continue that of size {old.Size}.");
        }

        screen.Show(
            new { from = old.Size, fromRoot = old.Root.ToString(), to = newer.Size, toRoot = newer.Root.ToString(), hashes = Hashes(reply).Select(hash => hash.ToString()) },
            screen.Say($"{newer.Size} 条的账本是 {old.Size} 条账本的延续。", $"The ledger of size {newer.Size} continues that of size {old.Size}."));
        return ExitCode.Ok;
    }

    // A proof between two sizes is worth something only where their roots were signed.
    private static Checkpoint Known(PinnedLedger pinned, ulong size) =>
        new[] { pinned.View.Genesis, pinned.View.Witnessed, pinned.View.Cosigned, pinned.View.Newest }
            .Select(pinned.OpenIfAny).FirstOrDefault(checkpoint => checkpoint is not null && (ulong)checkpoint.Size == size)
        ?? throw new UsageException(
            $"节点没有 {size} 条的检查点；可用：{Sizes(pinned)}。", $"The node holds no checkpoint of size {size}; it holds {Sizes(pinned)}.");

    private static string Sizes(PinnedLedger pinned) => string.Join(", ",
        new[] { pinned.View.Genesis, pinned.View.Witnessed, pinned.View.Cosigned, pinned.View.Newest }.Select(pinned.OpenIfAny).OfType<Checkpoint>().Select(checkpoint => checkpoint.Size).Distinct().Order());

    private static List<Digest> Hashes(ProofReply reply) => [.. reply.Hashes.Select(hash => hash.ToDigest("hashes"))];

    // C2SP tlog-proof, Format.
    private static string TlogProof(ulong index, IReadOnlyList<Digest> hashes, string checkpoint) =>
        $"c2sp.org/tlog-proof@v1\nindex {index}\n{string.Concat(hashes.Select(hash => Convert.ToBase64String(hash.Span) + "\n"))}\n{checkpoint}";

    private static FailedException Invalid(string chinese, string english) => new("PROOF_INVALID", chinese, english);
}
