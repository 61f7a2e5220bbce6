using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// Before the hub works: folds the entries that the catalogue has not seen, all of them where it is new, puts the
/// directory in force, and asks the volumes what is archived.
/// </summary>
internal sealed class CatalogueRestore(
    ILedgerStore ledger, ICatalogue catalogue, LedgerFold fold, EntryTaker entries, DirectoryKeeper directories, DirectoryHistory history, IArchiveStore archive)
{
    private const int Batch = 1_000;

    /// <param name="progress">Told how many entries of the ledger the catalogue reflects.</param>
    public async Task CatchUpAsync(IProgress<long>? progress, CancellationToken cancellation)
    {
        var from = catalogue.ProjectedSize;
        if (from > ledger.Size)
        {
            throw new IOException($"The catalogue reflects {from} entries, the ledger has {ledger.Size}. Delete the catalogue, or restore the ledger if it was cut off.");
        }

        if (from > 0 && history.Newest() is { } newest)
        {
            directories.Restore(ledger, newest);
        }

        var rows = new List<CatalogueRow>(Batch);
        await foreach (var (index, bytes) in ledger.ReadFrom(from, cancellation))
        {
            rows.Add(entries.Take(index, bytes).Row);
            if (rows.Count == Batch)
            {
                await FlushAsync(rows, index + 1, cancellation);
                progress?.Report(index + 1);
            }
        }

        if (rows.Count > 0)
        {
            await FlushAsync(rows, ledger.Size, cancellation);
            progress?.Report(ledger.Size);
        }

        RestoreArchived();
    }

    private async Task FlushAsync(List<CatalogueRow> rows, long size, CancellationToken cancellation)
    {
        catalogue.Add([.. rows]);
        rows.Clear();
        await catalogue.WaitForAsync(size, cancellation);
        fold.Trim();
    }

    private void RestoreArchived()
    {
        if (catalogue.Unarchived(1).Count == 0)
        {
            return;
        }

        foreach (var (package, volume) in archive.AllPackages())
        {
            if (catalogue.FindByPackage(new Core.Documents.PackageId(package)) is [{ AcceptedAt: not null } document, ..])
            {
                catalogue.MarkArchived([(document.Id, volume)]);
            }
        }
    }
}
