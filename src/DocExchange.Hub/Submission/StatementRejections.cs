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
    /// <param name="place">Where in its chain it would be; null for what cannot be read.</param>
    /// <returns>
    /// What the node is answered: every reason, and where in the ledger the Rejected is. Null where the statement has got into the
    /// ledger meanwhile: it was sent twice, and judged good the other time.
    /// </returns>
    /// <exception cref="RefusedException">Busy, or no room on the disk: it was neither taken nor rejected.</exception>
    public async Task<RefusedException?> RejectAsync(StatementId subject, ChainPosition? place, PartyId caller, IReadOnlyList<StatementFault> faults, CancellationToken cancellation)
    {
        if (faults.All(fault => fault.MayPass))
        {
            return StatementFault.Join(faults);
        }

        // 涉密: nothing of the document goes into the ledger, only that something was refused, from whom and when.
        if (faults.FirstOrDefault(fault => fault.Refusal == Refusal.Classified) is { } classified)
        {
            faults = [classified];
        }

        var reasons = RejectionText.Fit([.. faults.Select(fault => fault.Recorded).Distinct()]);
        var isNew = false;
        var logged = await writer.RejectAsync(subject, place, new RejectedBody(caller, reasons), () => isNew = Allows(caller), cancellation);
        if (logged is not null && isNew)
        {
            LogRejected(subject.ToString(), caller.ToString(), logged.Index, string.Join(' ', reasons.Select(reason => reason.English)));
        }

        return logged?.Id == subject ? null : StatementFault.Join(faults, logged?.Index);
    }

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
        if (count == settings.MaxRejectionsAnHour)
        {
            LogTooMany(caller.ToString(), settings.MaxRejectionsAnHour);
        }

        return count < settings.MaxRejectionsAnHour;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rejected the statement {Statement} that {Node} sent, at {Index}: {Why}")]
    private partial void LogRejected(string statement, string node, long index, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Node} had more than {Limit} statements rejected within an hour; further ones are refused without an entry in the ledger")]
    private partial void LogTooMany(string node, int limit);
}
