using System.Buffers;
using System.Security.Cryptography;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Containers;

/// <summary>One pass over the file from its first byte to its last: every part's digests and the package id.</summary>
internal static class PackageChecker
{
    public static async Task<PackageCheck> CheckAsync(PackageReader reader, Stream zip, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        using var packageHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(PartHash.BufferSize);
        try
        {
            zip.Position = 0;
            long position = 0;
            for (var index = 0; index < reader.Entries.Count; index++)
            {
                var entry = reader.Entries[index];
                var listed = reader.Manifest.Entries[index];
                using var hash = new PartHash(listed.Sm3 is not null);
                await PassAsync(zip, entry.Offset - position, buffer, packageHash, null, cancellation);
                await PassAsync(zip, entry.Size, buffer, packageHash, hash, cancellation);
                position = entry.Offset + entry.Size;
                findings.AddRange(Compare(listed, entry, hash.Finish()));
            }

            await PassAsync(zip, zip.Length - position, buffer, packageHash, null, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new PackageCheck(Digest.FromBytes(packageHash.GetHashAndReset()), findings);
    }

    public static IEnumerable<Finding> Compare(ManifestEntry listed, PackageEntry entry, PartMeasure found)
    {
        var name = EntryNames.Quote(listed.Path);
        if (found.Sha256 != listed.Sha256)
        {
            yield return Finding.Failed(
                PackageFaults.PartAltered, SubIndication.HashFailure, $"“{name}”已被改动：SHA-256 值与清单不符。", $"'{name}' has been altered: its SHA-256 value is not the one in the manifest.");
        }

        if (found.Crc32 != entry.Crc32)
        {
            yield return Finding.Failed(
                PackageFaults.PartCrc, SubIndication.FormatFailure, $"“{name}”的 CRC-32 与内容不符（第 {entry.Offset} 字节起）。", $"The CRC-32 of '{name}' at byte {entry.Offset} does not fit its bytes.");
        }

        if (listed.Sm3 is { } sm3 && !sm3.AsSpan().SequenceEqual(found.Sm3))
        {
            yield return Finding.Failed(
                PackageFaults.PartSm3, SubIndication.HashFailure, $"“{name}”的 SM3 值与清单不符。", $"The SM3 value of '{name}' is not the one in the manifest.");
        }
    }

    private static async Task PassAsync(Stream zip, long count, byte[] buffer, IncrementalHash packageHash, PartHash? partHash, CancellationToken cancellation)
    {
        for (int read; count > 0; count -= read)
        {
            read = await zip.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, PartHash.BufferSize)), cancellation);
            if (read == 0)
            {
                throw ZipDirectory.Truncated(zip.Length);
            }

            packageHash.AppendData(buffer, 0, read);
            partHash?.Append(buffer.AsSpan(0, read));
        }
    }
}
