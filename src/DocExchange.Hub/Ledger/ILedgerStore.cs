using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// The entries of the ledger, the tree over them and the newest checkpoint. One writer; everything that reads is safe
/// for concurrent use, also while the writer appends, and sees only entries that are on disk.
/// </summary>
internal interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Entries that are on disk.</summary>
    long Size { get; }

    /// <summary>True after a failure that left unknown what is on disk: nothing is appended until the store is opened again.</summary>
    bool MustReopen { get; }

    /// <summary>The checkpoint saved last, as its note's bytes; null before the first.</summary>
    ReadOnlyMemory<byte>? LatestCheckpoint { get; }

    /// <summary>
    /// Returns only after the entries are on disk, in this order, behind all earlier ones; one sync a batch. Until then no
    /// reader sees them. After an error assume that a beginning of the batch may have been written: it can turn up when
    /// the store is opened again. Cancelled only before anything is written.
    /// </summary>
    /// <exception cref="ArgumentException">An entry or the batch is beyond <see cref="LedgerLimits"/>; nothing is written.</exception>
    /// <exception cref="IOException">The disk refused, or had refused before and the store must be opened again.</exception>
    Task AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation);

    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    /// <exception cref="LedgerCorruptException">The entry is no longer what was written.</exception>
    ReadOnlyMemory<byte> Read(long index);

    /// <summary>The entries from <paramref name="index"/> on that were on disk at the call, streamed in order.</summary>
    IAsyncEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> ReadFrom(long index, CancellationToken cancellation);

    /// <summary>The root over the first <paramref name="size"/> entries.</summary>
    Digest Root(long size);

    IReadOnlyList<Digest> InclusionProof(long index, long size);

    IReadOnlyList<Digest> ConsistencyProof(long oldSize, long newSize);

    /// <summary>The first <paramref name="width"/> hashes of a tile (C2SP tlog-tiles, Merkle Tree).</summary>
    ReadOnlyMemory<byte> Tile(int level, long index, int width);

    /// <summary>The first <paramref name="width"/> entries of a bundle, each behind its length (tlog-tiles, Log entries).</summary>
    ReadOnlyMemory<byte> EntryBundle(long index, int width);

    /// <summary>
    /// Keeps a signed checkpoint of this ledger. Atomic: after a crash the newest checkpoint is this one or one saved
    /// before. It need not survive power loss, because the entries under it do: they were synced before it could be signed,
    /// so whatever is signed next extends it.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The note is not a checkpoint, covers entries that are not on disk or fewer than the last one did, or its root is not
    /// the root of this tree.
    /// </exception>
    void SaveCheckpoint(byte[] note);
}

internal static class LedgerLimits
{
    /// <summary>The largest entry: its length has 16 bits in an entry bundle (C2SP tlog-tiles).</summary>
    public const int MaxEntry = 65_535;

    public const int MaxBatchEntries = 16_384;

    public const int MaxBatchBytes = 64 * 1024 * 1024;
}

/// <summary>What lies on disk is not what was written there. Names the file and the place in it.</summary>
internal sealed class LedgerCorruptException(string file, long offset, string chinese, string english)
    : IOException($"The ledger is damaged: {file}, byte {offset}: {english} Restore the file from a backup or a mirror; nothing was changed."), IWorded
{
    public string File => file;

    public long Offset => offset;

    public string Chinese => $"账本文件 {file} 第 {offset} 字节处已损坏或缺失：{chinese}请从备份或镜像恢复该文件；未作任何改动。";
}
