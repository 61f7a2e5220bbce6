using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What all lists and answers say about one certificate, newest first: everything that does not depend on the time of
/// judgement.
/// </summary>
internal sealed class RevocationFacts
{
    /// <summary>A trust anchor: nobody revokes it by list.</summary>
    public static readonly RevocationFacts Exempt = new([], []) { IsExempt = true };

    private readonly IReadOnlyList<RevocationStatement> statements;

    public RevocationFacts(IEnumerable<RevocationStatement> statements, IReadOnlyList<Finding> findings)
    {
        // Of one moment those that revoke come first.
        this.statements = [.. statements.OrderByDescending(statement => statement.ThisUpdate).ThenBy(statement => statement.Entry is null)];
        Findings = findings;
    }

    /// <summary>Lists and answers that could not be used, and why.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Nobody need speak of it.</summary>
    public bool IsExempt { get; private init; }

    /// <summary>There is nothing to judge by it.</summary>
    public bool IsEmpty => IsExempt && statements.Count + Findings.Count == 0;

    public IReadOnlyList<RevocationStatement> Statements => statements;

    /// <summary>Chains of the other certificates of the issuer's key: an authority that was certified anew goes on speaking for what it issued.</summary>
    public IReadOnlyList<ExaminedChain> Renewals { get; init; } = [];

    public bool HasStatement => statements.Any(statement => !statement.IsUnread);

    /// <summary>Not all lists and answers were looked at: that there are none is not known.</summary>
    public bool IsLimited => Findings.Any(finding => finding is { Code: "CRL_LIMIT", Indication: Indication.Indeterminate });

    /// <summary>Not all were weighed: that none speaks for a time is not known.</summary>
    public bool IsUnweighed => statements.Any(statement => statement.IsUnweighed);

    /// <summary>There are OCSP answers, and no lists beside them.</summary>
    public bool AreAnswersOnly => HasStatement && statements.All(statement => statement.IsAnswer);

    /// <summary>Until when the newest that may clear somebody is current; null where there is none.</summary>
    public DateTimeOffset? NewestDueAt(CertificatePathOptions options) => (statements.FirstOrDefault(statement => statement.Reasons != 0) ?? statements.FirstOrDefault())?.DueAt(options);

    /// <summary>Of an OCSP responder marked id-pkix-ocsp-nocheck: nothing is missed, but what revokes counts.</summary>
    public RevocationFacts Exempted() => new(statements, [.. Findings.Where(finding => finding.Indication != Indication.TotalPassed)]) { IsExempt = true };

    public RevocationFacts With(IEnumerable<RevocationStatement> more) => new(statements.Concat(more), Findings) { Renewals = Renewals, IsExempt = IsExempt };

    /// <summary>The same with what each statement is worth at this time, by who signed it.</summary>
    public RevocationFacts Weighed(StatementWeight weight)
    {
        var findings = new List<Finding>();
        List<RevocationStatement> kept = [.. statements.Select(statement => weight.Of(statement, Renewals, findings)).OfType<RevocationStatement>()];
        return new RevocationFacts(kept, findings.Count == 0 ? Findings : [.. Findings.Distinct(), .. findings.Distinct().Take(StatementWeight.MaxFindings)]) { Renewals = Renewals, IsExempt = IsExempt };
    }

    /// <summary>
    /// Every statement that revokes the certificate, newest first: they may name other reasons and times. An older list counts
    /// where the newest of its kind is silent, since expired certificates leave the lists; a hold that a newer one no longer
    /// names was lifted, if that one speaks for any reason, and one that revokes takes its place. Of two of the same moment the one that revokes counts.
    /// </summary>
    /// <param name="notAfter">The end of the certificate, after which silence says nothing.</param>
    /// <param name="until">Only what was given out by then may lift a hold; null: everything.</param>
    public IEnumerable<RevocationStatement> Revocations(DateTimeOffset notAfter, DateTimeOffset? until = null)
    {
        var newest = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var statement in statements.Where(statement => statement.Clears && statement.SpeaksOf(notAfter) && (until is null || statement.ThisUpdate <= until)))
        {
            newest.TryAdd(statement.Partition, statement.ThisUpdate);
        }

        return statements.Where(statement => statement.Entry is { } entry
            && (!entry.IsHold || !newest.TryGetValue(statement.Partition, out var last) || statement.ThisUpdate >= last));
    }

    /// <summary>
    /// A hold that covered this time, whatever became of it: only silence lifts one, and only from the day of that list or answer on. One in doubt only where no other did.
    /// </summary>
    /// <param name="notAfter">The end of the certificate, after which silence says nothing.</param>
    /// <param name="isReleased">It was lifted later.</param>
    public RevocationStatement? HoldOver(DateTimeOffset at, DateTimeOffset notAfter, out bool isReleased)
    {
        // The next silent one of each partition, from the newest back.
        var silence = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        (RevocationStatement Hold, bool IsReleased)? doubtful = null;
        foreach (var statement in statements)
        {
            isReleased = silence.TryGetValue(statement.Partition, out var released);
            if (statement.Entry is { IsHold: true } && statement.RevokesAt(at) && !(isReleased && released <= at))
            {
                if (!statement.IsInDoubt)
                {
                    return statement;
                }

                doubtful ??= (statement, isReleased);
            }

            if (statement.Entry is null && statement.Clears && statement.SpeaksOf(notAfter))
            {
                silence[statement.Partition] = statement.ThisUpdate;
            }
        }

        isReleased = doubtful?.IsReleased == true;
        return doubtful?.Hold;
    }

    /// <summary>
    /// The reasons for which there is word for this time, as <see cref="RevocationReasons"/>: it was not yet due for renewal then, and it was given out
    /// while the certificate was valid, since later lists no longer name it, or says that it goes on naming it.
    /// </summary>
    /// <param name="ended">Whether the word of an issuer whose own certificate had ended counts too.</param>
    /// <param name="unproven">Whether that of a signer who has ended since does.</param>
    public int ReasonsAt(DateTimeOffset at, DateTimeOffset notAfter, CertificatePathOptions options, bool ended = false, bool unproven = true) => statements
        .Where(statement => (ended || !statement.IsOfEndedIssuer) && (unproven || !statement.IsUnproven) && statement.IsDueAfter(at, options) && statement.SpeaksOf(notAfter)
            && (statement.ThisUpdate <= at || options.AcceptsLaterStatus))
        .Aggregate(0, (reasons, statement) => reasons | statement.Reasons);

    /// <summary>A list that was not read to its end, and may name the certificate, unless a newer one speaks for every reason: no answer lifts what a list says.</summary>
    public RevocationStatement? Unread(DateTimeOffset at, CertificatePathOptions options)
    {
        var known = statements.Where(statement => options.AcceptsLaterStatus || statement.ThisUpdate <= at).ToList();
        return known.TakeWhile(statement => statement.IsAnswer || !statement.Clears || statement.Reasons != RevocationReasons.All).FirstOrDefault(statement => statement.IsUnread);
    }
}
