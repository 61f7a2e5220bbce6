using DocExchange.Trust.Signatures;
using static DocExchange.Trust.Validation.SignerCase;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Whether the signature policy a signer names is one the site knows (ETSI EN 319 102-1 §5.2.4): what it demands beyond the
/// validation policy is written in a document, and only who has read that can say that it is met.
/// </summary>
internal static class ContextRules
{
    public static readonly IReadOnlyList<Func<SignerCase, IEnumerable<Finding>>> All = [ReadablePolicy, KnownPolicy];

    private static IEnumerable<Finding> ReadablePolicy(SignerCase it) =>
        When(it.Signer.IsSignaturePolicyUnreadable, CmsFindings.AttributeUnreadable("signaturePolicyIdentifier"));

    // RFC 5126 §5.8.1; an implied policy is none that a verifier could look up.
    private static IEnumerable<Finding> KnownPolicy(SignerCase it)
    {
        if (it.Signer.SignaturePolicy is not { Oid: { } oid } named)
        {
            return [];
        }

        var accepted = it.Policy.SignaturePolicies.Where(policy => policy.Oid == oid).ToList();
        return accepted.Count == 0 ? [CmsFindings.SignaturePolicyNotAvailable(oid)]
            : accepted.Exists(policy => IsSame(policy, named)) ? [CmsFindings.SignaturePolicyAccepted(oid)]
            : [CmsFindings.SignaturePolicyDiffers(oid)];
    }

    private static bool IsSame(AcceptedSignaturePolicy accepted, SignaturePolicyFacts named) =>
        accepted.Digest is not { } digest || (accepted.DigestAlgorithm == named.DigestAlgorithm && named.Digest is { } signed && digest.Span.SequenceEqual(signed.Span));
}
