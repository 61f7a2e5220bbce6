using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What the lists of its issuer say about one certificate, newest first: everything that does not depend on the time of
/// judgement.
/// </summary>
internal sealed class RevocationFacts
{
    /// <summary>A trust anchor, or an OCSP responder marked id-pkix-ocsp-nocheck: nobody revokes it by list.</summary>
    public static readonly RevocationFacts Exempt = new([], []) { IsExempt = true };

    private readonly IReadOnlyList<Statement> statements;

    private RevocationFacts(IReadOnlyList<Statement> statements, IReadOnlyList<Finding> findings)
    {
        this.statements = statements;
        Findings = findings;
    }

    /// <summary>Lists that could not be used, and why.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    public bool IsExempt { get; private init; }

    public static RevocationFacts Gather(Certificate certificate, Certificate issuer, IReadOnlyList<RevocationList> lists, int maxLists)
    {
        var statements = new List<Statement>();
        var findings = new List<Finding>();
        if (lists.Count > maxLists)
        {
            findings.Add(PathFindings.TooManyLists(certificate, maxLists));
        }

        foreach (var list in lists.Take(maxLists))
        {
            if (!CheckedSignatures.IsSignedBy(list, issuer))
            {
                findings.Add(PathFindings.ListNotSigned(list, issuer));
            }
            else if (!ChainRules.MaySignLists(issuer))
            {
                findings.Add(PathFindings.ListIssuerMayNotSign(issuer));
            }
            else if (IsReadable(list) && list.Entries.Covers(certificate))
            {
                statements.Add(new Statement(list.ThisUpdate, list.NextUpdate, list.Entries.Find(certificate)));
            }
            else
            {
                findings.Add(PathFindings.ListScope(list));
            }
        }

        return new RevocationFacts([.. statements.OrderByDescending(statement => statement.ThisUpdate)], findings);
    }

    /// <summary>
    /// The entry that revokes the certificate, null where none does. An older list counts where the newest is silent,
    /// since expired certificates leave the lists; a hold that the newest no longer names was lifted.
    /// </summary>
    public RevokedCertificate? Revocation()
    {
        for (var i = 0; i < statements.Count; i++)
        {
            if (statements[i].Entry is { } entry && entry.Reason != RevocationReason.RemoveFromCrl && (i == 0 || entry.Reason != RevocationReason.CertificateHold))
            {
                return entry;
            }
        }

        return null;
    }

    public bool HasList => statements.Count > 0;

    public DateTimeOffset? NewestNextUpdate => statements.Count == 0 ? null : statements[0].NextUpdate ?? statements[0].ThisUpdate;

    /// <summary>
    /// Whether a list speaks for this time: it was not yet due for renewal then, and it was issued while the certificate
    /// was valid, since later ones no longer name it.
    /// </summary>
    public bool SpeaksFor(DateTimeOffset at, DateTimeOffset notAfter, TimeSpan maxAge)
    {
        foreach (var statement in statements)
        {
            if ((statement.NextUpdate ?? statement.ThisUpdate + maxAge) > at && (statement.ThisUpdate <= at || statement.ThisUpdate <= notAfter))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsReadable(RevocationList list)
    {
        try
        {
            return list.Entries.IsUnderstood;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Entries are parsed late; whatever is malformed in them makes the list unusable.
            return false;
        }
    }

    private sealed record Statement(DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, RevokedCertificate? Entry);
}
