using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;
using DocExchange.Durability;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// The catalogue in one LiteDB file. New rows live in memory until a background task has written them, in bulk, in
/// one transaction together with the ledger size they reach, so that file and ledger never disagree.
/// </summary>
internal sealed class LiteDbCatalogue : ICatalogue
{
    private const int MaxBatch = 2_000;
    private const int MaxWaitingRows = 100_000;

    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(100);

    private readonly DurableDatabase files;
    private readonly CatalogueTables tables;
    private readonly CatalogueTail tail = new();
    private readonly Channel<CatalogueRow> waiting = Channel.CreateBounded<CatalogueRow>(MaxWaitingRows);
    private readonly Task projecting;
    private readonly CancellationTokenSource closing = new();
    private readonly Pace pace = new(BetweenBatches);

    // Both move on together with the writer of the ledger and with the projection.
    private readonly SizeMark added;
    private readonly SizeMark projected;

    /// <param name="zone">Where a day of the figures for supervision begins.</param>
    public LiteDbCatalogue(string path, TimeZoneInfo zone, IDisk? disk = null)
    {
        files = new DurableDatabase(disk ?? new LocalDisk(), path, CatalogueTables.Mapper());
        try
        {
            tables = new CatalogueTables(files, zone);
            added = new SizeMark(tables.ReadSize());
            projected = new SizeMark(added.Reached);
        }
        catch
        {
            files.Dispose();
            // A disk that failed is no damage to what it holds.
            files.ThrowIfFaulted();
            throw;
        }

        projecting = Task.Run(ProjectAsync);
    }

    public CancellationToken Broken => files.Broken;

    public Exception? Fault => files.Fault;

    public long AddedSize => added.Reached;

    public long ProjectedSize => projected.Reached;

    public long StatementsArchivedTo
    {
        get => tables.ReadStatementsArchivedTo();
        set => tables.WriteStatementsArchivedTo(value);
    }

    public void Add(IReadOnlyList<CatalogueRow> rows)
    {
        projected.ThrowIfFailed();
        var before = added.Reached;
        var fresh = rows.Where(row => row.Index >= before).ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        tail.Add(fresh);
        added.Reach(fresh[^1].Index + 1);
        foreach (var row in fresh)
        {
            if (!waiting.Writer.TryWrite(row))
            {
                WaitToWrite(row);
            }
        }
    }

    public Task WaitForAddedAsync(long size, CancellationToken cancellation) => added.WaitForAsync(size, cancellation);

    public Task WaitForAsync(long size, CancellationToken cancellation) => projected.WaitForAsync(size, cancellation);

    public ChainHead? FindHead(string chainId) => tail.FindHead(chainId) ?? tables.FindHead(chainId);

    public IReadOnlyList<(StatementId Statement, long Index)> FindPosition(string chainId, long number)
    {
        // The tail is asked first: a row moves from it into the tables, never back.
        var recent = tail.FindPosition(chainId, number);
        return [.. tables.FindPosition(chainId, number).Concat(recent).DistinctBy(found => found.Index)];
    }

    public DocumentId? HolderOfNumber(string issuer, string number)
    {
        var key = DocumentSnapshot.NumberKey(issuer, number);
        return tail.TryFindNumber(key, out var recent) ? recent : tables.HolderOfNumber(key);
    }

    public IReadOnlyList<long> EntriesOf(DocumentId document)
    {
        var recent = tail.EntriesOf(document);
        return [.. tables.EntriesOf(document).Concat(recent).Distinct().Order()];
    }

    public IReadOnlyList<DocumentSnapshot> FindByPackage(PackageId package)
    {
        var recent = tail.FindByPackage(package);
        return [.. tables.FindByPackage(package).Concat(recent).Distinct().Select(id => Find(id)!)
            .OrderBy(document => document.AcceptedAt is null).ThenBy(document => document.DispatchedIndex)];
    }

    public DocumentSnapshot? Find(DocumentId document)
    {
        var recent = tail.Find(document);
        var stored = tables.Find(document);
        return recent is null ? stored : recent with { Volume = stored?.Volume ?? "" };
    }

