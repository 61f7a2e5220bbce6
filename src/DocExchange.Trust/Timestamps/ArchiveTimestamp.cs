using System.Formats.Asn1;
using DocExchange.Trust.Digests;
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

    /// <summary>The token's hash index as encoded, of the newest form that it has; null where it has none.</summary>
    public static EncodedHashIndex? IndexIn(TimestampToken token) =>
        token.Signed.Signers is not [{ UnsignedAttributes: { } attributes }] ? null
        : (from oid in new[] { TimestampOids.HashIndexV3, TimestampOids.HashIndexV2, TimestampOids.HashIndex }
           let value = attributes.Single(oid)
           where value is not null
           select new EncodedHashIndex(oid, value.Value)).FirstOrDefault();

    /// <summary>Compares an index with the signature it is in. Throws nothing for what is in either.</summary>
    /// <param name="timestamps">The time-stamps of the signer.</param>
    /// <param name="counters">Its counter-signatures.</param>
    /// <param name="revocations">Its revocation-values.</param>
    public static HashIndexFacts Measure(
        IndexedParts parts, int signer, EncodedHashIndex? encoded, IReadOnlyList<StampedSignatures.Found> timestamps, IReadOnlyList<StampedSignatures.Found> counters,
        IReadOnlyList<StampedSignatures.Found> revocations)
    {
        if (encoded is null || ReadIndex(encoded) is not { } index)
        {
            return new HashIndexFacts(false, [], 0, []);
        }

        if (index.Algorithm is not { } algorithm)
        {
            return new HashIndexFacts(true, [], 0, []) { UnknownAlgorithm = index.AlgorithmOid };
        }

        var missing = new List<string>();
        var notCovered = Compare(index, 0, parts.Certificates(algorithm), "certificates", missing)
            + Compare(index, 1, parts.Revocations(algorithm), "revocation lists", missing)

            // The attribute that holds the token itself is of course not in its index.
            + Compare(index, 2, parts.Unsigned(algorithm, signer, encoded.NamesWholeAttributes), "unsigned attributes", missing) - 1;
        return new HashIndexFacts(true, missing, Math.Max(0, notCovered), Named(timestamps))
        {
            Algorithm = algorithm,
            CounterSignatures = Named(counters),
            Revocations = [.. NamedRevocations(parts, index, algorithm).Concat(Named(revocations).SelectMany(i => parts.RevocationsIn(revocations[i].Token))).Distinct().Select(each => each.ToString())],
        };

        IReadOnlyList<int> Named(IReadOnlyList<StampedSignatures.Found> attributes) =>
        [
            .. Enumerable.Range(0, attributes.Count)
                .Where(i => index.Parts[2].Contains(Convert.ToHexString(DigestAlgorithms.Hash(algorithm, encoded.NamesWholeAttributes ? attributes[i].Attribute.Span : attributes[i].TypeAndValue)))),
        ];
    }

    private static IEnumerable<Digest> NamedRevocations(IndexedParts parts, Index index, DigestAlgorithm algorithm) =>
        parts.Revocations(algorithm).Zip(parts.RevocationFingerprints).Where(pair => index.Parts[1].Contains(pair.First)).Select(pair => pair.Second).OfType<Digest>();

    /// <summary>The token with its hash index as an unsigned attribute of its one signer.</summary>
    public static byte[] WithIndex(TimestampToken token, ReadOnlySpan<byte> hashIndex)
    {
        var pieces = SignedDataPieces.Of(token.Signed);
        pieces.Signers[0].Add(TimestampOids.HashIndexV3, hashIndex);
        return pieces.Encode();
    }

    private static Index? ReadIndex(EncodedHashIndex encoded)
    {
        try
        {
            var index = new AsnReader(encoded.Value, AsnEncodingRules.BER).ReadSequence();
            var algorithm = encoded.MayOmitAlgorithm && CountOf(index) == 3 ? Oids.Sha256 : CmsReader.ReadAlgorithm(index).Oid;
            var read = new Index(algorithm, [ReadDigests(index), ReadDigests(index), ReadDigests(index)]);
            return index.HasData ? null : read;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static int CountOf(AsnReader sequence)
    {
        var rest = sequence.Clone();
        var count = 0;
        while (rest.HasData)
        {
            rest.ReadEncodedValue();
            count++;
        }

        return count;
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

    private sealed record Index(string AlgorithmOid, IReadOnlyList<HashSet<string>> Parts)
    {
        /// <summary>Null for one that is not known.</summary>
        public DigestAlgorithm? Algorithm { get; } = DigestAlgorithms.Of(AlgorithmOid);
    }
}

/// <summary>
/// A hash index as a token carries it. What the time-stamp covers is the same in each form (ETSI EN 319 122-1 §5.5.3); what
/// an index says of the unsigned attributes is not.
/// </summary>
/// <param name="Oid">ats-hash-index, -v2 or -v3.</param>
internal sealed record EncodedHashIndex(string Oid, ReadOnlyMemory<byte> Value)
{
    /// <summary>Before -v3 each digest was that of an Attribute with all its values.</summary>
    public bool NamesWholeAttributes => Oid != TimestampOids.HashIndexV3;

    /// <summary>ETSI TS 101 733 §6.4.2: SHA-256 by default.</summary>
    public bool MayOmitAlgorithm => Oid == TimestampOids.HashIndex;
}
