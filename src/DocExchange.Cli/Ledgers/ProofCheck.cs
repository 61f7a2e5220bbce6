using DocExchange.Core.Operating;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using Grpc.Core;

namespace DocExchange.Cli.Ledgers;

/// <summary>
/// Checks the proofs a node keeps for its own statements (RFC 6962 §2.1.1): each entry lies under the root of a
/// checkpoint that the ledger's key signed. Nothing is taken on the node's word but its pinned key.
/// </summary>
internal static class ProofCheck
{
    /// <returns>How many proofs hold.</returns>
    /// <exception cref="FailedException">One does not.</exception>
    public static async Task<int> RunAsync(Desk.DeskClient desk, string document, string ledgerKey, CancellationToken cancellation)
    {
        var key = NoteVerifier.Parse(ledgerKey);
        var held = 0;
        using var call = desk.ListStatements(new ShowRequest { DocumentId = document }, cancellationToken: cancellation);
        await foreach (var statement in call.ResponseStream.ReadAllAsync(cancellation))
        {
            if (statement.Checkpoint.Length > 0)
            {
                Check(statement, key);
                held++;
            }
        }

        return held;
    }

    /// <exception cref="FailedException">The entry is not under the checkpoint, or the checkpoint not the ledger's.</exception>
    public static Checkpoint Check(HeldStatement held, NoteVerifier key)
    {
        var checkpoint = Open(held.Checkpoint.Span, key);
        var proof = held.InclusionProof.Select(hash => hash.ToDigest("inclusion_proof")).ToList();
        return MerkleTree.VerifyInclusion(MerkleHash.Leaf(held.Entry.Span), (long)held.Index, checkpoint.Size, proof, checkpoint.Root)
            ? checkpoint
            : throw new FailedException(
                "PROOF_INVALID", $"账本第 {held.Index} 条的存证证明不成立：检查点 {checkpoint.Size} 的根与之不符。",
                $"The inclusion proof of entry {held.Index} does not hold under the checkpoint of size {checkpoint.Size}.");
    }

    /// <exception cref="FailedException">The note is not a checkpoint signed by this key.</exception>
    public static Checkpoint Open(ReadOnlySpan<byte> note, NoteVerifier key)
    {
        try
        {
            return Checkpoint.Open(note, key).Checkpoint;
        }
        catch (FormatException fault)
        {
            throw new FailedException("CHECKPOINT_INVALID", "账本检查点的签名不成立：" + FaultWords.Of(fault), "The checkpoint is not signed by the ledger's key: " + fault.Message);
        }
    }
}
