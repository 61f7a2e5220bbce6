using System.Buffers;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Merkle;

/// <summary>The hashes of a Merkle tree with SHA-256 (RFC 6962 §2.1); the prefix keeps leaves and nodes apart.</summary>
public static class MerkleHash
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int OnStack = 4096;

    /// <summary>The root of the tree without entries.</summary>
    public static Digest Empty { get; } = Digest.Of([]);

    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        byte[]? rented = null;
        var length = entry.Length + 1;
        Span<byte> input = length <= OnStack ? stackalloc byte[OnStack] : (rented = ArrayPool<byte>.Shared.Rent(length));
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        var leaf = Digest.Of(input[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return leaf;
    }

    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest.Size)];
        input[0] = NodePrefix;
        left.Span.CopyTo(input[1..]);
        right.Span.CopyTo(input[(1 + Digest.Size)..]);
        return Digest.Of(input);
    }
}
