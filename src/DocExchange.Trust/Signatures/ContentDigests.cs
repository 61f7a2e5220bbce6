using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace DocExchange.Trust.Signatures;

/// <summary>
/// The digests of what a detached signature covers: computed when asked for, where the bytes are at hand, or given,
/// where they were hashed as they streamed by. Safe for concurrent use.
/// </summary>
public sealed class ContentDigests
{
    private const int PieceSize = 64 * 1024;

    private readonly ReadOnlyMemory<byte>? content;
    private readonly ConcurrentDictionary<DigestAlgorithm, byte[]> digests = new();

    private ContentDigests(ReadOnlyMemory<byte>? content)
    {
        this.content = content;
    }

    public static ContentDigests Of(ReadOnlyMemory<byte> content) => new(content);

    public static ContentDigests Of(IReadOnlyDictionary<DigestAlgorithm, byte[]> computed)
    {
        var digests = new ContentDigests(null);
        foreach (var (algorithm, value) in computed)
        {
            digests.digests[algorithm] = [.. value];
        }

        return digests;
    }

    /// <summary>Reads what is left of <paramref name="content"/> once, in pieces of 64 KiB.</summary>
    public static async Task<ContentDigests> OfAsync(Stream content, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellation)
    {
        var sm3 = algorithms.Contains(DigestAlgorithm.Sm3) ? new SM3Digest() : null;
        var hashes = algorithms.Where(algorithm => algorithm != DigestAlgorithm.Sm3).Distinct()
            .ToDictionary(algorithm => algorithm, algorithm => IncrementalHash.CreateHash(DigestAlgorithms.NameOf(algorithm)));
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
            {
                sm3?.BlockUpdate(buffer, 0, read);
                foreach (var hash in hashes.Values)
                {
                    hash.AppendData(buffer, 0, read);
                }
            }

            return Finish(hashes, sm3);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var hash in hashes.Values)
            {
                hash.Dispose();
            }
        }
    }

    /// <summary>Those that were computed or given so far.</summary>
    internal IReadOnlyDictionary<DigestAlgorithm, ReadOnlyMemory<byte>> All => digests.ToDictionary(each => each.Key, each => (ReadOnlyMemory<byte>)each.Value);

    /// <summary>Null where the digest was neither given nor can be computed.</summary>
    public byte[]? Get(DigestAlgorithm algorithm) =>
        content is { } bytes
            ? digests.GetOrAdd(algorithm, static (chosen, data) => DigestAlgorithms.Hash(chosen, data.Span), bytes)
            : digests.GetValueOrDefault(algorithm);

    private static ContentDigests Finish(Dictionary<DigestAlgorithm, IncrementalHash> hashes, SM3Digest? sm3)
    {
        var finished = new ContentDigests(null);
        foreach (var (algorithm, hash) in hashes)
        {
            finished.digests[algorithm] = hash.GetHashAndReset();
        }

        if (sm3 is not null)
        {
            var value = new byte[sm3.GetDigestSize()];
            sm3.DoFinal(value);
            finished.digests[DigestAlgorithm.Sm3] = value;
        }

        return finished;
    }
}
