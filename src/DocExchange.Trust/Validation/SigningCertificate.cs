using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Validation;

/// <summary>Finds the certificate a signer names, and holds it against the signed reference (RFC 5035 §3).</summary>
internal static class SigningCertificate
{
    /// <summary>The first certificate that is named and referred to, otherwise the first that is named.</summary>
    public static NamedCertificate Find(CmsSignerInfo signer, IEnumerable<Certificate> candidates)
    {
        var named = candidates.Where(candidate => Names(signer.Identifier, candidate)).Distinct().ToList();
        var (kind, reference) = ReadReference(signer.SignedAttributes);
        var referred = reference is null ? null : named.Find(reference.RefersTo);
        return new NamedCertificate(named.Count, referred is null ? kind : CertificateReference.OfTheSigner, referred ?? (named.Count == 0 ? null : named[0]));
    }

    private static bool Names(CmsSignerIdentifier identifier, Certificate certificate)
    {
        if (identifier.SubjectKeyIdentifier is { } key)
        {
            return certificate.Inner.GetExtensionValue(X509Extensions.SubjectKeyIdentifier) is { } extension
                && AsnDecoder.TryReadPrimitiveOctetString(extension.GetOctets(), AsnEncodingRules.BER, out var own, out _)
                && own.SequenceEqual(key.Span);
        }

        var fields = CertificateFields.Of(certificate);
        return fields.SerialNumber.Span.SequenceEqual(identifier.SerialNumber.Span) && fields.Issuer.Span.SequenceEqual(identifier.Issuer.Span);
    }

    private static (CertificateReference Kind, Reference? Reference) ReadReference(CmsAttributes? attributes)
    {
        var oid = attributes?.Count(Oids.SigningCertificateV2) > 0 ? Oids.SigningCertificateV2 : Oids.SigningCertificate;
        if (attributes is null || attributes.Count(oid) == 0)
        {
            return (CertificateReference.Absent, null);
        }

        if (attributes.Single(oid) is not { } value)
        {
            return (CertificateReference.Repeated, null);
        }

        try
        {
            return (CertificateReference.OfAnother, Reference.Read(value, isVersion2: oid == Oids.SigningCertificateV2));
        }
        catch (AsnContentException)
        {
            return (CertificateReference.Unreadable, null);
        }
    }

    /// <summary>The first ESSCertID or ESSCertIDv2, which names the signer's certificate (RFC 5035 §3).</summary>
    private sealed record Reference(DigestAlgorithm? Algorithm, byte[] Hash, CertificateFields? IssuerAndSerial)
    {
        private static readonly Asn1Tag DirectoryName = new(TagClass.ContextSpecific, 4, isConstructed: true);

        public static Reference Read(ReadOnlyMemory<byte> value, bool isVersion2)
        {
            var id = new AsnReader(value, AsnEncodingRules.BER).ReadSequence().ReadSequence().ReadSequence();
            DigestAlgorithm? algorithm = isVersion2 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha1;
            if (isVersion2 && id.PeekTag() == Asn1Tag.Sequence)
            {
                algorithm = DigestAlgorithms.Of(CmsReader.ReadAlgorithm(id).Oid);
            }

            var hash = id.ReadOctetString();
            return new Reference(algorithm, hash, id.HasData ? ReadIssuerSerial(id.ReadSequence()) : null);
        }

        public bool RefersTo(Certificate certificate) =>
            Algorithm is { } algorithm
            && DigestAlgorithms.Hash(algorithm, certificate.Der).AsSpan().SequenceEqual(Hash)
            && (IssuerAndSerial is not { } expected || IsOf(certificate, expected));

        private static bool IsOf(Certificate certificate, CertificateFields expected)
        {
            var actual = CertificateFields.Of(certificate);
            return actual.Issuer.Span.SequenceEqual(expected.Issuer.Span) && actual.SerialNumber.Span.SequenceEqual(expected.SerialNumber.Span);
        }

        private static CertificateFields ReadIssuerSerial(AsnReader fields)
        {
            var names = fields.ReadSequence();
            var issuer = names.PeekTag() == DirectoryName ? names.ReadSequence(DirectoryName).ReadEncodedValue() : names.ReadEncodedValue();
            return new CertificateFields(issuer, fields.ReadIntegerBytes());
        }
    }
}

/// <param name="Count">How many certificates bear the name and number the signer gives.</param>
internal sealed record NamedCertificate(int Count, CertificateReference Reference, Certificate? Certificate);
