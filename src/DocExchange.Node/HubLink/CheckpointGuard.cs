using DocExchange.Core.Refusals;
using DocExchange.Node.Auditing;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Holds the hub to what it signed: every checkpoint seen must continue the one kept here, proved by RFC 6962 §2.1.2; the
/// first continues the one pinned at the enrolment. One that does not is an alarm, and both are kept.
/// </summary>
internal sealed class CheckpointGuard(NodeRecords records, NodeFile node, AlarmBell alarms, EvidenceFolder evidence, TimeProvider time) : IDisposable
{
    private const string Name = "checkpoint";
    private const int MaxProof = 128;

    private readonly NoteVerifier ledger = NoteVerifier.Parse(node.LedgerKey);
    private readonly SemaphoreSlim gate = new(1);
    private long seenAt;

    public string LedgerKey => node.LedgerKey;

    /// <summary>The newest checkpoint that was checked, as a note; the pinned one at first, or empty.</summary>
    public byte[] Newest => records.Setting(Name)?.Content ?? node.Genesis ?? [];

    /// <summary>Entries of the newest checkpoint that was checked.</summary>
    public long Size => Newest is { Length: > 0 } note ? Open(note)?.Size ?? 0 : 0;

    /// <summary>When one was last found in order; null where none was since the start.</summary>
    public DateTimeOffset? SeenAt => Interlocked.Read(ref seenAt) is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>Null, and an alarm, for a note that the ledger's key did not sign, or that is of another ledger.</summary>
    public Checkpoint? Open(ReadOnlySpan<byte> note)
    {
        try
        {
            var checkpoint = Checkpoint.Open(note, ledger).Checkpoint;
            return checkpoint.Origin == ledger.Name ? checkpoint : throw new FormatException($"Its origin is '{checkpoint.Origin}', not '{ledger.Name}'.");
        }
        catch (FormatException fault)
        {
            alarms.Raise(
                "checkpoint signature",
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

    /// <summary>The hub's proof that one size continues the other; null where it has none, because its ledger does not reach so far.</summary>
    public static async Task<IReadOnlyList<Digest>?> ProveAsync(HubChannel hub, long oldSize, long newSize, CancellationToken cancellation)
    {
        try
        {
            var proof = await hub.Ledger.GetConsistencyProofAsync(new Wire.ConsistencyProofRequest { OldSize = (ulong)oldSize, NewSize = (ulong)newSize }, hub.Once(cancellation));
            return proof.Hashes.Count <= MaxProof && proof.Hashes.All(hash => hash.Length == Digest.Size) ? [.. proof.Hashes.Select(hash => Digest.FromBytes(hash.Span))] : null;
        }
        catch (RpcException failure) when (failure.ToRefusal()?.Refusal == Refusal.NotFound)
        {
            return null;
        }
    }

    /// <summary>Checks a note against the one kept here and keeps the larger.</summary>
    /// <returns>False, and an alarm, where it does not agree with what was seen before.</returns>
    public async Task<bool> SeeAsync(HubChannel hub, ByteString note, CancellationToken cancellation)
    {
        if (Open(note.Span) is not { } seen)
        {
            return false;
        }

        await gate.WaitAsync(cancellation);
        try
        {
            var kept = Newest is { Length: > 0 } bytes ? Open(bytes) : null;
            if (kept is not null && !await ContinuesAsync(hub, kept, seen, cancellation))
            {
                RaiseContradiction(Newest, note.ToByteArray());
                return false;
            }

            if (kept is null || seen.Size > kept.Size)
            {
                records.Write(() => records.Set(Name, 0, note.ToByteArray()));
            }

            Interlocked.Exchange(ref seenAt, time.GetUtcNow().ToUnixTimeMilliseconds());
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The same for what the hub calls its newest: it may not have fewer entries than one seen before it was asked.</summary>
    public async Task<bool> SeeNewestAsync(HubChannel hub, ByteString note, long seenBefore, CancellationToken cancellation)
    {
        if (Open(note.Span) is { } newest && newest.Size < seenBefore)
        {
            RaiseContradiction(Newest, note.ToByteArray());
            return false;
        }

        return await SeeAsync(hub, note, cancellation);
    }

    /// <summary>Keeps both notes for good and calls people.</summary>
    public void RaiseContradiction(byte[] kept, byte[] seen)
    {
        var (before, now) = (SizeOf(kept), SizeOf(seen));
        evidence.Keep("contradiction", ($"kept-{before}", kept), ($"seen-{now}", seen));
        alarms.Raise(
            $"contradiction {Digest.Of(kept)}",
            $"中心的账本检查点（{now} 条）与本节点留存的（{before} 条）不一致，账本可能被改动，本节点不予见证。两份均已留存于 evidence 目录，请立即联系审计管理员。",
            $"The hub's checkpoint of size {now} does not continue the one of size {before} kept here: the ledger may have been altered. It is not cosigned. Both are kept in the folder evidence; call the audit administrator at once.",
            [kept, seen]);
    }

    public void Dispose() => gate.Dispose();

    private static string SizeOf(byte[] note)
    {
        try
        {
            return note.Length == 0 ? "0" : Checkpoint.Parse(SignedNote.Parse(note).Text).Size.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return "unknown";
        }
    }

    private static async Task<bool> ContinuesAsync(HubChannel hub, Checkpoint kept, Checkpoint seen, CancellationToken cancellation)
    {
        var (older, newer) = seen.Size < kept.Size ? (seen, kept) : (kept, seen);
        if (older.Size == newer.Size || older.Size == 0)
        {
            return older.Size != newer.Size || older.Root == newer.Root;
        }

        return await ProveAsync(hub, older.Size, newer.Size, cancellation) is { } proof
            && MerkleTree.VerifyConsistency(older.Size, older.Root, newer.Size, newer.Root, proof);
    }
}
