using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using Grpc.Core;

namespace DocExchange.Cli.Ledgers;

/// <summary>What an auditor found, for people.</summary>
internal sealed record AuditProblem(string Chinese, string English);

/// <summary>
/// Reads all leaf hashes of the ledger through a node, computes the root again, and compares it with the hub's newest
/// checkpoint, with every checkpoint the node kept, and with every entry the node holds. Of others' entries only the
/// hashes are seen; that is enough to tell whether any was changed or dropped. Memory does not grow with the ledger.
/// </summary>
internal sealed class OnlineAudit
{
    private const int TileWidth = 256;
    private const int MaxProblems = 100;

    private readonly MerkleFrontier frontier = new();
    private readonly List<AuditProblem> problems = [];
    private readonly LongWork work;

    private OnlineAudit(LongWork work) => this.work = work;

    public long Entries => frontier.Size;

    public string Root => frontier.Root.ToString();

    public long HeldEntries { get; private set; }

    public int Checkpoints { get; private set; }

    public long WitnessedSize { get; private set; }

    public IReadOnlyList<AuditProblem> Problems => problems;

    /// <exception cref="RpcException">The hub, or the node, did not answer.</exception>
    public static async Task<OnlineAudit> RunAsync(PinnedLedger pinned, LedgerClients clients, LongWork work, CancellationToken cancellation)
    {
        var audit = new OnlineAudit(work);
        var newest = pinned.Open((await clients.Hub.GetCheckpointAsync(new GetCheckpointRequest(), cancellationToken: cancellation)).Note.Span);
        work.Has(newest.Size);
        var kept = audit.Kept(pinned, newest);
        using var held = clients.Audit.ListEntries(new ListEntriesRequest(), cancellationToken: cancellation);
        await audit.WalkAsync(newest, kept, clients, held.ResponseStream, cancellation);
        if (newest.Origin != pinned.Key.Name)
        {
            audit.Report($"中心检查点的来源是 {newest.Origin}，不是 {pinned.Key.Name}", $"The origin of the hub's checkpoint is {newest.Origin}, not {pinned.Key.Name}");
        }

        if (pinned.View.Evidence > 0)
        {
            audit.Report("本节点的 evidence 目录中有互相矛盾的检查点", "There are checkpoints that contradict each other in this node's folder evidence");
        }

        return audit;
    }

    private ILookup<long, Checkpoint> Kept(PinnedLedger pinned, Checkpoint newest)
    {
        var view = pinned.View;
        var kept = new[] { view.Genesis, view.Cosigned, view.Witnessed, view.Newest }.Select(pinned.OpenIfAny).OfType<Checkpoint>().Append(newest).Distinct().ToList();
        Checkpoints = kept.Count - 1;
        foreach (var beyond in kept.Where(checkpoint => checkpoint.Size > newest.Size))
        {
            Report(
                $"中心的账本只有 {newest.Size} 条，而本节点留有其签名的 {beyond.Size} 条的检查点：账本被截短",
                $"The hub's ledger has {newest.Size} entries, but this node keeps a checkpoint of {beyond.Size} that it signed: the ledger was cut");
        }

        CheckQuorum(pinned);
        return kept.ToLookup(checkpoint => checkpoint.Size);
    }

    private void CheckQuorum(PinnedLedger pinned)
    {
        if (pinned.OpenIfAny(pinned.View.Witnessed) is not { } witnessed)
        {
            return;
        }

        WitnessedSize = witnessed.Size;
        var cosigners = pinned.Cosigners(pinned.View.Witnessed.Span).Count;
        if (cosigners < pinned.View.Quorum)
        {
            Report($"{witnessed.Size} 条的检查点只有 {cosigners} 份有效见证，需 {pinned.View.Quorum} 份", $"The checkpoint of size {witnessed.Size} has {cosigners} valid cosignatures, {pinned.View.Quorum} are needed");
        }
    }

    private async Task WalkAsync(Checkpoint newest, ILookup<long, Checkpoint> kept, LedgerClients clients, IAsyncStreamReader<HeldEntry> held, CancellationToken cancellation)
    {
        Compare(kept);
        var hasHeld = await held.MoveNext(cancellation);
        while (frontier.Size < newest.Size)
        {
            var width = (int)Math.Min(TileWidth, newest.Size - frontier.Size);
            var request = new TileRequest { Level = 0, Index = (ulong)(frontier.Size / TileWidth), Width = (uint)width };
            var tile = (await clients.Hub.GetTileAsync(request, cancellationToken: cancellation)).Hashes;
            if (tile.Length != width * Digest.Size)
            {
                Report($"哈希块 {request.Index} 长度不对", $"Tile {request.Index} has {tile.Length} bytes instead of {width * Digest.Size}");
                return;
            }

            work.Add(width);
            for (var position = 0; position < width; position++)
            {
                var leaf = Digest.FromBytes(tile.Span.Slice(position * Digest.Size, Digest.Size));
                while (hasHeld && (long)held.Current.Index <= frontier.Size)
                {
                    CompareHeld(held.Current, leaf);
                    hasHeld = await held.MoveNext(cancellation);
                }

                frontier.AppendLeaf(leaf);
                Compare(kept);
            }
        }

        for (; hasHeld; hasHeld = await held.MoveNext(cancellation))
        {
            Report($"本节点留有账本第 {held.Current.Index} 条，中心的账本没有", $"This node holds entry {held.Current.Index}, which the hub's ledger does not have");
        }
    }

    private void CompareHeld(HeldEntry held, Digest leaf)
    {
        HeldEntries++;
        if (MerkleHash.Leaf(held.Entry.Span) != leaf)
        {
            Report($"账本第 {held.Index} 条与本节点留存的不同", $"Entry {held.Index} is not the one this node holds");
        }
    }

    private void Compare(ILookup<long, Checkpoint> kept)
    {
        foreach (var checkpoint in kept[frontier.Size].Where(checkpoint => checkpoint.Root != frontier.Root))
        {
            Report(
                $"账本前 {checkpoint.Size} 条的根是 {frontier.Root}，而中心签过的是 {checkpoint.Root}：账本被改动",
                $"The root over the first {checkpoint.Size} entries is {frontier.Root}, but the hub signed {checkpoint.Root}: the ledger was altered");
        }
    }

    private void Report(string chinese, string english)
    {
        if (problems.Count < MaxProblems)
        {
            problems.Add(new AuditProblem(chinese, english));
        }
    }
}
