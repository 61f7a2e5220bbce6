using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using DocExchange.Trust.Digests;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.Drafts;

/// <summary>The node says at once what the hub would not take as a document's replacement.</summary>
internal sealed class SupersedingTests
{
    private TestDesk desk = null!;
    private long index = 10;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        await LoggedAsync(NodeSite.Dispatch(1));
        await LoggedAsync(Accepted(1));
        await LoggedAsync(NodeSite.Dispatch(2));
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Refuses_itself_an_unknown_one_one_not_accepted_and_a_void_one_and_takes_one_in_force()
    {
        var itself = await RefusedAsync(1);
        var unknown = await RefusedAsync(9);
        var waiting = await RefusedAsync(2);
        await LoggedAsync(Accepted(2));
        var reply = await SupersedeAsync(2);
        await LoggedAsync(NodeSite.Dispatch(3));
        await LoggedAsync(Accepted(3));
        await LoggedAsync(NodeSite.Act(StatementType.Voided, 3, NodeSite.Sender, "有误"));
        await LoggedAsync(NodeSite.Dispatch(4));
        await LoggedAsync(Accepted(4));
        var voided = await RefusedAsync(3, document: 4);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((itself.Refusal, itself.English), Is.EqualTo((Refusal.WrongState, "A document cannot be superseded by itself. Name the document that takes its place.")));
            Assert.That((unknown.Refusal, waiting.Refusal, voided.Refusal), Is.EqualTo((Refusal.UnknownDocument, Refusal.WrongState, Refusal.WrongState)));
            Assert.That(waiting.Message, Does.Contain("尚未被中心接收"));
            Assert.That(voided.Message, Does.Contain("已作废"));
            Assert.That(desk.Part<StatementQueue>().Read(Records.Queue.FindAll().Single()).Statement.Body, Is.EqualTo(new SupersededBody(NodeSite.Document(2), "有误")));
            Assert.That(reply.StatementId, Is.Not.Empty);
        }
    }

    private NodeRecords Records => desk.Part<NodeRecords>();

    private async Task<RefusedException> RefusedAsync(int replacement, int document = 1) =>
        (await Assert.ThrowsAsync<RefusedException>(() => SupersedeAsync(replacement, document)))!;

    private Task<Local.ActReply> SupersedeAsync(int replacement, int document = 1) => desk.Part<Acting>().ActAsync(
        new Local.ActRequest
        {
            Office = NodeSite.Sender.ToString(),
            DocumentId = NodeSite.Document(document).ToString(),
            Type = nameof(StatementType.Superseded),
            Text = NodeSite.Document(replacement).ToString(),
            Reason = "有误",
            Person = new Local.Person { Id = "zhang3", Name = "张三", Role = Roles.Dispatcher },
        },
        default);

    private static StatementDraft Accepted(int number) =>
        new(StatementType.Accepted, NodeSite.NodeId, null, NodeSite.Document(number), new AcceptedBody(new PackageId(Digest.Of([(byte)number])), 100));

    private async Task LoggedAsync(StatementDraft draft)
    {
        var row = await desk.Site.LoggedAsync(draft, index++);
        desk.Part<EntryBook>().Keep([desk.Part<EntryBook>().Read(row.Id, row.Entry)]);
    }
}
