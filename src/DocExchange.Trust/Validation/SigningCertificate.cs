using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Validation;

/// <summary>Finds the certificate a signer names, and holds it against the signed reference (RFC 5035 §3).</summary>
internal static class SigningCertificate
{
    /// <summary>The first certificate that is named and referred to, by both references where there are two, otherwise the first that is named.</summary>
    public static NamedCertificate Find(CmsSignerInfo signer, IEnumerable<Certificate> candidates)
    {
        var issuer = new Lazy<string?>(() => KeyOf(signer.Identifier.Issuer));
        var named = candidates.Where(candidate => Names(signer.Identifier, issuer, candidate)).Distinct().ToList();
        var (kind, references) = ReadReferences(signer.SignedAttributes);
        var referred = references.Count == 0 ? null : named.Find(candidate => references.TrueForAll(reference => reference.RefersTo(candidate)));
        return new NamedCertificate(named.Count, referred is null ? kind : CertificateReference.OfTheSigner, referred ?? (named.Count == 0 ? null : named[0]))
        {
            Digests = referred is null ? null : [.. references.Select(reference => reference.Algorithm!.Value).Distinct()],
        };
    }

    /// <summary>Null where it has none that can be read.</summary>
    public static byte[]? KeyIdentifierOf(Certificate certificate)
    {
        try
        {
            return certificate.Inner.GetExtensionValue(X509Extensions.SubjectKeyIdentifier) is { } extension
                && AsnDecoder.TryReadPrimitiveOctetString(extension.GetOctets(), AsnEncodingRules.BER, out var own, out _)
                    ? own.ToArray()
                    : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Names(CmsSignerIdentifier identifier, Lazy<string?> issuer, Certificate certificate)
    {
        if (identifier.SubjectKeyIdentifier is { } key)
        {
            return KeyIdentifierOf(certificate) is { } own && own.AsSpan().SequenceEqual(key.Span);
        }

        return Names(new CertificateFields(identifier.Issuer, identifier.SerialNumber), issuer, certificate);
    }

    /// <summary>Names are the same where only case, blanks or the kind of string differ (RFC 5280 §7.1): many makers write them anew from text.</summary>
    private static bool Names(CertificateFields wanted, Lazy<string?> issuer, Certificate certificate)
    {
        var fields = CertificateFields.Of(certificate);
        return fields.SerialNumber.Span.SequenceEqual(wanted.SerialNumber.Span)
            && (fields.Issuer.Span.SequenceEqual(wanted.Issuer.Span) || (issuer.Value is { } name && name == certificate.IssuerKey));
    }

    /// <summary>Null where the bytes are no name.</summary>
    private static string? KeyOf(ReadOnlyMemory<byte> name)
    {
        try
        {
            return CertificateNames.KeyOf(X509Name.GetInstance(Asn1Object.FromByteArray(name.ToArray())));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The ASN.1 library throws many kinds for a malformed name.
            return null;
        }
    }

    /// <summary>The first version and the second (RFC 5035 §5.4): each that is there must be right.</summary>
    private static (CertificateReference Kind, List<Reference> References) ReadReferences(CmsAttributes? attributes)
    {
        var references = new List<Reference>();
        foreach (var oid in new[] { Oids.SigningCertificateV2, Oids.SigningCertificate }.Where(oid => attributes?.Count(oid) > 0))
        {
            if (attributes!.Single(oid) is not { } value)
            {
                return (CertificateReference.Repeated, []);
            }

            try
            {
                references.Add(Reference.Read(value, isVersion2: oid == Oids.SigningCertificateV2));
            }
            catch (AsnContentException)
            {
                return (CertificateReference.Unreadable, []);
            }
        }

        return (references.Count == 0 ? CertificateReference.Absent : CertificateReference.OfAnother, references);
    }

    /// <summary>The first ESSCertID or ESSCertIDv2, which names the signer's certificate (RFC 5035 §3).</summary>
    private sealed record Reference(DigestAlgorithm? Algorithm, byte[] Hash, CertificateFields? IssuerAndSerial)
    {
        private readonly Lazy<string?> issuerKey = new(() => IssuerAndSerial is { } expected ? KeyOf(expected.Issuer) : null);

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
            && (IssuerAndSerial is not { } expected || Names(expected, issuerKey, certificate));

        private static CertificateFields ReadIssuerSerial(AsnReader fields)
        {
            var names = fields.ReadSequence();
            var issuer = names.PeekTag() == DirectoryName ? names.ReadSequence(DirectoryName).ReadEncodedValue() : names.ReadEncodedValue();
            return new CertificateFields(issuer, fields.ReadIntegerBytes());
        }
    }
}

/// <param name="Count">How many certificates bear the name and number the signer gives.</param>
internal sealed record NamedCertificate(int Count, CertificateReference Reference, Certificate? Certificate)
{
    /// <summary>By which the references name the certificate; null where none names it.</summary>
    public IReadOnlyList<DigestAlgorithm>? Digests { get; init; }
}
