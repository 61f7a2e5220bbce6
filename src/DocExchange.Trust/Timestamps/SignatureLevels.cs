using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>
/// Raises CMS signatures to the levels of ETSI EN 319 122-1 §6: B-T adds a time-stamp, B-LT what proves the certificates,
/// B-LTA a time-stamp over all of it. What was signed, and every signature value, stays byte for byte; the whole comes
/// out in DER.
/// </summary>
public static class SignatureLevels
{
    private static readonly Asn1Tag OtherRevocation = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>B-T: every signer's value is stamped (signature-time-stamp, §5.3); signers that have one get another.</summary>
    /// <exception cref="CmsFormatException">The bytes are no signature that can be read, or have no signer.</exception>
    /// <exception cref="NoTimestampException">The authority gave no good token.</exception>
    public static async Task<byte[]> AddTimestampsAsync(ReadOnlyMemory<byte> cms, TimestampClient client, CancellationToken cancellation)
    {
        var signed = Parse(cms);
        var pieces = SignedDataPieces.Of(signed);
        for (var i = 0; i < signed.Signers.Count; i++)
        {
            var over = ContentDigests.Of(signed.Signers[i].Signature);
            var stamped = await client.StampAsync(over, DigestFor(signed.Signers[i]), cancellation);
            pieces.Signers[i].Add(TimestampOids.SignatureTimestamp, stamped.Token!.Encoded.Span);
        }

        return pieces.Encode();
    }

    /// <summary>B-LT: certificates, revocation lists and OCSP answers that are not there yet, also those for the time-stamps.</summary>
    /// <param name="ocspResponses">Each an encoded OCSPResponse (RFC 6960), kept as RFC 5940 says.</param>
    /// <exception cref="CmsFormatException">The bytes are no signature that can be read, or have no signer.</exception>
    public static byte[] AddValidationData(
        ReadOnlyMemory<byte> cms, IEnumerable<Certificate> certificates, IEnumerable<RevocationList> lists, IEnumerable<ReadOnlyMemory<byte>> ocspResponses)
    {
        var pieces = SignedDataPieces.Of(Parse(cms));
        AddMissing(pieces.Certificates, certificates.Select(certificate => (ReadOnlyMemory<byte>)certificate.Der));
        AddMissing(pieces.Revocations, lists.Select(list => (ReadOnlyMemory<byte>)list.Der));
        AddMissing(pieces.Revocations, ocspResponses.Select(Other));
        return pieces.Encode();
    }

    /// <summary>B-LTA: an archive-timestamp-v3 with its hash index for every signer (§5.5.3). Renew it before it grows old.</summary>
    /// <param name="content">What a detached signature covers; null where it is inside.</param>
    /// <exception cref="CmsFormatException">The bytes are no signature that can be read, have no signer, or the content is missing.</exception>
    /// <exception cref="NoTimestampException">The authority gave no good token.</exception>
    public static async Task<byte[]> AddArchiveTimestampsAsync(ReadOnlyMemory<byte> cms, ContentDigests? content, TimestampClient client, CancellationToken cancellation)
    {
        var signed = Parse(cms);
        var pieces = SignedDataPieces.Of(signed);
        var over = signed.Content is { } inside ? ContentDigests.Of(inside) : content;
        for (var i = 0; i < signed.Signers.Count; i++)
        {
            var algorithm = DigestFor(signed.Signers[i]);
            var digest = over?.Get(algorithm) ?? throw new CmsFormatException(
                "CMS_CONTENT_MISSING", "归档时间戳需要被签名的内容。", "An archive time-stamp needs the content that was signed.");
            var index = ArchiveTimestamp.HashIndex(pieces, pieces.Signers[i], algorithm);
            var covered = ArchiveTimestamp.Covered(pieces, pieces.Signers[i], digest, index);
            var stamped = await client.StampAsync(ContentDigests.Of(covered), algorithm, cancellation);
            pieces.Signers[i].Add(TimestampOids.ArchiveTimestampV3, ArchiveTimestamp.WithIndex(stamped.Token!, index));
        }

        return pieces.Encode();
    }

    /// <summary>The tokens of one signer that can be read, over its content, its value and for the archive.</summary>
    public static IReadOnlyList<TimestampToken> TimestampsOf(CmsSignerInfo signer) =>
    [
        .. from facts in StampedSignatures.Find(signer)
           let token = TimestampToken.TryParse(facts.Token)
           where token is not null
           select token,
    ];

    /// <summary>The digest a document's own suite uses: SM3 beside SM2, SHA-256 beside everything else.</summary>
    private static DigestAlgorithm DigestFor(CmsSignerInfo signer) =>
        DigestAlgorithms.Of(signer.DigestAlgorithm.Oid) == DigestAlgorithm.Sm3 ? DigestAlgorithm.Sm3 : DigestAlgorithm.Sha256;

    private static CmsSignedData Parse(ReadOnlyMemory<byte> cms)
    {
        var signed = CmsSignedData.ParseWhole(cms, CmsLimits.Default);
        return signed.Signers.Count > 0
            ? signed
            : throw new CmsFormatException("CMS_NO_SIGNER", "签名数据中没有签名人。", "The CMS has no signer.");
    }

    private static ReadOnlyMemory<byte> Other(ReadOnlyMemory<byte> ocspResponse)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(OtherRevocation))
        {
            writer.WriteObjectIdentifier(Oids.OcspResponseFormat);
            writer.WriteEncodedValue(ocspResponse.Span);
        }

        return writer.Encode();
    }

    private static void AddMissing(List<ReadOnlyMemory<byte>> present, IEnumerable<ReadOnlyMemory<byte>> more)
    {
        foreach (var item in more)
        {
            if (!present.Exists(there => there.Span.SequenceEqual(item.Span)))
            {
                present.Add(item);
            }
        }
    }
}
