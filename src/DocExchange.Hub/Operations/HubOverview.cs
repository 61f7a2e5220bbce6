using System.Reflection;
using DocExchange.Core.Routing;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Durability.Upgrades;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Stamping;
using DocExchange.Hub.Supervision;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Operations;

/// <summary>How the hub and its nodes do, in one message: for the socket and for the console.</summary>
internal sealed class HubOverview(
    HubSettings settings,
    HubFolder folder,
    IDisk disk,
    StampingDesk stamping,
    ICatalogue catalogue,
    ILedgerStore ledger,
    LedgerWriter writer,
    DirectoryKeeper directories,
    MailboxFeed mailboxes,
    NodeReports reports,
    Archiver archiver,
    AuditTrail trail,
    TimeProvider clock)
{
    private const int MostCounted = 10_000;

    private readonly DateTimeOffset started = clock.GetUtcNow();
    private readonly DataVersion data = DataVersion.Read(folder.Root, disk);

    public static string Version { get; } = typeof(HubOverview).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public Wire.HubStatus Status()
    {
        var (documents, archived) = catalogue.Count();
        var directory = directories.Current;
        var status = new Wire.HubStatus
        {
            Exchange = settings.Exchange,
            Stamping = stamping.Status(),
            Version = Version,
            DataVersion = (uint)data.Number,
            DataProgram = data.Program,
            CatalogueForm = CatalogueForm.Current,
            Started = ArchiveWire.Format(started),
            LedgerSize = (ulong)ledger.Size,
            IndexedSize = (ulong)catalogue.ProjectedSize,
            DirectoryVersion = (ulong)directory.Version,
            Documents = (ulong)documents,
            Archived = (ulong)archived,
            AwaitingArchive = (ulong)catalogue.CountUnarchived(MostCounted),
            ArchivedStatements = (ulong)archiver.ArchivedStatements,
            AwaitingPackage = (uint)catalogue.CountInPhase(DocumentPhase.AwaitingPackage),
            Queue = (uint)writer.Waiting,
            FreeBytes = (ulong)disk.FreeSpace(folder.Root),
            TrailLines = (ulong)trail.Count,
            Checkpoint = ByteString.CopyFrom(writer.Checkpoint.ToBytes()),
        };
        status.Nodes.AddRange(Nodes());
        status.Expiries.AddRange(Expiries.Of(directory, directories.Trust, clock.GetUtcNow()).Select(each => new Wire.Expiry
        {
            What = each.What,
            Holder = each.Holder,
            Name = each.Name,
            Use = each.Use,
            Until = ArchiveWire.Format(each.Until),
            Days = each.Days,
        }));
        return status;
    }

    /// <summary>Every node of the directory, on the line or not.</summary>
    public IEnumerable<Wire.NodeLink> Nodes()
    {
        var directory = directories.Current;
        foreach (var machine in directory.Machines.Where(machine => !machine.Id.IsHub))
        {
            var presence = mailboxes.Presence.GetValueOrDefault(machine.Id);
            var report = reports.Of(machine.Id);
            yield return new Wire.NodeLink
            {
                Node = machine.Id.ToString(),
                Name = machine.Name,
                Watching = presence?.IsWatching ?? false,
                LastSeen = ArchiveWire.Format(presence?.LastSeen ?? report?.At),
                Offices = { directory.HostedBy(machine.Id).Select(office => office.Id.ToString()) },
                Report = report?.Report,
                Reported = ArchiveWire.Format(report?.At),
            };
        }
    }
}
