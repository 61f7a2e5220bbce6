using DocExchange.Durability.Auditing;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Supervision;

public sealed class NodeReportsTests
{
    private HubUnderTest hub = null!;

    private NodeReports Reports => hub.Get<NodeReports>();

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public void Shows_what_a_node_said_and_when()
    {
        Reports.Take(DistrictNode, new Wire.NodeReport { Version = "1.2", WaitingStatements = 3, Alarms = { "磁盘将满" } });
        var link = hub.Get<HubOverview>().Status().Nodes.Single(node => node.Node == DistrictNode.ToString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((link.Report.Version, link.Report.WaitingStatements, link.Report.Alarms.Single()), Is.EqualTo(("1.2", 3u, "磁盘将满")));
            Assert.That((link.Watching, link.Reported, link.LastSeen), Is.EqualTo((false, "2026-03-02T02:00:00.000Z", "2026-03-02T02:00:00.000Z")));
            Assert.That(link.Report.AlarmsEnglish.Single(), Is.EqualTo("磁盘将满"), "of a node that says it in Chinese only");
            Assert.That(link.Offices, Is.EqualTo(new[] { Dongcheng.ToString(), Xicheng.ToString() }));
            Assert.That(hub.Get<HubOverview>().Status().Nodes.Single(node => node.Node == OtherNode.ToString()).Report, Is.Null);
        }
    }

    [Test]
    public async Task Knows_it_still_after_a_start()
    {
        Reports.Take(DistrictNode, new Wire.NodeReport { Version = "1.2" });
        hub.Clock.Advance(TimeSpan.FromHours(3));
        await hub.RestartAsync();
        Assert.That(Reports.Of(DistrictNode), Has.Property("At").EqualTo(Start.AddHours(1)));
        Assert.That(Reports.Of(DistrictNode)!.Report.Version, Is.EqualTo("1.2"));
    }

    [Test]
    public void Bounds_whatever_a_node_says()
    {
        var said = new Wire.NodeReport { Version = new string('v', 5_000), OldestWaiting = new string('t', 5_000), TrailHead = ByteString.CopyFrom(new byte[5_000]), TrailLines = 1 };
        said.Alarms.AddRange(Enumerable.Repeat(new string('警', 5_000), 500));
        said.AlarmsEnglish.AddRange(said.Alarms);
        Reports.Take(DistrictNode, said);
        Assert.That(Reports.Of(DistrictNode)!.Report.CalculateSize(), Is.LessThan(40 * 1_000));
    }

    [Test]
    public void Puts_the_head_of_a_nodes_audit_trail_into_its_own_once_a_day()
    {
        var head = Digest.Of("line"u8);
        for (var hour = 0; hour < 30; hour++)
        {
            Reports.Take(DistrictNode, new Wire.NodeReport { TrailLines = 7, TrailHead = ByteString.CopyFrom(head.Span) });
            hub.Clock.Advance(TimeSpan.FromHours(1));
        }

        var lines = new TrailReader(hub.Folder.AuditTrail).Forwards().Select(each => each.Entry).Where(entry => entry.Act == "NodeTrailHead").ToList();
        Assert.That(lines, Has.Count.EqualTo(2));
        Assert.That(lines[0].What, Is.EqualTo(new Dictionary<string, string> { ["lines"] = "7", ["head"] = head.ToString() }));
    }
}
