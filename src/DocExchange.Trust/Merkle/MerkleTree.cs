using System.Numerics;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Merkle;

/// <summary>Roots and proofs of an append-only Merkle tree (RFC 6962 §2.1), and their verification (RFC 9162 §2.1).</summary>
public static class MerkleTree
{
    /// <summary>The hash of the tree over the first <paramref name="size"/> entries.</summary>
    public static Digest Root(long size, IHashSource source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? MerkleHash.Empty : Range(0, size, source);
    }

    /// <summary>The audit path of one entry, leaf side first (RFC 6962 §2.1.1).</summary>
    public static IReadOnlyList<Digest> InclusionProof(long index, long size, IHashSource source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Digest>();
        var (begin, end) = (0L, size);
        while (end - begin > 1)
        {
            var middle = begin + Split(end - begin);
            if (index < middle)
            {
                path.Add(Range(middle, end, source));
                end = middle;
            }
            else
            {
                path.Add(Range(begin, middle, source));
                begin = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>
    /// Shows that the tree of <paramref name="oldSize"/> is the beginning of that of <paramref name="newSize"/>
    /// (RFC 6962 §2.1.2). Empty when the sizes are equal or the old tree has no entries.
    /// </summary>
    public static IReadOnlyList<Digest> ConsistencyProof(long oldSize, long newSize, IHashSource source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var proof = new List<Digest>();
        if (oldSize == 0 || oldSize == newSize)
        {
            return proof;
        }

        var (begin, end) = (0L, newSize);
        while (end > oldSize)
        {
            var middle = begin + Split(end - begin);
            if (oldSize <= middle)
            {
                proof.Add(Range(middle, end, source));
                end = middle;
            }
            else
            {
                proof.Add(Range(begin, middle, source));
                begin = middle;
            }
        }

        // The verifier knows the old root already when the old tree is itself a subtree at the left edge.
        if (begin > 0)
        {
            proof.Add(Range(begin, end, source));
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>RFC 9162 §2.1.3.2. False for a proof that is too short or too long, whatever it holds.</summary>
    public static bool VerifyInclusion(Digest leaf, long index, long size, IReadOnlyList<Digest> proof, Digest root)
    {
        if (index < 0 || index >= size)
        {
            return false;
        }

        var (fn, sn, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                hash = MerkleHash.Node(sibling, hash);
                SkipLevelsWithoutSibling(ref fn, ref sn);
            }
            else
            {
                hash = MerkleHash.Node(hash, sibling);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && hash == root;
    }

    /// <summary>
    /// RFC 9162 §2.1.4.2. Every tree extends the empty one; both cases without a proof (an empty old tree, equal sizes)
    /// demand that none is given.
    /// </summary>
    public static bool VerifyConsistency(long oldSize, Digest oldRoot, long newSize, Digest newRoot, IReadOnlyList<Digest> proof)
    {
        if (oldSize < 0 || oldSize > newSize)
        {
            return false;
        }

        if (oldSize == newSize)
        {
            return proof.Count == 0 && oldRoot == newRoot && (oldSize > 0 || oldRoot == MerkleHash.Empty);
        }

        if (oldSize == 0)
        {
            return proof.Count == 0 && oldRoot == MerkleHash.Empty;
        }

        IReadOnlyList<Digest> path = BitOperations.IsPow2(oldSize) ? [oldRoot, .. proof] : proof;
        return path.Count > 0 && Climb(oldSize, oldRoot, newSize, newRoot, path);
    }

    private static bool Climb(long oldSize, Digest oldRoot, long newSize, Digest newRoot, IReadOnlyList<Digest> path)
    {
        var shift = BitOperations.TrailingZeroCount(oldSize);
        var (fn, sn) = ((oldSize - 1) >> shift, (newSize - 1) >> shift);
        var (fr, sr) = (path[0], path[0]);
        foreach (var sibling in path.Skip(1))
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (MerkleHash.Node(sibling, fr), MerkleHash.Node(sibling, sr));
                SkipLevelsWithoutSibling(ref fn, ref sn);
            }
            else
            {
                sr = MerkleHash.Node(sr, sibling);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr == oldRoot && sr == newRoot;
    }

    private static void SkipLevelsWithoutSibling(ref long fn, ref long sn)
    {
        while ((fn & 1) == 0 && fn != 0)
        {
            (fn, sn) = (fn >> 1, sn >> 1);
        }
    }

    /// <summary>MTH(D[begin:end]), where begin is a multiple of the smallest power of two that is not below the count.</summary>
    private static Digest Range(long begin, long end, IHashSource source)
    {
        var count = end - begin;
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.TrailingZeroCount(count);
            return source.Hash(level, begin >> level);
        }

        var middle = begin + Split(count);
        return MerkleHash.Node(Range(begin, middle, source), Range(middle, end, source));
    }

    /// <summary>The largest power of two below <paramref name="count"/>.</summary>
    private static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));
}
