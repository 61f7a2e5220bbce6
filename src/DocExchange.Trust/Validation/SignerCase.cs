using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>One signer before the rules: its facts, those of the CMS around it, what is demanded, and the time that is proven.</summary>
/// <param name="ProvenAt">When the signature existed at the latest.</param>
internal sealed record SignerCase(SignerFacts Signer, CmsFacts Cms, ValidationPolicy Policy, DateTimeOffset ProvenAt)
{
    public bool HasAttributes => Signer.SignedAttributes is not null;

    /// <summary>The signed attributes refer to the signer's certificate by nothing but digests that were no longer trusted.</summary>
    public bool HasEndedReference => !Policy.AcceptsReferencesOfAnyDigest && Signer.ReferenceDigests is { Count: > 0 } digests && digests.All(digest =>
        !Policy.Algorithms.Ends.TryGetValue(CmsAlgorithms.NameOf(digest), out var end) || end <= ProvenAt);

    public static IEnumerable<Finding> When(bool isFound, Finding finding) => isFound ? [finding] : [];

    public IEnumerable<Finding> Judge(IEnumerable<Func<SignerCase, IEnumerable<Finding>>> rules) => rules.SelectMany(rule => rule(this));
}
