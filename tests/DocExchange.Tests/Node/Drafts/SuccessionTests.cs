using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Node.Drafts;

/// <summary>A 更正重印件 makes its predecessor void when the hub has accepted it, once, and not when the hub rejects it.</summary>
internal sealed class SuccessionTests
{
    private TestDesk desk = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        await LoggedAsync(NodeSite.Dispatch(1), 10);
        await LoggedAsync(Accepted(1), 11);
        await LoggedAsync(NodeSite.Dispatch(2), 12);
        Records.Write(() => Records.Successions.Insert(new SuccessionRow
        {
            Id = NodeSite.Document(2).ToString(),
            Office = NodeSite.Sender.ToString(),
            Replaced = NodeSite.Document(1).ToString(),
            Reason = "附件有误",
            ActorId = "zhang3",
            ActorName = "张三",
            ActorRole = Roles.Dispatcher,
            ActorSignIn = "password",
        }));
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Waits_while_the_hub_has_said_nothing()
    {
        await desk.Part<Succession>().LookAsync(default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Queued, Is.Empty);
            Assert.That(Records.Successions.Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Supersedes_once_when_the_hub_has_accepted_the_new_document()
    {
        await LoggedAsync(Accepted(2), 13);

        await desk.Part<Succession>().LookAsync(default);
        await desk.Part<Succession>().LookAsync(default);

        var statement = desk.Part<StatementQueue>().Read(Records.Queue.FindAll().Single()).Statement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(statement.Body, Is.EqualTo(new SupersededBody(NodeSite.Document(2), "附件有误")));
            Assert.That(statement.Document, Is.EqualTo(NodeSite.Document(1)));
            Assert.That(statement.Actor, Is.EqualTo(new Actor("zhang3", "张三", Roles.Dispatcher, "password")));
        }
    }

    [Test]
    public async Task Leaves_the_predecessor_in_force_when_the_hub_rejects_the_new_document()
    {
        await LoggedAsync(new StatementDraft(StatementType.Rejected, NodeSite.NodeId, null, NodeSite.Document(2), new RejectedBody(NodeSite.Sender, [new RejectionReason("X", "不符", "No.")])), 13);

        await desk.Part<Succession>().LookAsync(default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Queued, Is.Empty);
            Assert.That(Records.Successions.Count(), Is.Zero);
        }
    }

    private NodeRecords Records => desk.Part<NodeRecords>();

    private string[] Queued => [.. Records.Queue.FindAll().Select(row => row.Type)];

    private static StatementDraft Accepted(int number) =>
        new(StatementType.Accepted, NodeSite.NodeId, null, NodeSite.Document(number), new AcceptedBody(new PackageId(Digest.Of([(byte)number])), 100));

    private async Task LoggedAsync(StatementDraft draft, long index)
    {
        var row = await desk.Site.LoggedAsync(draft, index);
        Records.Write(() => Records.Entries.Insert(row));
    }
}
