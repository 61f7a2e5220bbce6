using System.Buffers;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Containers;

/// <summary>One entry to be written. It is opened more than once and must give the same bytes each time.</summary>
/// <param name="Path">ASCII or UTF-8, with forward slashes.</param>
public sealed record StoredPart(string Path, Func<Stream> Open)
{
    /// <summary>For content that is at hand.</summary>
    public StoredPart(string path, ReadOnlyMemory<byte> content)
        : this(path, () => new MemoryStream(content.ToArray(), writable: false))
    {
    }
}

/// <summary>
/// A ZIP whose every byte follows from the names and contents of its entries, in the order given: stored, without extra
/// fields, comments and ZIP64, as packages are. Measured first, so that its size is known before the first byte goes out;
/// memory does not grow with its contents.
/// </summary>
public sealed class StoredArchive
{
    /// <summary>The most that ZIP counts without ZIP64 (0xFFFF is reserved).</summary>
    public const int FormatMaxEntries = 0xFFFE;

    private readonly List<(StoredPart Part, PartMeasure Measure)> parts = [];

    /// <summary>Bytes of the whole file, as far as it is measured.</summary>
    public long Size { get; private set; } = ZipStructure.EndSize;

    public IEnumerable<StoredEntry> Entries => parts.Select(part => new StoredEntry(part.Part.Path, part.Measure.Size));

    /// <summary>Path and SHA-256 of every entry, in order.</summary>
    public IEnumerable<(string Path, Digest Sha256)> Digests => parts.Select(part => (part.Part.Path, part.Measure.Sha256));

    /// <summary>Measures one more entry.</summary>
    /// <exception cref="PackageFormatException">The file would have more entries or bytes than a ZIP without ZIP64 can.</exception>
    public async Task<Digest> AddAsync(StoredPart part, CancellationToken cancellation)
    {
        using var hash = new PartHash(withSm3: false);
        await using var content = part.Open();
        await PumpAsync(content, hash, (_, _) => ValueTask.CompletedTask, cancellation);
        var measure = hash.Finish();
        parts.Add((part, measure));
        Size += ZipStructure.TotalSize([EntryOf(part, measure)]) - ZipStructure.EndSize;
        if (parts.Count > FormatMaxEntries || Size > PackageLimits.FormatMaxSize)
        {
            throw new PackageFormatException(
                PackageFaults.SizeLimit,
                $"文件将超过 {FormatMaxEntries} 个条目或 {PackageLimits.FormatMaxSize} 字节。", $"The file would have more than {FormatMaxEntries} entries or {PackageLimits.FormatMaxSize} bytes.");
        }

        return measure.Sha256;
    }

    /// <summary>Writes the file. The output need not be seekable; it is neither flushed to disk nor closed.</summary>
    /// <exception cref="PackageFormatException">An entry gave other bytes than when it was measured; what was written is to be thrown away.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellation)
    {
        long position = 0;
        var written = new List<(ZipEntry Entry, long Offset)>();
        foreach (var (part, measure) in parts)
        {
            var entry = EntryOf(part, measure);
            written.Add((entry, position));
            await output.WriteAsync(ZipStructure.LocalHeader(entry), cancellation);
            await CopyAsync(part, measure, output, cancellation);
            position += entry.Span;
        }

        var directory = position;
        foreach (var (entry, offset) in written)
        {
            var header = ZipStructure.CentralHeader(entry, offset);
            await output.WriteAsync(header, cancellation);
            position += header.Length;
        }

        await output.WriteAsync(ZipStructure.End(written.Count, position - directory, directory), cancellation);
        await output.FlushAsync(cancellation);
    }

    private static async Task CopyAsync(StoredPart part, PartMeasure measure, Stream output, CancellationToken cancellation)
    {
        using var hash = new PartHash(withSm3: false);
        await using var content = part.Open();
        await PumpAsync(content, hash, (piece, stop) => output.WriteAsync(piece, stop), cancellation);
        var found = hash.Finish();
        if (found.Size != measure.Size || found.Sha256 != measure.Sha256)
        {
            throw new PackageFormatException(
                PackageFaults.PartChanged,
                $"“{EntryNames.Quote(part.Path)}”在写入过程中发生了变化，文件未写成。", $"'{EntryNames.Quote(part.Path)}' changed while it was written; the file is not complete.");
        }
    }

    private static async Task PumpAsync(Stream content, PartHash hash, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PartHash.BufferSize);
        try
        {
            for (int read; (read = await content.ReadAsync(buffer.AsMemory(0, PartHash.BufferSize), cancellation)) > 0;)
            {
                hash.Append(buffer.AsSpan(0, read));
                await write(buffer.AsMemory(0, read), cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ZipEntry EntryOf(StoredPart part, PartMeasure measure) => new(part.Path, measure.Crc32, measure.Size);
}
