using DocExchange.Trust.Signatures;
using static DocExchange.Trust.Validation.SignerCase;

namespace DocExchange.Trust.Validation;

/// <summary>Whether the content is the signed one and the value the signer's (ETSI EN 319 102-1 §5.2.7).</summary>
internal static class CryptographicRules
{
    public static readonly IReadOnlyList<Func<SignerCase, IEnumerable<Finding>>> All =
    [
        KnownDigest, ContentAtHand, ReadableDigest, SameContent, OwnContent, SupportedAlgorithms, VerifiedValue, ValueInRange, ValidValue, ProtectedAlgorithms,
    ];

    private static IEnumerable<Finding> KnownDigest(SignerCase it) => When(it.Signer.Digest is null, CmsFindings.AlgorithmUnknown(it.Signer.DigestAlgorithm));

    // §5.2.7.4 step 1. Without signed attributes the value covers the content itself, and a digest of it is not enough.
    private static IEnumerable<Finding> ContentAtHand(SignerCase it) =>
        it.Signer.Digest is null ? []
        : it.Signer.ContentDigests.Count == 0 || it.Signer.ContentDigests.Contains(null) ? [CmsFindings.ContentMissing]
        : When(it.Signer is { Certificate: not null, Value.Check: SignatureCheck.NotMade }, CmsFindings.ContentOnlyByDigest);

    private static IEnumerable<Finding> ReadableDigest(SignerCase it) =>
        When(it.Signer.IsSingle(Oids.MessageDigest) && it.Signer.SignedDigest is null, CmsFindings.AttributeUnreadable("messageDigest"));

    // §5.2.7.4 step 2. Where content is inside and was handed over too, both must be what was signed; without attributes the value is over what is inside.
    private static IEnumerable<Finding> SameContent(SignerCase it) =>
        When(
            (it.HasAttributes ? it.Signer.SignedDigest : it.Signer.ContentDigests.FirstOrDefault()) is { } signed
                && it.Signer.ContentDigests.Any(digest => digest is { } actual && !actual.Span.SequenceEqual(signed.Span)),
            it.Signer.IsCounterSignature ? CmsFindings.CountersignsAnother : CmsFindings.DigestMismatch);

    // RFC 5652 §5.4 covers attributes and content alike: one may be passed off as the other.
    private static IEnumerable<Finding> OwnContent(SignerCase it) => When(it.Signer.IsContentLikeAttributes, CmsFindings.AttributesAsContent);

    private static IEnumerable<Finding> SupportedAlgorithms(SignerCase it) =>
        When(it.Signer is { Digest: not null, Value.Check: SignatureCheck.Unsupported }, CmsFindings.AlgorithmUnknown(it.Signer.SignatureAlgorithm));

    private static IEnumerable<Finding> VerifiedValue(SignerCase it) => When(it.Signer.Value.Check == SignatureCheck.BeyondLimit, CmsFindings.ValueBeyondLimit);

    // SEC 1 §4.1.4, GB/T 32918.2 §7.1.
    private static IEnumerable<Finding> ValueInRange(SignerCase it) =>
        When(it.Signer.Value is { IsInRange: false, Check: not SignatureCheck.Unsupported }, CmsFindings.SignatureOutOfRange);

    // §5.2.7.4 step 3.
    private static IEnumerable<Finding> ValidValue(SignerCase it) => When(it.Signer.Value.Check == SignatureCheck.Invalid, CmsFindings.SignatureInvalid);

    // RFC 6211 §2.
    private static IEnumerable<Finding> ProtectedAlgorithms(SignerCase it) =>
        When(
            it.Signer.AlgorithmProtection == AlgorithmProtection.Differs && it.Signer.IsSingle(Oids.AlgorithmProtection),
            CmsFindings.AlgorithmProtectionMismatch);
}
