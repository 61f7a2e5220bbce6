using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Node.Auditing;

/// <summary>What a witness answers.</summary>
internal abstract record WitnessAnswer
{
    /// <param name="Note">The checkpoint with the ledger's signature and the cosignature.</param>
    internal sealed record Cosigned(SignedNote Note, Checkpoint Checkpoint) : WitnessAnswer;

    /// <summary>Smaller than one it cosigned before: nothing wrong with it, and nothing to sign.</summary>
    internal sealed record Stale(Checkpoint Last) : WitnessAnswer;

    /// <summary>Not a checkpoint of the pinned ledger, or not one that continues <paramref name="Last"/>.</summary>
    internal sealed record Refused(string Why, byte[]? Last) : WitnessAnswer;
}

/// <summary>Asks the ledger for the consistency proof between two sizes; null where it has none.</summary>
internal delegate Task<IReadOnlyList<Digest>?> ConsistencyProver(long oldSize, long newSize, CancellationToken cancellation);

/// <summary>
/// Cosigns checkpoints of one ledger (C2SP tlog-cosignature; the checks and their order are those of tlog-witness,
/// add-checkpoint): each continues the last one, and is on disk before it is cosigned. So a witness that loses power at any
/// moment never cosigns two ledgers. Safe for concurrent use.
/// </summary>
/// <param name="genesis">The note pinned at the enrolment; what is cosigned first continues it. Null: the first is believed.</param>
internal sealed class Witness(NoteSigner key, NoteVerifier ledger, byte[]? genesis, IWitnessMemory memory, TimeProvider time) : IDisposable
{
    /// <summary>tlog-witness, add-checkpoint: a proof has at most 63 hashes.</summary>
    public const int MaxProof = 63;

    private readonly SemaphoreSlim gate = new(1);

    public NoteVerifier Key => key.Verifier;

    public async Task<WitnessAnswer> CosignAsync(ReadOnlyMemory<byte> note, ConsistencyProver prove, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var last = memory.Last ?? genesis;
            if (!TryOpen(note.Span, out var seen, out var fault))
            {
                return new WitnessAnswer.Refused(fault, last);
            }

            var known = last is null ? null : Checkpoint.Open(last, ledger).Checkpoint;
            if (known is not null && seen.Checkpoint.Size < known.Size)
            {
                return new WitnessAnswer.Stale(known);
            }

            if (known is not null && !await ContinuesAsync(known, seen.Checkpoint, prove, cancellation))
            {
                return new WitnessAnswer.Refused($"The checkpoint of size {seen.Checkpoint.Size} does not continue the one of size {known.Size}.", last);
            }

            // Other cosigners' lines are not this node's business; what it keeps and signs has the ledger's only.
            var own = SignedNote.Of(seen.Note.Text, seen.Note.Signatures.Where(line => line.Name == ledger.Name && line.KeyId == ledger.KeyId));
            memory.Keep(own.ToBytes());
            return new WitnessAnswer.Cosigned(key.Cosign(own, time.GetUtcNow()), seen.Checkpoint);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private bool TryOpen(ReadOnlySpan<byte> note, out SignedCheckpoint seen, out string fault)
    {
        (seen, fault) = (null!, "");
        try
        {
            seen = Checkpoint.Open(note, ledger);
        }
        catch (FormatException unreadable)
        {
            fault = unreadable.Message;
            return false;
        }

        fault = $"The origin '{seen.Checkpoint.Origin}' is not that of the ledger, '{ledger.Name}'.";
        return seen.Checkpoint.Origin == ledger.Name;
    }

    private static async Task<bool> ContinuesAsync(Checkpoint known, Checkpoint seen, ConsistencyProver prove, CancellationToken cancellation)
    {
        if (known.Size == seen.Size)
        {
            return known.Root == seen.Root;
        }

        // Every tree continues the empty one (RFC 6962 §2.1.2 knows no proof of that).
        return known.Size == 0
            || (await prove(known.Size, seen.Size, cancellation) is { Count: <= MaxProof } proof && MerkleTree.VerifyConsistency(known.Size, known.Root, seen.Size, seen.Root, proof));
    }
}
