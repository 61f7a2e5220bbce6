using DocExchange.Trust.Signatures;
using static DocExchange.Trust.Validation.SignerCase;

namespace DocExchange.Trust.Validation;

/// <summary>Whether it is certain which certificate signs (ETSI EN 319 102-1 §5.2.3).</summary>
internal static class IdentificationRules
{
    public static readonly IReadOnlyList<Func<SignerCase, IEnumerable<Finding>>> All = [Found, ReadableReference, ReferenceToTheSigner, OneCertificate];

    private static IEnumerable<Finding> Found(SignerCase it) => When(it.Signer.Certificate is null, CmsFindings.NoSigningCertificate);

    private static IEnumerable<Finding> ReadableReference(SignerCase it) =>
        When(it.Signer.Reference == CertificateReference.Unreadable, CmsFindings.AttributeUnreadable("signingCertificate"));

    // RFC 5035 §3: hash, and issuer and serial number where they are given, are those of the certificate.
    private static IEnumerable<Finding> ReferenceToTheSigner(SignerCase it) =>
        When(it.Signer is { Certificate: not null, Reference: CertificateReference.OfAnother }, CmsFindings.SigningCertificateMismatch);

    private static IEnumerable<Finding> OneCertificate(SignerCase it) =>
        When(it.Signer is { NamedCertificates: > 1, Reference: not (CertificateReference.OfAnother or CertificateReference.OfTheSigner) }, CmsFindings.CertificateAmbiguous);
}
