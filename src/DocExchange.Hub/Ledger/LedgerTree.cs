using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// The hashes over the entries: the right edge in memory, full tiles in files laid out as C2SP tlog-tiles, so that a web
/// server could hand them out. The files are derived and never synced. A tile is believed only when its root is the
/// hash that the tile above it, and so in the end the edge, has for it; otherwise it is made again from the entries.
/// One writer grows the tree; readers see what was published.
/// </summary>
internal sealed class LedgerTree : IHashSource
{
    private const int MaxCached = 128;
    private const int TileHeight = 8;
    private const int TileWidth = 1 << TileHeight;

    private readonly ILedgerDisk disk;
    private readonly Func<long, ReadOnlyMemory<byte>> readEntry;
    private readonly TreeGrowth growth;
    private readonly Lock cacheGate = new();
    private readonly Dictionary<(int Level, long Index), HashTile> cache = [];
    private readonly Queue<(int Level, long Index)> cached = [];
    private volatile TreeEdge published = new(0, []);

    public LedgerTree(ILedgerDisk disk, Func<long, ReadOnlyMemory<byte>> readEntry)
    {
        this.disk = disk;
        this.readEntry = readEntry;
        growth = new TreeGrowth(Keep);
    }

    /// <summary>Leaves appended, published or not.</summary>
    public long Size => growth.Size;

    public void StartFrom(TreeEdge edge) => growth.StartFrom(edge);

    public void Append(Digest leaf) => growth.Append(leaf);

    public TreeEdge Edge() => growth.Edge();

    /// <summary>Lets readers see what was appended.</summary>
    public void Publish() => published = growth.Edge();

    public Digest Hash(int level, long index)
    {
        var (tileLevel, height) = Math.DivRem(level, TileHeight);
        var tile = TileAt(tileLevel, index >> (TileHeight - height));
        return tile.Node(height, (int)(index & ((1L << (TileHeight - height)) - 1)));
    }

    public byte[] Tile(int level, long index, int width) => TileAt(level, index).ToBytes(width);

    private HashTile TileAt(int level, long index)
    {
        var edge = published;
        if (level < edge.Levels.Count && index == edge.UnfinishedAt(level))
        {
            return edge.Levels[level];
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, edge.UnfinishedAt(level));
        lock (cacheGate)
        {
            if (cache.TryGetValue((level, index), out var known))
            {
                return known;
            }
        }

        return Load(level, index);
    }

    private HashTile Load(int level, long index)
    {
        var root = Hash(TileHeight * (level + 1), index);
        var path = TilePath.Encode(new Tile(level, index, TileWidth));
        if (HashTile.From(disk.TryRead(path)) is { IsFull: true } stored && stored.Root == root)
        {
            Cache(level, index, stored);
            return stored;
        }

        var rebuilt = Rebuild(level, index);
        if (rebuilt.Root != root)
        {
            throw new LedgerCorruptException(path, 0, $"其下各条的哈希不再是 {root}。", $"the entries under it no longer hash to {root}.");
        }

        Keep(level, index, rebuilt);
        return rebuilt;
    }

    private HashTile Rebuild(int level, long index)
    {
        var tile = new HashTile();
        var leaves = 1L << (TileHeight * level);
        for (var next = index * TileWidth; !tile.IsFull; next++)
        {
            var frontier = new MerkleFrontier();
            for (var leaf = next * leaves; leaf < (next + 1) * leaves; leaf++)
            {
                frontier.Append(readEntry(leaf).Span);
            }

            tile.Append(frontier.Root);
        }

        return tile;
    }

    private void Keep(int level, long index, HashTile tile)
    {
        Cache(level, index, tile);
        var path = TilePath.Encode(new Tile(level, index, TileWidth));
        var content = tile.ToBytes(tile.Width);
        try
        {
            if (!disk.TryRead(path).AsSpan().SequenceEqual(content))
            {
                disk.Replace(path, content, isDurable: false);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Derived: the entries are on disk, and a tile that is missing is made again when it is needed.
        }
    }

    private void Cache(int level, long index, HashTile tile)
    {
        lock (cacheGate)
        {
            if (cache.TryAdd((level, index), tile))
            {
                cached.Enqueue((level, index));
            }

            if (cached.Count > MaxCached)
            {
                cache.Remove(cached.Dequeue());
            }
        }
    }
}
