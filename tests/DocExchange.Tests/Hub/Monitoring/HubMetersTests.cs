using DocExchange.Core.Statements;
using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Submission;
using DocExchange.Tests.House;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Pages.Monitoring;
using Google.Protobuf;
using Grpc.Core;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Monitoring;

/// <summary>What the hub counts, read as an exporter reads it.</summary>
public sealed class HubMetersTests
{
    private static readonly string[] Labels = ["folder", "outcome", "reason", "rpc.method", "rpc.response.status_code", "rpc.system.name"];

    [Test]
    public async Task Are_the_ones_that_are_described()
    {
        await using var hub = await HubUnderTest.StartAsync();
        _ = hub.Get<HubGauges>();
        using var meters = new MeterReader(hub.Get<HubMeters>().Meter);

        Assert.That(Repository.Table("README.md", "Metrics of the hub").Select(row => $"{row[0]} {row[1]} {row[2]}"), Is.EquivalentTo(meters.Described));
    }

    [Test]
    public async Task Follow_a_document_from_its_dispatch_to_the_archive()
    {
        await using var hub = await HubUnderTest.StartAsync();
        _ = hub.Get<HubGauges>();
        using var meters = new MeterReader(hub.Get<HubMeters>().Meter);
        var before = hub.Ledger.Size;
        var package = await TestPackage.MakeAsync();

        await hub.DispatchAsync(package);
        await hub.ArchiveAsync(() => hub.Catalogue.Find(package.Document)?.Volume.Length > 0);
        _ = hub.Get<SpoolSurvey>().Newest;
        await hub.Get<SpoolSurvey>().Measuring;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(meters.Total("docexchange.hub.packages.judged", "outcome=accepted"), Is.EqualTo(1));
            Assert.That(meters.Total("docexchange.hub.packages.judged", "outcome=rejected"), Is.Zero);
            Assert.That(meters.Total("docexchange.hub.ledger.appended"), Is.EqualTo(hub.Ledger.Size - before).And.GreaterThanOrEqualTo(2));
            Assert.That(meters.Total("docexchange.hub.ledger.batch.size"), Is.EqualTo(hub.Ledger.Size - before));
            Assert.That(meters.Readings.Where(each => each.Metric == "docexchange.hub.ledger.append.duration").Select(each => each.Value), Is.Not.Empty.And.All.GreaterThanOrEqualTo(0));
            Assert.That(Last("docexchange.hub.ledger.size"), Is.EqualTo(hub.Ledger.Size));
            Assert.That(Last("docexchange.hub.archive.waiting"), Is.Zero);
            Assert.That(Last("docexchange.hub.catalogue.lag"), Is.Zero);
            Assert.That(Last("docexchange.hub.spool.packages"), Is.EqualTo(1));
            Assert.That(Last("docexchange.hub.spool.size"), Is.EqualTo(package.Bytes.Length));
            Assert.That(Last("docexchange.hub.nodes.enrolled"), Is.EqualTo(3));
            Assert.That(Last("docexchange.hub.nodes.connected"), Is.Zero);
            Assert.That(Last("docexchange.hub.tls.expiry"), Is.GreaterThan(30));
            Assert.That(meters.Readings.Where(each => each.Metric == "docexchange.hub.disk.free").Select(each => each.Labels).Distinct(), Is.EquivalentTo(new[] { "folder=data", "folder=ledger", "folder=spool", "folder=archive" }));
        }

        double Last(string metric) => meters.Read().Last(each => each.Metric == metric).Value;
    }

    [Test]
    public async Task Count_refusals_by_their_reason_and_name_nobody()
    {
        await using var hub = await HubUnderTest.StartAsync();
        _ = hub.Get<HubGauges>();
        using var meters = new MeterReader(hub.Get<HubMeters>().Meter);
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        var another = await hub.SignAsync(StatementType.Opened, Haidian, document: package.Document, key: hub.Site.Offices[Dongcheng].Key);
        var replies = new StreamedReplies<Wire.PostReply>();

        var context = new FakeCallContext("/docexchange.v1.Exchange/Post");
        DocExchange.Hub.Operations.Caller.Remember(context, OtherNode);
        await hub.Make<ExchangeService>().Post(new StreamedRequests<Wire.PostRequest>([new Wire.PostRequest { Statement = ByteString.CopyFrom(another.Cms.Span) }]), replies, context);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(meters.Total("docexchange.hub.statements.refused", $"reason={replies.Messages.Single().Refused.Reason}"), Is.EqualTo(1));
            Assert.That(meters.Readings.SelectMany(each => each.Labels.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(label => label.Split('=')[0]).Distinct(), Is.SubsetOf(Labels));
            Assert.That(meters.Readings.Select(each => each.Labels), Has.None.Contains(package.Document.ToString()).And.None.Contains("bj/"));
        }
    }

    [Test]
    public async Task Measure_calls_by_method_and_status()
    {
        using var counted = new HubMeters(TimeProvider.System);
        using var meters = new MeterReader(counted.Meter);
        var calls = new CallMeter(counted);

        await calls.UnaryServerHandler("", new FakeCallContext("/docexchange.v1.Ledger/GetCheckpoint"), (_, _) => Task.FromResult(""));
        await Assert.ThrowsAsync<RpcException>(() => calls.UnaryServerHandler<string, string>("", new FakeCallContext("/docexchange.v1.Ledger/GetCheckpoint"), (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, ""))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => calls.UnaryServerHandler<string, string>("", new FakeCallContext("/docexchange.v1.Ledger/GetCheckpoint"), (_, _) => throw new InvalidOperationException()));

        Assert.That(meters.Readings.Select(each => each.Labels.Split('=')[^1]), Is.EqualTo(new[] { "OK", "PERMISSION_DENIED", "UNKNOWN" }));
        Assert.That(meters.Readings.Select(each => each.Labels), Is.All.Contains("rpc.method=docexchange.v1.Ledger/GetCheckpoint"));
    }
}
