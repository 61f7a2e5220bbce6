using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;

namespace DocExchange.Hub.Submission;

/// <summary>
/// What becomes of a statement that is not fit for the ledger: the hub states there, signed, that it rejected it, from
/// which node, and every reason; once, however often that node sends it. A node that sends too much of the kind in
/// one hour is refused without (<see cref="HubSettings.MaxRejectionsAnHour"/>): the ledger is not for it to fill.
/// </summary>
internal sealed partial class StatementRejections(LedgerWriter writer, HubSettings settings, TimeProvider clock, ILogger<StatementRejections> log)
{
    private readonly Dictionary<PartyId, (DateTimeOffset Since, int Count)> counts = [];

    /// <param name="subject">The statement; for what cannot be read as one, the SHA-256 of the bytes that came.</param>
    /// <returns>What the node is answered: every reason, and where in the ledger the Rejected is.</returns>
    /// <exception cref="RefusedException">No room on the disk: it was neither taken nor rejected.</exception>
    public async Task<RefusedException> RejectAsync(StatementId subject, PartyId caller, IReadOnlyList<StatementFault> faults, CancellationToken cancellation)
    {
        // 涉密: nothing of the document goes into the ledger, only that something was refused, from whom and when.
        if (faults.FirstOrDefault(fault => fault.Refusal == Refusal.Classified) is { } classified)
        {
            faults = [classified];
        }

        var reasons = faults.Select(fault => fault.Refusal == Refusal.Classified ? Nameless : fault.Reason).Distinct().ToList();
        var known = await writer.RejectAsync(subject, new RejectedBody(caller, RejectionText.Fit(reasons)), () => Allows(caller), cancellation);
        if (known is null)
        {
            LogTooMany(caller.ToString(), settings.MaxRejectionsAnHour);
        }
        else
        {
            LogRejected(subject.ToString(), caller.ToString(), known.Index, string.Join(' ', reasons.Select(reason => reason.English)));
        }

        return StatementFault.Join(faults, known?.Index);
    }

    private static RejectionReason Nameless { get; } = new(Refusal.Classified.ToReason(), "涉密公文不得通过本系统传输。", "Classified documents do not travel on this system.");

    // Asked by the writer alone, one after the other.
    private bool Allows(PartyId caller)
    {
        var now = clock.GetUtcNow();
        var (since, count) = counts.GetValueOrDefault(caller);
        if (now - since >= TimeSpan.FromHours(1) || now < since)
        {
            (since, count) = (now, 0);
        }

        counts[caller] = (since, count + 1);
        return count < settings.MaxRejectionsAnHour;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rejected the statement {Statement} that {Node} sent, at {Index}: {Why}")]
    private partial void LogRejected(string statement, string node, long index, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Node} had more than {Limit} statements rejected within an hour; further ones are refused without an entry in the ledger")]
    private partial void LogTooMany(string node, int limit);
}
