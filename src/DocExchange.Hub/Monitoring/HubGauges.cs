using System.Diagnostics.Metrics;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Hub.Supervision;

namespace DocExchange.Hub.Monitoring;

/// <summary>What is read off the hub's stores whenever somebody asks for the metrics; made only where somebody may.</summary>
internal sealed class HubGauges
{
    private const int MostCounted = 1_000;

    private readonly MailboxFeed mailboxes;
    private readonly DirectoryKeeper directories;
    private readonly NodeReports reports;
    private readonly HubWorries worries;
    private readonly HubFolder folder;
    private readonly TimeProvider clock;

    public HubGauges(
        HubMeters meters, ILedgerStore ledger, LedgerWriter writer, ICatalogue catalogue, SpoolSurvey spool, MailboxFeed mailboxes, DirectoryKeeper directories, NodeReports reports,
        HubWorries worries, CheckpointStamper stamper, HubIdentity identity, HubFolder folder, TimeProvider clock)
    {
        (this.mailboxes, this.directories, this.reports, this.worries, this.folder, this.clock) = (mailboxes, directories, reports, worries, folder, clock);
        var meter = meters.Meter;
        Gauge("docexchange.hub.ledger.size", "{entry}", "Entries in the ledger.", () => ledger.Size);
        Gauge("docexchange.hub.writer.waiting", "{statement}", "What waits for the ledger's writer.", () => writer.Waiting);
        Gauge("docexchange.hub.catalogue.lag", "{entry}", "Entries of the ledger that searches do not show yet.", () => Math.Max(0, ledger.Size - catalogue.ProjectedSize));
        Gauge("docexchange.hub.archive.waiting", "{package}", "Accepted packages no volume holds yet; counting ends at 1,000.", () => catalogue.CountUnarchived(MostCounted));
        meter.CreateObservableGauge("docexchange.hub.spool.packages", () => Known<long>(spool.Newest?.Packages), "{package}", "Packages in the spool.");
        meter.CreateObservableGauge("docexchange.hub.spool.size", () => Known<long>(spool.Newest?.Bytes), "By", "Bytes of the packages in the spool.");
        Gauge("docexchange.hub.nodes.enrolled", "{node}", "Nodes of the directory.", () => Nodes().Count());
        Gauge("docexchange.hub.nodes.connected", "{node}", "Nodes whose mailbox is being followed.", () => Nodes().Count(node => mailboxes.Presence.GetValueOrDefault(node)?.IsWatching == true));
        meter.CreateObservableGauge("docexchange.hub.nodes.absence", () => Known(LongestAbsence()), "s", "Since the node that is away longest was seen.");
        meter.CreateObservableGauge("docexchange.hub.disk.free", () => Rooms().Select(each => Measured(each.Free, each.Name)), "By", "Bytes free on the disk of each folder.");
        meter.CreateObservableGauge("docexchange.hub.disk.size", () => Rooms().Select(each => Measured(each.Total, each.Name)), "By", "Bytes the disk of each folder has.");
        Gauge("docexchange.hub.expiries", "{item}", "Certificates, seals and revocation lists that run out within 30 days or have run out.", CountExpiries);
        meter.CreateObservableGauge("docexchange.hub.tls.expiry", () => Days(identity.Tls.NotAfter.ToUniversalTime()), "d", "Until the hub's own TLS certificate runs out.");
        meter.CreateObservableGauge("docexchange.hub.revocation_list.expiry", () => Known(NextList()), "d", "Until the first revocation list runs out.");
        meter.CreateObservableGauge("docexchange.hub.time_stamp.age", () => Known(Since(stamper.State.Last?.At)), "s", "Since a checkpoint was time-stamped.");

        void Gauge(string name, string unit, string what, Func<long> read) => meter.CreateObservableGauge(name, read, unit, what);
    }

    private IEnumerable<Core.Offices.PartyId> Nodes() => directories.Current.Machines.Where(machine => !machine.Id.IsHub).Select(machine => machine.Id);

    // A node that never called is not away.
    private double? LongestAbsence() => Nodes()
        .Select(node => mailboxes.Presence.GetValueOrDefault(node) is { } presence ? presence.IsWatching ? 0 : Since(presence.LastSeen) : Since(reports.Of(node)?.At))
        .Max();

    private IEnumerable<(string Name, long Free, long Total)> Rooms() =>
        worries.Rooms().Select(room => (room.Folder == folder.Root ? "data" : Path.GetFileName(room.Folder), room.Free, room.Total));

    private long CountExpiries() => Expiries.Of(directories.Current, directories.Trust, clock.GetUtcNow()).Count(each => each.Days < Expiries.DaysPressing);

    private double? NextList() => directories.Trust.RevocationLists.Min(list => list.NextUpdate) is { } next ? Days(next) : null;

    private double Days(DateTimeOffset until) => (until - clock.GetUtcNow()).TotalDays;

    private double? Since(DateTimeOffset? then) => then is { } at ? (clock.GetUtcNow() - at).TotalSeconds : null;

    private static IEnumerable<Measurement<T>> Known<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private static Measurement<long> Measured(long value, string folder) => new(value, KeyValuePair.Create("folder", (object?)folder));
}
