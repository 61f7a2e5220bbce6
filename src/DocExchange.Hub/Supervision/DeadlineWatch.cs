using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;

namespace DocExchange.Hub.Supervision;

/// <summary>
/// 逾期: when the deadline of a document passes, states which recipients have neither signed for it nor returned it. Who is
/// stated already stands in the ledger, so nothing is stated twice and nothing forgotten, however often the hub stops.
/// </summary>
internal sealed partial class DeadlineWatch(ICatalogue catalogue, ILedgerStore ledger, LedgerWriter writer, TimeProvider clock, ILogger<DeadlineWatch> log) : BackgroundService
{
    /// <summary>So many ids always fit into the statement itself; more get a statement of their own.</summary>
    public const int MaxNamed = 250;

    private const int DocumentsAtOnce = 100;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        writer.Appended += entries =>
        {
            if (entries.Any(entry => entry.Logged.Statement.Type is StatementType.Accepted or StatementType.Resent))
            {
                wake.Writer.TryWrite(true);
            }
        };
        try
        {
            while (true)
            {
                var looked = clock.GetUtcNow();
                await WaitAsync(looked, await TryStateAsync(stopping), stopping);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <returns>How long there is nothing to do.</returns>
    private async Task<TimeSpan> TryStateAsync(CancellationToken cancellation)
    {
        try
        {
            while (await StateAsync(cancellation))
            {
            }

            var next = catalogue.Awaited(1) is [{ AwaitedBy: { } deadline }] ? deadline - clock.GetUtcNow() + TimeSpan.FromMilliseconds(1) : LongestWait;
            return next <= TimeSpan.Zero ? RetryDelay : next < LongestWait ? next : LongestWait;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Nothing is lost: who is not stated yet is found again.
            LogFailed(fault);
            return RetryDelay;
        }
    }

    private async Task<bool> StateAsync(CancellationToken cancellation)
    {
        await catalogue.WaitForAsync(ledger.Size, cancellation);
        var now = clock.GetUtcNow();
        var stated = false;
        foreach (var document in catalogue.Awaited(DocumentsAtOnce).Where(document => document.AwaitedBy < now))
        {
            while (await writer.ActAsync(fold => Decide(fold, document.Id), cancellation) is not null)
            {
                stated = true;
                LogStated(document.Id.ToString());
            }
        }

        return stated;
    }

    // Between all other acts: who signs for it in time is not named.
    private HubAct? Decide(LedgerFold fold, DocumentId id)
    {
        if (fold.Document(id) is not { } state || state.Dispatch.SignBy >= clock.GetUtcNow())
        {
            return null;
        }

        var late = state.Awaited.Take(MaxNamed).ToList();
        return late.Count == 0 ? null : new HubAct(StatementType.DeadlinePassed, new RecipientsBody(Named(late)), id, state.DispatchedId);
    }

    private static RecipientList Named(List<RecipientState> rows) =>
        new([.. rows.Where(row => !row.IsCopy).Select(row => row.Office)], [.. rows.Where(row => row.IsCopy).Select(row => row.Office)]);

    private async Task WaitAsync(DateTimeOffset since, TimeSpan atMost, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(atMost, clock);
        if (clock.GetUtcNow() - since >= atMost)
        {
            // The time has come while it was reckoned.
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            await wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The deadline of {Document} has passed; whoever owes an answer is stated")]
    private partial void LogStated(string document);

    [LoggerMessage(Level = LogLevel.Error, Message = "Passed deadlines could not be stated; it is tried again")]
    private partial void LogFailed(Exception fault);
}
