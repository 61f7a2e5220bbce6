using DocExchange.Node.HubLink;
using DocExchange.Node.Records;
using Microsoft.Extensions.Time.Testing;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>How a node asks which nodes of a document's recipients are on the line.</summary>
internal sealed class RecipientLinksTests
{
    private readonly FakeTimeProvider clock = new(NodeSite.Now);
    private NodeSite site = null!;
    private NodeRecords records = null!;
    private LinkStatus link = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        records = new NodeRecords(site.Folder);
        link = new LinkStatus(records);
    }

    [TearDown]
    public void Close()
    {
        link.Dispose();
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task One_question_a_document_serves_all_its_rows_and_a_page_that_follows_it()
    {
        var hub = LinkHub.Saying(
            new Wire.RecipientLink { Offices = { "demo/fgw", "demo/czj" }, LastSeen = "2026-03-02T07:12:00Z" },
            new Wire.RecipientLink { Offices = { "demo/bgs", "no office" }, OnLine = true });
        await WithAsync(hub, async links =>
        {
            var both = await Task.WhenAll(links.OfAsync(NodeSite.Document(1), default), links.OfAsync(NodeSite.Document(1), default));
            var first = both[0];
            clock.Advance(TimeSpan.FromSeconds(5));
            await links.OfAsync(NodeSite.Document(1), default);
            var together = hub.Asked;
            clock.Advance(TimeSpan.FromSeconds(1));
            await links.OfAsync(NodeSite.Document(1), default);
            await links.OfAsync(NodeSite.Document(2), default);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(first!.Keys.Select(office => office.ToString()), Is.EquivalentTo(new[] { "demo/fgw", "demo/czj", "demo/bgs" }));
                Assert.That(first[NodeSite.Recipient], Is.EqualTo(new RecipientLink(false, new DateTimeOffset(2026, 3, 2, 7, 12, 0, TimeSpan.Zero))));
                Assert.That(first[NodeSite.Sender], Is.EqualTo(new RecipientLink(true, null)));
                Assert.That((together, hub.Asked), Is.EqualTo((1, 3)));
            }
        });
    }

    [Test]
    public async Task A_hub_that_does_not_know_the_call_or_says_nothing_leaves_it_open()
    {
        var without = await new RecipientLinks(link, clock).OfAsync(NodeSite.Document(1), default);
        await WithAsync(new OlderHub(), async links => Assert.That(await links.OfAsync(NodeSite.Document(1), default), Is.Empty, "an older hub: there is nothing to wait for"));
        var silent = new LinkHub(async end =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return null!;
        });
        await WithAsync(silent, async links =>
        {
            var asking = links.OfAsync(NodeSite.Document(1), default);
            await Waiting.UntilAsync("the hub is asked", () => silent.Asked == 1);
            clock.Advance(RecipientLinks.Patience);
            Assert.That(await asking, Is.Null, "a hub that does not answer");
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(without, Is.Null, "no link");
            Assert.That(silent.Asked, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Whoever_goes_away_takes_the_answer_from_nobody_and_is_no_fault()
    {
        var answered = new TaskCompletionSource();
        var hub = new LinkHub(async end =>
        {
            await answered.Task.WaitAsync(end);
            return new Wire.RecipientLinksReply { Links = { new Wire.RecipientLink { Offices = { "demo/bgs" }, OnLine = true } } };
        });
        await WithAsync(hub, async links =>
        {
            using var gone = new CancellationTokenSource();
            var leaving = links.OfAsync(NodeSite.Document(1), gone.Token);
            var staying = links.OfAsync(NodeSite.Document(1), default);
            await Waiting.UntilAsync("the hub is asked", () => hub.Asked == 1);
            await gone.CancelAsync();
            await Assert.ThatAsync(() => leaving, Throws.InstanceOf<OperationCanceledException>());
            answered.SetResult();

            Assert.That(await staying, Has.Count.EqualTo(1));
            Assert.That(hub.Asked, Is.EqualTo(1));
        });
    }

    private async Task WithAsync<T>(T hub, Func<RecipientLinks, Task> act)
        where T : class
    {
        var (listening, channel) = await HubSocket.ServeAsync(hub);
        await using (listening)
        using (channel)
        {
            link.Channel = channel;
            await act(new RecipientLinks(link, clock));
            link.Channel = null;
        }
    }

    private sealed class OlderHub : Wire.Exchange.ExchangeBase;
}
