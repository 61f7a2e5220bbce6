using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Containers;

/// <param name="Path">As in the manifest: <c>body/…</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Offset">Of the first byte of the data in the file.</param>
public sealed record PackageEntry(string Path, string MediaType, long Size, long Offset)
{
    /// <summary>Without folder and number: what a clerk calls the file.</summary>
    public string FileName => EntryNames.FileNameIn(Path) ?? Path;

    internal uint Crc32 { get; init; }
}

/// <param name="PackageId">SHA-256 of the file.</param>
/// <param name="Findings">Every part that is not what the manifest says; empty when all are.</param>
public sealed record PackageCheck(Digest PackageId, IReadOnlyList<Finding> Findings);

/// <summary>
/// An open package. Opening judges structure, names, sizes, manifest and META-INF; the parts' digests are judged by
/// <see cref="CheckAsync"/>, signatures and seals elsewhere. Owns the stream. Not safe for concurrent use.
/// </summary>
public sealed class PackageReader : IDisposable
{
    private readonly Stream zip;
    private readonly IReadOnlyList<LocatedEntry> located;

    private PackageReader(Stream zip, IReadOnlyList<LocatedEntry> located, PackageManifest manifest)
    {
        this.zip = zip;
        this.located = located;
        Manifest = manifest;
        Entries = [.. manifest.Entries.Zip(located.Skip(1), (listed, found) =>
            new PackageEntry(listed.Path, listed.MediaType, found.Entry.Size, found.Offset) { Crc32 = found.Entry.Crc32 })];
    }

    /// <summary>Every entry knows its size.</summary>
    public PackageManifest Manifest { get; }

    public Digest DocumentId => Manifest.DocumentId;

    /// <summary>metadata.xml as found; only <see cref="CheckAsync"/> says whether it is the one the manifest lists.</summary>
    public ReadOnlyMemory<byte> Metadata { get; private set; }

