using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>One certificate of a chain with what is known of it whatever the time of judgement.</summary>
/// <param name="Revocation">Null where the issuer is not known.</param>
internal sealed record ExaminedCertificate(
    Certificate Certificate, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsLeaf, RevocationFacts? Revocation);

/// <summary>A chain with everything found that does not depend on time.</summary>
/// <param name="Policies">The policies it is valid under, as far as they are acceptable.</param>
internal sealed record ExaminedChain(
    IReadOnlyList<Certificate> Chain, IReadOnlyList<ExaminedCertificate> Certificates, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Policies)
{
    public PathResult Judge(DateTimeOffset at, CertificatePathOptions options)
    {
        var found = new List<Finding>(Findings);
        foreach (var certificate in Certificates)
        {
            JudgePeriod(certificate, at, found);
            if (certificate.Revocation is { IsExempt: false } facts)
            {
                JudgeRevocation(certificate, facts, at, options, found);
            }
        }

        return new PathResult(Chain, found) { Policies = Policies, Examined = Certificates };
    }

    private static void JudgePeriod(ExaminedCertificate certificate, DateTimeOffset at, List<Finding> found)
    {
        if (at < certificate.NotBefore)
        {
            found.Add(PathFindings.NotYetValid(certificate.Certificate, certificate.NotBefore, certificate.IsLeaf));
        }

        if (certificate.NotAfter.HasExpiredAt(at))
        {
            found.Add(PathFindings.Expired(certificate.Certificate, certificate.NotAfter, certificate.IsLeaf));
        }
    }

    private static void JudgeRevocation(ExaminedCertificate certificate, RevocationFacts gathered, DateTimeOffset at, CertificatePathOptions options, List<Finding> found)
    {
        var facts = gathered.SignedReliably(at, options);
        found.AddRange(facts.Findings);
        var revocations = facts.Revocations(options.AcceptsLaterStatus ? null : at).ToList();
        if (revocations.Find(statement => SinceOf(statement.Entry!) <= at || (!options.AcceptsLaterStatus && statement.ThisUpdate <= at)) is { Entry: { } entry })
        {
            found.Add(PathFindings.Revoked(certificate.Certificate, entry, SinceOf(entry), certificate.IsLeaf));
            return;
        }

        if (revocations is [{ Entry: { } later }, ..])
        {
            found.Add(PathFindings.RevokedLater(certificate.Certificate, SinceOf(later)));
        }

        if (!facts.HasStatement)
        {
            found.Add(PathFindings.ListMissing(certificate.Certificate, options.Revocation));
        }
        else if (facts.ReasonsAt(at, certificate.NotAfter, options) is var reasons and not RevocationReasons.All)
        {
            found.Add(reasons != 0 ? PathFindings.ReasonsMissing(certificate.Certificate, options.Revocation)
                : facts.AreAnswersOnly ? PathFindings.AnswerStale(certificate.Certificate, facts.NewestNextUpdate, options.Revocation)
                : PathFindings.ListStale(certificate.Certificate, facts.NewestNextUpdate, options.Revocation));
        }
    }

    // invalidityDate says since when the key was bad, which may lie before the day that became known.
    private static DateTimeOffset SinceOf(RevokedCertificate entry) => entry.InvalidityDate < entry.At ? entry.InvalidityDate.Value : entry.At;
}
