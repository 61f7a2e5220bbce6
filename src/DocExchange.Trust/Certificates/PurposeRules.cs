using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>What a certificate may be used for (RFC 5280 §4.2.1.3, §4.2.1.12).</summary>
internal static class PurposeRules
{
    // Written for signing documents before RFC 9336 gave that a purpose of its own.
    private static readonly DerObjectIdentifier MicrosoftDocumentSigning = new("1.3.6.1.4.1.311.10.3.12");
    private static readonly DerObjectIdentifier AdobeDocumentSigning = new("1.2.840.113583.1.1.5");

    private const int DigitalSignature = 0;
    private const int NonRepudiation = 1;
    private const int KeyEncipherment = 2;
    private const int KeyAgreement = 4;

    /// <summary>RFC 6960 §4.2.2.2.1: the issuer says that this responder need not be looked up.</summary>
    public static bool IsExemptResponder(Certificate responder) => responder.Inner.GetExtensionValue(OcspObjectIdentifiers.PkixOcspNocheck) is not null;

    /// <summary>The leaf's keyUsage; where it has none, everything is allowed.</summary>
    public static IEnumerable<Finding> KeyUsages(CandidateChain chain)
    {
        if (chain.Usage == CertificateUsage.Any || chain.Leaf.Inner.GetKeyUsage() is not { } bits)
        {
            yield break;
        }

        var isAllowed = chain.Usage switch
        {
            CertificateUsage.TlsClient => bits[DigitalSignature] || bits[KeyAgreement],
            CertificateUsage.TlsServer => bits[DigitalSignature] || bits[KeyEncipherment] || bits[KeyAgreement],
            _ => bits[DigitalSignature] || bits[NonRepudiation],
        };
        if (!isAllowed)
        {
            yield return PathFindings.KeyUsage(chain.Leaf, chain.Usage);
        }
    }

    /// <summary>The purposes of the leaf and, where they name any, of the authorities below the anchor.</summary>
    public static IEnumerable<Finding> Purposes(CandidateChain chain)
    {
        if (chain.Usage == CertificateUsage.Any)
        {
            yield break;
        }

        if (!LeafAllows(chain.Leaf, chain.Usage))
        {
            yield return PathFindings.Purpose(chain.Leaf, chain.Usage);
        }

        foreach (var authority in chain.BelowAnchor.Skip(1))
        {
            if (PurposesOf(authority) is { } purposes && !Allows(purposes, chain.Usage))
            {
                yield return PathFindings.Purpose(authority, chain.Usage);
            }
        }
    }

    private static bool LeafAllows(Certificate leaf, CertificateUsage usage)
    {
        var purposes = PurposesOf(leaf);
        return usage switch
        {
            // RFC 3161 §2.3: this purpose alone, and critical.
            CertificateUsage.TimeStamping => purposes is [var only] && only.Equals(KeyPurposeID.id_kp_timeStamping) && IsCritical(leaf),

            // RFC 6960 §4.2.2.2: a delegated responder must name it.
            CertificateUsage.OcspSigning => purposes?.Contains(KeyPurposeID.id_kp_OCSPSigning) == true,
            _ => purposes is null || Allows(purposes, usage),
        };
    }

    private static bool Allows(IList<DerObjectIdentifier> purposes, CertificateUsage usage) =>
        purposes.Contains(KeyPurposeID.AnyExtendedKeyUsage) || AcceptedFor(usage).Any(purposes.Contains);

    private static DerObjectIdentifier[] AcceptedFor(CertificateUsage usage) => usage switch
    {
        CertificateUsage.TlsClient => [KeyPurposeID.id_kp_clientAuth],
        CertificateUsage.TlsServer => [KeyPurposeID.id_kp_serverAuth],
        CertificateUsage.TimeStamping => [KeyPurposeID.id_kp_timeStamping],
        CertificateUsage.OcspSigning => [KeyPurposeID.id_kp_OCSPSigning],
        CertificateUsage.DocumentSigning => [CertificateExtensions.DocumentSigning, KeyPurposeID.id_kp_emailProtection, MicrosoftDocumentSigning, AdobeDocumentSigning],
        _ => [CertificateExtensions.DocumentSigning, KeyPurposeID.id_kp_emailProtection],
    };

    private static IList<DerObjectIdentifier>? PurposesOf(Certificate certificate) => certificate.Inner.GetExtendedKeyUsage();

    private static bool IsCritical(Certificate certificate) =>
        certificate.Inner.CertificateStructure.Extensions.GetExtension(X509Extensions.ExtendedKeyUsage).IsCritical;
}
