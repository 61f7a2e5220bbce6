using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>What may be appended at once.</summary>
internal static class BatchRule
{
    /// <summary>The bytes a batch takes in a segment.</summary>
    /// <exception cref="ArgumentException">It is beyond <see cref="LedgerLimits"/>.</exception>
    public static int LengthOf(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        var length = entries.Sum(entry => (long)LedgerRecord.SizeOf(entry));
        if (entries.Count > LedgerLimits.MaxBatchEntries || length > LedgerLimits.MaxBatchBytes)
        {
            throw new ArgumentException($"A batch has at most {LedgerLimits.MaxBatchEntries} entries and {LedgerLimits.MaxBatchBytes} bytes.", nameof(entries));
        }

        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Length is 0 or > LedgerLimits.MaxEntry)
            {
                throw new ArgumentException($"An entry has 1 to {LedgerLimits.MaxEntry} bytes; number {i} of the batch has {entries[i].Length}.", nameof(entries));
            }
        }

        return (int)length;
    }
}

/// <summary>Which checkpoints a store keeps: those of its own tree that do not go back.</summary>
internal static class CheckpointRule
{
    /// <exception cref="ArgumentException">The checkpoint may not be kept.</exception>
    public static void Require(byte[] note, Checkpoint? latest, long size, Func<long, Digest> rootOf)
    {
        if (note.Length > LedgerLimits.MaxEntry)
        {
            throw new ArgumentException($"A checkpoint of {note.Length} bytes is larger than {LedgerLimits.MaxEntry}.", nameof(note));
        }

        Checkpoint checkpoint;
        try
        {
            checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text);
        }
        catch (FormatException fault)
        {
            throw new ArgumentException("What is to be saved is not a checkpoint: " + fault.Message, nameof(note), fault);
        }

        if (checkpoint.Size > size)
        {
            throw new ArgumentException($"The checkpoint covers {checkpoint.Size} entries, only {size} are on disk.", nameof(note));
        }

        if (checkpoint.Size < latest?.Size)
        {
            throw new ArgumentException($"The checkpoint covers {checkpoint.Size} entries, the one before covered {latest.Size}.", nameof(note));
        }

        if (rootOf(checkpoint.Size) is var root && checkpoint.Root != root)
        {
            throw new ArgumentException($"The checkpoint of {checkpoint.Size} entries has the root {checkpoint.Root}, the ledger has {root}.", nameof(note));
        }
    }
}

/// <summary>Which tiles a tree has (C2SP tlog-tiles, Partial Tiles).</summary>
internal static class TileShape
{
    // 256^7 entries are more than a long counts in tiles above.
    private const int MaxLevel = 6;

    /// <exception cref="ArgumentOutOfRangeException">The tree of this size does not have so many hashes there.</exception>
    public static void Require(int level, long index, int width, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Tile.FullWidth);
        var hashes = size >> (8 * level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, hashes / Tile.FullWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((index * Tile.FullWidth) + width, hashes, nameof(width));
    }
}
