using System.IO.Compression;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.HubLink;
using DocExchange.Node.Offices;
using DocExchange.Tests.Node;
using DocExchange.Tests.Node.HubLink;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Trust.Digests;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>签收情况 tells whether whoever has not signed can be reached.</summary>
internal sealed class BoardLinksTests
{
    private TestDesk desk = null!;
    private Arrivals arrivals = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await TestDesk.StartAsync();
        arrivals = Arrivals.At(desk);
        var directory = desk.Site.Directory.Next(NodeSite.Now, [.. desk.Site.Directory.Offices.Select(office => office with { DutyTelephone = "010-6500" })]);
        var xml = OfficeDirectoryXml.Write(directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), 0, xml);
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task A_node_that_is_off_line_is_said_to_be_so_with_since_when_and_the_duty_telephone()
    {
        var document = (await arrivals.AnnounceAsync()).Document.ToString();
        var (page, workbook) = await ShowAsync(document, new Wire.RecipientLink { Offices = { "demo/fgw" }, LastSeen = "2026-03-02T07:12:40Z" });
        var clock = TimeZoneInfo.ConvertTime(new DateTimeOffset(2026, 3, 2, 7, 12, 40, TimeSpan.Zero), desk.Clock.LocalTimeZone);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Text, Does.Contain($"节点离线（自 {clock:HH:mm}）").And.Contain("对方节点尚未取件").And.Contain("值班电话 010-6500"));
            Assert.That(page.Text, Does.Contain("节点离线 1"), "the count");
            Assert.That(workbook, Does.Contain($"节点离线（自 {clock:yyyy-MM-dd HH:mm}）").And.Contain("010-6500"));
        }
    }

    [Test]
    public async Task A_node_that_is_on_the_line_and_has_not_fetched_is_told_from_one_that_has()
    {
        var announced = (await arrivals.AnnounceAsync()).Document;
        var line = new Wire.RecipientLink { Offices = { "demo/fgw" }, OnLine = true };
        var (before, workbook) = await ShowAsync(announced.ToString(), line);
        await arrivals.DeliverAsync(announced, NodeSite.Recipient);
        var (after, _) = await ShowAsync(announced.ToString(), line);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Text, Does.Contain("对方节点在线，尚未取件"));
            Assert.That(workbook, Does.Contain(">在线<"));
            Assert.That(after.Text, Does.Contain("已送达，尚未阅看").And.Not.Contain("尚未取件"));
            Assert.That(before.Text + after.Text, Does.Contain("节点离线 0").And.Not.Contain("节点离线（"));
        }
    }

    [Test]
    public async Task Without_the_hub_the_board_is_shown_and_says_that_it_does_not_know()
    {
        var document = (await arrivals.AnnounceAsync()).Document;
        var browser = await desk.SignInAsync("b1", Roles.Dispatcher, "bgs");

        var page = await browser.GetAsync($"/o/bgs/out/{document}");

        Assert.That(page.Text, Does.Contain("各单位节点是否在线不明").And.Contain("对方节点尚未取件"));
    }

    private async Task<(Shown Page, string Workbook)> ShowAsync(string document, Wire.RecipientLink line)
    {
        var (listening, channel) = await HubSocket.ServeAsync(LinkHub.Saying(line));
        await using (listening)
        using (channel)
        {
            desk.Part<LinkStatus>().Channel = channel;
            desk.Clock.Advance(TimeSpan.FromSeconds(10));
            var browser = await desk.SignInAsync("d" + desk.Clock.GetUtcNow().Second, Roles.Dispatcher, "bgs");
            var page = await browser.GetAsync($"/o/bgs/out/{document}");
            await using var workbook = new ZipArchive(new MemoryStream(await browser.GetBytesAsync($"/o/bgs/out/{document}/board.xlsx")));
            desk.Part<LinkStatus>().Channel = null;
            return (page, string.Concat(workbook.Entries.Where(entry => entry.FullName.EndsWith(".xml", StringComparison.Ordinal)).Select(Read)));
        }
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }
}