    public SearchPage Search(SearchQuery query)
    {
        var size = ProjectedSize;
        var (documents, next) = tables.Search(query);
        return new SearchPage(documents, next, size);
    }

    public IReadOnlyList<long> Mailbox(string node, long from, int limit)
    {
        // Only below the size that was reached before asking: no entry can be overtaken by a later one.
        var size = AddedSize;
        var recent = tail.Mailbox(node, from, limit).Concat(tail.Mailbox(CatalogueRow.Everyone, from, limit)).ToList();

        // What had left the tail by then counts as projected: whoever follows closely costs no question to the file.
        var stored = from < ProjectedSize ? tables.Mailbox(node, from, limit).Concat(tables.Mailbox(CatalogueRow.Everyone, from, limit)) : [];
        return [.. stored.Concat(recent)
            .Where(index => index < size).Distinct().Order().Take(limit)];
    }

    public IReadOnlyList<DocumentSnapshot> InPhase(DocumentPhase phase) => tables.InPhase(phase);

    public IReadOnlyList<DocumentSnapshot> Unarchived(int limit) => tables.Unarchived(limit);

    public int CountUnarchived(int most) => tables.CountUnarchived(most);

    public int CountInPhase(DocumentPhase phase) => tables.CountInPhase(phase);

    public IReadOnlyList<DocumentSnapshot> Awaited(int limit) => tables.Awaited(limit);

    public IReadOnlyList<DocumentSnapshot> DispatchedAfter(long index, int limit) => tables.DispatchedAfter(index, limit);

    public IReadOnlyList<DocumentSnapshot> InProgress(long before, int limit) => tables.Find(tables.Supervision.InProgress(before, limit));

    public long CountInProgress() => tables.Supervision.CountInProgress();

    public IReadOnlyList<OverdueDuty> Overdue(DateTimeOffset before, int limit) => tables.Supervision.Overdue(before, limit);

    public IReadOnlyDictionary<string, ReceptionTally> Receptions(DateOnly from, DateOnly until) => tables.Supervision.Receptions(from, until);

    public long? RejectionOf(StatementId statement, PartyId sender) => tail.RejectionOf(statement, sender) ?? tables.RejectionOf(statement, sender);

    public void MarkArchived(IReadOnlyList<(DocumentId Document, string Volume)> archived) => tables.MarkArchived(archived);

    public (long Documents, long Archived) Count() => tables.Count();

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await closing.CancelAsync();
        await projecting;
        files.Dispose();
        closing.Dispose();
    }

    // The projection is far behind: the writer waits for it, which slows intake down instead of memory up.
    private void WaitToWrite(CatalogueRow row)
    {
        try
        {
            waiting.Writer.WriteAsync(row).AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
        {
            // It ended at this moment: who asks is told why.
            throw Ended(cause);
        }
    }

    private async Task ProjectAsync()
    {
        var batch = new List<CatalogueRow>(MaxBatch);
        try
        {
            while (await waiting.Reader.WaitToReadAsync())
            {
                await WaitForMoreAsync();
                batch.Clear();
                while (batch.Count < MaxBatch && waiting.Reader.TryRead(out var row))
                {
                    batch.Add(row);
                }

                tables.Write(batch);
                pace.Over();
                // In this order: what is in neither would be seen by nobody.
                projected.Reach(batch[^1].Index + 1);
                tail.Remove(batch);
            }
        }
        catch (Exception caught)
        {
            // The catalogue stops here; whoever asks next is told, and the hub goes down to be started anew.
            waiting.Writer.TryComplete(caught);
            added.Fail(() => Ended(caught));
            projected.Fail(() => Ended(caught));
        }
    }

    private static IOException Ended(Exception caught) =>
        new("The catalogue can no longer be written: " + caught.Message + " Start the hub again; 'docex hub rebuild' makes it anew from the ledger.", caught);

    // A transaction costs about the same for one row and for fifty.
    private async Task WaitForMoreAsync()
    {
        if (waiting.Reader.Count >= MaxBatch)
        {
            pace.Begin();
            return;
        }

        try
        {
            await pace.WaitAsync(closing.Token);
        }
        catch (OperationCanceledException)
        {
            // What waits is written before it closes.
        }
    }
}
