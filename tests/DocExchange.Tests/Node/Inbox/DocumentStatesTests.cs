using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class DocumentStatesTests
{
    private NodeSite site = null!;
    private NodeRecords records = null!;
    private StatementQueue queue = null!;
    private ObjectFolder objects = null!;
    private DocumentStates states = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        records = new NodeRecords(site.Folder);
        objects = new ObjectFolder(site.Folder);
        queue = new StatementQueue(records, site.Keys, site.Node, new FakeTimeProvider(NodeSite.Now));
        states = new DocumentStates(records, objects, queue);
    }

    [TearDown]
    public void Close()
    {
        queue.Dispose();
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Replays_entries_in_ledger_order_whatever_order_they_came_in()
    {
        var story = await StoryAsync();

        foreach (var row in new[] { story[0], story[3], story[2] })
        {
            Keep(row);
        }

        Assert.That(State(), Is.EqualTo(DeliveryState.Withdrawn), "as far as is known, it was withdrawn before anyone signed");
        Keep(story[1]);

        Assert.That(State(), Is.EqualTo(DeliveryState.OnPaper), "it had gone on paper before it was withdrawn");
    }

    [Test]
    public async Task Gives_the_same_state_in_memory_and_from_the_entries_alone()
    {
        foreach (var row in await StoryAsync())
        {
            Keep(row);
            _ = State();
        }

        Assert.That(State(), Is.EqualTo(new DocumentStates(records, objects, queue).Read(NodeSite.Document(1), state => (DeliveryState?)state.Recipients.Single().State)));
    }

    [Test]
    public async Task Who_reads_while_entries_are_being_kept_does_not_hide_them_from_others()
    {
        var story = await StoryAsync();
        Keep(story[0]);
        states = new DocumentStates(records, objects, queue);

        records.Write(() =>
        {
            Keep(story[1]);
            Task.Run(State).Wait();
        });

        Assert.That(State(), Is.EqualTo(DeliveryState.OnPaper));
    }

    [Test]
    public async Task Takes_no_account_of_entries_that_were_not_believed()
    {
        var story = await StoryAsync();
        Keep(story[0]);
        story[1].Fault = "The signature is not valid.";
        records.Entries.Insert(story[1]);

        Assert.That(State(), Is.EqualTo(DeliveryState.Queued));
    }

    [Test]
    public async Task Foresees_what_waits_in_the_queue()
    {
        await queue.AddAsync([NodeSite.Dispatch(1), NodeSite.Act(StatementType.Withdrawn, 1, NodeSite.Sender, "发错")], null, default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(states.Foresee(NodeSite.Document(1), out _)!.Phase, Is.EqualTo(DocumentPhase.Withdrawn));
            Assert.That(states.Read(NodeSite.Document(1), state => state.Phase.ToString()), Is.Null, "the ledger knows nothing of it yet");
        }
    }

    [Test]
    public async Task What_is_done_to_a_foreseen_state_is_known_to_nobody_else()
    {
        Keep(await site.LoggedAsync(NodeSite.Dispatch(1), 0));
        var foreseen = states.Foresee(NodeSite.Document(1), out var next)!;
        foreseen.Apply(ReceivedEntry.Read(next, (await site.LoggedAsync(NodeSite.Act(StatementType.Withdrawn, 1, NodeSite.Sender, "发错"), next)).Entry, objects.Get).Logged!);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((next, foreseen.Phase), Is.EqualTo((1L, DocumentPhase.Withdrawn)));
            Assert.That(State(), Is.EqualTo(DeliveryState.Queued));
            Assert.That(states.Foresee(NodeSite.Document(1), out _)!.Phase, Is.EqualTo(DocumentPhase.AwaitingPackage));
        }
    }

    [Test]
    public void Knows_nothing_of_a_document_without_entries()
    {
        Assert.That(states.Foresee(NodeSite.Document(9), out _), Is.Null);
    }

    private async Task<List<EntryRow>> StoryAsync() =>
    [
        await site.LoggedAsync(NodeSite.Dispatch(1), 0),
        await site.LoggedAsync(new StatementDraft(StatementType.SentOnPaper, NodeSite.Sender, new Actor("1", "张三", "dispatcher", "local"), NodeSite.Document(1), new RecipientsBody(new RecipientList([NodeSite.Recipient], []))), 1),
        await site.LoggedAsync(NodeSite.Act(StatementType.Withdrawn, 1, NodeSite.Sender, "发错"), 2),
        await site.LoggedAsync(NodeSite.Act(StatementType.Opened, 1, NodeSite.Recipient), 3),
    ];

    private void Keep(EntryRow row)
    {
        records.Entries.Insert(row);
        states.Take(NodeSite.Document(1), [ReceivedEntry.Read(row.Id, row.Entry, objects.Get).Logged!]);
    }

    private DeliveryState? State() => states.Read(NodeSite.Document(1), state => (DeliveryState?)state.Recipients.Single().State);
}
