using System.Globalization;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.EndToEndTests;

/// <summary>Machines whose clocks are wrong, and weeks without the hub.</summary>
internal sealed class ClockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FiveWeeks = TimeSpan.FromDays(35);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task A_node_a_year_behind_names_the_clock_and_receives_everything_once_it_is_right()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var recipient = site.Nodes[1];
        using var clock = new MachineClock(TimeSpan.FromDays(-366));
        await RestartAsync(recipient, clock);
        var sent = await SendAsync(site, "时钟落后时所发");

        await Eventually.TrueAsync(async () => (await StatusAsync(recipient)).LinkProblem.Contains("请先校准本机时钟"), () => $"the clock is named: {recipient.Process.Output}", Limit);
        var status = await StatusAsync(recipient);
        Assert.That(status.Link, Is.EqualTo("Connecting"));
        Assert.That(status.LinkProblemEnglish, Does.Contain("the clock of this machine says").And.Contain("is valid from"));
        Assert.That(await recipient.InboxAsync("a"), Is.Empty);

        clock.Set(TimeSpan.Zero);
        await recipient.SignForAsync("a", sent.DocumentId);
        await site.WaitForAsync(sent.DocumentId, board => board.Summary.SignedFor == 1, Limit);
        Assert.That((await StatusAsync(recipient)).Alarms, Is.Empty);
    }

    [Test]
    public async Task A_node_a_year_ahead_is_told_so_and_its_acts_count_by_the_hubs_time()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var recipient = site.Nodes[1];
        using var clock = new MachineClock(TimeSpan.FromDays(366));
        await RestartAsync(recipient, clock);
        var sent = await SendAsync(site, "时钟超前时所发");

        await recipient.SignForAsync("a", sent.DocumentId);
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary.SignedFor == 1, Limit);
        await Eventually.TrueAsync(async () => (await StatusAsync(recipient)).Alarms.Any(alarm => alarm.StartsWith("本机时钟比中心快 366 天", StringComparison.Ordinal)), () => $"the alarm: {recipient.Process.Output}", Limit);
        Assert.That(DateTimeOffset.Parse(board.Recipients.Single().SignedForAt), Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(10)));
    }

    [Test]
    public async Task Weeks_without_the_hub_lose_and_double_nothing()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        using var clock = new MachineClock(TimeSpan.Zero);
        foreach (var node in site.Nodes)
        {
            await RestartAsync(node, clock);
        }

        var before = await SendAsync(site, "中心停机前所发");
        await site.Nodes[1].WaitForArrivalAsync("a", before.DocumentId);
        await site.KillHubAsync();
        await site.Nodes[1].ActAsync("a", before.DocumentId, "SignedFor");
        var first = await SendAsync(site, "停机第一日所发");
        clock.Set(FiveWeeks);
        await Eventually.TrueAsync(async () => await ClockAsync(site.General) > TimeProvider.System.GetUtcNow() + FiveWeeks - Limit, () => "the sender's clock is five weeks on", Limit);
        var last = await SendAsync(site, "停机五周后所发");
        Assert.That((await StatusAsync(site.General)).WaitingStatements, Is.EqualTo(2));

        site.HubClock = clock;
        await site.StartHubAsync();
        foreach (var sent in new[] { first, last })
        {
            await site.Nodes[1].SignForAsync("a", sent.DocumentId);
        }

        foreach (var sent in new[] { before, first, last })
        {
            await site.WaitForAsync(sent.DocumentId, board => board.Summary.SignedFor == 1, Limit);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await site.Nodes[1].InboxAsync("a")).Select(listed => listed.Summary.DocumentId), Is.EquivalentTo(new[] { before.DocumentId, first.DocumentId, last.DocumentId }));
            foreach (var node in site.Nodes)
            {
                Assert.That(await StatusAsync(node), Is.Not.Null.And.Property("WaitingStatements").Zero.And.Property("Alarms").Empty, node.Id);
            }
        }
    }

    private static async Task RestartAsync(TestNode node, MachineClock clock)
    {
        await node.KillAsync();
        node.Clock = clock;
        await node.StartAsync();
    }

    private static async Task<NodeStatus> StatusAsync(TestNode node) => await node.Desk.GetStatusAsync(new GetNodeStatusRequest());

    // Every answer of a node is dated.
    private static async Task<DateTimeOffset> ClockAsync(TestNode node)
    {
        using var call = node.Desk.GetStatusAsync(new GetNodeStatusRequest());
        return DateTimeOffset.ParseExact((await call.ResponseHeadersAsync).GetValue("date") ?? "", "r", CultureInfo.InvariantCulture);
    }

    private static Task<SendReply> SendAsync(TestSite site, string title) =>
        site.General.SendAsync(TestSite.Notice(title), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
}
