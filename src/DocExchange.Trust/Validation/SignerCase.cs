namespace DocExchange.Trust.Validation;

/// <summary>One signer before the rules: its facts, those of the CMS around it, what is demanded, and the time that is proven.</summary>
/// <param name="ProvenAt">When the signature existed at the latest.</param>
internal sealed record SignerCase(SignerFacts Signer, CmsFacts Cms, ValidationPolicy Policy, DateTimeOffset ProvenAt)
{
    public bool HasAttributes => Signer.SignedAttributes is not null;

    public static IEnumerable<Finding> When(bool isFound, Finding finding) => isFound ? [finding] : [];

    public IEnumerable<Finding> Judge(IEnumerable<Func<SignerCase, IEnumerable<Finding>>> rules) => rules.SelectMany(rule => rule(this));
}
