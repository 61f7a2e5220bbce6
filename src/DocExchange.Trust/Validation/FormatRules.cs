using DocExchange.Trust.Signatures;
using static DocExchange.Trust.Validation.SignerCase;

namespace DocExchange.Trust.Validation;

/// <summary>Whether the signature is built as its standard says (ETSI EN 319 102-1 §5.2.2).</summary>
internal static class FormatRules
{
    private static readonly int[] KnownVersions = [1, 3, 4, 5];

    public static readonly IReadOnlyList<Func<SignerCase, IEnumerable<Finding>>> All =
    [
        TrailingBytes, NonMinimalLengths, SignedDataVersion, IndefiniteLengths, OwnFormOfTheWhole, SignerVersion, DerAttributes, SortedAttributes,
        MandatoryAttributes, SingleAttributes, SignedContentType, CounterSignedContentType, ReadableSigningTime, AgreeingAlgorithms, ListedDigest,
        OwnFormOfTheSigner, ReadableCounterSignatures, WithinLimits,
    ];

    private static IEnumerable<Finding> TrailingBytes(SignerCase it) => When(it.Cms.TrailingBytes > 0, CmsFindings.TrailingBytes(it.Cms.TrailingBytes));

    // X.690 §10.1.
    private static IEnumerable<Finding> NonMinimalLengths(SignerCase it) => When(it.Cms.HasNonMinimalLength, CmsFindings.NonMinimalLength);

    // RFC 5652 §5.1.
    private static IEnumerable<Finding> SignedDataVersion(SignerCase it) => When(!KnownVersions.Contains(it.Cms.Version), CmsFindings.Version(it.Cms.Version));

    // RFC 5652 §2: BER is allowed outside the signed part.
    private static IEnumerable<Finding> IndefiniteLengths(SignerCase it) =>
        When(it.Cms.HasIndefiniteLength && !it.Policy.RequiresOwnForm, CmsFindings.IndefiniteLength);

    private static IEnumerable<Finding> OwnFormOfTheWhole(SignerCase it) =>
        !it.Policy.RequiresOwnForm ? [] :
        [
            .. When(it.Cms is { HasGivenContent: true, HasContent: true }, CmsFindings.NotDetached),
            .. When(!it.Cms.IsDer, CmsFindings.NotDer),
            .. When(it.Cms.ContentType != Oids.Data, CmsFindings.ContentTypeNotData),
            .. When(it.Cms.UnreadableCertificates > 0, CmsFindings.UnreadableCertificates),
            .. When(!it.Cms.IsOwnForm, CmsFindings.NotOwnForm),
        ];

    // RFC 5652 §5.3. Some makers write 3 beside issuer and serial number, which changes nothing.
    private static IEnumerable<Finding> SignerVersion(SignerCase it) =>
        When(
            it.Signer.Version != (it.Signer.IsNamedByKeyIdentifier ? 3 : 1),
            it.Signer.Version == 3 && !it.Policy.RequiresOwnForm ? CmsFindings.SignerVersionRemark : CmsFindings.SignerVersion);

    // RFC 5652 §5.3: the signed attributes must be DER, even if the rest is not.
    private static IEnumerable<Finding> DerAttributes(SignerCase it) => When(!it.Signer.HasDerLengths, CmsFindings.SignedPartNotDer);

    private static IEnumerable<Finding> SortedAttributes(SignerCase it) => When(!it.Signer.AreAttributesSorted && it.Policy.RequiresOwnForm, CmsFindings.UnsortedStrict);

    // RFC 5652 §11.1, §11.2; a counter-signature has no contentType (§11.4).
    private static IEnumerable<Finding> MandatoryAttributes(SignerCase it) =>
        !it.HasAttributes ? [] :
        [
            .. When(!it.Signer.IsCounterSignature && it.Signer.Count(Oids.ContentType) == 0, CmsFindings.AttributeMissing("contentType")),
            .. When(it.Signer.Count(Oids.MessageDigest) == 0, CmsFindings.AttributeMissing("messageDigest")),
        ];

