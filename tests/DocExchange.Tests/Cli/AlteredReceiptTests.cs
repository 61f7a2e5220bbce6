using DocExchange.Cli;
using DocExchange.Cli.Ledgers;
using DocExchange.Core.Ledger;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Tests.Core.Statements;
using DocExchange.Tests.Trust.Merkle;
using DocExchange.Trust.Merkle;
using Google.Protobuf;

namespace DocExchange.Tests.Cli;

/// <summary>The receipt a node holds for what it said: the ledger's entry, its inclusion proof and the checkpoint.</summary>
public sealed class AlteredReceiptTests
{
    private const int Index = 5;

    [Test]
    public void Every_flipped_bit_of_entry_proof_or_checkpoint_is_refused()
    {
        using var ledger = NoteSigner.Generate("bj/2026", NoteKeyType.Ed25519);
        var entry = LedgerEntry.Of(SampleStatements.Time, SampleStatements.First, new byte[] { 0x30, 0x02, 0x05, 0x00 }).Bytes.ToArray();
        var tree = new ReferenceTree([.. Enumerable.Range(0, 11).Select(i => i == Index ? entry : BitConverter.GetBytes(i))]);
        var proof = MerkleTree.InclusionProof(Index, 11, tree).Select(hash => hash.Span.ToArray()).ToList();
        var note = new Checkpoint("bj/2026", 11, tree.Root(11)).SignedBy(ledger).ToBytes();
        Assert.That(Holds(), Is.True);

        var unnoticed = new List<string>();
        foreach (var (part, name) in proof.Select((hash, i) => (hash, $"hash {i} of the proof")).Append((entry, "the entry")).Append((note, "the checkpoint")))
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                if (Holds())
                {
                    unnoticed.Add($"bit {bit} of {name}");
                }

                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.That(unnoticed, Is.Empty);
        Assert.That(() => ProofCheck.Check(Held(Index + 1), ledger.Verifier), Refused("PROOF_INVALID"));
        using var stranger = NoteSigner.Generate("bj/2026", NoteKeyType.Ed25519);
        Assert.That(() => ProofCheck.Check(Held(Index), stranger.Verifier), Refused("CHECKPOINT_INVALID"));

        static NUnit.Framework.Constraints.IResolveConstraint Refused(string reason) => Throws.TypeOf<FailedException>().With.Property(nameof(FailedException.Reason)).EqualTo(reason);

        HeldStatement Held(ulong index)
        {
            var held = new HeldStatement { Index = index, Entry = ByteString.CopyFrom(entry), Checkpoint = ByteString.CopyFrom(note) };
            held.InclusionProof.AddRange(proof.Select(hash => ByteString.CopyFrom(hash)));
            return held;
        }

        bool Holds()
        {
            try
            {
                return ProofCheck.Check(Held(Index), ledger.Verifier).Size == 11;
            }
            catch (FailedException)
            {
                return false;
            }
        }
    }
}
