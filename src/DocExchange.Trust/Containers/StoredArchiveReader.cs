using System.Buffers;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Containers;

/// <summary>An entry of a file that <see cref="StoredArchive"/> wrote.</summary>
/// <param name="Size">Bytes.</param>
public sealed record StoredEntry(string Path, long Size)
{
    internal long Offset { get; init; }

    internal uint Crc32 { get; init; }
}

/// <summary>
/// Reads what <see cref="StoredArchive"/> writes, and nothing else: whatever differs by a byte in its structure is refused.
/// Contents are not judged here. Owns the stream. Not safe for concurrent use.
/// </summary>
public sealed class StoredArchiveReader : IDisposable
{
    private readonly Stream zip;
    private readonly Dictionary<string, StoredEntry> byPath;

    private StoredArchiveReader(Stream zip, IReadOnlyList<StoredEntry> entries)
    {
        this.zip = zip;
        Entries = entries;
        byPath = entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<StoredEntry> Entries { get; }

    /// <param name="seekable">Disposed with the reader, and at once when the file is refused.</param>
    /// <param name="maxEntries">Refused before their headers are read.</param>
    /// <param name="check">Refuses names, order and declared sizes before any content is read.</param>
    /// <exception cref="PackageFormatException">The structure is not the one that is allowed, or names an entry twice.</exception>
    public static async Task<StoredArchiveReader> OpenAsync(Stream seekable, int maxEntries, Action<IReadOnlyList<StoredEntry>> check, CancellationToken cancellation)
    {
        try
        {
            var located = await ZipDirectory.ReadAsync(
                seekable, PackageLimits.FormatMaxSize, count => CheckCount(count, maxEntries), entries => CheckNames(entries, check), cancellation);
            return new StoredArchiveReader(seekable, [.. located.Select(each => new StoredEntry(each.Entry.Path, each.Entry.Size) { Offset = each.Offset, Crc32 = each.Entry.Crc32 })]);
        }
        catch
        {
            await seekable.DisposeAsync();
            throw;
        }
    }

    public StoredEntry? Find(string path) => byPath.GetValueOrDefault(path);

    /// <summary>Valid while the reader is open. The streams share one position: read one after the other.</summary>
    public Stream Open(StoredEntry entry) => new EntryStream(zip, entry.Offset, entry.Size);

    /// <summary>The whole of an entry whose size was found small enough.</summary>
    public byte[] ReadAll(StoredEntry entry)
    {
        var bytes = new byte[entry.Size];
        using var content = Open(entry);
        content.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>SHA-256 of an entry, read in pieces.</summary>
    /// <exception cref="PackageFormatException">Its CRC-32 does not fit its bytes, or the file has become shorter.</exception>
    public async Task<Digest> DigestOfAsync(StoredEntry entry, CancellationToken cancellation)
    {
        using var hash = new PartHash(withSm3: false);
        var buffer = ArrayPool<byte>.Shared.Rent(PartHash.BufferSize);
        try
        {
            await using var content = Open(entry);
            for (int read; (read = await content.ReadAsync(buffer.AsMemory(0, PartHash.BufferSize), cancellation)) > 0;)
            {
                hash.Append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = hash.Finish();
        if (found.Size != entry.Size)
        {
            throw ZipDirectory.Truncated(zip.Length);
        }

        var name = EntryNames.Quote(entry.Path);
        return found.Crc32 == entry.Crc32
            ? found.Sha256
            : throw new PackageFormatException(PackageFaults.EntryCrc, $"条目“{name}”的 CRC-32 与内容不符。", $"The CRC-32 of the entry '{name}' does not fit its bytes.");
    }

    public void Dispose() => zip.Dispose();

    private static void CheckCount(int count, int maxEntries)
    {
        if (count > maxEntries)
        {
            throw new PackageFormatException(PackageFaults.EntryCount, $"文件有 {count} 个条目，超过上限 {maxEntries}。", $"The file has {count} entries, over the limit of {maxEntries}.");
        }
    }

    private static void CheckNames(IReadOnlyList<ZipEntry> entries, Action<IReadOnlyList<StoredEntry>> check)
    {
        // Names that differ in case only would overwrite each other on some file systems.
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (entries.FirstOrDefault(entry => !seen.Add(entry.Path)) is { } twice)
        {
            var name = EntryNames.Quote(twice.Path);
            throw new PackageFormatException(PackageFaults.EntryDuplicate, $"条目“{name}”出现了不止一次。", $"The entry '{name}' occurs more than once.");
        }

        check([.. entries.Select(entry => new StoredEntry(entry.Path, entry.Size))]);
    }
}
