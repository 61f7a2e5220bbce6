using DocExchange.Core.Refusals;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Ledger;

/// <summary>Checkpoints, proofs and tiles for every node; entries for those they concern.</summary>
internal sealed class LedgerService(ILedgerStore ledger, LedgerWriter writer, WitnessRounds witnesses, ICatalogue catalogue) : Wire.Ledger.LedgerBase
{
    public override Task<Wire.CheckpointReply> GetCheckpoint(Wire.GetCheckpointRequest request, ServerCallContext context) =>
        Task.FromResult(new Wire.CheckpointReply
        {
            Candidate = ByteString.CopyFrom(witnesses.Candidate().ToBytes()),
            Witnessed = ByteString.CopyFrom(witnesses.Witnessed?.ToBytes() ?? []),

            // Read last: it is never older than the others.
            Note = ByteString.CopyFrom(writer.Checkpoint.ToBytes()),
        });

    public override Task<Wire.AddCosignatureReply> AddCosignature(Wire.AddCosignatureRequest request, ServerCallContext context)
    {
        var taken = witnesses.Add(Caller.NodeOf(context), request.Note.Span);
        return Task.FromResult(new Wire.AddCosignatureReply { Counted = taken.IsCounted, Cosignatures = (uint)taken.Cosignatures, Quorum = (uint)taken.Quorum });
    }

    public override Task<Wire.ProofReply> GetInclusionProof(Wire.InclusionProofRequest request, ServerCallContext context)
    {
        var size = SizeOf(request.TreeSize);
        var index = Within(request.Index, size, "index");
        var reply = Proof(size, ledger.InclusionProof(index, size));
        reply.Leaf = MerkleHash.Leaf(ledger.Read(index).Span).ToWire();
        return Task.FromResult(reply);
    }

    public override Task<Wire.ProofReply> GetConsistencyProof(Wire.ConsistencyProofRequest request, ServerCallContext context)
    {
        var size = SizeOf(request.NewSize);
        var old = Within(request.OldSize, size + 1, "old_size");
        return Task.FromResult(Proof(size, ledger.ConsistencyProof(old, size)));
    }

    public override Task<Wire.TileReply> GetTile(Wire.TileRequest request, ServerCallContext context)
    {
        try
        {
            return Task.FromResult(new Wire.TileReply { Hashes = ledger.Tile(checked((int)request.Level), checked((long)request.Index), checked((int)request.Width)).ToWire() });
        }
        catch (Exception fault) when (fault is ArgumentException or OverflowException)
        {
            throw new RefusedException(Refusal.NotFound, "没有该哈希块：" + FaultWords.Of(fault), "There is no such tile: " + fault.Message);
        }
    }

    public override Task<Wire.EntryReply> GetEntry(Wire.EntryRequest request, ServerCallContext context)
    {
        var index = Within(request.Index, ledger.Size, "index");
        var own = catalogue.Mailbox(Caller.NodeOf(context).ToString(), index, 1);
        return own is [var found] && found == index
            ? Task.FromResult(new Wire.EntryReply { Index = request.Index, Entry = ledger.Read(index).ToWire() })
            : throw new RefusedException(Refusal.NotAParty, $"第 {index} 条与本节点的单位无关。", $"Entry {index} does not concern this node's offices.");
    }

    private long SizeOf(ulong asked) => asked == 0 ? writer.Checkpoint.Checkpoint.Size : Within(asked, writer.Checkpoint.Checkpoint.Size + 1, "tree_size");

    private static long Within(ulong value, long limit, string field) => value < (ulong)limit
        ? (long)value
        : throw new RefusedException(Refusal.NotFound, $"{field} 超出账本范围：{value}，应小于 {limit}。", $"{field} is {value}; the ledger reaches below {limit}.");

    private Wire.ProofReply Proof(long size, IReadOnlyList<Digest> hashes)
    {
        var reply = new Wire.ProofReply { TreeSize = (ulong)size, Root = ledger.Root(size).ToWire() };
        reply.Hashes.AddRange(hashes.Select(hash => hash.ToWire()));
        return reply;
    }
}
