using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Pages.Monitoring;

namespace DocExchange.Hub.Monitoring;

/// <summary>
/// The hub is well while the ledger can be read, its writer writes, the catalogue keeps up with it, and uploads find room.
/// </summary>
/// <param name="isWriting">Whether the ledger's writer runs.</param>
internal sealed class HubCondition(ILedgerStore ledger, Func<bool> isWriting, ICatalogue catalogue, IDisk disk, HubFolder folder, HubSettings settings) : ICondition
{
    private const long MaxLag = 50_000;

    public bool IsAlive => isWriting();

    public IReadOnlyList<PartState> Look() => [PartState.Of("ledger", OfLedger), PartState.Of("writer", OfWriter), PartState.Of("catalogue", OfCatalogue), PartState.Of("disk", OfDisk)];

    private (PartHealth Health, string What) OfLedger()
    {
        var size = ledger.Size;
        if (size > 0)
        {
            _ = ledger.Read(size - 1);
        }

        return (PartHealth.Well, $"{size} entries.");
    }

    private (PartHealth Health, string What) OfWriter() => !isWriting() ? (PartHealth.Failed, "The ledger's writer does not run: start the hub again.")
        : ledger.MustReopen ? (PartHealth.Failed, "The last batch could not be written; the ledger is opened again before the next.")
        : (PartHealth.Well, "It writes.");

    private (PartHealth Health, string What) OfCatalogue()
    {
        var lag = Math.Max(0, ledger.Size - catalogue.ProjectedSize);
        return (lag <= MaxLag ? PartHealth.Well : PartHealth.Poor, $"The catalogue is {lag} entries behind the ledger.");
    }

    // Below the reserve uploads are refused; statements are taken for as long as there is any room.
    private (PartHealth Health, string What) OfDisk()
    {
        var reserve = RoomLimit.Of(settings.FreeSpaceReserveMiB, 0);
        var rooms = new[] { folder.Root, folder.Ledger, folder.Spool, folder.Archive }.Select(each => reserve.Look(disk, each)).ToList();
        return rooms.Find(room => room.IsLow) is { } low
            ? (PartHealth.Poor, $"Uploads are refused: {low} are free at {low.Folder}.")
            : (PartHealth.Well, $"{rooms.MinBy(room => room.Free)} are free.");
    }
}
