using CsCheck;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Trust.Merkle;

internal sealed class MerkleTreeTests
{
    private const int Largest = 300;

    // The roots of the Certificate Transparency reference tree of 0 to 8 entries.
    private static readonly string[] KnownRoots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static readonly ReferenceTree Tree = ReferenceTree.OfSize(Largest);

    [Test]
    public void Knows_the_roots_of_the_reference_tree([Range(0, 8)] int size)
    {
        var frontier = new MerkleFrontier();
        foreach (var entry in ReferenceTree.CertificateTransparency.Entries.Take(size))
        {
            frontier.Append(entry);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(MerkleTree.Root(size, ReferenceTree.CertificateTransparency).ToString(), Is.EqualTo(KnownRoots[size]));
            Assert.That(frontier.Root.ToString(), Is.EqualTo(KnownRoots[size]));
            Assert.That(frontier.Size, Is.EqualTo(size));
        }
    }

    [Test]
    public void Knows_the_inclusion_proofs_of_the_reference_tree()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hex(MerkleTree.InclusionProof(5, 8, ReferenceTree.CertificateTransparency)), Is.EqualTo(new[]
            {
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            }));
            Assert.That(Hex(MerkleTree.InclusionProof(2, 7, ReferenceTree.CertificateTransparency)), Is.EqualTo(new[]
            {
                "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
            }));
        }
    }

    [Test]
    public void Knows_the_consistency_proofs_of_the_reference_tree()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hex(MerkleTree.ConsistencyProof(3, 7, ReferenceTree.CertificateTransparency)), Is.EqualTo(new[]
            {
                "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
            }));
            Assert.That(Hex(MerkleTree.ConsistencyProof(6, 8, ReferenceTree.CertificateTransparency)), Is.EqualTo(new[]
            {
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            }));
        }
    }

    [Test]
    public void Hashes_long_entries_as_short_ones([Values(0, 4094, 4095, 4096, 65535)] int length)
    {
        var entry = Enumerable.Repeat((byte)7, length).ToArray();
        Assert.That(MerkleHash.Leaf(entry), Is.EqualTo(Digest.Of([0x00, .. entry])));
    }

    [Test]
    public void Every_inclusion_proof_verifies_up_to_300_entries()
    {
        var refused = new List<string>();
        for (var size = 1; size <= Largest; size++)
        {
            var root = Tree.Root(size);
            for (var index = 0; index < size; index++)
            {
                var proof = MerkleTree.InclusionProof(index, size, Tree);
                if (!MerkleTree.VerifyInclusion(Tree.Hash(0, index), index, size, proof, root))
                {
                    refused.Add($"entry {index} of {size}");
                }
            }
        }

        Assert.That(refused, Is.Empty);
    }

    [Test]
    public void Every_consistency_proof_verifies_up_to_300_entries()
    {
        var refused = new List<string>();
        for (var size = 0; size <= Largest; size++)
        {
            for (var old = 0; old <= size; old++)
            {
                var proof = MerkleTree.ConsistencyProof(old, size, Tree);
                if (!MerkleTree.VerifyConsistency(old, Tree.Root(old), size, Tree.Root(size), proof))
                {
                    refused.Add($"{old} to {size}");
                }
            }
        }

        Assert.That(refused, Is.Empty);
    }

    [Test]
    public void A_changed_inclusion_proof_never_verifies() =>
        (from size in Gen.Int[1, Largest] from index in Gen.Int[0, size - 1] from bit in Gen.Int[0, 255] from at in Gen.Int[0, 20] select (size, index, bit, at)).Sample(
            (size, index, bit, at) =>
            {
                var (leaf, root) = (Tree.Hash(0, index), Tree.Root(size));
                var proof = MerkleTree.InclusionProof(index, size, Tree);
                var refused = Altered(proof, at, bit).All(wrong => !MerkleTree.VerifyInclusion(leaf, index, size, wrong, root))
                    && !MerkleTree.VerifyInclusion(Flip(leaf, bit), index, size, proof, root)
                    && !MerkleTree.VerifyInclusion(leaf, index, size, proof, Flip(root, bit))
                    && !MerkleTree.VerifyInclusion(leaf, index ^ 1, size, proof, root)
                    && !MerkleTree.VerifyInclusion(leaf, -1, size, proof, root)
                    && !MerkleTree.VerifyInclusion(leaf, size, size, proof, root);
                return refused;
            });

    [Test]
    public void A_changed_consistency_proof_never_verifies() =>
        (from size in Gen.Int[1, Largest] from old in Gen.Int[0, size] from bit in Gen.Int[0, 255] from at in Gen.Int[0, 20] select (size, old, bit, at)).Sample(
            (size, old, bit, at) =>
            {
                var (oldRoot, newRoot) = (Tree.Root(old), Tree.Root(size));
                var proof = MerkleTree.ConsistencyProof(old, size, Tree);
                return Altered(proof, at, bit).All(wrong => !MerkleTree.VerifyConsistency(old, oldRoot, size, newRoot, wrong))
                    && !MerkleTree.VerifyConsistency(old, Flip(oldRoot, bit), size, newRoot, proof)
                    && (old == 0 || !MerkleTree.VerifyConsistency(old, oldRoot, size, Flip(newRoot, bit), proof))
                    && !MerkleTree.VerifyConsistency(size + 1, oldRoot, size, newRoot, proof)
                    && !MerkleTree.VerifyConsistency(-1, oldRoot, size, newRoot, proof);
            });

    [Test]
    public void Refuses_to_prove_what_is_not_in_the_tree()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => MerkleTree.InclusionProof(5, 5, Tree), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => MerkleTree.InclusionProof(-1, 5, Tree), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => MerkleTree.ConsistencyProof(6, 5, Tree), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    private static IEnumerable<IReadOnlyList<Digest>> Altered(IReadOnlyList<Digest> proof, int at, int bit)
    {
        yield return [.. proof, Digest.Of([1])];
        yield return [Digest.Of([1]), .. proof];
        if (proof.Count > 0)
        {
            var position = at % proof.Count;
            yield return [.. proof.Take(position), Flip(proof[position], bit), .. proof.Skip(position + 1)];
            yield return [.. proof.Take(position), .. proof.Skip(position + 1)];
            yield return [.. proof.SkipLast(1)];
        }
    }

    private static Digest Flip(Digest digest, int bit)
    {
        var bytes = digest.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return Digest.FromBytes(bytes);
    }

    private static string[] Hex(IEnumerable<Digest> proof) => [.. proof.Select(hash => hash.ToString())];
}