    /// <summary>The CMS over the manifest; empty in an unsigned draft.</summary>
    public ReadOnlyMemory<byte> Signature { get; private set; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Seals { get; private set; } = [];

    /// <summary>Metadata, body, attachments.</summary>
    public IReadOnlyList<PackageEntry> Entries { get; }

    public PackageEntry Body => Entries[1];

    public IEnumerable<PackageEntry> Attachments => Entries.Skip(2);

    /// <summary>Bytes of the file.</summary>
    public long Size => zip.Length;

    internal IReadOnlyList<LocatedEntry> AllEntries => located;

    /// <summary>
    /// Opens the package that fills <paramref name="seekable"/> from its first byte to its last. The stream is disposed
    /// with the reader, and at once when the package is refused.
    /// </summary>
    /// <exception cref="PackageFormatException">The bytes are not a package, or exceed a limit.</exception>
    public static async Task<PackageReader> OpenAsync(Stream seekable, PackageLimits limits, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(seekable, limits, cancellation);
        }
        catch
        {
            await seekable.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes of one part, unchecked: see <see cref="CheckAsync"/>. Valid while the reader is open.</summary>
    public Stream OpenEntry(PackageEntry entry) => new EntryStream(zip, entry.Offset, entry.Size);

    /// <summary>Reads the file once and compares every part with the manifest: SHA-256, CRC-32 and, where given, SM3.</summary>
    /// <exception cref="PackageFormatException">The file has become shorter meanwhile.</exception>
    public Task<PackageCheck> CheckAsync(CancellationToken cancellation) => PackageChecker.CheckAsync(this, zip, cancellation);

    /// <summary>The findings of <see cref="CheckAsync"/>.</summary>
    public async Task<IReadOnlyList<Finding>> CheckDigestsAsync(CancellationToken cancellation) => (await CheckAsync(cancellation)).Findings;

    /// <summary>SHA-256 of the file, without looking at the parts.</summary>
    public async Task<Digest> ComputePackageIdAsync(CancellationToken cancellation)
    {
        zip.Position = 0;
        return await Digest.OfAsync(zip, cancellation);
    }

    /// <summary>
    /// Writes every entry, META-INF included, as a file below <paramref name="folder"/>, which must be new or empty. Each
    /// part is compared with the manifest on the way. After an exception nothing of the package is left behind.
    /// </summary>
    /// <exception cref="PackageFormatException">FOLDER_NOT_EMPTY or PART_ALTERED.</exception>
    public Task ExtractAsync(string folder, CancellationToken cancellation) => PackageExtraction.ExtractAsync(this, zip, folder, cancellation);

    public void Dispose() => zip.Dispose();

    private static async Task<PackageReader> ReadAsync(Stream zip, PackageLimits limits, CancellationToken cancellation)
    {
        var located = await ZipDirectory.ReadAsync(zip, limits, cancellation);
        var mimetype = await ReadWholeAsync(zip, located[0], cancellation);
        if (!mimetype.Span.SequenceEqual(PackageContents.MimetypeBytes))
        {
            throw new PackageFormatException(PackageFaults.Mimetype, "mimetype 不是 ASiC-E 容器的类型。", "The entry 'mimetype' does not say application/vnd.etsi.asic-e+zip.");
        }

        var manifest = PackageManifest.Parse(await ReadWholeAsync(zip, Named(located, EntryNames.Manifest), cancellation), limits);
        var parts = located.Skip(1).TakeWhile(entry => entry.Entry.Path != EntryNames.Manifest).Select(entry => entry.Entry).ToList();
        CheckListed(manifest, parts);

        var reader = new PackageReader(zip, located, manifest.WithMeasures(parts.Select(part => (part.Size, part.Crc32))));
        reader.Metadata = await ZipDirectory.ReadAtAsync(zip, located[1].Offset, located[1].Entry.Size, cancellation);
        await reader.ReadSignaturesAsync(located.Skip(parts.Count + 2), cancellation);
        return reader;
    }

    private async Task ReadSignaturesAsync(IEnumerable<LocatedEntry> entries, CancellationToken cancellation)
    {
        var seals = new List<ReadOnlyMemory<byte>>();
        foreach (var entry in entries)
        {
            var bytes = await ReadWholeAsync(zip, entry, cancellation);
            if (entry.Entry.Path == EntryNames.Signature)
            {
                Signature = bytes;
            }
            else
            {
                seals.Add(bytes);
            }
        }

        Seals = seals;
    }

    private static LocatedEntry Named(IReadOnlyList<LocatedEntry> located, string path) => located.First(entry => entry.Entry.Path == path);

    private static async Task<ReadOnlyMemory<byte>> ReadWholeAsync(Stream zip, LocatedEntry located, CancellationToken cancellation)
    {
        var (entry, offset) = located;
        var bytes = await ZipDirectory.ReadAtAsync(zip, offset, entry.Size, cancellation);
        return Crc32.Of(bytes) == entry.Crc32 ? bytes : throw new PackageFormatException(
            PackageFaults.EntryCrc, $"条目“{entry.Path}”（第 {offset} 字节起）的 CRC-32 不符。", $"The CRC-32 of the entry '{entry.Path}' at byte {offset} does not fit its bytes.");
    }

    private static void CheckListed(PackageManifest manifest, List<ZipEntry> parts)
    {
        var listed = manifest.Entries.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        if (parts.Find(part => !listed.Remove(part.Path)) is { } unlisted)
        {
            var name = EntryNames.Quote(unlisted.Path);
            throw new PackageFormatException(PackageFaults.EntryUnlisted, $"条目“{name}”未列入清单。", $"The entry '{name}' is not listed in the manifest.");
        }

        if (listed.FirstOrDefault() is { } missing)
        {
            var name = EntryNames.Quote(missing);
            throw new PackageFormatException(PackageFaults.EntryMissing, $"清单所列的“{name}”不在公文包中。", $"'{name}' is listed in the manifest and not in the package.");
        }
    }
}
