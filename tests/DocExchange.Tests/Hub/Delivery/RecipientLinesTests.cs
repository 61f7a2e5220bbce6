using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Delivery;

/// <summary>What the sender of a document is told of the lines of its recipients, and that nobody else is.</summary>
internal sealed class RecipientLinesTests
{
    private HubUnderTest hub = null!;
    private TestPackage package = null!;

    [SetUp]
    public async Task Start()
    {
        hub = await HubUnderTest.StartAsync();
        package = await TestPackage.MakeAsync(recipients: new RecipientList([Dongcheng, Haidian], [Xicheng]));
        // The hub has begun.
        Assert.That((await HubUnderTest.RefusalOf(() => AskAsync(SenderNode))).Refusal, Is.EqualTo(Refusal.UnknownDocument));
        var word = await hub.DispatchAsync(package);
        Assert.That(word.Statement.Type, Is.EqualTo(StatementType.Accepted));
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
    }

    [TearDown]
    public async Task Close() => await hub.DisposeAsync();

    [Test]
    public async Task A_node_is_on_the_line_while_it_follows_its_mailbox_and_off_it_since_it_left()
    {
        using var end = new CancellationTokenSource();
        using var told = new SemaphoreSlim(0);
        var following = hub.Get<MailboxFeed>().FollowAsync(DistrictNode, hub.Ledger.Size, new StreamedReplies<Wire.WatchEvent>(_ => told.Release()), end.Token);
        await told.WaitAsync();
        hub.Clock.Advance(TimeSpan.FromSeconds(10));
        var during = (await AskAsync(SenderNode)).Links.Single(link => link.Offices.Contains(Dongcheng.ToString()));
        var left = hub.Clock.GetUtcNow();
        await end.CancelAsync();
        await following;
        hub.Clock.Advance(TimeSpan.FromMinutes(7));

        var after = (await AskAsync(SenderNode)).Links.Single(link => link.Offices.Contains(Dongcheng.ToString()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((during.OnLine, during.LastSeen), Is.EqualTo((true, "")));
            Assert.That((after.OnLine, after.LastSeen), Is.EqualTo((false, ArchiveWire.Format(left))));
            Assert.That(after.Offices, Is.EqualTo(new[] { Dongcheng.ToString(), Xicheng.ToString() }), "one answer for the node, without the issuer, which is no recipient");
        }
    }

    [Test]
    public async Task After_a_start_of_the_hub_a_node_that_has_not_come_back_counts_as_away_only_after_a_while()
    {
        hub.Get<NodeReports>().Take(OtherNode, new Wire.NodeReport());
        var reported = hub.Clock.GetUtcNow();
        var early = await AskAsync(SenderNode);
        hub.Clock.Advance(RecipientLines.Return);

        var late = await AskAsync(SenderNode);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early.Links, Is.Empty);
            Assert.That(late.Links.Select(link => (link.Offices[0], link.OnLine, link.LastSeen)), Is.EquivalentTo(new[] { (Dongcheng.ToString(), false, ""), (Haidian.ToString(), false, ArchiveWire.Format(reported)) }));
        }
    }

    [Test]
    public async Task Only_the_node_of_the_sender_is_told()
    {
        hub.Clock.Advance(RecipientLines.Return);

        using (Assert.EnterMultipleScope())
        {
            foreach (var node in new[] { DistrictNode, OtherNode })
            {
                Assert.That((await HubUnderTest.RefusalOf(() => AskAsync(node))).Refusal, Is.EqualTo(Refusal.UnknownDocument), node.ToString());
            }

            Assert.That((await AskAsync(SenderNode)).Links, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task Of_a_document_that_nobody_owes_an_answer_to_nothing_is_told()
    {
        hub.Clock.Advance(RecipientLines.Return);
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("文件有误"), package.Document);
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);

        Assert.That((await AskAsync(SenderNode)).Links, Is.Empty);
    }

    private async Task<Wire.RecipientLinksReply> AskAsync(PartyId node)
    {
        await Task.Yield();
        return hub.Get<RecipientLines>().Of(package.Document, node);
    }
}
