using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>What one revocation list or OCSP answer says about one certificate.</summary>
/// <param name="Partition">Which other statements it replaces when it is newer.</param>
/// <param name="Reasons">For which reasons it speaks, as <see cref="RevocationReasons"/>.</param>
/// <param name="Signer">The chain of who signed it; null for the certificate's own issuer, which is judged anyway.</param>
internal sealed record RevocationStatement(
    string Partition, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, RevokedCertificate? Entry, int Reasons, ExaminedChain? Signer)
{
    /// <summary>The partition of all OCSP answers: whoever gives one speaks for the issuer (RFC 6960 §2.6, §4.2.2.2; ARCHITECTURE 82).</summary>
    public const string OfAnswers = "OCSP";

    /// <summary>Further chains of who signed it, by other certificates of the same key; one that holds is enough.</summary>
    public IReadOnlyList<ExaminedChain> OtherSigners { get; init; } = [];

    public bool IsAnswer => Partition == OfAnswers;
}

/// <summary>
/// What all lists and answers say about one certificate, newest first: everything that does not depend on the time of
/// judgement.
/// </summary>
internal sealed class RevocationFacts
{
    /// <summary>A trust anchor, or an OCSP responder marked id-pkix-ocsp-nocheck: nobody revokes it by list.</summary>
    public static readonly RevocationFacts Exempt = new([], []) { IsExempt = true };

    // Thousands of lists may each have an untrusted signer.
    private const int MaxFindings = 1000;

    private readonly IReadOnlyList<RevocationStatement> statements;

    public RevocationFacts(IEnumerable<RevocationStatement> statements, IReadOnlyList<Finding> findings)
    {
        this.statements = [.. statements.OrderByDescending(statement => statement.ThisUpdate)];
        Findings = findings;
    }

    /// <summary>Lists and answers that could not be used, and why.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    public bool IsExempt { get; private init; }

    public bool HasStatement => statements.Count > 0;

    /// <summary>There are OCSP answers, and no lists beside them.</summary>
    public bool AreAnswersOnly => HasStatement && statements.All(statement => statement.IsAnswer);

    public DateTimeOffset? NewestNextUpdate => statements.Count == 0 ? null : statements[0].NextUpdate ?? statements[0].ThisUpdate;

    /// <summary>The same without the statements whose signers cannot be relied upon at this time.</summary>
    public RevocationFacts SignedReliably(DateTimeOffset at, CertificatePathOptions options)
    {
        if (statements.All(statement => statement.Signer is null))
        {
            return this;
        }

        var (kept, findings) = (new List<RevocationStatement>(), new List<Finding>(Findings));
        foreach (var statement in statements)
        {
            if (statement.Signer is not { } signer)
            {
                kept.Add(statement);
                continue;
            }

            // Any certificate of the key will do; one that is revoked says of the key that nobody may rely on it.
            var judged = statement.OtherSigners.Prepend(signer).Select(chain => chain.Judge(at, options)).ToList();
            var revoked = judged.Find(path => path.Findings.Any(finding => finding.SubIndication == SubIndication.Revoked));
            if (revoked is null && judged.Exists(path => path.IsTrusted))
            {
                kept.Add(statement);
                continue;
            }

            findings.Add(PathFindings.StatusSignerUntrusted(signer.Chain[0]));
            findings.AddRange((revoked ?? judged[0]).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(PathFindings.OfStatusSigner));
        }

        return new RevocationFacts(kept, [.. findings.Distinct().Take(MaxFindings)]);
    }

    /// <summary>
    /// Every statement that revokes the certificate, newest first: they may name other reasons and times. An older list counts
    /// where the newest of its kind is silent, since expired certificates leave the lists; a hold that a newer one no longer
    /// names was lifted, if that one speaks for any reason. Of two of the same moment the one that revokes counts.
    /// </summary>
    /// <param name="until">Only what was given out by then may lift a hold; null: everything.</param>
    public IEnumerable<RevocationStatement> Revocations(DateTimeOffset? until = null)
    {
        var newest = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var statement in statements.Where(statement => statement.Reasons != 0 && (until is null || statement.ThisUpdate <= until)))
        {
            newest.TryAdd(statement.Partition, statement.ThisUpdate);
        }

        return statements.Where(statement => statement.Entry is { } entry
            && entry.Reason != RevocationReason.RemoveFromCrl
            && (entry.Reason != RevocationReason.CertificateHold || !newest.TryGetValue(statement.Partition, out var last) || statement.ThisUpdate >= last));
    }

    /// <summary>
    /// The reasons for which there is word for this time, as <see cref="RevocationReasons"/>: it was not yet due for renewal then, and it was given out
    /// while the certificate was valid, since later lists no longer name it.
    /// </summary>
    public int ReasonsAt(DateTimeOffset at, DateTimeOffset notAfter, CertificatePathOptions options)
    {
        var reasons = 0;
        foreach (var statement in statements)
        {
            if ((statement.NextUpdate ?? statement.ThisUpdate.Plus(options.MaxListAge)) > at
                && (statement.ThisUpdate <= at || (options.AcceptsLaterStatus && statement.ThisUpdate <= notAfter)))
            {
                reasons |= statement.Reasons;
            }
        }

        return reasons;
    }
}
