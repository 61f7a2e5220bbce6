using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>The judgement of one certificate.</summary>
/// <param name="Chain">Leaf first, as far as it could be followed.</param>
/// <param name="Policies">The policies it is valid under, as <see cref="PathResult.Policies"/>; empty where it is not valid.</param>
public sealed record CertificateVerdict(IReadOnlyList<Certificate> Chain, IReadOnlyList<string> Policies, IReadOnlyList<Finding> Findings)
{
    public Indication Indication => Findings.Worst().Indication;

    public SubIndication SubIndication => Findings.Worst().SubIndication;

    /// <summary>With what was found outside the certificates.</summary>
    public CertificateVerdict With(IReadOnlyList<Finding> more)
    {
        IReadOnlyList<Finding> all = [.. Findings, .. more];
        return new CertificateVerdict(Chain, all.Worst().Indication == Indication.TotalPassed ? Policies : [], all);
    }
}

/// <summary>
/// Judges one certificate by itself, as strictly as RFC 5280 is written. A signature's verdict leaves what is wrong with an
/// authority open, since proof of an earlier existence may come; here the question is the certificate at one time, and a
/// rule that is broken fails it. Indeterminate is only what is not known: an issuer, a revocation state, what lies beyond
/// a limit.
/// </summary>
public static class CertificateCheck
{
    /// <summary>The strictest options: everything RFC 5280 demands, and more chains tried.</summary>
    public static readonly CertificatePathOptions Strict = new()
    {
        RequiresProfile = true,
        AcceptsLaterStatus = false,
        MaxCertificates = 4096,
        MaxDepth = 16,
        MaxSameSubject = 32,
        MaxChains = 12,
        MaxSignatureChecks = 256,
        MaxListsPerIssuer = 256,
    };

    /// <param name="store">Its intermediates need not be trusted: only their signatures are believed.</param>
    public static CertificateVerdict Judge(Certificate leaf, TrustStore store, DateTimeOffset at, CertificateUsage usage, CertificatePathOptions options)
    {
        var result = new CertificatePaths(store, options).Build(leaf, [], at, usage);
        var isLimited = result.Findings.Any(finding => finding.Code == "PATH_SEARCH_LIMIT");
        return new CertificateVerdict(result.Chain, result.Policies, []).With([.. result.Findings.Select(finding => Decide(finding, isLimited))]);
    }

    private static Finding Decide(Finding finding, bool isLimited)
    {
        if (finding is { Code: "CERT_ON_HOLD", IsDoubtful: false })
        {
            // What the question is about is known: at this time nobody may rely on it.
            return finding with { Indication = Indication.TotalFailed, SubIndication = SubIndication.Revoked };
        }

        // An issuer that was not found is not known to exist; after a limit, neither is one that did not fit. What is said by whom nobody need believe is not known.
        var isOpen = finding.IsDoubtful || finding.SubIndication == SubIndication.TryLater
            || finding.Code is "CERT_ISSUER_UNKNOWN" or "PATH_SEARCH_LIMIT" or "CERT_NAME_LIMIT" or "CERT_POLICY_LIMIT"
            || (isLimited && finding.SubIndication == SubIndication.NoCertificateChainFound);
        return finding.Indication == Indication.Indeterminate && !isOpen ? finding with { Indication = Indication.TotalFailed } : finding;
    }
}
