using System.Formats.Asn1;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Timestamps;

/// <summary>
/// The archive-timestamp-v3 of CAdES (ETSI EN 319 122-1 §5.5.3) and its hash index (§5.5.2): the digests of everything the
/// time-stamp renews, so that later additions do not disturb it.
/// </summary>
internal static class ArchiveTimestamp
{
    /// <summary>ATSHashIndexV3 over all that a signature holds now.</summary>
    public static byte[] HashIndex(SignedDataPieces pieces, SignerPieces signer, DigestAlgorithm algorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            CmsProfile.WriteDigestAlgorithm(writer, algorithm);
            Write(writer, pieces.Certificates.Select(certificate => DigestAlgorithms.Hash(algorithm, certificate.Span)));
            Write(writer, pieces.Revocations.Select(revocation => DigestAlgorithms.Hash(algorithm, revocation.Span)));
            Write(writer, signer.UnsignedValues().Select(value => DigestAlgorithms.Hash(algorithm, value)));
        }

        return writer.Encode();
    }

    /// <summary>
    /// What the token covers: the content type, the digest of what was signed, the fields of the signer up to its
    /// signature, and the hash index (§5.5.3).
    /// </summary>
    public static byte[] Covered(SignedDataPieces pieces, SignerPieces signer, ReadOnlySpan<byte> contentDigest, ReadOnlySpan<byte> hashIndex) =>
        [.. pieces.ContentType.Span, .. contentDigest, .. signer.Protected.SelectMany(field => field.ToArray()), .. hashIndex];

    /// <summary>The token's hash index as encoded; null where it has none.</summary>
    public static ReadOnlyMemory<byte>? IndexIn(TimestampToken token) =>
        token.Signed.Signers is [{ UnsignedAttributes: { } attributes }] ? attributes.Single(TimestampOids.HashIndexV3) : null;

    /// <summary>Compares an index with the signature it is in. Throws nothing for what is in either.</summary>
    /// <param name="timestamps">The time-stamps of the signer, each as its attribute's type and value.</param>
    public static HashIndexFacts Measure(IndexedParts parts, int signer, ReadOnlyMemory<byte>? encoded, IReadOnlyList<byte[]> timestamps)
    {
        if (encoded is not { } present || ReadIndex(present) is not { } index)
        {
            return new HashIndexFacts(false, [], 0, []);
        }

        var missing = new List<string>();
        var notCovered = Compare(index, 0, parts.Certificates(index.Algorithm), "certificates", missing)
            + Compare(index, 1, parts.Revocations(index.Algorithm), "revocation lists", missing)

            // The attribute that holds the token itself is of course not in its index.
            + Compare(index, 2, parts.Unsigned(index.Algorithm, signer), "unsigned attributes", missing) - 1;
        var named = Enumerable.Range(0, timestamps.Count).Where(i => index.Parts[2].Contains(index.DigestOf(timestamps[i])));
        return new HashIndexFacts(true, missing, Math.Max(0, notCovered), [.. named]);
    }

    /// <summary>The token with its hash index as an unsigned attribute of its one signer.</summary>
    public static byte[] WithIndex(TimestampToken token, ReadOnlySpan<byte> hashIndex)
    {
        var pieces = SignedDataPieces.Of(token.Signed);
        pieces.Signers[0].Add(TimestampOids.HashIndexV3, hashIndex);
        return pieces.Encode();
    }

    private static Index? ReadIndex(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var index = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            var algorithm = DigestAlgorithms.Of(CmsReader.ReadAlgorithm(index).Oid);
            var read = new Index(algorithm ?? default, [ReadDigests(index), ReadDigests(index), ReadDigests(index)]);
            return algorithm is null || index.HasData ? null : read;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static HashSet<string> ReadDigests(AsnReader index)
    {
        var digests = new HashSet<string>();
        var sequence = index.ReadSequence();
        while (sequence.HasData)
        {
            digests.Add(Convert.ToHexString(sequence.ReadOctetString()));
        }

        return digests;
    }

    /// <returns>How many of what is there the index does not name.</returns>
    private static int Compare(Index index, int part, IReadOnlyList<string> there, string what, List<string> missing)
    {
        var named = index.Parts[part].ToHashSet();
        var notNamed = 0;
        foreach (var digest in there)
        {
            notNamed += index.Parts[part].Contains(digest) ? 0 : 1;
            named.Remove(digest);
        }

        if (named.Count > 0)
        {
            missing.Add(what);
        }

        return notNamed;
    }

    private static void Write(AsnWriter writer, IEnumerable<byte[]> digests)
    {
        using (writer.PushSequence())
        {
            foreach (var digest in digests)
            {
                writer.WriteOctetString(digest);
            }
        }
    }

    private sealed record Index(DigestAlgorithm Algorithm, IReadOnlyList<HashSet<string>> Parts)
    {
        public string DigestOf(byte[] item) => Convert.ToHexString(DigestAlgorithms.Hash(Algorithm, item));
    }
}
