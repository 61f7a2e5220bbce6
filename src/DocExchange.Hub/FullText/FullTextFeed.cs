using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;

namespace DocExchange.Hub.FullText;

/// <summary>
/// Keeps the full-text index up to the catalogue, behind everything else: documents as they are dispatched, accepted, or get
/// further recipients. How far it is stands in the index itself, so it goes on where a crash left it; an empty index is filled by
/// walking through all documents, which is much less than all entries.
/// </summary>
internal sealed partial class FullTextFeed(
    FullTextIndex index, ICatalogue catalogue, ILedgerStore ledger, DocumentReplay replay, DocumentTexts texts, LedgerWriter writer, TimeProvider clock, ILogger<FullTextFeed> log)
    : BackgroundService
{
    private const int DocumentsAtOnce = 64;
    private const int EntriesAtOnce = 2_000;

    // Making changes found costs a few syncs and a merge now and then, however few they are.
    private static readonly Respite Rest = new(40, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Until the index reflects what the catalogue does.</summary>
    /// <param name="progress">Told up to which entry of the ledger the documents are taken up.</param>
    public async Task CatchUpAsync(IProgress<long>? progress, CancellationToken cancellation)
    {
        if (index.Progress.Size > ledger.Size)
        {
            // Of another ledger, or of one that was cut off.
            index.Clear();
        }

        while (index.Progress.Size == 0 && await WalkAsync(cancellation))
        {
            progress?.Report(index.Progress.Walked);
        }

        while (index.Progress.Size < catalogue.ProjectedSize)
        {
            await FollowAsync(cancellation);
            progress?.Report(index.Progress.Size);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        writer.Appended += _ => wake.Writer.TryWrite(true);
        wake.Writer.TryWrite(true);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wake.Reader.ReadAsync(stopping);
                await catalogue.WaitForAsync(ledger.Size, stopping);
                var begun = clock.GetTimestamp();
                await CatchUpAsync(null, stopping);
                await Task.Delay(Rest.After(clock.GetElapsedTime(begun)), clock, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault)
            {
                LogFailed(fault);
                Recover(stopping);
            }
        }
    }

    private void Recover(CancellationToken stopping)
    {
        try
        {
            index.Reopen();
        }
        catch (Exception fault)
        {
            LogFailed(fault);
        }

        _ = Task.Delay(RetryDelay, clock, stopping).ContinueWith(_ => wake.Writer.TryWrite(true), TaskScheduler.Default);
    }

    /// <returns>Whether there is more to walk through.</returns>
    private async Task<bool> WalkAsync(CancellationToken cancellation)
    {
        var progress = index.Progress;
        var goal = progress.Goal > 0 ? progress.Goal : catalogue.ProjectedSize;
        if (goal == 0)
        {
            return false;
        }

        var page = catalogue.DispatchedAfter(progress.Walked, DocumentsAtOnce);
        foreach (var document in page)
        {
            await PutAsync(document, cancellation);
        }

        var isDone = page.Count < DocumentsAtOnce;
        index.Commit(isDone ? new FullTextProgress(goal, -1, 0) : new FullTextProgress(0, page[^1].DispatchedIndex, goal));
        LogIndexed(page.Count, index.Progress.Size);
        return !isDone;
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        var from = index.Progress.Size;
        var end = Math.Min(catalogue.ProjectedSize, from + EntriesAtOnce);
        var changed = new HashSet<DocumentId>();
        var at = from;
        for (; at < end && changed.Count < DocumentsAtOnce; at++)
        {
            if (replay.Read(at).Statement is { Type: StatementType.Dispatched or StatementType.Accepted or StatementType.Resent, Document: { } document })
            {
                changed.Add(document);
            }
        }

        foreach (var document in changed.Select(catalogue.Find).OfType<DocumentSnapshot>())
        {
            await PutAsync(document, cancellation);
        }

        index.Commit(new FullTextProgress(at, -1, 0));
        if (changed.Count > 0)
        {
            LogIndexed(changed.Count, at);
        }
    }

    private async Task PutAsync(DocumentSnapshot document, CancellationToken cancellation) =>
        index.Put(document, document.AcceptedAt is null ? null : await texts.ReadAsync(document, cancellation));

    [LoggerMessage(Level = LogLevel.Information, Message = "Full text of {Count} documents taken up; the index reflects {Size} entries")]
    private partial void LogIndexed(int count, long size);

    [LoggerMessage(Level = LogLevel.Error, Message = "The full-text index could not be kept up; it is tried again")]
    private partial void LogFailed(Exception fault);
}
