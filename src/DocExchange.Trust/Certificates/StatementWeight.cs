using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What a list or answer is worth at one time, by who signed it. Status information is judged at the time it was given out (ETSI EN
/// 319 102-1 §5.6.2.1), not only at that of the signature: responders are certified anew every few weeks.
/// </summary>
/// <param name="at">The time of judgement.</param>
/// <param name="issuer">Until when the word of the certificate's issuer, and of responders it certified, is believed.</param>
internal sealed class StatementWeight(DateTimeOffset at, StatusEnd issuer, StatusJudgement judgement)
{
    // Thousands of lists may each have an untrusted signer.
    public const int MaxFindings = 1000;

    // Clocks differ, and some authorities write the time of their zone as if it were UTC.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>Null where it counts for nothing, with the reason as a finding.</summary>
    public RevocationStatement? Of(RevocationStatement statement, IReadOnlyList<ExaminedChain> renewals, List<Finding> findings)
    {
        var isOfIssuer = statement.Signer is null || statement.IsAnswer;
        var weighed = NotOfTheFuture(statement, findings) with
        {
            IsOfEndedIssuer = isOfIssuer && !issuer.Allows(statement, judgement.Proofs) && !IsRenewed(statement, renewals),
            IsInDoubt = statement.IsOfStranger || statement.IsOfOtherIssuer || (isOfIssuer && IsInDoubt(statement, issuer.KeyDoubtSince)),
        };
        if (statement.Signer is not { } signer)
        {
            return weighed;
        }

        if (!judgement.TryWeigh())
        {
            // It may be worth nothing: it clears nobody, and what it names is not known to be revoked.
            return weighed with { Reasons = 0, IsInDoubt = true, IsUnweighed = true };
        }

        // Any certificate of the key will do; one that is revoked, but for a reason that leaves the key alone, says that nobody may rely on it.
        IReadOnlyList<ExaminedChain> chains = [signer, .. statement.OtherSigners];
        var then = chains.Select(chain => judgement.Of(chain, statement.SignedAt)).ToList();
        var judged = chains.Select(chain => judgement.Of(chain, at)).ToList();
        var relied = judgement.Options.AcceptsLaterStatus && (statement.SignedAt >= at || IsProvenWithin(chains, statement)) ? [.. judged, .. then] : judged;
        var revoked = relied.Find(path => path.IsKeyInDoubt);
        if (revoked is null && relied.Exists(path => path.IsTrusted && path.End.Allows(statement, judgement.Proofs)))
        {
            return weighed with { IsUnproven = HaveEnded(chains) && !IsProvenWithin(chains, statement) };
        }

        if (statement.Entry is not null && OfRevocation(weighed, chains, then, judged) is { } revoking)
        {
            return revoking;
        }

        var faults = (revoked ?? judged[0]).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(PathFindings.OfStatusSigner).ToList();
        findings.Add(PathFindings.StatusSignerUntrusted(signer.Chain[0]));
        findings.AddRange(faults.Count > 0 ? faults : [StatusFindings.SignerEnded(signer.Chain[0], statement.SignedAt)]);
        return null;
    }

    /// <summary>
    /// Whoever was in order when it was signed, or is, revokes, if nobody is known to have had the key by then. That nobody tells the signer's own
    /// state keeps it from clearing, not from revoking: else a revocation were worth less than none. While that state is in doubt itself, so is what it says.
    /// What an authority says of its own certificate of the key takes the word from no signer whom another certified: whoever knows a public key can certify it.
    /// </summary>
    private RevocationStatement? OfRevocation(RevocationStatement weighed, IReadOnlyList<ExaminedChain> chains, List<PathResult> then, List<PathResult> judged)
    {
        var known = then.Concat(judged).ToList();
        if (!then.Exists(path => path.IsKeyInDoubt) && known.Exists(path => path.Findings.All(finding => IsHarmless(finding) || StatusFindings.IsOfUnknownStatus(finding))))
        {
            return weighed with { Reasons = 0, IsInDoubt = weighed.IsInDoubt || IsInDoubt(weighed, known.Min(path => path.End.AnyDoubtSince)) };
        }

        var taken = chains.Where((_, i) => then[i].IsKeyInDoubt && !then[i].Findings.Any(StatusFindings.IsOfHold)).Select(chain => chain.IssuerKeyOf(0)).ToHashSet();
        var left = Enumerable.Range(0, chains.Count).Where(i => !taken.Contains(chains[i].IssuerKeyOf(0)));
        return chains.Any(chain => chain.IsOfMany) || left.Any(i => IsOpen(then[i]) || IsOpen(judged[i])) ? weighed with { Reasons = 0, IsInDoubt = true } : null;
    }

    private static bool IsOpen(PathResult path) => path.Findings.All(finding =>
        IsHarmless(finding) || StatusFindings.IsOfUnknownStatus(finding) || StatusFindings.IsOfDoubtfulStatus(finding) || StatusFindings.IsOfForm(finding));

    /// <summary>Whoever has the key dates back: only what is proven older counts.</summary>
    private bool IsInDoubt(RevocationStatement statement, DateTimeOffset? since) => since is { } doubt && !(judgement.Proofs.TimeOf(statement) < doubt);

    private static bool IsHarmless(Finding finding) => finding.Indication == Indication.TotalPassed && !StatusFindings.IsOfDoubtfulStatus(finding);

    /// <summary>What is at hand was given out by now. What says to be of much later than that tells no state, but what it names is revoked.</summary>
    private RevocationStatement NotOfTheFuture(RevocationStatement statement, List<Finding> findings)
    {
        if (judgement.Options.VerifiedAt is not { } now || statement.ThisUpdate <= now)
        {
            return statement;
        }

        if (statement.ThisUpdate - now <= MaxAhead)
        {
            return statement with { ThisUpdate = now };
        }

        findings.Add(StatusFindings.Ahead(statement.ThisUpdate));
        return statement with { ThisUpdate = now, Reasons = 0 };
    }

    private bool HaveEnded(IReadOnlyList<ExaminedChain> signers) =>
        judgement.Options.VerifiedAt is { } now && signers.All(signer => signer.Chain[0].NotAfter.HasExpiredAt(now));

    /// <summary>Nobody watches over a key whose certificate has ended: what it is said to have signed before must be shown to be as old.</summary>
    private bool IsProvenWithin(IReadOnlyList<ExaminedChain> signers, RevocationStatement statement) =>
        judgement.Proofs.TimeOf(statement) is { } proven && signers.All(signer => !signer.Chain[0].NotAfter.HasExpiredAt(proven));

    /// <summary>By another certificate of the same key, unless there is doubt about the key.</summary>
    private bool IsRenewed(RevocationStatement statement, IReadOnlyList<ExaminedChain> renewals) => issuer.DoubtSince is null
        && renewals.Any(chain => judgement.Of(chain, statement.SignedAt) is var path && path.IsTrusted && path.End.Allows(statement, judgement.Proofs));
}
