namespace DocExchange.Trust.Containers;

/// <summary>One entry to be written: a part by its index, or bytes at hand.</summary>
internal sealed record PackageContent(ZipEntry Entry, int? PartIndex, ReadOnlyMemory<byte> Bytes);

/// <summary>The entries of a package in their order (design of the format: mimetype, parts, META-INF).</summary>
internal static class PackageContents
{
    /// <summary>ETSI EN 319 162-1 §4.4.3.1: first entry, stored, so that the type can be read at offset 38.</summary>
    public static ReadOnlySpan<byte> MimetypeBytes => "application/vnd.etsi.asic-e+zip"u8;

    public static IReadOnlyList<PackageContent> Plan(
        PackageManifest manifest, IReadOnlyList<PartMeasure> measures, ReadOnlyMemory<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> seals)
    {
        var contents = new List<PackageContent> { Whole(EntryNames.Mimetype, MimetypeBytes.ToArray()) };
        for (var index = 0; index < measures.Count; index++)
        {
            var entry = new ZipEntry(manifest.Entries[index].Path, measures[index].Crc32, measures[index].Size);
            contents.Add(new PackageContent(entry, index, default));
        }

        contents.Add(Whole(EntryNames.Manifest, manifest.Bytes));
        if (!signature.IsEmpty)
        {
            contents.Add(Whole(EntryNames.Signature, signature));
        }

        contents.AddRange(seals.Select((seal, index) => Whole(EntryNames.Seal(index + 1), seal)));
        return contents;
    }

    private static PackageContent Whole(string path, ReadOnlyMemory<byte> bytes) =>
        new(new ZipEntry(path, Crc32.Of(bytes.Span), bytes.Length), null, bytes);
}
