using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using DocExchange.Trust.Digests;

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
    private readonly Lazy<bool?> isLikeAttributes;

    private ContentDigests(ReadOnlyMemory<byte>? content, bool? isLikeAttributes = null)
    {
        this.content = content;
        this.isLikeAttributes = content is { } bytes ? new(() => CmsAttributes.IsSignedBytes(bytes)) : new(isLikeAttributes);
    }

    public static ContentDigests Of(ReadOnlyMemory<byte> content) => new(content);

    public static ContentDigests Of(IReadOnlyDictionary<DigestAlgorithm, byte[]> computed) => Of(computed, isLikeAttributes: null);

    /// <param name="isLikeAttributes">As <see cref="IsLikeAttributes"/> says it.</param>
    internal static ContentDigests Of(IReadOnlyDictionary<DigestAlgorithm, byte[]> computed, bool? isLikeAttributes)
    {
        var digests = new ContentDigests(null, isLikeAttributes);
        foreach (var (algorithm, value) in computed)
        {
            digests.digests[algorithm] = [.. value];
        }

        return digests;
    }

    /// <summary>Reads what is left of <paramref name="content"/> once, in pieces of 64 KiB.</summary>
    public static Task<ContentDigests> OfAsync(Stream content, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellation) =>
        OfAsync(content, algorithms, kept: 0, cancellation);

    /// <param name="kept">Content of up to so many bytes is kept, for values that cover it and not its digest.</param>
    internal static async Task<ContentDigests> OfAsync(Stream content, IReadOnlyCollection<DigestAlgorithm> algorithms, int kept, CancellationToken cancellation)
    {
        var start = new ContentStart(kept);
        var sm3 = algorithms.Contains(DigestAlgorithm.Sm3) ? new Sm3Hasher() : null;
        var hashes = algorithms.Where(algorithm => algorithm != DigestAlgorithm.Sm3).Distinct()
            .ToDictionary(algorithm => algorithm, algorithm => IncrementalHash.CreateHash(DigestAlgorithms.NameOf(algorithm)));
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
            {
                start.Add(buffer.AsSpan(0, read));
                sm3?.Append(buffer.AsSpan(0, read));
                foreach (var hash in hashes.Values)
                {
                    hash.AppendData(buffer, 0, read);
                }
            }

            return Finish(start, hashes, sm3);
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

    /// <summary>The content itself; null where no more than digests are at hand.</summary>
    internal ReadOnlyMemory<byte>? Bytes => content;

    /// <summary>
    /// Whether the content reads like the signed attributes of another signature, as which it could be passed off (RFC 5652
    /// §5.4); null where nobody has looked.
    /// </summary>
    internal bool? IsLikeAttributes => isLikeAttributes.Value;

    /// <summary>Null where the digest was neither given nor can be computed.</summary>
    public byte[]? Get(DigestAlgorithm algorithm) =>
        content is { } bytes
            ? digests.GetOrAdd(algorithm, static (chosen, data) => DigestAlgorithms.Hash(chosen, data.Span), bytes)
            : digests.GetValueOrDefault(algorithm);

    private static ContentDigests Finish(ContentStart start, Dictionary<DigestAlgorithm, IncrementalHash> hashes, Sm3Hasher? sm3)
    {
        var finished = new ContentDigests(start.Whole, start.MayBeSet);
        foreach (var (algorithm, hash) in hashes)
        {
            finished.digests[algorithm] = hash.GetHashAndReset();
        }

        if (sm3 is not null)
        {
            finished.digests[DigestAlgorithm.Sm3] = sm3.Finish();
        }

        return finished;
    }

    /// <summary>The first bytes of what streams by, and all of it while that is no more than is kept.</summary>
    private sealed class ContentStart(int kept)
    {
        private const int SetTag = 0x31;
        private const int Indefinite = 0x80;
        private readonly byte[] header = new byte[6];
        private MemoryStream? all = kept > 0 ? new MemoryStream() : null;
        private long length;

        /// <summary>Null where it was more than is kept.</summary>
        public ReadOnlyMemory<byte>? Whole => all is null ? default(ReadOnlyMemory<byte>?) : all.GetBuffer().AsMemory(0, (int)length);

        /// <summary>Whether it is one element with the tag of a SET from its first to its last byte, as signed attributes are.</summary>
        public bool MayBeSet => length > 1 && header[0] == SetTag && (header[1] == Indefinite || IsWhole());

        public void Add(ReadOnlySpan<byte> piece)
        {
            if (length < header.Length)
            {
                piece[..(int)Math.Min(piece.Length, header.Length - length)].CopyTo(header.AsSpan((int)length));
            }

            length += piece.Length;
            all = length > kept ? null : all;
            all?.Write(piece);
        }

        private bool IsWhole()
        {
            var octets = header[1] < Indefinite ? 0 : header[1] - Indefinite;
            if (octets > header.Length - 2)
            {
                // Padded, or longer than 4 GiB.
                return true;
            }

            long declared = octets == 0 ? header[1] : 0;
            foreach (var octet in header.AsSpan(2, octets))
            {
                declared = (declared << 8) | octet;
            }

            return declared + 2 + octets == length;
        }
    }
}
