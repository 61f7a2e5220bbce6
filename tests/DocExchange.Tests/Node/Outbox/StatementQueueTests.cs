using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Outbox;

internal sealed class StatementQueueTests
{
    private static readonly RefusedException No = new(Refusal.NumberTaken, "字号已用", "The number is taken.");

    private NodeSite site = null!;
    private NodeRecords records = null!;
    private StatementQueue queue = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        Reopen();
    }

    [TearDown]
    public void Close()
    {
        queue.Dispose();
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Numbers_a_chain_without_gaps_when_many_act_at_once()
    {
        await Task.WhenAll(Enumerable.Range(1, 60).Select(number => Task.Run(() => queue.AddAsync([NodeSite.Dispatch(number)], null, default))));

        AssertIsWhole(Waiting(), 60);
    }

    [Test]
    public async Task Keeps_a_chain_apart_for_each_issuer()
    {
        await queue.AddAsync([NodeSite.Dispatch(1), NodeSite.Act(StatementType.Opened, 1, NodeSite.Recipient), NodeSite.Dispatch(2)], null, default);

        var waiting = Waiting();
        AssertIsWhole([.. waiting.Where(row => row.Issuer == NodeSite.Sender.ToString())], 2);
        AssertIsWhole([.. waiting.Where(row => row.Issuer == NodeSite.Recipient.ToString())], 1);
    }

    [Test]
    public async Task Sends_the_same_bytes_after_a_restart_between_signing_and_sending()
    {
        await queue.AddAsync([NodeSite.Dispatch(1), NodeSite.Dispatch(2)], null, default);
        var before = Waiting().Select(row => Convert.ToHexString(row.Cms)).ToList();

        Restart();

        Assert.That(Waiting().Select(row => Convert.ToHexString(row.Cms)), Is.EqualTo(before));
        await queue.AddAsync([NodeSite.Dispatch(3)], null, default);
        AssertIsWhole(Waiting(), 3);
    }

    [Test]
    public async Task Uses_no_number_when_what_belongs_alongside_fails()
    {
        await Assert.ThrowsAsync<IOException>(() => queue.AddAsync([NodeSite.Dispatch(1)], () => throw new IOException("The disk is full."), default));
        Assert.That(Waiting(), Is.Empty);

        await queue.AddAsync([NodeSite.Dispatch(2)], null, default);
        AssertIsWhole(Waiting(), 1);
    }

    [Test]
    public async Task Gives_the_number_of_a_refused_statement_to_the_next_one()
    {
        var rows = await queue.AddAsync([.. Enumerable.Range(1, 5).Select(NodeSite.Dispatch)], null, default);

        await queue.RefuseAsync(rows[1].Id, rows[1].Statement, No, null, default);

        var waiting = Waiting();
        AssertIsWhole(waiting, 4);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting[0].Cms, Is.EqualTo(rows[0].Cms), "what comes before stays as it is");
            Assert.That(waiting.Select(row => row.Document), Is.EqualTo(new[] { 1, 3, 4, 5 }.Select(number => NodeSite.Document(number).ToString())));
            Assert.That(waiting.Skip(1).Select(row => row.FormerIds.Single()), Is.EqualTo(rows.Skip(2).Select(row => row.Statement)));
            Assert.That(records.Refused.FindAll().Single(), Has.Property(nameof(RefusedRow.Reason)).EqualTo("NUMBER_TAKEN").And.Property(nameof(RefusedRow.Cms)).EqualTo(rows[1].Cms));
        }

        await queue.AddAsync([NodeSite.Dispatch(6)], null, default);
        AssertIsWhole(Waiting(), 5);
    }

    [Test]
    public async Task Begins_anew_with_number_one_when_the_first_of_a_chain_is_refused()
    {
        var rows = await queue.AddAsync([NodeSite.Dispatch(1)], null, default);

        await queue.RefuseAsync(rows[0].Id, rows[0].Statement, No, null, default);
        await queue.AddAsync([NodeSite.Dispatch(2)], null, default);

        AssertIsWhole(Waiting(), 1);
    }

    [Test]
    public async Task Leaves_alone_a_statement_that_was_numbered_anew_since_it_was_sent()
    {
        var rows = await queue.AddAsync([NodeSite.Dispatch(1), NodeSite.Dispatch(2)], null, default);
        await queue.RefuseAsync(rows[0].Id, rows[0].Statement, No, null, default);

        Assert.That(await queue.RefuseAsync(rows[1].Id, rows[1].Statement, No, null, default), Is.Null);
        AssertIsWhole(Waiting(), 1);
    }

    [Test]
    public async Task Changes_nothing_when_dealing_with_a_refusal_fails()
    {
        var rows = await queue.AddAsync([.. Enumerable.Range(1, 3).Select(NodeSite.Dispatch)], null, default);

        await Assert.ThrowsAsync<IOException>(() => queue.RefuseAsync(rows[0].Id, rows[0].Statement, No, _ => throw new IOException("The disk is full."), default));
        Restart();

        Assert.That(Waiting().Select(row => row.Statement), Is.EqualTo(rows.Select(row => row.Statement)));
        AssertIsWhole(Waiting(), 3);
    }

    [Test]
    public async Task Continues_an_overtaken_chain_in_a_new_one_that_names_the_old_head()
    {
        var rows = await queue.AddAsync([NodeSite.Dispatch(1), NodeSite.Dispatch(2)], null, default);
        var head = StatementXml.IdOf("elsewhere"u8);
        Assert.That(queue.IsOvertaken(rows[0].Chain, 3, head.ToString()), Is.True);

        await queue.ContinueInNewChainAsync(rows[0].Chain, head, default);

        var waiting = Waiting();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.Select(row => row.Chain).Distinct().Single(), Is.Not.EqualTo(rows[0].Chain));
            Assert.That(waiting.Select(row => row.Number), Is.EqualTo(new long[] { 1, 2 }));
            Assert.That(queue.Read(waiting[0]).Statement.Chain.Previous, Is.EqualTo(head));
        }
    }

    [Test]
    public async Task Does_not_think_itself_overtaken_by_its_own_statements()
    {
        var rows = await queue.AddAsync([NodeSite.Dispatch(1)], null, default);

        Assert.That(queue.IsOvertaken(rows[0].Chain, 1, rows[0].Statement), Is.False);
        Assert.That(queue.IsOvertaken(rows[0].Chain, 1, StatementXml.IdOf("other"u8).ToString()), Is.True);
    }

    [Test]
    public async Task Signs_nothing_that_breaks_a_rule()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => queue.AddAsync([NodeSite.Act(StatementType.Withdrawn, 1, NodeSite.Sender)], null, default));

        Assert.That(refused!.Refusal, Is.EqualTo(Refusal.ReasonMissing));
        Assert.That(Waiting(), Is.Empty);
    }

    [Test]
    public async Task Signs_for_no_office_whose_key_is_elsewhere()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => queue.AddAsync([NodeSite.Act(StatementType.Opened, 1, NodeSite.Stranger)], null, default));

        Assert.That(refused!.Refusal, Is.EqualTo(Refusal.NotHosted));
    }

    private void Restart()
    {
        queue.Dispose();
        records.Dispose();
        Reopen();
    }

    private void Reopen()
    {
        records = new NodeRecords(site.Folder);
        queue = new StatementQueue(records, site.Keys, site.Node, new FakeTimeProvider(NodeSite.Now));
    }

    private IReadOnlyList<QueuedRow> Waiting() => queue.After(0, 1_000);

    private void AssertIsWhole(IReadOnlyList<QueuedRow> chain, int count)
    {
        var positions = chain.Select(row => queue.Read(row)).ToList();
        Assert.That(positions.Select(signed => signed.Statement.Chain.Number), Is.EqualTo(Enumerable.Range(1, count).Select(number => (long)number)));
        Assert.That(positions.Skip(1).Select(signed => signed.Statement.Chain.Previous), Is.EqualTo(positions.SkipLast(1).Select(signed => (StatementId?)signed.Id)));
        Assert.That(positions[0].Statement.Chain.Previous, Is.Null);
    }
}
