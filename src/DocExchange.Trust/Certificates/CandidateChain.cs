namespace DocExchange.Trust.Certificates;

/// <summary>A chain under examination, leaf first. <paramref name="IsComplete"/>: it ends at a trust anchor.</summary>
/// <param name="Budget">Of the judgement it belongs to, as are the <paramref name="Names"/>.</param>
internal sealed record CandidateChain(
    IReadOnlyList<Certificate> Certificates, bool IsComplete, CertificateUsage Usage, CertificatePathOptions Options, SignatureBudget Budget, NameComparisons Names)
{
    public Certificate Leaf => Certificates[0];

    public IEnumerable<Certificate> Authorities => Certificates.Skip(1);

    /// <summary>Each certificate with its issuer; the last of a chain has none.</summary>
    public IEnumerable<(Certificate Certificate, Certificate Issuer)> Links => Certificates.Zip(Certificates.Skip(1));

    /// <summary>What RFC 5280 §6.1 examines: all but the trust anchor.</summary>
    public IEnumerable<Certificate> BelowAnchor => IsComplete && Certificates.Count > 1 ? Certificates.SkipLast(1) : Certificates;
}
