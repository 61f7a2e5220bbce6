using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.Outbox;

/// <summary>The same document leaves once; what the ledger says was rejected never again.</summary>
internal sealed class DepartureTests
{
    private static readonly DocumentMetadata Metadata = new()
    {
        Type = DocumentType.Notice,
        Title = "关于示例的通知",
        Number = DocumentNumber.Parse("示政发〔2026〕1号"),
        Issuers = [new Issuer(NodeSite.Sender.ToString(), "bgs", SealPlacement.None)],
        Date = new DateOnly(2026, 3, 2),
        DispatchedBy = NodeSite.Sender.ToString(),
    };

    private TestDesk desk = null!;

    [SetUp]
    public async Task Open() => desk = await SendingDesk.StartAsync();

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Refuses_a_document_that_the_hub_rejected_and_says_what_to_do()
    {
        await LeaveAsync();
        var queued = Records.Queue.FindAll().Single();
        await LoggedAsync(StatementType.Dispatched, Part<StatementQueue>().Read(queued).Statement.Body, 10);
        await LoggedAsync(StatementType.Rejected, new RejectedBody(NodeSite.Sender, [new RejectionReason("SIGNATURE_MISSING", "缺少印章。", "The seal is missing.")]), 11);

        var refused = await RefusedAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.WrongState));
            Assert.That(refused.Message, Does.Contain("重新拟发"));
            Assert.That(refused.English, Does.Contain("draft it anew"));
            Assert.That(Records.Queue.Count(), Is.EqualTo(1), "Nothing further waits to be sent.");
        }
    }

    [Test]
    public async Task Lets_a_document_go_again_whose_dispatched_never_came_into_the_ledger()
    {
        await LeaveAsync();
        var twice = await RefusedAsync();
        var queued = Records.Queue.FindAll().Single();
        var refusal = new RefusedException(Refusal.TooLarge, "太多", "Too many.");
        await Part<StatementQueue>().RefuseAsync(queued.Id, queued.Statement, refusal, gone => Part<Listing>().Refused(gone, refusal), default);

        var reply = await LeaveAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(twice.Message, Does.Contain("补发"));
            Assert.That((reply.DocumentId, Records.Queue.Count()), Is.EqualTo((NodeSite.Document(1).ToString(), 1)));
        }
    }

    private NodeRecords Records => Part<NodeRecords>();

    private T Part<T>()
        where T : notnull => desk.Part<T>();

    private async Task<RefusedException> RefusedAsync() => (await Assert.ThrowsAsync<RefusedException>(() => LeaveAsync()))!;

    [Test]
    public async Task Gets_into_line_in_its_turn()
    {
        var turns = new DraftTurns();
        var (before, turn, after) = (turns.Next(), turns.Next(), turns.Next());
        var leaving = LeaveAsync(turn);
        var behind = after.ComeAsync(default);
        var early = (Records.Queue.Count(), behind.IsCompleted);
        before.Pass();
        await leaving.WaitAsync(TimeSpan.FromSeconds(60));
        await behind.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That((early, Records.Queue.Count()), Is.EqualTo(((0, false), 1)), "and lets the next follow");
    }

    private Task<Local.SendReply> LeaveAsync() => LeaveAsync(null);

    private async Task<Local.SendReply> LeaveAsync(DraftTurn? turn)
    {
        var path = Part<PackageShelf>().NewDraftPath();
        await File.WriteAllBytesAsync(path, [1, 2, 3]);
        var package = new FinishedPackage(path, new WrittenPackage(Digest.Of([1, 2, 3]), 3), NodeSite.Document(1), Metadata);
        return await Part<Departure>().LeaveAsync(package, new Destination(Part<DirectoryCopy>().Newest(), new RecipientList([NodeSite.Recipient], [])), NodeSite.Sender, SendingDesk.Writer, null, turn, default);
    }

    private async Task LoggedAsync(StatementType type, StatementBody body, long index)
    {
        var actor = type == StatementType.Dispatched ? SendingDesk.Writer : null;
        var row = await desk.Site.LoggedAsync(new StatementDraft(type, actor is null ? NodeSite.NodeId : NodeSite.Sender, actor, NodeSite.Document(1), body), index);
        Part<EntryBook>().Keep([Part<EntryBook>().Read(row.Id, row.Entry)]);
    }
}
