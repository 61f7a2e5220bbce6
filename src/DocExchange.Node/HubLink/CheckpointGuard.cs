using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Holds the hub to what it signed: every checkpoint seen must continue the one kept here, proved by RFC 6962 §2.1.2. One
/// that does not is an alarm, and both are kept.
/// </summary>
internal sealed class CheckpointGuard(NodeRecords records, NodeFile node, AlarmBell alarms) : IDisposable
{
    private const string Name = "checkpoint";

    private readonly NoteVerifier ledger = NoteVerifier.Parse(node.LedgerKey);
    private readonly SemaphoreSlim gate = new(1);

    public string LedgerKey => node.LedgerKey;

    /// <summary>The newest checkpoint that was checked, as a note; empty at first.</summary>
    public byte[] Newest => records.Setting(Name)?.Content ?? [];

    /// <summary>Null, and an alarm, for a note that the ledger's key did not sign.</summary>
    public Checkpoint? Open(ReadOnlySpan<byte> note)
    {
        try
        {
            return Checkpoint.Open(note, ledger) is { Checkpoint: var checkpoint } ? checkpoint : null;
        }
        catch (FormatException fault)
        {
            alarms.Raise(
                "checkpoint signature " + Digest.Of(note),
                "中心给出的账本检查点没有有效的账本签名，已留存。",
                $"The hub gave a checkpoint without a valid signature of the ledger; it is kept. {fault.Message}",
                note.ToArray());
            return null;
        }
    }

    /// <summary>Whether an entry lies in the ledger under that checkpoint (RFC 6962 §2.1.1).</summary>
    public static bool Proves(Checkpoint checkpoint, long index, ReadOnlySpan<byte> entry, IReadOnlyList<byte[]> proof) =>
        proof.All(hash => hash.Length == Digest.Size)
        && MerkleTree.VerifyInclusion(MerkleHash.Leaf(entry), index, checkpoint.Size, [.. proof.Select(hash => Digest.FromBytes(hash))], checkpoint.Root);

    /// <summary>Checks a note against the one kept here and keeps the larger.</summary>
    public async Task SeeAsync(HubChannel hub, ByteString note, CancellationToken cancellation)
    {
        if (Open(note.Span) is not { } seen)
        {
            return;
        }

        await gate.WaitAsync(cancellation);
        try
        {
            var kept = Newest is { Length: > 0 } bytes ? Open(bytes) : null;
            if (kept is null)
            {
                Keep(note);
                return;
            }

            var (older, newer) = seen.Size < kept.Size ? (seen, kept) : (kept, seen);
            if (!await ContinuesAsync(hub, older, newer, cancellation))
            {
                RaiseContradiction(kept, seen, note);
            }
            else if (seen.Size > kept.Size)
            {
                Keep(note);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private static async Task<bool> ContinuesAsync(HubChannel hub, Checkpoint older, Checkpoint newer, CancellationToken cancellation)
    {
        if (older.Origin != newer.Origin)
        {
            return false;
        }

        if (older.Size == newer.Size || older.Size == 0)
        {
            return older.Size != newer.Size || older.Root == newer.Root;
        }

        var proof = await hub.Ledger.GetConsistencyProofAsync(
            new Wire.ConsistencyProofRequest { OldSize = (ulong)older.Size, NewSize = (ulong)newer.Size }, hub.Once(cancellation));
        return proof.Hashes.Count <= 128
            && MerkleTree.VerifyConsistency(older.Size, older.Root, newer.Size, newer.Root, [.. proof.Hashes.Select(hash => hash.ToDigest("hashes"))]);
    }

    private void Keep(ByteString note) => records.Write(() => records.Set(Name, 0, note.ToByteArray()));

    private void RaiseContradiction(Checkpoint kept, Checkpoint seen, ByteString note) => alarms.Raise(
        $"checkpoint {seen.Size} {seen.Root}",
        $"中心的账本检查点（{seen.Size} 条）与本节点留存的（{kept.Size} 条）不一致，账本可能被改动。两份均已留存，请立即联系审计管理员。",
        $"The hub's checkpoint of size {seen.Size} does not agree with the one of size {kept.Size} kept here: the ledger may have been altered. Both are kept; call the audit administrator at once.",
        Newest,
        note.ToByteArray());
}
