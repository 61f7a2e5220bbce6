using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Containers;

/// <summary>
/// One part as the manifest lists it. <paramref name="Size"/> in bytes is known where the part itself was seen: in a
/// manifest just made and in one read from a package, not in one parsed alone. <paramref name="Sm3"/> is null in
/// packages of the international suite.
/// </summary>
public sealed record ManifestEntry(string Path, string MediaType, long? Size, Digest Sha256, byte[]? Sm3)
{
    /// <summary>Known exactly where <see cref="Size"/> is.</summary>
    internal uint? Crc32 { get; init; }

    internal PartMeasure? Measure => Size is { } size && Crc32 is { } crc ? new PartMeasure(size, crc, Sha256, Sm3) : null;
}

/// <summary>
/// The list of everything a package carries, with digests: an ASiCManifest (ETSI EN 319 162-1 Annex A.4). Issuers
/// sign and seal its bytes, and its SHA-256 is the document id. It has one serialisation only; any other is refused,
/// so no two programs can read the same signed bytes differently.
/// </summary>
public sealed class PackageManifest
{
    /// <summary>Where it lies in a package; also the propertyInfo of a seal over it (GB/T 38540).</summary>
    public const string Path = EntryNames.Manifest;

    private PackageManifest(byte[] bytes, IReadOnlyList<ManifestEntry> entries)
    {
        Bytes = bytes;
        Entries = entries;
        DocumentId = Digest.Of(bytes);
    }

    /// <summary>What is signed. Treat as read-only.</summary>
    public byte[] Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public Digest DocumentId { get; }

    /// <summary>Metadata, body, attachments, in this order.</summary>
    public IReadOnlyList<ManifestEntry> Entries { get; }

    /// <summary>Reads every part once, from its beginning to its end; memory stays flat.</summary>
    /// <param name="withSm3">Adds SM3 values beside the SHA-256 ones, for issuers of the gm suite.</param>
    /// <exception cref="PackageFormatException">The parts cannot become a package: see <see cref="PackagePart"/>.</exception>
    public static async Task<PackageManifest> CreateAsync(IReadOnlyList<PackagePart> parts, bool withSm3, CancellationToken cancellation)
    {
        PartOrder.Check([.. parts.Select(part => part.Path)]);
        var entries = new List<ManifestEntry>(parts.Count);
        foreach (var part in parts)
        {
            CheckMediaType(part);
            var measure = await PartHash.MeasureAsync(part, withSm3, cancellation);
            entries.Add(new ManifestEntry(part.Path, part.MediaType, measure.Size, measure.Sha256, measure.Sm3) { Crc32 = measure.Crc32 });
        }

        return new PackageManifest(ManifestText.Write(entries), entries);
    }

    /// <summary>Reads a manifest of at most <see cref="PackageLimits.MaxManifestSize"/> bytes (the default limit).</summary>
    /// <exception cref="PackageFormatException"><see cref="PackageFaults.ManifestInvalid"/>, or a fault in its list of parts.</exception>
    public static PackageManifest Parse(ReadOnlyMemory<byte> bytes) => Parse(bytes, PackageLimits.Default);

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static PackageManifest Parse(ReadOnlyMemory<byte> bytes, PackageLimits limits)
    {
        if (bytes.Length > limits.MaxManifestSize)
        {
            throw new PackageFormatException(
                PackageFaults.SizeLimit, $"清单有 {bytes.Length} 字节，超过上限 {limits.MaxManifestSize}。", $"The manifest has {bytes.Length} bytes, over the limit of {limits.MaxManifestSize}.");
        }

        var entries = ManifestText.Read(bytes.Span, limits.MaxEntries);
        PartOrder.Check([.. entries.Select(entry => entry.Path)], limits.EffectiveMaxNameLength);
        return new PackageManifest(bytes.ToArray(), entries);
    }

    internal PackageManifest WithMeasures(IEnumerable<(long Size, uint Crc32)> measures) =>
        new(Bytes, [.. Entries.Zip(measures, (entry, measure) => entry with { Size = measure.Size, Crc32 = measure.Crc32 })]);

    private static void CheckMediaType(PackagePart part)
    {
        if (!MediaTypes.IsWellFormed(part.MediaType))
        {
            throw new PackageFormatException(
                PackageFaults.ManifestInvalid,
                $"“{EntryNames.Quote(part.Path)}”的媒体类型“{EntryNames.Quote(part.MediaType)}”无效。",
                $"The media type '{EntryNames.Quote(part.MediaType)}' of '{EntryNames.Quote(part.Path)}' is not one: lower-case type/subtype without parameters is expected.");
        }
    }
}
