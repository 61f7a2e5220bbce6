using System.Formats.Asn1;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Signatures;

/// <summary>Writes the one form our own signatures have: DER, version 1, CAdES-B-B (ETSI EN 319 122-1 §6.3).</summary>
internal static class CmsWriter
{
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
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.SignedData);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                    foreach (var digest in digests.Distinct())
                    {
                        CmsProfile.WriteDigestAlgorithm(writer, digest);
                    }
                }

                WriteContent(writer, content);
                WriteSet(writer, certificates.Distinct().Select(certificate => (ReadOnlyMemory<byte>)certificate.Der), Tag0);
                WriteSet(writer, signers, null);
            }
        }

        return writer.Encode();
    }

    private static void WriteContent(AsnWriter writer, ReadOnlyMemory<byte>? content)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Data);
            if (content is { } bytes)
            {
                using (writer.PushSequence(Tag0))
                {
                    writer.WriteOctetString(bytes.Span);
                }
            }
        }
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
