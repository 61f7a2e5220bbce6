using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Outbox;

internal sealed class StatementQueueTests
{
    private static readonly RefusedException No = new(Refusal.NumberTaken, "字号已用", "The number is taken.");

    private NodeSite site = null!;
    private NodeRecords records = null!;
    private StatementQueue queue = null!;
    private RecordingDisk disk = null!;
    private int[] tries = [];

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        disk = new RecordingDisk();
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
    public async Task Those_that_wait_share_a_transaction()
    {
        var syncs = 0;
        await AddBehindOneAsync(
            [.. Enumerable.Range(2, 20).Select(number => (NodeSite.Dispatch(number), (Action?)null))],
            () => disk.Before = operation => syncs += operation is Operation.Sync ? 1 : 0);

        AssertIsWhole(Waiting(), 21);
        Assert.That(syncs, Is.EqualTo(4), "two of the first, two of all others together");
    }

    [Test]
    public async Task What_cannot_be_added_fails_alone_among_those_that_wait()
    {
        var added = await AddBehindOneAsync(
            [
                (NodeSite.Dispatch(2), null),
                (NodeSite.Dispatch(3), () => throw new RefusedException(Refusal.WrongState, "已发送", "It was dispatched before.")),
                (NodeSite.Act(StatementType.Withdrawn, 4, NodeSite.Sender), null),
                (NodeSite.Dispatch(5), null),
            ],
            () => { });

        AssertIsWhole(Waiting(), 3);
        Assert.That(Waiting().Select(row => row.Document), Is.EquivalentTo(new[] { 1, 2, 5 }.Select(number => NodeSite.Document(number).ToString())));
        Assert.That(added.Select(each => each.Exception?.InnerException?.GetType()), Is.EqualTo(new[] { null, typeof(RefusedException), typeof(RefusedException), null }));
    }

    [Test]
    public async Task What_may_be_on_disk_is_not_tried_again()
    {
        var added = await AddBehindOneAsync(
            [(NodeSite.Dispatch(2), null), (NodeSite.Dispatch(3), null)],
            () => { },
            () => disk.Before = operation => _ = operation is Operation.Sync ? throw new IOException("The disk is gone.") : true);

        disk.Before = null;
        Assert.That(added.Select(each => each.IsFaulted), Is.All.True);
        Assert.That(tries, Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public async Task Who_gives_up_while_waiting_adds_nothing()
    {
        using var giving = new CancellationTokenSource();
        var added = await AddBehindOneAsync([(NodeSite.Dispatch(2), null), (NodeSite.Dispatch(3), null)], () => { }, meanwhile: giving.Cancel, cancellation: giving.Token);

        AssertIsWhole(Waiting(), 1);
        Assert.That(added.Select(each => each.IsCanceled), Is.All.True);
    }

    // Whoever asks while the disk still writes sees the row in memory; sent now, it could be in the ledger and not here after a power failure.
    [Test]
    public async Task Gives_nobody_what_is_not_on_disk_yet()
    {
        await queue.AddAsync([NodeSite.Dispatch(1)], null, default);
        var seen = new List<int>();
        disk.Before = operation =>
        {
            if (operation is Operation.Sync)
            {
                seen.Add(Task.Run(() => Waiting().Count).GetAwaiter().GetResult());
            }
        };

        await queue.AddAsync([NodeSite.Dispatch(2)], null, default);

        disk.Before = null;
        Assert.That(seen, Is.Not.Empty.And.All.EqualTo(1));
        Assert.That(Waiting(), Has.Count.EqualTo(2));
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
    public async Task Tells_what_waits_of_one_recipient_and_of_the_whole_document()
    {
        var (here, other) = (NodeSite.Recipient, PartyId.Parse("demo/other"));
        await queue.AddAsync(
            [
                NodeSite.Dispatch(1),
                new StatementDraft(StatementType.Delivered, NodeSite.NodeId, null, NodeSite.Document(1), new DeliveredBody(here, PackageOf(1))),
                new StatementDraft(StatementType.Delivered, NodeSite.NodeId, null, NodeSite.Document(1), new DeliveredBody(other, PackageOf(1))),
                NodeSite.Act(StatementType.SignedFor, 1, here),
                NodeSite.Act(StatementType.SignedFor, 2, here),
                NodeSite.Act(StatementType.Withdrawn, 1, NodeSite.Sender, "发错"),
            ],
            null,
            default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(NumbersOf([here]), Is.EqualTo(new[] { 1, 2, 4, 6 }));
            Assert.That(NumbersOf([other]), Is.EqualTo(new[] { 1, 3, 6 }));
            Assert.That(NumbersOf([]), Is.EqualTo(new[] { 1, 6 }));
            Assert.That(NumbersOf(null), Is.EqualTo(new[] { 1, 2, 3, 4, 6 }));
            Assert.That(NumbersOf([.. Enumerable.Range(1, 20).Select(number => PartyId.Parse($"demo/o{number}"))]), Is.EqualTo(new[] { 1, 2, 3, 4, 6 }), "many");
        }

        // As an earlier version left them.
        var before = Waiting().Select(row => row.Place).ToList();
        records.Write(() => Waiting().ToList().ForEach(row =>
        {
            row.Place = null;
            records.Queue.Update(row);
        }));
        queue.Dispose();
        records.Dispose();
        Reopen();
        Assert.That(NumbersOf([here]), Is.EqualTo(new[] { 1, 2, 4, 6 }));
        Assert.That(Waiting().Select(row => row.Place), Is.EqualTo(before));

        IEnumerable<int> NumbersOf(IReadOnlyCollection<PartyId>? recipients) => queue.Of(NodeSite.Document(1), recipients).Select(row => (int)row.Id);
        static PackageId PackageOf(int number) => ((DispatchBody)NodeSite.Dispatch(number).Body).Package;
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

    /// <summary>The first addition holds the step until all others wait for it.</summary>
    /// <param name="begun">Called within the first.</param>
    /// <param name="ended">Called when the first is on disk, before the others are added.</param>
    /// <param name="meanwhile">Called when the others wait.</param>
    private async Task<Task[]> AddBehindOneAsync(IReadOnlyList<(StatementDraft Draft, Action? Alongside)> others, Action begun, Action? ended = null, Action? meanwhile = null, CancellationToken cancellation = default)
    {
        // What LiteDB writes of its own accord when it is opened is on disk before anything is counted.
        records.Write(() => { });
        using var isHeld = new SemaphoreSlim(0);
        using var isLet = new SemaphoreSlim(0);
        tries = new int[others.Count];
        var first = Task.Run(() => queue.AddAsync(
            [NodeSite.Dispatch(1)],
            () =>
            {
                begun();
                isHeld.Release();
                isLet.Wait();
            },
            default));
        await isHeld.WaitAsync(CancellationToken.None);

        // Each has put itself in the line when its call returns.
        var waiting = others.Select((other, at) => (Task)queue.AddAsync(
            [other.Draft],
            () =>
            {
                ended?.Invoke();
                tries[at]++;
                other.Alongside?.Invoke();
            },
            cancellation)).ToArray();
        meanwhile?.Invoke();
        isLet.Release();
        await first;
        await Task.WhenAll(waiting).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return waiting;
    }

    private void Restart()
    {
        queue.Dispose();
        records.Dispose();
        Reopen();
    }

    private void Reopen()
    {
        records = new NodeRecords(site.Folder, disk);
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
