using System.Net;
using System.Net.Http.Json;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.OaApi;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Protocol.Local.V1;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Tests.Pages.Sending;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Node.OaApi;

/// <summary>An OA system gives an OFD that bears the office's seal already: it is sent as it is, or refused with what is wrong with it.</summary>
internal sealed class OaSealedBodyTests
{
    private TestDesk desk = null!;
    private SealWorld seals = null!;

    [SetUp]
    public async Task Open()
    {
        (desk, seals) = (await TestDesk.StartAsync(), new SealWorld());
        // After the seal was set.
        desk.Clock.Advance(SealWorld.Sealed.AddHours(1) - desk.Clock.GetUtcNow());
        Arrivals.At(desk);
    }

    [TearDown]
    public async Task Close()
    {
        seals.Dispose();
        await desk.DisposeAsync();
    }

    [Test]
    public async Task An_OFD_with_the_offices_seal_is_sent_without_a_change()
    {
        Name(NodeSite.Sender);
        var ofd = await SealedAsync();

        var answer = await SendAsync(ofd);

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Created), answer.Html);
        var sent = System.Text.Json.JsonDocument.Parse(answer.Html).RootElement.GetProperty("document").GetString();
        using var opened = await desk.Part<Reading>().OpenAsync(new SaveRequest { DocumentId = sent, Part = "body/通知.ofd" }, default);
        using var kept = new MemoryStream();
        await opened.Content.CopyToAsync(kept);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Queued, Is.EqualTo(new[] { nameof(StatementType.Dispatched) }));
            Assert.That(kept.ToArray(), Is.EqualTo(ofd));
        }
    }

    [TestCase("none", "正文中没有印章")]
    [TestCase("altered", "正文中的印章不完好")]
    [TestCase("added", "正文中有不受印章保护的内容")]
    [TestCase("another's", "正文中的印章属于其他单位")]
    public async Task An_OFD_that_is_sealed_wrongly_is_refused_with_what_is_wrong(string wrong, string expected)
    {
        Name(wrong == "another's" ? NodeSite.Recipient : NodeSite.Sender);
        var answer = await SendAsync(await SealedAsync(wrong));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)answer.Status, Is.InRange(400, 499), answer.Html);
            Assert.That(answer.Html, Does.Contain(expected));
            Assert.That(Queued, Is.Empty);
        }
    }

    private string[] Queued => [.. desk.Part<NodeRecords>().Queue.FindAll().Select(row => row.Type)];

    private async Task<byte[]> SealedAsync(string wrong = "")
    {
        var maker = new OfdMaker();
        if (wrong != "none")
        {
            await maker.SealAsync(seals);
        }

        if (wrong == "altered")
        {
            maker.Put("Doc_0/Pages/Page_0/Content.xml", "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
        }

        if (wrong == "added")
        {
            maker.Put("Doc_0/Pages/Page_1/Content.xml", "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
        }

        return maker.Zip();
    }

    // The seal is made out to 北京市人民政府.
    private void Name(PartyId holder)
    {
        var directory = desk.Site.Directory.Next(desk.Clock.GetUtcNow(), [.. desk.Site.Directory.Offices.Select(office => office.Id == holder ? office with { Name = "北京市人民政府" } : office)]);
        var xml = OfficeDirectoryXml.Write(directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
    }

    private async Task<Shown> SendAsync(byte[] ofd)
    {
        var token = desk.Part<TokenBook>().Make(NodeSite.Sender, "OA", [Roles.Dispatcher], 30, SendingDesk.Writer).Text;
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(new { title = "关于防汛的通知", type = "通知", person = new { id = "1", name = "张三" }, to = new[] { "fgw" }, seal = "body" }), "metadata" },
            { new ByteArrayContent(ofd), "body", "通知.ofd" },
        };
        return await desk.Browser().SendAsync(HttpMethod.Post, "/api/v1/documents", form, ("Authorization", "Bearer " + token), ("Idempotency-Key", "key-1"));
    }
}
