using DocExchange.Tests.Trust.Merkle;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Node.Auditing;

/// <summary>A ledger of 40 entries that signs any of its sizes. Two that part at an entry have the same key and the same beginning.</summary>
internal sealed class TestLedger(NoteSigner key, int partsAt = TestLedger.Entries, string? origin = null)
{
    public const int Entries = 40;

    public ReferenceTree Tree { get; } = new([.. Enumerable.Range(0, Entries).Select(number => BitConverter.GetBytes(number < partsAt ? number : ~number))]);

    public byte[] Note(int size) => new Checkpoint(origin ?? key.Verifier.Name, size, Tree.Root(size)).SignedBy(key).ToBytes();

    public IReadOnlyList<Digest> Prove(long oldSize, long newSize) => MerkleTree.ConsistencyProof(oldSize, newSize, Tree);
}
