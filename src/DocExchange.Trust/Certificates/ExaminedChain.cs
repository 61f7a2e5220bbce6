using DocExchange.Trust.Digests;
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
    /// <summary>Of a certificate with as many chains as are examined: one that was not may hold.</summary>
    public bool IsOfMany { get; init; }

    /// <summary>Of who made the certificate at an index; an anchor's own.</summary>
    public Digest IssuerKeyOf(int index) => Chain[Math.Min(index + 1, Chain.Count - 1)].PublicKeyFingerprint;

    public PathResult Judge(DateTimeOffset at, StatusJudgement judgement)
    {
        var found = new List<Finding>[Certificates.Count];
        var (end, isKeyInDoubt, isStatusKnown) = (StatusEnd.None, false, false);
        for (var i = Certificates.Count - 1; i >= 0; i--)
        {
            var certificate = Certificates[i];
            found[i] = [];
            JudgePeriod(certificate, at, found[i]);
            var above = end;
            end = end with { KeyDoubtSince = null };
            if (certificate.IsLeaf || certificate.Revocation is not { IsExempt: true })
            {
                // An anchor is trusted for as long as it is in the store.
                end = end.With(certificate.NotAfter, at);
            }

            if (certificate.Revocation is { IsEmpty: false } gathered)
            {
                var facts = gathered.Weighed(new StatementWeight(at, above, judgement));
                var later = judgement.Options.AcceptsLaterStatus ? facts.Revocations(certificate.NotAfter) : [];
                end = later.Aggregate(end, (known, statement) => known.With(statement, at));
                var revoked = JudgeRevocation(certificate, facts, at, judgement.Options, above, found[i]);
                isKeyInDoubt = certificate.IsLeaf && revoked is { LeavesDoubt: true };
                isStatusKnown = certificate.IsLeaf && facts.ReasonsAt(at, certificate.NotAfter, judgement.Options) != 0;
            }
        }

        return new PathResult(Chain, [.. Findings, .. found.SelectMany(each => each)]) { Policies = Policies, Examined = Certificates, End = end, IsKeyInDoubt = isKeyInDoubt, IsStatusKnown = isStatusKnown };
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

    /// <returns>What revokes the certificate at this time.</returns>
    private static RevokedCertificate? JudgeRevocation(ExaminedCertificate certificate, RevocationFacts facts, DateTimeOffset at, CertificatePathOptions options, StatusEnd issuer, List<Finding> found)
    {
        found.AddRange(facts.Findings);
        var revocations = facts.Revocations(certificate.NotAfter, options.AcceptsLaterStatus ? null : at)
            .OrderBy(statement => statement.IsInDoubt).ThenBy(statement => statement.Entry!.IsHold).ToList();
        var final = revocations.Find(statement => !statement.IsInDoubt && !statement.Entry!.IsHold)?.Entry;
        if (revocations.Find(statement => statement.RevokesAt(at)) is { Entry: { } entry } revoking && !(options.AcceptsLaterStatus && entry.IsHold && final is not null))
        {
            found.Add(StatusFindings.Revoked(certificate, revoking));
            return revoking.IsInDoubt ? null : entry;
        }

        if (options.AcceptsLaterStatus && facts.HoldOver(at, certificate.NotAfter, out var isReleased) is { Entry: { } hold } held)
        {
            found.Add(held.IsInDoubt ? StatusFindings.WasHeldInDoubt(certificate.Certificate, held, certificate.IsLeaf)
                : isReleased ? StatusFindings.WasOnHold(certificate.Certificate, hold.Since, certificate.IsLeaf)
                : final is not null ? StatusFindings.HeldThenRevoked(certificate.Certificate, hold.Since, final.Since, certificate.IsLeaf)
                : StatusFindings.OnHold(certificate.Certificate, hold.Since, held.NextUpdate));
        }

        if (revocations is [var later, ..])
        {
            found.Add(StatusFindings.Later(certificate.Certificate, later));
        }

        if (!facts.IsExempt)
        {
            JudgeStatus(certificate, facts, at, options, issuer, found);
        }

        return null;
    }

    /// <summary>Whether there is word for this time on a certificate that nobody is known to have revoked.</summary>
    private static void JudgeStatus(ExaminedCertificate certificate, RevocationFacts facts, DateTimeOffset at, CertificatePathOptions options, StatusEnd issuer, List<Finding> found)
    {
        if (facts.Unread(at, options) is { } unread)
        {
            found.Add(StatusFindings.ListUnread(certificate.Certificate, unread.ThisUpdate, options.Revocation));
        }

        if (!facts.HasStatement && facts.IsLimited)
        {
            return;
        }

        if (!facts.HasStatement)
        {
            found.Add(PathFindings.ListMissing(certificate.Certificate, options.Revocation));
        }
        else if (facts.ReasonsAt(at, certificate.NotAfter, options) is var reasons and not RevocationReasons.All)
        {
            found.Add(facts.IsUnweighed && options.Revocation == RevocationDemand.Required ? PathFindings.StatusWork(certificate.Certificate)
                : facts.ReasonsAt(at, certificate.NotAfter, options, ended: true) == RevocationReasons.All ? StatusFindings.StatusAfterEnd(certificate.Certificate, issuer, options.Revocation)
                : reasons != 0 ? PathFindings.ReasonsMissing(certificate.Certificate, options.Revocation)
                : facts.AreAnswersOnly ? PathFindings.AnswerStale(certificate.Certificate, facts.NewestDueAt(options), options.Revocation)
                : PathFindings.ListStale(certificate.Certificate, facts.NewestDueAt(options), options.Revocation));
        }
        else if (facts.ReasonsAt(at, certificate.NotAfter, options, unproven: false) != RevocationReasons.All)
        {
            found.Add(StatusFindings.StatusUnproven(certificate.Certificate));
        }
    }
}
