using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// Up to 256 hashes of one tile level with the nodes of the complete subtrees above them, up to the tile's own root.
/// One writer appends; readers may look at every hash they know to be there.
/// </summary>
internal sealed class HashTile
{
    // Nodes by height within the tile: 256 at height 0, 128 at height 1, … one at height 8.
    private const int AllNodes = (2 * Tile.FullWidth) - 1;

    private readonly Digest[] nodes = new Digest[AllNodes];

    public int Width { get; private set; }

    public bool IsFull => Width == Tile.FullWidth;

    /// <summary>Of a full tile.</summary>
    public Digest Root => nodes[^1];

    /// <summary>Null unless the bytes are 1 to 256 hashes.</summary>
    public static HashTile? From(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length % Digest.Size != 0 || hashes.Length is 0 or > Tile.FullWidth * Digest.Size)
        {
            return null;
        }

        var tile = new HashTile();
        for (; hashes.Length > 0; hashes = hashes[Digest.Size..])
        {
            tile.Append(Digest.FromBytes(hashes[..Digest.Size]));
        }

        return tile;
    }

    public void Append(Digest hash)
    {
        nodes[Width] = hash;
        for (int height = 1, position = Width; (position & 1) == 1; height++)
        {
            position >>= 1;
            hash = MerkleHash.Node(nodes[At(height - 1, 2 * position)], hash);
            nodes[At(height, position)] = hash;
        }

        Width++;
    }

    /// <summary>The hash over the 2^height hashes of the tile from position · 2^height on.</summary>
    public Digest Node(int height, int position) => nodes[At(height, position)];

    public byte[] ToBytes(int width)
    {
        var bytes = new byte[width * Digest.Size];
        for (var i = 0; i < width; i++)
        {
            nodes[i].Span.CopyTo(bytes.AsSpan(i * Digest.Size));
        }

        return bytes;
    }

    private static int At(int height, int position) =>
        (2 * Tile.FullWidth) - ((2 * Tile.FullWidth) >> height) + position;
}

/// <summary>The right edge of the tree: the tile at each level that is not full yet.</summary>
internal sealed record TreeEdge(long Size, IReadOnlyList<HashTile> Levels)
{
    /// <summary>The index of the unfinished tile at a level: all before it are full.</summary>
    public long UnfinishedAt(int level) => level >= Levels.Count ? 0 : (Size >> (8 * level)) >> 8;
}

/// <summary>Grows the right edge leaf by leaf and hands out every tile that becomes full.</summary>
internal sealed class TreeGrowth(Action<int, long, HashTile> onFull)
{
    private readonly List<HashTile> levels = [];

    public long Size { get; private set; }

    /// <summary>Continues from an edge, whose tiles are copied.</summary>
    public void StartFrom(TreeEdge edge)
    {
        levels.Clear();
        levels.AddRange(edge.Levels.Select(tile => tile.Width == 0 ? new HashTile() : HashTile.From(tile.ToBytes(tile.Width))!));
        Size = edge.Size;
    }

    public void Append(Digest leaf)
    {
        var hash = leaf;
        for (var level = 0; ; level++)
        {
            if (level == levels.Count)
            {
                levels.Add(new HashTile());
            }

            levels[level].Append(hash);
            if (!levels[level].IsFull)
            {
                break;
            }

            var full = levels[level];
            onFull(level, Size >> (8 * (level + 1)), full);
            hash = full.Root;
            levels[level] = new HashTile();
        }

        Size++;
    }

    /// <summary>Stays as it is while the tree grows, as far as readers look only below its size.</summary>
    public TreeEdge Edge() => new(Size, [.. levels]);
}
