using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// A ledger in a folder: entries in append-only segment files, each finished one with a seal; tiles; checkpoints. When a
/// write or sync fails, the file is cut back to what was durable; if that fails too, the store refuses to append until it
/// is opened again, for nobody knows then what is on disk.
/// </summary>
internal sealed class FileLedgerStore : ILedgerStore
{
    /// <summary>A segment is finished when the next batch would make it larger.</summary>
    public const long DefaultSegmentSize = 256L * 1024 * 1024;

    private readonly ILedgerDisk disk;
    private readonly long segmentSize;
    private readonly Lock writing = new();
    private readonly LedgerTree tree;
    private readonly CheckpointLog checkpoints;
    private volatile LedgerView view = new(0, []);
    private volatile byte[]? latestCheckpoint;
    private Exception? failure;

    private FileLedgerStore(ILedgerDisk disk, long segmentSize)
    {
        (this.disk, this.segmentSize) = (disk, segmentSize);
        tree = new LedgerTree(disk, Read);
        checkpoints = CheckpointLog.Open(disk);
    }

    public long Size => view.Size;

    public bool MustReopen => Volatile.Read(ref failure) is not null;

    public ReadOnlyMemory<byte>? LatestCheckpoint => latestCheckpoint is { } note ? note : default(ReadOnlyMemory<byte>?);

    /// <summary>Opens the ledger in a folder, which is made if needed, and keeps other processes from opening it.</summary>
    /// <exception cref="LedgerCorruptException">Entries that a checkpoint covers are missing or damaged.</exception>
    /// <exception cref="IOException">Another process has it, or the disk fails.</exception>
    public static FileLedgerStore Open(string folder) => Open(FolderDisk.ForWriting(folder), DefaultSegmentSize);

    /// <summary>Takes over the disk: it is disposed with the store, or at once when opening fails.</summary>
    internal static FileLedgerStore Open(ILedgerDisk disk, long segmentSize)
    {
        FileLedgerStore? store = null;
        try
        {
            store = new FileLedgerStore(disk, segmentSize);
            store.Recover();
            return store;
        }
        catch
        {
            store?.Close();
            disk.Dispose();
            throw;
        }
    }

