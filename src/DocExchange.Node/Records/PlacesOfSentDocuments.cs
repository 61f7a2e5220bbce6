using DocExchange.Core.Operating;
using DocExchange.Core.Supervision;
using DocExchange.Durability;
using DocExchange.Durability.Upgrades;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;

namespace DocExchange.Node.Records;

/// <summary>Gives sent documents and their numbers the places by which lists, register and numbering find them.</summary>
internal sealed class PlacesOfSentDocuments : IUpgradeStep
{
    public int Reaches => 1;

    public IReadOnlyList<string> Rewrites { get; } = DurableDatabase.FilesOf(DataFolder.DatabaseName);

    public void Run(string folder, IDisk disk)
    {
        var data = new DataFolder(folder);
        using var records = new NodeRecords(data, disk);
        var zone = CalendarText.ParseZone(NodeSettings.Read<DeskOptions>(data.Settings).TimeZone);
        new OutboxBook(records, new PackageShelf(data), new SiteClock(zone)).FillIn();
        new NumberRegister(records).FillIn();
    }
}
