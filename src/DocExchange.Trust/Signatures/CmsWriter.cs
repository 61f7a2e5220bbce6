using System.Formats.Asn1;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Signatures;

/// <summary>Writes the one form our own signatures have: DER, version 1, CAdES-B-B (ETSI EN 319 122-1 §6.3).</summary>
internal static class CmsWriter
{
    private const byte SequenceTag = 0x30;
    private const byte ExplicitTag = 0xA0;
    private const byte OctetsTag = 0x04;

    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag DirectoryName = new(TagClass.ContextSpecific, 4, isConstructed: true);

    /// <summary>The signed attributes as SET OF, which is what is signed (RFC 5652 §5.4).</summary>
    public static byte[] SignedAttributes(Certificate signer, CmsProfile profile, ReadOnlySpan<byte> contentDigest, DateTimeOffset signingTime)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Attribute(writer, Oids.ContentType, static (values, _) => values.WriteObjectIdentifier(Oids.Data), 0);
            Attribute(writer, Oids.SigningTime, WriteTime, signingTime);
            Attribute(writer, Oids.MessageDigest, static (values, digest) => values.WriteOctetString(digest), contentDigest.ToArray());
            Attribute(writer, Oids.SigningCertificateV2, WriteSigningCertificate, (signer, profile));
            Attribute(writer, Oids.AlgorithmProtection, WriteAlgorithmProtection, profile);
        }

        return writer.Encode();
    }

    public static byte[] SignerInfo(
        Certificate signer, CmsProfile profile, ReadOnlySpan<byte> signedAttributes, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> unsignedAttributes = default)
    {
        var fields = CertificateFields.Of(signer);
        var implicitAttributes = signedAttributes.ToArray();
        implicitAttributes[0] = 0xA0;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(fields.Issuer.Span);
                writer.WriteInteger(fields.SerialNumber.Span);
            }

            profile.WriteDigestAlgorithm(writer);
            writer.WriteEncodedValue(implicitAttributes);
            profile.WriteSignatureAlgorithm(writer);
            writer.WriteOctetString(signature);
            if (!unsignedAttributes.IsEmpty)
            {
                writer.WriteEncodedValue(unsignedAttributes);
            }
        }

        return writer.Encode();
    }

    /// <param name="content">Null for a detached signature.</param>
    public static byte[] SignedData(
        IEnumerable<DigestAlgorithm> digests, ReadOnlyMemory<byte>? content, IEnumerable<Certificate> certificates, IEnumerable<ReadOnlyMemory<byte>> signers)
    {
        var pieces = Pieces(digests, content, certificates, signers);
        var whole = new byte[pieces.Sum(piece => piece.Length)];
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(whole.AsMemory(at));
            at += piece.Length;
        }

        return whole;
    }

    /// <summary>Whether <see cref="SignedData"/> writes just these bytes; they are compared where they are, however long the content is.</summary>
    /// <inheritdoc cref="SignedData"/>
    public static bool IsSignedData(
        ReadOnlySpan<byte> encoded, IEnumerable<DigestAlgorithm> digests, ReadOnlyMemory<byte>? content, IEnumerable<Certificate> certificates, IEnumerable<ReadOnlyMemory<byte>> signers)
    {
        var rest = encoded;
        foreach (var piece in Pieces(digests, content, certificates, signers))
        {
            if (!rest.StartsWith(piece.Span))
            {
                return false;
            }

            rest = rest[piece.Length..];
        }

        return rest.IsEmpty;
    }

    /// <summary>One after the other the whole; the content, which may be large, is not copied for it.</summary>
    private static List<ReadOnlyMemory<byte>> Pieces(
        IEnumerable<DigestAlgorithm> digests, ReadOnlyMemory<byte>? content, IEnumerable<Certificate> certificates, IEnumerable<ReadOnlyMemory<byte>> signers)
    {
        var head = new AsnWriter(AsnEncodingRules.DER);
        head.WriteInteger(1);
        using (head.PushSetOf())
        {
            foreach (var digest in digests.Distinct())
            {
                CmsProfile.WriteDigestAlgorithm(head, digest);
            }
        }

        var tail = new AsnWriter(AsnEncodingRules.DER);
        WriteSet(tail, certificates.Distinct().Select(certificate => (ReadOnlyMemory<byte>)certificate.Der), Tag0);
        WriteSet(tail, signers, null);
        var encapsulated = Wrap(SequenceTag, [OidOf(Oids.Data), .. content is { } bytes ? Wrap(ExplicitTag, Wrap(OctetsTag, [bytes])) : []]);
        return Wrap(SequenceTag, [OidOf(Oids.SignedData), .. Wrap(ExplicitTag, Wrap(SequenceTag, [head.Encode(), .. encapsulated, tail.Encode()]))]);
    }

    private static List<ReadOnlyMemory<byte>> Wrap(byte tag, List<ReadOnlyMemory<byte>> inner)
    {
        inner.Insert(0, HeaderOf(tag, inner.Sum(piece => piece.Length)));
        return inner;
    }

    /// <summary>Tag and length in DER (X.690 §10.1).</summary>
    private static byte[] HeaderOf(byte tag, int length) => length switch
    {
        < 0x80 => [tag, (byte)length],
        < 0x100 => [tag, 0x81, (byte)length],
        < 0x1_0000 => [tag, 0x82, (byte)(length >> 8), (byte)length],
        < 0x100_0000 => [tag, 0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        _ => [tag, 0x84, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
    };

    private static ReadOnlyMemory<byte> OidOf(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    private static void WriteSet(AsnWriter writer, IEnumerable<ReadOnlyMemory<byte>> encodedValues, Asn1Tag? tag)
    {
        using (writer.PushSetOf(tag))
        {
            foreach (var value in encodedValues)
            {
                writer.WriteEncodedValue(value.Span);
            }
        }
    }

    private static void Attribute<T>(AsnWriter writer, string oid, Action<AsnWriter, T> write, T value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                write(writer, value);
            }
        }
    }

    /// <summary>RFC 5652 §11.3: UTCTime from 1950 to 2049, GeneralizedTime outside; whole seconds.</summary>
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        if (utc.Year is >= 1950 and <= 2049)
        {
            writer.WriteUtcTime(utc, 2049);
        }
        else
        {
            writer.WriteGeneralizedTime(utc, omitFractionalSeconds: true);
        }
    }

    /// <summary>SigningCertificateV2 (RFC 5035 §3) with one ESSCertIDv2; SHA-256 is the default and left out.</summary>
    private static void WriteSigningCertificate(AsnWriter writer, (Certificate Signer, CmsProfile Profile) signing)
    {
        var (signer, profile) = signing;
        var fields = CertificateFields.Of(signer);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            if (profile.Digest != DigestAlgorithm.Sha256)
            {
                profile.WriteDigestAlgorithm(writer);
            }

            writer.WriteOctetString(DigestAlgorithms.Hash(profile.Digest, signer.Der));
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                using (writer.PushSequence(DirectoryName))
                {
                    writer.WriteEncodedValue(fields.Issuer.Span);
                }

                writer.WriteInteger(fields.SerialNumber.Span);
            }
        }
    }

    /// <summary>CMSAlgorithmProtection (RFC 6211 §2).</summary>
    private static void WriteAlgorithmProtection(AsnWriter writer, CmsProfile profile)
    {
        using (writer.PushSequence())
        {
            profile.WriteDigestAlgorithm(writer);
            profile.WriteSignatureAlgorithm(writer, Tag1);
        }
    }
}
