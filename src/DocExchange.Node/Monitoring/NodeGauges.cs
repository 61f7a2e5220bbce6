using System.Diagnostics.Metrics;
using DocExchange.Core.Offices;
using DocExchange.Durability;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;

namespace DocExchange.Node.Monitoring;

/// <summary>
/// What is read off the node's records whenever somebody asks for the metrics; made only where somebody may. Names follow
/// OpenTelemetry's conventions, units are UCUM; nothing names an office or a document.
/// </summary>
internal sealed class NodeGauges : IDisposable
{
    public const string Name = "DocExchange.Node";

    private readonly Meter meter = new(Name);
    private readonly NodeRecords records;
    private readonly TimeProvider clock;

    public NodeGauges(
        NodeRecords records, NodeFile node, ReceivedList received, LinkStatus link, CheckpointGuard checkpoints, TrustedAuthorities authorities, KeyRing keys, NodeWorries worries, AlarmBell alarms, TimeProvider clock)
    {
        (this.records, this.clock) = (records, clock);
        Gauge("docexchange.node.queue.statements", "{statement}", "Statements signed and not yet in the ledger.", () => records.Queue.Count());
        Gauge("docexchange.node.queue.uploads", "{package}", "Packages the hub does not hold yet.", () => records.Uploads.Count());
        Gauge("docexchange.node.queue.fetches", "{package}", "Packages to be fetched from the hub.", () => records.Packages.Count(Field.Is(nameof(PackageRow.State), (int)PackageState.Wanted)));
        Maybe("docexchange.node.queue.age", "s", "Since the oldest waiting statement was signed; 0 where none waits.", () => AgeOfOldest());
        Gauge("docexchange.node.hub.reachable", null, "1 while the link to the hub is up, else 0.", () => link.State == LinkState.Connected ? 1 : 0);
        Maybe("docexchange.node.checkpoint.age", "s", "Since a checkpoint of the hub was last found in order.", () => checkpoints.SeenAt is { } at ? (clock.GetUtcNow() - at).TotalSeconds : null);
        Gauge("docexchange.node.alarms.open", "{alarm}", "Alarms that nobody has closed.", () => alarms.CountOpen());
        Gauge("docexchange.node.documents.open", "{document}", "Documents to be signed for; counting ends at 999 an office.", () => node.Offices.Select(PartyId.Parse).Where(office => !office.IsMachine).Sum(office => (long)received.Count(office.ToString(), InboxTab.Open)));
        Gauge("docexchange.node.disk.free", "By", "Bytes free on the disk of the data folder.", () => worries.Room().Free);
        Gauge("docexchange.node.disk.size", "By", "Bytes that disk has.", () => worries.Room().Total);
        Maybe("docexchange.node.tls.expiry", "d", "Until the node's TLS certificate runs out.", () => Days(worries.TlsUntil));
        Maybe("docexchange.node.keys.expiry", "d", "Until the first certificate or seal of the node and its offices runs out.", () => Days(keys.Ends().Min(each => each.Until)));
        Maybe("docexchange.node.revocation_list.expiry", "d", "Until the first revocation list runs out.", () => authorities.Store.RevocationLists.Min(list => list.NextUpdate) is { } next ? Days(next) : null);
    }

    public Meter Meter => meter;

    public void Dispose() => meter.Dispose();

    private void Gauge(string name, string? unit, string what, Func<long> read) => meter.CreateObservableGauge(name, read, unit, what);

    // A value that is not known is not given out.
    private void Maybe(string name, string unit, string what, Func<double?> read) =>
        meter.CreateObservableGauge(name, () => read() is { } value ? new[] { new Measurement<double>(value) } : [], unit, what);

    private double AgeOfOldest() => records.Queue.Query().OrderBy(row => row.Id).Limit(1).FirstOrDefault() is { } oldest
        ? (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(oldest.At)).TotalSeconds
        : 0;

    private double Days(DateTimeOffset until) => (until - clock.GetUtcNow()).TotalDays;
}
