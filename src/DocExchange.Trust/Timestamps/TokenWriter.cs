using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>Writes time-stamp tokens: DER, SignedData version 3, one signer (RFC 3161 §2.4.2, RFC 5652 §5.1).</summary>
internal static class TokenWriter
{
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <param name="withCertificates">Whether the authority's certificate and those above it go in.</param>
    public static async Task<byte[]> WriteAsync(TimestampInfo info, ISigningKey key, bool withCertificates, CancellationToken cancellation)
    {
        var content = info.Encode();
        var profile = CmsProfile.Of(key.Algorithm);
        var attributes = Attributes(key.Certificate, profile, DigestAlgorithms.Hash(profile.Digest, content), info.GenTime);
        var signature = await key.SignAsync(attributes, cancellation);
        var signer = CmsWriter.SignerInfo(key.Certificate, profile, attributes, signature);
        return SignedData(profile, content, withCertificates ? [key.Certificate, .. key.Chain] : [], signer);
    }

    /// <summary>Those of every signature of ours, but for the content type.</summary>
    private static byte[] Attributes(Certificate authority, CmsProfile profile, byte[] digest, DateTimeOffset time)
    {
        var usual = new AsnReader(CmsWriter.SignedAttributes(authority, profile, digest, time), AsnEncodingRules.DER).ReadSetOf();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            while (usual.HasData)
            {
                var attribute = usual.ReadEncodedValue();
                if (new AsnReader(attribute, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() == Oids.ContentType)
                {
                    WriteContentType(writer);
                }
                else
                {
                    writer.WriteEncodedValue(attribute.Span);
                }
            }
        }

        return writer.Encode();
    }

    private static void WriteContentType(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.ContentType);
            using (writer.PushSetOf())
            {
                writer.WriteObjectIdentifier(TimestampOids.Info);
            }
        }
    }

    private static byte[] SignedData(CmsProfile profile, byte[] content, IReadOnlyList<Certificate> certificates, byte[] signer)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.SignedData);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                {
                    profile.WriteDigestAlgorithm(writer);
                }

                WriteContent(writer, content);
                if (certificates.Count > 0)
                {
                    WriteSet(writer, certificates.Select(certificate => certificate.Der), Tag0);
                }

                WriteSet(writer, [signer], null);
            }
        }

        return writer.Encode();
    }

    private static void WriteContent(AsnWriter writer, byte[] content)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(TimestampOids.Info);
            using (writer.PushSequence(Tag0))
            {
                writer.WriteOctetString(content);
            }
        }
    }

    private static void WriteSet(AsnWriter writer, IEnumerable<byte[]> values, Asn1Tag? tag)
    {
        using (writer.PushSetOf(tag))
        {
            foreach (var value in values)
            {
                writer.WriteEncodedValue(value);
            }
        }
    }
}
