using System.Net;
using System.Net.Http.Json;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Node.OaApi;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Tests.Node;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>What a dispatcher does about a document that was accepted, through the board and the pages it leads to.</summary>
internal sealed class SendersActsPagesTests
{
    private TestDesk desk = null!;
    private PagesClient dispatcher = null!;
    private DocumentId document;

    private string Board => $"/o/bgs/out/{document}";

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        document = await Arrivals.At(desk).ReceiveAsync();
        var before = desk.Part<DirectoryCopy>().Newest();
        var directory = before.Next(NodeSite.Now, [.. before.Offices, new Office(PartyId.Parse("demo/wsj"), "市卫生局", "卫生局") { HostedBy = NodeSite.NodeId }]);
        var xml = OfficeDirectoryXml.Write(directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
        dispatcher = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Resends_to_offices_that_are_not_there_yet()
    {
        var page = Board + "/resend";
        var shown = await dispatcher.GetAsync(page);
        Assert.That(shown.Html, Does.Contain("value=\"wsj\"").And.Not.Contain("value=\"fgw\""), "who has it already is not offered");

        var nobody = await dispatcher.SubmitAsync(page, "resend", ("act", "resend"), ("text", "补发说明"));
        var sent = await dispatcher.SubmitAsync(page, "resend", ("act", "resend"), ("main", "wsj"), ("text", "补发说明"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(nobody.Html, Does.Contain("role=\"alert\"").And.Contain("补发说明"));
            Assert.That(sent.Location, Is.EqualTo(Board), sent.Text);
            Assert.That((await dispatcher.GetAsync(Board)).Text, Does.Contain("已补发 1 个单位").And.Contain("市卫生局").And.Contain("0/2"));
        }
    }

    [Test]
    public async Task Begins_a_correction_with_the_fields_of_its_predecessor()
    {
        var begun = await dispatcher.SubmitAsync(Board, "act", ("act", "correct"), ("correct-reason", "标题有误"));
        var draft = await dispatcher.GetAsync(begun.Location!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(draft.Text, Does.Contain("拟发更正重印件").And.Contain("查看原公文").And.Contain("防汛"));
            Assert.That(FieldsOf(begun).Replaces, Is.EqualTo(document.ToString()));
            Assert.That(FieldsOf(begun).Addressing.Main, Is.EqualTo(new[] { "fgw" }));
        }
    }

    [Test]
    public async Task Begins_anew_after_a_document_was_made_void()
    {
        Assert.That((await dispatcher.GetAsync(Board)).Html, Does.Not.Contain("value=\"again\""));
        await dispatcher.SubmitAsync(Board, "act", ("act", "void"), ("void-reason", "发错了"));
        Assert.That((await dispatcher.GetAsync(Board)).Html, Does.Contain("value=\"again\""));
        var begun = await dispatcher.SubmitAsync(Board, "act", ("act", "again"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await dispatcher.GetAsync(begun.Location!)).Text, Does.Contain("已新建草稿").And.Contain("防汛"));
            Assert.That(FieldsOf(begun).Replaces, Is.Empty);
        }
    }

    [Test]
    public async Task Notes_that_an_office_got_paper()
    {
        Assert.That((await dispatcher.SubmitAsync(Board, "act", ("act", "paper"), ("paper-text", "机要送达"))).Text, Does.Contain("请先在下表勾选单位"));
        await dispatcher.SubmitAsync(Board, "act", ("act", "paper"), ("paper-text", "机要送达"), ("office", "demo/fgw"));
        Assert.That((await dispatcher.GetAsync(Board)).Text, Does.Contain("已将 1 个单位记为改送纸质").And.Contain("fgw 改送纸质"));
    }

    [Test]
    public async Task Urges_those_that_are_ticked()
    {
        await dispatcher.SubmitAsync(Board, "act", ("act", "urge-chosen"), ("text", "请今日签收"), ("office", "demo/fgw"));
        Assert.That((await dispatcher.GetAsync(Board)).Text, Does.Contain("已催办 1 个单位").And.Contain("1 次"));
    }

    [Test]
    public async Task Withdraws_with_a_reason()
    {
        await dispatcher.SubmitAsync(Board, "act", ("act", "withdraw"), ("withdraw-reason", "另行通知"));
        Assert.That((await dispatcher.GetAsync(Board)).Text, Does.Contain("已撤回").And.Contain("另行通知"));
    }

    [TestCase("withdraw", "withdraw-reason")]
    [TestCase("void", "void-reason")]
    [TestCase("correct", "correct-reason")]
    [TestCase("urge-all", "text")]
    [TestCase("urge-chosen", "text")]
    [TestCase("paper", "paper-text")]
    public async Task A_reason_of_10_000_characters_is_refused_kept_on_the_page_and_leaves_nothing(string act, string field)
    {
        var reason = "<b>" + new string('由', 9_997);
        var refused = await dispatcher.SubmitAsync(Board, "act", ("act", act), (field, reason), ("office", "demo/fgw"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(refused.Text, Does.Contain("不超过 2000 个字符"));
            Assert.That(refused.Html, Does.Contain(new string('由', 9_997) + "</textarea>").And.Not.Contain("<b>由"));
            Assert.That(desk.Part<NodeRecords>().Queue.FindAll().Select(row => row.Type), Is.EqualTo(new[] { nameof(StatementType.Delivered) }));
            Assert.That(desk.Part<NodeRecords>().Drafts.Count(), Is.Zero);
        }
    }

    [TestCase("Urged", "bgs", "dispatcher")]
    [TestCase("Withdrawn", "bgs", "dispatcher")]
    [TestCase("Returned", "fgw", "clerk")]
    public async Task A_reason_of_10_000_characters_is_refused_of_an_OA_system_too(string act, string office, string role)
    {
        var (_, token) = desk.Part<TokenBook>().Make(PartyId.Office("demo", office), "OA", [role], 30, SendingDesk.Writer);
        using var content = JsonContent.Create(new { act, person = new { id = "1", name = "张三" }, text = new string('由', 10_000) });
        var refused = await desk.Browser().SendAsync(HttpMethod.Post, $"/api/v1/documents/{document}/acts", content, ("Authorization", "Bearer " + token), ("Idempotency-Key", "key-" + act));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest), refused.Html);
            Assert.That(refused.Html, Does.Contain("REASON_MISSING"));
            Assert.That(desk.Part<NodeRecords>().Queue.FindAll().Select(row => row.Type), Is.EqualTo(new[] { nameof(StatementType.Delivered) }));
        }
    }

    [Test]
    public async Task An_OA_system_is_told_which_method_and_which_content_an_address_takes()
    {
        var (_, token) = desk.Part<TokenBook>().Make(PartyId.Office("demo", "bgs"), "OA", [Roles.Dispatcher], 30, SendingDesk.Writer);
        using var text = new StringContent("x");
        var method = await desk.Browser().SendAsync(HttpMethod.Delete, "/api/v1/documents", null, ("Authorization", "Bearer " + token));
        var content = await desk.Browser().SendAsync(HttpMethod.Post, "/api/v1/documents", text, ("Authorization", "Bearer " + token), ("Idempotency-Key", "key-text"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((method.Status, method.Html.Contains("METHOD_NOT_ALLOWED", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.MethodNotAllowed, true)), method.Html);
            Assert.That((content.Status, content.Html.Contains("UNSUPPORTED_MEDIA_TYPE", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, true)), content.Html);
        }
    }

    [Test]
    public async Task Rejections_and_workbooks_speak_the_visitors_language()
    {
        var (name, value) = await dispatcher.TokenAsync();
        await dispatcher.PostAsync("/language", ("language", "en"), ("next", "/"), (name, value));
        foreach (var (address, file) in new[] { (Board + "/board.xlsx", "Status.xlsx"), ("/o/bgs/registers/out.xlsx", "Register of sent documents.xlsx") })
        {
            Assert.That((await dispatcher.GetAsync(address)).Answer.Content.Headers.ContentDisposition!.ToString(), Does.Contain(file));
        }
    }

    [Test]
    public async Task Whoever_has_two_offices_goes_from_one_to_the_other()
    {
        desk.Open("both", "两处任职", new("bgs", Roles.Dispatcher), new("fgw", Roles.Clerk));
        var browser = desk.Browser();
        await browser.SignInAsync("both", TestDesk.Password);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync("/")).Location, Is.EqualTo("/o/bgs/outbox"));
            Assert.That((await browser.GetAsync("/o/bgs/outbox")).Html, Does.Contain("<a href=\"/o/bgs/outbox\" aria-current=\"true\">bgs</a>").And.Contain("<a href=\"/o/fgw/inbox\">fgw</a>"));
            Assert.That((await dispatcher.GetAsync("/o/bgs/outbox")).Html, Does.Not.Contain("class=\"offices\""), "who has one has nothing to choose");
        }
    }

    private DocExchange.Protocol.Local.V1.Draft FieldsOf(Shown begun)
    {
        Assert.That(begun.Location, Does.Match("^/o/bgs/drafts/[0-9a-f]{16}$"), begun.Text);
        return DraftBook.FieldsOf(desk.Part<DraftBook>().Find(NodeSite.Sender, begun.Location!.Split('/')[^1]));
    }
}
