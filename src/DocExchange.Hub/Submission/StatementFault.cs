using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Submission;

/// <summary>One reason why a statement is not fit for the ledger.</summary>
/// <param name="Refusal">What its sender is answered.</param>
/// <param name="Reason">The same with its particulars.</param>
internal sealed record StatementFault(Refusal Refusal, RejectionReason Reason)
{
    /// <summary>What the ledger is told: nothing of what nobody could read, or of what is not for it to hold (涉密).</summary>
    public RejectionReason Recorded { get; private init; } = Reason;

    /// <summary>It may pass without anything about the statement changing, as when a revocation list comes.</summary>
    public bool MayPass { get; private init; }

    public static StatementFault Of(RefusedException refused)
    {
        var code = refused.Refusal.ToReason();
        return new StatementFault(refused.Refusal, new RejectionReason(code, refused.Message, refused.English)) is var fault && refused.Refusal == Refusal.Classified
            ? fault with { Recorded = new RejectionReason(code, "涉密公文不得通过本系统传输。", "Classified documents do not travel on this system.") }
            : fault;
    }

    public static StatementFault OfUnreadable(RefusedException refused) =>
        Of(refused) with { Recorded = new RejectionReason(refused.Refusal.ToReason(), "不是规定格式的凭证。", "Not a statement in the form required.") };

    public static StatementFault Of(Refusal refusal, Finding finding) =>
        new(refusal, new RejectionReason(finding.Code, finding.Chinese, finding.English)) { MayPass = finding.SubIndication == SubIndication.TryLater };

    /// <summary>All of them in one answer; the first gives it its name.</summary>
    /// <param name="rejectedAt">The ledger index of the Rejected that says so, where there is one.</param>
    public static RefusedException Join(IReadOnlyList<StatementFault> faults, long? rejectedAt = null)
    {
        var details = new Dictionary<string, string> { ["codes"] = string.Join(',', faults.Select(fault => fault.Reason.Code)) };
        if (rejectedAt is { } index)
        {
            details["rejected_at"] = $"{index}";
        }

        return new RefusedException(
            faults[0].Refusal,
            string.Join(' ', faults.Select(fault => fault.Reason.Chinese)),
            string.Join(' ', faults.Select(fault => fault.Reason.English)),
            details);
    }
}
