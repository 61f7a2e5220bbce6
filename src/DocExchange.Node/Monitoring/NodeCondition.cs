using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Node.HubLink;
using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;

namespace DocExchange.Node.Monitoring;

/// <summary>
/// The node is well while its records can be read and written down. How the link does is said, and does not count: a node works
/// for weeks without the hub.
/// </summary>
internal sealed class NodeCondition(NodeRecords records, AuditTrail trail, LinkStatus link, IDisk disk, DataFolder folder) : ICondition
{
    /// <summary>Below this nothing may be written any more, an act at the desk included.</summary>
    private static readonly RoomLimit Least = RoomLimit.Of(64, 0);

    public bool IsAlive => !records.Broken.IsCancellationRequested;

    public IReadOnlyList<PartState> Look() => [PartState.Of("records", OfRecords), PartState.Of("audit-trail", () => (PartHealth.Well, $"{trail.Now().Count} lines.")), PartState.Of("disk", OfDisk), PartState.Of("link", OfLink)];

    private (PartHealth Health, string What) OfRecords() => (PartHealth.Well, $"{records.Queue.Count()} statements and {records.Uploads.Count()} packages wait for the hub.");

    private (PartHealth Health, string What) OfDisk()
    {
        var room = Least.Look(disk, folder.Root);
        return (room.IsLow ? PartHealth.Failed : PartHealth.Well, $"{room} are free.");
    }

    private (PartHealth Health, string What) OfLink() => (PartHealth.Well, link.Problem.English.Length == 0 ? $"{link.State}." : $"{link.State}: {link.Problem.English}");
}
