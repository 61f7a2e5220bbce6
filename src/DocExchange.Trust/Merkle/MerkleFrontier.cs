using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Merkle;

/// <summary>
/// Takes entries one after the other and knows the root over all of them, in memory that grows with the logarithm of
/// their number. Not safe for concurrent use.
/// </summary>
public sealed class MerkleFrontier
{
    // The complete subtrees that make up the tree, largest first: one for each bit set in Size.
    private readonly List<Digest> peaks = [];

    public long Size { get; private set; }

    public Digest Root
    {
        get
        {
            if (peaks.Count == 0)
            {
                return MerkleHash.Empty;
            }

            var root = peaks[^1];
            for (var i = peaks.Count - 2; i >= 0; i--)
            {
                root = MerkleHash.Node(peaks[i], root);
            }

            return root;
        }
    }

    public void Append(ReadOnlySpan<byte> entry) => AppendLeaf(MerkleHash.Leaf(entry));

    public void AppendLeaf(Digest leaf)
    {
        var hash = leaf;
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            hash = MerkleHash.Node(peaks[^1], hash);
            peaks.RemoveAt(peaks.Count - 1);
        }

        peaks.Add(hash);
        Size++;
    }
}
