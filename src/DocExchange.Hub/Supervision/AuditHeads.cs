using DocExchange.Core.Statements;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;

namespace DocExchange.Hub.Supervision;

/// <summary>
/// States the head of the audit trail in the ledger, a day after the last one stands there, at once where there is none. From
/// then on every node holds it, and what lies under it can no longer be changed unnoticed.
/// </summary>
internal sealed partial class AuditHeads(AuditTrail trail, HubWord word, LedgerWriter writer, HubFolder folder, TimeProvider clock, ILogger<AuditHeads> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            await CompareAsync(stopping);
            while (true)
            {
                await Task.Delay(await TryStateAsync(stopping), clock, stopping);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <returns>How long until the next is due.</returns>
    private async Task<TimeSpan> TryStateAsync(CancellationToken cancellation)
    {
        try
        {
            var last = await word.LastAuditHeadAsync(cancellation);
            var wait = last is null ? TimeSpan.Zero : last.ReceivedAt + Interval - clock.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                return wait < Interval ? wait : Interval;
            }

            await writer.ActAsync(
                _ =>
                {
                    var (count, head) = trail.Now();
                    return count == 0 ? null : new HubAct(StatementType.AuditHead, new AuditHeadBody(count, head));
                },
                cancellation);
            return Interval;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFailed(fault);
            return RetryDelay;
        }
    }

    // At each start against the newest head; all heads are compared by an audit.
    private async Task CompareAsync(CancellationToken cancellation)
    {
        try
        {
            AuditHead[] heads = await word.LastAuditHeadAsync(cancellation) is { Statement.Body: AuditHeadBody last } ? [new(last.Count, last.Head)] : [];
            if (AuditTrailCheck.Run(folder.AuditTrail, heads, cancellation).Problem is { } problem)
            {
                LogAltered(problem);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The audit trail is not what was written: {Problem}")]
    private partial void LogAltered(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The head of the audit trail could not be compared or stated; it is tried again")]
    private partial void LogFailed(Exception fault);
}
