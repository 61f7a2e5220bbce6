using System.Buffers;
using System.Security.Cryptography;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Containers;

/// <param name="PackageId">SHA-256 of the file.</param>
/// <param name="Size">Bytes of the file.</param>
public sealed record WrittenPackage(Digest PackageId, long Size);

/// <summary>
/// Writes packages: a ZIP of which every byte follows from its contents. The output need not be seekable; it is
/// neither flushed to disk nor closed. After an exception what has been written is to be thrown away.
/// </summary>
public static class PackageWriter
{
    /// <inheritdoc cref="WriteAsync(Stream, PackageManifest, IReadOnlyList{PackagePart}, ReadOnlyMemory{byte}, IReadOnlyList{ReadOnlyMemory{byte}}, PackageLimits, CancellationToken)"/>
    public static Task<WrittenPackage> WriteAsync(
        Stream output, PackageManifest manifest, IReadOnlyList<PackagePart> parts, ReadOnlyMemory<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> seals, CancellationToken cancellation) =>
        WriteAsync(output, manifest, parts, signature, seals, PackageLimits.Default, cancellation);

    /// <summary>
    /// Writes the package of <paramref name="manifest"/> and <paramref name="parts"/>, which must be those the
    /// manifest was made of, in the same order. Each part is read once more and its digest compared.
    /// </summary>
    /// <param name="signature">The CMS over the manifest; empty only with <see cref="PackageLimits.AllowUnsigned"/>.</param>
    /// <param name="seals">SES_Signatures over the manifest; may be none.</param>
    /// <exception cref="PackageFormatException">
    /// A limit is exceeded, the parts are not those of the manifest, or one has changed (<see cref="PackageFaults.PartChanged"/>).
    /// </exception>
    public static async Task<WrittenPackage> WriteAsync(
        Stream output, PackageManifest manifest, IReadOnlyList<PackagePart> parts, ReadOnlyMemory<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> seals, PackageLimits limits, CancellationToken cancellation)
    {
        CheckSameParts(manifest, parts);
        var measures = await MeasuresOf(manifest, parts, cancellation);
        var contents = PackageContents.Plan(manifest, measures, signature, seals);
        PackageGuard.Check([.. contents.Select(content => content.Entry)], limits);

        using var zip = new ZipOutput(output);
        foreach (var content in contents)
        {
            await zip.BeginAsync(content.Entry, cancellation);
            await (content.PartIndex is { } index
                ? CopyAsync(zip, parts[index], measures[index], cancellation)
                : zip.WriteAsync(content.Bytes, cancellation));
        }

        return await zip.FinishAsync(cancellation);
    }

    /// <inheritdoc cref="RewriteAsync(PackageReader, Stream, ReadOnlyMemory{byte}, IReadOnlyList{ReadOnlyMemory{byte}}, PackageLimits, CancellationToken)"/>
    public static Task<WrittenPackage> RewriteAsync(
        PackageReader source, Stream output, ReadOnlyMemory<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> seals, CancellationToken cancellation) =>
        RewriteAsync(source, output, signature, seals, PackageLimits.Default, cancellation);

    /// <summary>
    /// Writes the same document with other signatures and seals, as joint issuers (联合发文) do in turn. The manifest and
    /// with it the document id stay; the package id changes.
    /// </summary>
    /// <exception cref="PackageFormatException">As when writing; also when a part in the source has been altered.</exception>
    public static Task<WrittenPackage> RewriteAsync(
        PackageReader source, Stream output, ReadOnlyMemory<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> seals, PackageLimits limits, CancellationToken cancellation)
    {
        var parts = source.Entries.Select(entry => new PackagePart(entry.Path, entry.MediaType, () => source.OpenEntry(entry)));
        return WriteAsync(output, source.Manifest, [.. parts], signature, seals, limits, cancellation);
    }

    private static void CheckSameParts(PackageManifest manifest, IReadOnlyList<PackagePart> parts)
    {
        var given = parts.Select(part => (part.Path, part.MediaType));
        if (!given.SequenceEqual(manifest.Entries.Select(entry => (entry.Path, entry.MediaType))))
        {
            throw new PackageFormatException(
                PackageFaults.ManifestInvalid, "所给部件与清单所列不一致。", "The parts given are not those the manifest lists, in the same order and with the same media types.");
        }
    }

    // A manifest that was parsed alone does not know sizes, and a header cannot be written without.
    private static async Task<PartMeasure[]> MeasuresOf(PackageManifest manifest, IReadOnlyList<PackagePart> parts, CancellationToken cancellation)
    {
        var measures = new PartMeasure[parts.Count];
        for (var index = 0; index < measures.Length; index++)
        {
            var entry = manifest.Entries[index];
            var measure = entry.Measure ?? await PartHash.MeasureAsync(parts[index], withSm3: false, cancellation);
            measures[index] = measure.Sha256 == entry.Sha256 ? measure : throw Changed(entry.Path);
        }

        return measures;
    }

    private static async Task CopyAsync(ZipOutput zip, PackagePart part, PartMeasure expected, CancellationToken cancellation)
    {
        using var hash = new PartHash(withSm3: false);
        var buffer = ArrayPool<byte>.Shared.Rent(PartHash.BufferSize);
        try
        {
            var left = expected.Size;
            await using var content = part.Open();
            for (int read; (read = await content.ReadAsync(buffer.AsMemory(0, PartHash.BufferSize), cancellation)) > 0; left -= read)
            {
                if (read > left)
                {
                    throw Changed(part.Path);
                }

                hash.Append(buffer.AsSpan(0, read));
                await zip.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = hash.Finish();
        if (found.Size != expected.Size || found.Crc32 != expected.Crc32 || found.Sha256 != expected.Sha256)
        {
            throw Changed(part.Path);
        }
    }

    private static PackageFormatException Changed(string path) => new(
        PackageFaults.PartChanged,
        $"“{EntryNames.Quote(path)}”在生成清单之后发生了变化，公文包未写成。请重新生成清单并重新签名。",
        $"'{EntryNames.Quote(path)}' has changed since the manifest was made, so the package was not written. Make and sign a new manifest.");

    /// <summary>Writes entries one after the other, hashing the whole file on the way.</summary>
    private sealed class ZipOutput(Stream output) : IDisposable
    {
        private readonly IncrementalHash packageHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly List<(ZipEntry Entry, long Offset)> written = [];
        private long position;

        public async Task BeginAsync(ZipEntry entry, CancellationToken cancellation)
        {
            written.Add((entry, position));
            await WriteAsync(ZipStructure.LocalHeader(entry), cancellation);
        }

        public async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
        {
            packageHash.AppendData(data.Span);
            position += data.Length;
            await output.WriteAsync(data, cancellation);
        }

        public async Task<WrittenPackage> FinishAsync(CancellationToken cancellation)
        {
            var directory = position;
            foreach (var (entry, offset) in written)
            {
                await WriteAsync(ZipStructure.CentralHeader(entry, offset), cancellation);
            }

            await WriteAsync(ZipStructure.End(written.Count, position - directory, directory), cancellation);
            await output.FlushAsync(cancellation);
            return new WrittenPackage(Digest.FromBytes(packageHash.GetHashAndReset()), position);
        }

        public void Dispose() => packageHash.Dispose();
    }
}