    // RFC 5652 §11: one instance, one value. RFC 5035 §3 and RFC 6211 §2 say the same.
    private static IEnumerable<Finding> SingleAttributes(SignerCase it) =>
        from attribute in SingleOnes
        where it.Signer.Count(attribute.Oid) > 0 && !it.Signer.IsSingle(attribute.Oid)
        select CmsFindings.AttributeNotSingle(attribute.Name);

    private static readonly (string Oid, string Name)[] SingleOnes =
    [
        (Oids.ContentType, "contentType"), (Oids.MessageDigest, "messageDigest"), (Oids.SigningTime, "signingTime"),
        (Oids.AlgorithmProtection, "CMSAlgorithmProtection"), (Oids.SigningCertificate, "signingCertificate"), (Oids.SigningCertificateV2, "signingCertificate"),
        (Oids.SignaturePolicy, "signaturePolicyIdentifier"),
    ];

    // RFC 5652 §11.1: it must be the eContentType.
    private static IEnumerable<Finding> SignedContentType(SignerCase it) =>
        When(!it.Signer.IsCounterSignature && it.Signer.IsSingle(Oids.ContentType) && it.Signer.SignedContentType != it.Cms.ContentType, CmsFindings.ContentTypeMismatch);

    // RFC 5652 §11.4.
    private static IEnumerable<Finding> CounterSignedContentType(SignerCase it) =>
        When(it.Signer.IsCounterSignature && it.Signer.Count(Oids.ContentType) > 0, CmsFindings.ContentTypeInCounterSignature);

    private static IEnumerable<Finding> ReadableSigningTime(SignerCase it) =>
        When(it.Signer.IsSingle(Oids.SigningTime) && it.Signer.SigningTime is null, CmsFindings.SigningTimeUnreadable);

    // RFC 5754 §3: the digest algorithm and that of the signature algorithm are one.
    private static IEnumerable<Finding> AgreeingAlgorithms(SignerCase it) =>
        When(it.Signer is { DigestOfSignatureAlgorithm: { } named, Digest: { } digest } && named != digest, CmsFindings.DigestAlgorithmMismatch);

    // RFC 5652 §5.1 intends the list to name them all, and lets a verifier do without.
    private static IEnumerable<Finding> ListedDigest(SignerCase it) => When(!it.Signer.IsDigestListed && !it.Signer.IsCounterSignature, CmsFindings.DigestAlgorithmUnlisted);

    private static IEnumerable<Finding> OwnFormOfTheSigner(SignerCase it) =>
        !it.Policy.RequiresOwnForm || it.Signer.Certificate is null ? [] :
        [
            .. When(!it.Signer.Value.IsDer, CmsFindings.SignatureNotDer),
            .. When(!it.Signer.Value.HasLowS && it.Signer.Key != Keys.KeyAlgorithm.Sm2, CmsFindings.SignatureHighS),
            .. When(!it.Signer.Value.IsOwnForm, CmsFindings.NotOwnForm),
        ];

    private static IEnumerable<Finding> ReadableCounterSignatures(SignerCase it) =>
        When(it.Signer.UnreadableCounterSignatures > 0, CmsFindings.CounterSignatureUnreadable(it.Signer.UnreadableCounterSignatures));

    private static IEnumerable<Finding> WithinLimits(SignerCase it) => [.. it.Cms.LeftOut ?? [], .. it.Signer.LeftOut is { } unread ? [Weighed(unread, it.Policy)] : Array.Empty<Finding>()];

    /// <summary>Where only some unsigned attributes are allowed, or none, one that cannot be read is not among them.</summary>
    private static Finding Weighed(Finding unread, ValidationPolicy policy) => CmsFindings.IsOfUnsignedUnreadable(unread) && (policy.RequiresOwnForm || policy.AllowedUnsignedAttributes is not null)
        ? unread with { Indication = Indication.TotalFailed, SubIndication = SubIndication.FormatFailure }
        : unread;
}
