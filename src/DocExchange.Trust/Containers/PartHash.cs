using System.Buffers;
using System.Security.Cryptography;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Containers;

/// <summary>What one pass over the bytes of a part tells.</summary>
internal sealed record PartMeasure(long Size, uint Crc32, Digest Sha256, byte[]? Sm3);

/// <summary>Takes the bytes of a part as they pass by.</summary>
internal sealed class PartHash(bool withSm3) : IDisposable
{
    /// <summary>Bytes of the pooled buffers that parts pass through.</summary>
    public const int BufferSize = 128 * 1024;

    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Sm3Hasher? sm3 = withSm3 ? new Sm3Hasher() : null;
    private Crc32 crc;
    private long size;

    public void Append(ReadOnlySpan<byte> data)
    {
        size += data.Length;
        crc.Append(data);
        sha256.AppendData(data);
        sm3?.Append(data);
    }

    public PartMeasure Finish() => new(size, crc.Value, Digest.FromBytes(sha256.GetHashAndReset()), sm3?.Finish());

    public void Dispose() => sha256.Dispose();

    public static async Task<PartMeasure> MeasureAsync(PackagePart part, bool withSm3, CancellationToken cancellation)
    {
        using var hash = new PartHash(withSm3);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var content = part.Open();
            for (int read; (read = await content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellation)) > 0;)
            {
                hash.Append(buffer.AsSpan(0, read));
            }

            return hash.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
