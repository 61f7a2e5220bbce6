using System.Globalization;
using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Submission;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// Copies every accepted package into the volume of its month, proves it by reading it again, and marks it 已归档;
/// copies the statements of archived documents behind it. Progress is derived: at the start it looks at what the volumes
/// hold and goes on.
/// </summary>
internal sealed partial class Archiver(IArchiveStore archive, ICatalogue catalogue, ILedgerStore ledger, DocumentReplay replay, ISpool spool, LedgerWriter writer, TimeProvider clock, ILogger<Archiver> log)
    : BackgroundService
{
    private const int PackageBatch = 32;
    private const int StatementBatch = 500;

    // A turn takes up to five transactions, of one document as of thirty.
    private static readonly Respite Rest = new(1, TimeSpan.Zero, TimeSpan.FromSeconds(1));

    // Its load is shared, whatever clock everything else goes by.
    private static readonly TimeProvider Machine = TimeProvider.System;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long archivedStatements;

    /// <summary>Statements this process has copied or found in the volumes.</summary>
    public long ArchivedStatements => Volatile.Read(ref archivedStatements);

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
                var begun = Machine.GetTimestamp();
                var failed = new HashSet<DocumentId>();
                while (await ArchivePackagesAsync(failed, stopping))
                {
                }

                await ArchiveStatementsAsync(stopping);
                if (failed.Count > 0)
                {
                    RetryLater(stopping);
                }

                await Task.Delay(Rest.After(Machine.GetElapsedTime(begun)), Machine, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault)
            {
                // Nothing is lost: what is not archived is still in spool and ledger. Try again later.
                LogFailed(fault);
                RetryLater(stopping);
            }
        }
    }

    private void RetryLater(CancellationToken cancellation) =>
        _ = Task.Delay(RetryDelay, clock, cancellation).ContinueWith(_ => wake.Writer.TryWrite(true), TaskScheduler.Default);

    /// <param name="failed">Documents to leave aside; those that fail now are added.</param>
    private async Task<bool> ArchivePackagesAsync(HashSet<DocumentId> failed, CancellationToken cancellation)
    {
        var waiting = catalogue.Unarchived(PackageBatch + failed.Count).Where(document => !failed.Contains(document.Id)).ToList();
        foreach (var month in waiting.GroupBy(document => PeriodOf(document.AcceptedAt!.Value)))
        {
            var documents = month.ToList();
            try
            {
                await ArchiveAsync(documents, month.Key, cancellation);
            }
            catch (Exception fault) when (fault is not OperationCanceledException && documents.Count > 1)
            {
                // One bad package does not stop the others: each by itself, then.
                await ArchiveEachAsync(documents, month.Key, failed, cancellation);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFailed(fault);
                failed.Add(documents[0].Id);
            }
        }

        return waiting.Count >= PackageBatch;
    }

    private async Task ArchiveEachAsync(List<DocumentSnapshot> documents, string period, HashSet<DocumentId> failed, CancellationToken cancellation)
    {
        foreach (var document in documents)
        {
            try
            {
                await ArchiveAsync([document], period, cancellation);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFailed(fault);
                failed.Add(document.Id);
            }
        }
    }

    private async Task ArchiveAsync(List<DocumentSnapshot> documents, string period, CancellationToken cancellation)
    {
        var archived = await archive.AddPackagesAsync([.. documents.Select(Describe)], period, cancellation);
        foreach (var indices in documents.SelectMany(document => catalogue.EntriesOf(document.Id)).Chunk(StatementBatch))
        {
            // All of one month: any of them says which.
            await CopyAsync([.. indices.Select(index => Describe(replay.Read(index)))], documents[0].AcceptedAt!.Value, cancellation);
        }

        catalogue.MarkArchived([.. documents.Zip(archived, (document, package) => (document.Id, package.Volume))]);
        LogArchived(documents.Count, period);
    }

    private ArchivePackage Describe(DocumentSnapshot document) => new(
        document.Package.Value,
        document.Id.Value,
        document.PackageSize,
        () => spool.OpenRead(document.Package.Value) ?? archive.OpenPackage(document.Package.Value)
            ?? throw new FileNotFoundException($"The package {document.Package} of '{document.Title}' is missing from the spool before it was archived. Restore it from a backup or from its sender's node."),
        document.Number,
        document.Title,
        document.Sender,
        document.AcceptedAt!.Value.ToString("o", CultureInfo.InvariantCulture));

    private ArchiveStatement Describe(LoggedStatement logged) =>
        new(logged.Index, logged.Statement.Document!.Value.Value, logged.Statement.Type.ToString(), ledger.Read(logged.Index));

    // What came to a document before it was archived went in with it; this follows up with what comes after.
    private async Task ArchiveStatementsAsync(CancellationToken cancellation)
    {
        var end = ledger.Size;
        var batch = new List<ArchiveStatement>(StatementBatch);
        for (var index = catalogue.StatementsArchivedTo; index < end; index++)
        {
            var logged = replay.Read(index);
            if (logged.Statement.Document is { } document && catalogue.Find(document)?.Volume is { Length: > 0 })
            {
                batch.Add(Describe(logged));
            }

            if (batch.Count == StatementBatch || index == end - 1)
            {
                await CopyAsync(batch, logged.ReceivedAt, cancellation);
                batch.Clear();
                catalogue.StatementsArchivedTo = index + 1;
            }
        }
    }

    private async Task CopyAsync(List<ArchiveStatement> batch, DateTimeOffset at, CancellationToken cancellation)
    {
        if (batch.Count > 0)
        {
            await archive.AddStatementsAsync(batch, PeriodOf(at), cancellation);
            Interlocked.Add(ref archivedStatements, batch.Count);
        }
    }

    private static string PeriodOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Information, Message = "Archived {Count} packages in volume {Volume}")]
    private partial void LogArchived(int count, string volume);

    [LoggerMessage(Level = LogLevel.Error, Message = "Archiving failed; it is tried again")]
    private partial void LogFailed(Exception fault);
}
