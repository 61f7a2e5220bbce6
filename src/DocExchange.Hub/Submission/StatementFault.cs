using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;

namespace DocExchange.Hub.Submission;

/// <summary>One reason why a statement is not fit for the ledger.</summary>
/// <param name="Refusal">What its sender is answered.</param>
/// <param name="Reason">What the Rejected says.</param>
internal sealed record StatementFault(Refusal Refusal, RejectionReason Reason)
{
    public static StatementFault Of(RefusedException refused) =>
        new(refused.Refusal, new RejectionReason(refused.Refusal.ToReason(), refused.Message, refused.English));

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