    public Task AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        var length = BatchRule.LengthOf(entries);
        return entries.Count == 0 ? Task.CompletedTask : Task.Run(() => Append(entries, length), cancellation);
    }

    public ReadOnlyMemory<byte> Read(long index)
    {
        var now = view;
        RequireBelow(index, now.Size);
        return now.SegmentOf(index).Read(index);
    }

    public async IAsyncEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> ReadFrom(long index, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var now = view;
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        while (index < now.Size)
        {
            var segment = now.SegmentOf(index);
            var end = now.EndOf(segment);
            var reader = segment.ReadRange(index, end);
            for (; index < end; index++)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return reader.TryNext(out var entry)
                    ? (index, entry.ToArray())
                    : throw new LedgerCorruptException(segment.Name, reader.Position, $"第 {index} 条与写入时不符。", $"entry {index} is not what was written.");
            }

            await Task.Yield();
        }
    }

    public Digest Root(long size)
    {
        RequireAtMost(size);
        return MerkleTree.Root(size, tree);
    }

    public IReadOnlyList<Digest> InclusionProof(long index, long size)
    {
        RequireAtMost(size);
        return MerkleTree.InclusionProof(index, size, tree);
    }

    public IReadOnlyList<Digest> ConsistencyProof(long oldSize, long newSize)
    {
        RequireAtMost(newSize);
        return MerkleTree.ConsistencyProof(oldSize, newSize, tree);
    }

    public ReadOnlyMemory<byte> Tile(int level, long index, int width)
    {
        TileShape.Require(level, index, width, Size);
        return tree.Tile(level, index, width);
    }

    public ReadOnlyMemory<byte> EntryBundle(long index, int width)
    {
        TileShape.Require(0, index, width, Size);
        var bundle = new ArrayBufferWriter<byte>();
        for (var i = 0; i < width; i++)
        {
            var entry = Read((index * Trust.Merkle.Tile.FullWidth) + i);
            BinaryPrimitives.WriteUInt16BigEndian(bundle.GetSpan(sizeof(ushort)), (ushort)entry.Length);
            bundle.Advance(sizeof(ushort));
            bundle.Write(entry.Span);
        }

        return bundle.WrittenMemory;
    }

    public void SaveCheckpoint(byte[] note)
    {
        lock (writing)
        {
            CheckpointRule.Require(note, checkpoints.Latest, Size, Root);
            checkpoints.Save(note);
            latestCheckpoint = note;
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (writing)
        {
            if (failure is ObjectDisposedException)
            {
                return ValueTask.CompletedTask;
            }

            failure = new ObjectDisposedException(nameof(FileLedgerStore));
            try
            {
                checkpoints.Sync();
            }
            finally
            {
                Close();
                disk.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    private void Recover()
    {
        var covered = checkpoints.Latest;
        Publish([.. new LedgerOpening(disk, tree, covered?.Size ?? 0).Run()]);
        if (covered is not null && Root(covered.Size) is var root && root != covered.Root)
        {
            throw new LedgerCorruptException(CheckpointLog.FileName, 0, $"{covered.Size} 条的检查点，根为 {covered.Root}，而各条的根为 {root}。", $"the checkpoint of {covered.Size} entries has the root {covered.Root}, the entries have {root}.");
        }

        latestCheckpoint = checkpoints.LatestNote;
    }

    private void Append(IReadOnlyList<ReadOnlyMemory<byte>> entries, int length)
    {
        lock (writing)
        {
            if (failure is not null)
            {
                throw new IOException("The ledger takes no entries after a failure of its disk: see to the disk and open it again. " + failure.Message, failure);
            }

            var segment = SegmentFor(length);
            var records = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                var leaves = Frame(entries, records);
                WriteOrCut(segment, records.AsSpan(0, length));
                Count(segment, entries, leaves);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(records);
            }
        }
    }

    private void Count(LedgerSegment segment, IReadOnlyList<ReadOnlyMemory<byte>> entries, Digest[] leaves)
    {
        try
        {
            for (var i = 0; i < leaves.Length; i++)
            {
                segment.Add(LedgerRecord.SizeOf(entries[i]));
                tree.Append(leaves[i]);
            }

            Publish(view.Segments);
        }
        catch (Exception fault)
        {
            // On disk, but not counted: only opening again tells what is there.
            failure = fault;
            throw;
        }
    }

    private Digest[] Frame(IReadOnlyList<ReadOnlyMemory<byte>> entries, byte[] records)
    {
        var leaves = new Digest[entries.Count];
        for (int i = 0, offset = 0; i < leaves.Length; i++)
        {
            LedgerRecord.Write(records.AsSpan(offset), Size + i, entries[i].Span);
            leaves[i] = MerkleHash.Leaf(entries[i].Span);
            offset += LedgerRecord.SizeOf(entries[i]);
        }

        return leaves;
    }

    private void WriteOrCut(LedgerSegment segment, ReadOnlySpan<byte> records)
    {
        try
        {
            segment.WriteDurably(records);
        }
        catch (Exception first)
        {
            // Stays if the cut fails as well.
            failure = first;
            segment.CutTail();
            failure = null;
            throw;
        }
    }

    private LedgerSegment SegmentFor(int length)
    {
        var current = view.Segments[^1];
        if (current.Count == 0 || current.Length + length <= segmentSize)
        {
            return current;
        }

        checkpoints.Sync();
        disk.Replace(LedgerSegment.SealName(current.Number), current.Seal(tree.Edge()).ToBytes(), isDurable: true);
        var next = LedgerSegment.Create(disk, current.Number + 1, Size);
        view = new LedgerView(Size, [.. view.Segments, next]);
        return next;
    }

    // The tree first: a reader that sees the new size must find the hashes under it.
    private void Publish(LedgerSegment[] segments)
    {
        tree.Publish();
        view = new LedgerView(tree.Size, segments);
    }

    private void Close()
    {
        checkpoints.Dispose();
        foreach (var segment in view.Segments)
        {
            segment.Dispose();
        }
    }

    private void RequireAtMost(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
    }

    private static void RequireBelow(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
    }
}
