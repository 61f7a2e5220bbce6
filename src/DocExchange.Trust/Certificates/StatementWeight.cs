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

    /// <summary>Null where it counts for nothing, with the reason as a finding.</summary>
    public RevocationStatement? Of(RevocationStatement statement, IReadOnlyList<ExaminedChain> renewals, List<Finding> findings)
    {
        var isEnded = (statement.Signer is null || statement.IsAnswer) && !issuer.Allows(statement, judgement.Proofs) && !IsRenewed(statement, renewals);
        var weighed = isEnded ? statement with { IsOfEndedIssuer = true } : statement;
        if (statement.Signer is not { } signer)
        {
            return weighed;
        }

        // Any certificate of the key will do; one that is revoked, but for a reason that leaves the key alone, says that nobody may rely on it.
        IReadOnlyList<ExaminedChain> chains = [signer, .. statement.OtherSigners];
        var then = chains.Select(chain => judgement.Of(chain, statement.SignedAt)).ToList();
        var judged = chains.Select(chain => judgement.Of(chain, at)).ToList();
        var relied = judgement.Options.AcceptsLaterStatus && (statement.SignedAt >= at || IsProvenWithin(chains, statement)) ? [.. judged, .. then] : judged;
        var revoked = relied.Find(path => path.IsKeyInDoubt);
        if (revoked is null && relied.Exists(path => path.IsTrusted && path.End.Allows(statement, judgement.Proofs)))
        {
            return weighed;
        }

        if (statement.Entry is not null && (then.Exists(IsReliable) || judged.Exists(IsReliable)))
        {
            // Whoever was in order when it was signed, or is, revokes, if no certificate was revoked by then.
            return weighed with { Reasons = 0 };
        }

        findings.Add(PathFindings.StatusSignerUntrusted(signer.Chain[0]));
        findings.AddRange((revoked ?? judged[0]).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(PathFindings.OfStatusSigner));
        return null;

        bool IsReliable(PathResult path) => path.IsTrusted && !then.Exists(other => other.IsKeyInDoubt);
    }

    /// <summary>Nobody watches over a key whose certificate has ended: what it is said to have signed before must be shown to be as old.</summary>
    private bool IsProvenWithin(IReadOnlyList<ExaminedChain> signers, RevocationStatement statement) =>
        judgement.Proofs.TimeOf(statement) is { } proven && signers.All(signer => !signer.Chain[0].NotAfter.HasExpiredAt(proven));

    /// <summary>By another certificate of the same key, unless there is doubt about the key.</summary>
    private bool IsRenewed(RevocationStatement statement, IReadOnlyList<ExaminedChain> renewals) => issuer.DoubtSince is null
        && renewals.Any(chain => judgement.Of(chain, statement.SignedAt) is var path && path.IsTrusted && path.End.Allows(statement, judgement.Proofs));
}
