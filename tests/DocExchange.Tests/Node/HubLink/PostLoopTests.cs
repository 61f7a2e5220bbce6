using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Pages;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Node.HubLink;

internal sealed class PostLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private NodeSite site = null!;
    private WebApplication node = null!;
    private FakeHub hub = null!;
    private HubChannel channel = null!;

    [SetUp]
    public async Task Open()
    {
        site = new NodeSite();
        node = NodeApplication.Build(site.Folder, site.Node, new PagesSettings());
        Part<LinkStatus>().CaughtUp();
        hub = new FakeHub(site.Ledger);
        channel = await hub.StartAsync();
    }

    [TearDown]
    public async Task Close()
    {
        channel.Dispose();
        await hub.DisposeAsync();
        await node.DisposeAsync();
        site.Dispose();
    }

    [Test]
    public async Task Keeps_every_statement_with_a_proof_that_holds()
    {
        await AddAsync(40);
        await PostAllAsync();

        Assert.That(hub.Ledger, Has.Count.EqualTo(40));
        foreach (var row in Records.Entries.FindAll())
        {
            var checkpoint = Part<CheckpointGuard>().Open(row.Checkpoint)!;
            Assert.That(CheckpointGuard.Proves(checkpoint, row.Id, row.Entry, row.Proof), Is.True);
        }
    }

    [Test]
    public async Task Closes_the_gap_of_a_refused_statement_without_using_a_number_twice()
    {
        hub.Refuse = signed => signed.Statement.Document == NodeSite.Document(7) ? new RefusedException(Refusal.NumberTaken, "字号已用", "The number is taken.") : null;

        await AddAsync(20);
        await PostAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Ledger.Select(signed => signed.Statement.Chain.Number), Is.EqualTo(Enumerable.Range(1, 19).Select(number => (long)number)));
            Assert.That(hub.Ledger.Select(signed => signed.Statement.Document!.Value), Is.EqualTo(Enumerable.Range(1, 20).Where(number => number != 7).Select(NodeSite.Document)));
            Assert.That(hub.Equivocations, Is.Zero);
            Assert.That(Records.Refused.FindAll().Single().Document, Is.EqualTo(NodeSite.Document(7).ToString()));
            Assert.That(Part<LinkStatus>().Problem.English, Is.Empty);
        }
    }

    [Test]
    public async Task Closes_the_gaps_of_several_refused_statements()
    {
        hub.Refuse = signed => Enumerable.Range(1, 20).Any(number => number % 3 == 1 && signed.Statement.Document == NodeSite.Document(number))
            ? new RefusedException(Refusal.Disagreement, "不一致", "It disagrees.")
            : null;

        await AddAsync(20);
        await PostAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Ledger.Select(signed => signed.Statement.Chain.Number), Is.EqualTo(Enumerable.Range(1, 13).Select(number => (long)number)));
            Assert.That(Records.Refused.Count(), Is.EqualTo(7));
            Assert.That(hub.Equivocations, Is.Zero);
        }
    }

    [Test]
    public async Task Sends_the_same_bytes_again_when_an_answer_was_lost()
    {
        var isLost = false;
        hub.LoseAnswer = signed => signed.Statement.Chain.Number == 3 && !isLost && (isLost = true);

        await AddAsync(5);
        await Assert.ThrowsAsync<RpcException>(() => Post(() => { }, default));
        await PostAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isLost, Is.True);
            Assert.That(hub.Ledger, Has.Count.EqualTo(5));
            Assert.That(hub.Equivocations, Is.Zero);
        }
    }

    [Test]
    public async Task Keeps_a_statement_waiting_while_the_hub_is_busy()
    {
        hub.Refuse = _ => new RefusedException(Refusal.StorageFull, "磁盘已满", "The disk is full.");

        var rows = await AddAsync(3);
        await Assert.ThrowsAsync<LinkFaultException>(() => Post(() => { }, default));

        Assert.That(Part<StatementQueue>().After(0, 10).Select(row => row.Statement), Is.EqualTo(rows.Select(row => row.Statement)));
    }

    [Test]
    public async Task Counts_nothing_as_acknowledged_on_a_proof_that_does_not_hold()
    {
        hub.Cheat = _ => true;

        await AddAsync(1);
        var fault = (await Assert.ThrowsAsync<LinkFaultException>(() => Post(() => { }, default)))!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(HubLinkService.Describe(fault).Chinese, Does.Match("^中心对凭证 [0-9a-f]{64} 的存证证明无效，稍后重发。$"));
            Assert.That(Part<StatementQueue>().Count, Is.EqualTo(1));
            Assert.That(Records.Entries.Count(), Is.Zero);
            Assert.That(Part<AlarmBell>().Newest().Single().Evidence, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Tells_of_a_proof_that_does_not_hold_once_until_one_holds()
    {
        hub.Cheat = _ => true;
        await AddAsync(1);
        await Assert.ThrowsAsync<LinkFaultException>(() => Post(() => { }, default));
        var bell = Part<AlarmBell>();
        bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");

        await Assert.ThrowsAsync<LinkFaultException>(() => Post(() => { }, default));
        Assert.That(bell.Newest(), Is.Empty);

        hub.Cheat = _ => false;
        await PostAllAsync();
        Assert.That(bell.All().Single().Key, Does.StartWith("over "));
    }

    [Test]
    public async Task Keeps_what_was_proven_before_a_proof_that_does_not_hold()
    {
        hub.Cheat = signed => signed.Statement.Chain.Number == 4;

        await AddAsync(6);
        await Assert.ThrowsAsync<LinkFaultException>(() => Post(() => { }, default));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Records.Entries.Count(), Is.EqualTo(3));
            Assert.That(Part<StatementQueue>().After(0, 10).Select(row => row.Number), Is.EqualTo(new long[] { 4, 5, 6 }));
        }
    }

    [Test]
    public async Task A_document_is_always_seen_while_its_statement_goes_from_the_queue_into_the_ledger()
    {
        // Between two looks lie microseconds: many goes, each watched by several.
        for (var number = 1; number <= 20; number++)
        {
            var document = NodeSite.Document(number);
            await AddAsync(1, from: number);
            var posting = PostAllAsync();
            var watching = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                for (var isOver = false; !isOver;)
                {
                    isOver = posting.IsCompleted;
                    Assert.That(Part<DocumentStates>().Foresee(document, out var _), Is.Not.Null, document.ToString());
                }
            })).ToArray();
            await posting;
            await Task.WhenAll(watching);
        }
    }

    [Test]
    public async Task Keeps_the_proof_of_what_the_mailbox_had_brought_before()
    {
        await AddAsync(3);
        await PostAllAsync();
        var rows = Records.Entries.FindAll().ToList();
        var entries = rows.Select(row => Part<EntryBook>().Read(row.Id, row.Entry)).ToList();
        Records.Write(() => Records.Entries.DeleteAll());
        Part<EntryBook>().Keep(entries);

        Part<EntryBook>().KeepOwn([.. rows.Zip(entries, (row, entry) => new OwnEntry(entry, row.Proof, row.Checkpoint!))], () => { });

        Assert.That(Records.Entries.FindAll().Select(row => (row.Id, row.Proof.Count, row.Checkpoint)), Is.EqualTo(rows.Select(row => (row.Id, row.Proof.Count, row.Checkpoint))));
    }

    [Test]
    public async Task Hands_in_again_what_the_hub_lost_after_it_had_acknowledged_it()
    {
        await AddAsync(6);
        await PostAllAsync();
        hub.ForgetFrom(4);

        await AddAsync(1, from: 7);
        await PostAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Ledger.Select(signed => signed.Statement.Chain.Number), Is.EqualTo(Enumerable.Range(1, 7).Select(number => (long)number)));
            Assert.That(Part<AlarmBell>().Newest(), Is.Not.Empty);
        }
    }

    [Test]
    public async Task Says_that_this_node_no_longer_has_what_the_hub_lost()
    {
        await AddAsync(6);
        await PostAllAsync();
        hub.ForgetFrom(4);
        Records.Write(() => Records.Entries.DeleteAll());
        await AddAsync(1, from: 7);

        Assert.That(await ProblemAsync(), Does.Match("^中心要求从凭证链 .+ 的第 5 号重新提交，本节点已没有该凭证。请从备份恢复本节点，并联系中心管理员。$"));
    }

    [TestCase(Refusal.StorageFull, "中心磁盘已满，请扩充。")]
    [TestCase(Refusal.Busy, "中心正忙，请稍后。")]
    public async Task Passes_on_what_the_hub_says_of_a_reason_that_passes(Refusal refusal, string chinese)
    {
        hub.Refuse = _ => new RefusedException(refusal, chinese, "Later.");
        await AddAsync(1);

        Assert.That(await ProblemAsync(), Is.EqualTo($"{refusal.ToReason()}: {chinese}"));
        Assert.That(Part<StatementQueue>().Count, Is.EqualTo(1));
    }

    [TestCase(true, "OUT_OF_SEQUENCE: 序号不符。")]
    [TestCase(false, "中心未说明凭证链 .+ 应接的编号：序号不符。")]
    public async Task Passes_on_what_the_hub_says_of_the_order(bool names, string expected)
    {
        hub.Refuse = signed => new RefusedException(
            Refusal.OutOfSequence, "序号不符。", "Out of sequence.", names ? new Dictionary<string, string> { ["expected_number"] = $"{signed.Statement.Chain.Number}", ["expected_previous"] = "" } : null);
        await AddAsync(1);

        Assert.That(await ProblemAsync(), Does.Match($"^{expected}$"));
    }

    private async Task<string> ProblemAsync() => HubLinkService.Describe((await Assert.ThrowsAsync<LinkFaultException>(() => Post(() => { }, default)))!).Chinese;

    private NodeRecords Records => Part<NodeRecords>();

    private T Part<T>()
        where T : notnull => node.Services.GetRequiredService<T>();

    private Task<IReadOnlyList<QueuedRow>> AddAsync(int count, int from = 1) =>
        Part<StatementQueue>().AddAsync([.. Enumerable.Range(from, count).Select(NodeSite.Dispatch)], null, default);

    private Task Post(Action succeeded, CancellationToken cancellation) => Part<PostLoop>().RunAsync(channel, succeeded, cancellation);

    /// <summary>Posts until nothing waits.</summary>
    private async Task PostAllAsync()
    {
        using var stop = new CancellationTokenSource(Patience);
        var posting = Part<PostLoop>().RunAsync(
            channel,
            () =>
            {
                if (Part<StatementQueue>().Count == 0)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        await posting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.That(Part<StatementQueue>().Count, Is.Zero, () => $"still waiting after {Patience}: {posting.Exception?.InnerException}");
    }
}
