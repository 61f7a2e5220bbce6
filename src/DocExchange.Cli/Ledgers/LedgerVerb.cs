using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using DocExchange.Trust.Merkle;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Cli.Ledgers;

/// <summary>What a node answers about the ledger. <paramref name="Hub"/> is the hub, asked through the node.</summary>
internal sealed record LedgerClients(Desk.DeskClient Desk, Audit.AuditClient Audit, Wire.Ledger.LedgerClient Hub);

/// <summary>A verb that looks at the ledger from a running node.</summary>
internal abstract class LedgerVerb : Verb
{
    private readonly Option<string?> node;

    /// <param name="dataIsNode">Whether <c>--data</c> is another name of <c>--node</c>, as with all verbs on a node.</param>
    protected LedgerVerb(Terminal terminal, string name, string chinese, string english, bool dataIsNode = true)
        : base(terminal, name, chinese, english)
    {
        node = Option<string?>("--node", $"节点的数据目录，默认取环境变量 {LocalSocket.NodeVariable}", $"The node's data folder; by default the environment variable {LocalSocket.NodeVariable}");
        if (dataIsNode)
        {
            node.Aliases.Add("--data");
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        using var socket = LocalSocket.ToNode(parse.GetValue(node));
        var channel = socket.Channel;
        return await RunAsync(parse, screen, new LedgerClients(new Desk.DeskClient(channel), new Audit.AuditClient(channel), new Wire.Ledger.LedgerClient(channel)), cancellation);
    }

    protected abstract Task<int> RunAsync(ParseResult parse, Screen screen, LedgerClients clients, CancellationToken cancellation);
}

/// <summary>The notes of a view, their signatures verified with the pinned key.</summary>
internal sealed class PinnedLedger
{
    private PinnedLedger(NoteVerifier key, LedgerView view)
    {
        (Key, View) = (key, view);
        Keys = [.. view.Witnesses.Select(witness => NoteVerifier.Parse(witness.Key))];
    }

    public NoteVerifier Key { get; }

    public LedgerView View { get; }

    public IReadOnlyList<NoteVerifier> Keys { get; }

    public static async Task<PinnedLedger> AskAsync(LedgerClients clients, CancellationToken cancellation)
    {
        var view = await clients.Audit.GetLedgerViewAsync(new GetLedgerViewRequest(), cancellationToken: cancellation);
        return new PinnedLedger(NoteVerifier.Parse(view.LedgerKey), view);
    }

    public Checkpoint Open(ReadOnlySpan<byte> note) => ProofCheck.Open(note, Key);

    /// <summary>Null for an empty note.</summary>
    public Checkpoint? OpenIfAny(Google.Protobuf.ByteString note) => note.IsEmpty ? null : Open(note.Span);

    /// <summary>Who cosigned the note, verified here.</summary>
    public IReadOnlyList<VerifiedNoteSignature> Cosigners(ReadOnlySpan<byte> note) => SignedNote.Parse(note).VerifiedBy(Keys);
}
