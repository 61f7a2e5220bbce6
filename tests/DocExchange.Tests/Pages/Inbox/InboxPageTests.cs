using System.Net;
using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;

namespace DocExchange.Tests.Pages.Inbox;

/// <summary>The clerk's day, through the pages of a real node.</summary>
public sealed class InboxPageTests
{
    private TestDesk desk = null!;
    private Arrivals arrivals = null!;

    [SetUp]
    public async Task Start()
    {
        desk = await TestDesk.StartAsync();
        arrivals = Arrivals.At(desk);
    }

    [TearDown]
    public async Task Stop() => await desk.DisposeAsync();

    [Test]
    public async Task What_arrives_is_to_be_signed_for_urgent_first_with_its_deadline()
    {
        await arrivals.ReceiveAsync("甲通知");
        await arrivals.ReceiveAsync("乙通知", Urgency.ExtraUrgent, signBy: desk.Clock.GetUtcNow().AddHours(1));
        var browser = await desk.SignInAsync("li4");
        desk.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await browser.GetAsync("/o/fgw/inbox")).Text, Does.Match("特急.*乙通知.*甲通知").And.Not.Contain("已逾期"));
        desk.Clock.Advance(TimeSpan.FromMinutes(20));
        await browser.GetAsync("/o/fgw/inbox");
        desk.Clock.Advance(TimeSpan.FromMinutes(28));
        await browser.GetAsync("/o/fgw/inbox");
        desk.Clock.Advance(TimeSpan.FromMinutes(12));
        Assert.That((await browser.GetAsync("/o/fgw/inbox")).Text, Does.Contain("已逾期"));
    }

    [Test]
    public async Task The_head_says_whose_desk_it_is_and_the_menu_where_one_is()
    {
        var document = await arrivals.ReceiveAsync();
        var browser = await desk.SignInAsync("li4");
        foreach (var page in new[] { "/o/fgw/inbox", $"/o/fgw/in/{document}" })
        {
            var shown = await browser.GetAsync(page);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(shown.Html, Does.Match("<span class=\"office\">(fgw|[^<]*发[^<]*)</span>").And.Not.Contain("class=\"offices\""), page);
                Assert.That(shown.Html, Does.Contain("<a href=\"/o/fgw/inbox\" aria-current=\"page\">"), page);
            }
        }

        Assert.That((await browser.GetAsync("/o/fgw/in-register")).Html, Does.Contain("<a href=\"/o/fgw/in-register\" aria-current=\"page\">").And.Not.Contain("<a href=\"/o/fgw/inbox\" aria-current"));
    }

    [Test]
    public async Task Signing_for_a_document_is_done_once_and_says_that_it_waits()
    {
        var document = await arrivals.ReceiveAsync();
        var browser = await desk.SignInAsync("li4");
        var page = $"/o/fgw/in/{document}";
        Assert.That((await browser.GetAsync(page)).Text, Does.Match("收文单位是本单位.*文号、份数一致.*完整，未改动.*件数相符"));

        var answer = await browser.SubmitAsync(page, "sign", ("SignForm.GoOn", "no"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.SeeOther), answer.Text);
        Assert.That((await browser.GetAsync(answer.Location!)).Text, Does.Contain("待发送").And.Contain("已签收"));

        var token = await browser.TokenAsync();
        var again = await browser.PostAsync(page, ("_handler", "sign"), token, ("SignForm.GoOn", "no"));
        using (Assert.EnterMultipleScope())
        {
            // Its form is not on the page any more, so nothing is done.
            Assert.That(again.Status, Is.Not.EqualTo(HttpStatusCode.InternalServerError));
            Assert.That(StatementsOf(document, StatementType.SignedFor), Is.EqualTo(1));
            Assert.That((await browser.GetAsync("/o/fgw/inbox?tab=signed")).Text, Does.Contain("防汛").And.Contain("待发送"));
            Assert.That((await browser.GetAsync("/o/fgw/inbox")).Text, Does.Contain("没有待签收的公文"));
        }
    }

    [Test]
    public async Task Sign_and_next_leads_on_to_what_is_left()
    {
        var first = await arrivals.ReceiveAsync("甲");
        desk.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await arrivals.ReceiveAsync("乙");
        var browser = await desk.SignInAsync("li4");
        Assert.That((await browser.SubmitAsync($"/o/fgw/in/{second}", "sign", ("SignForm.GoOn", "yes"))).Location, Is.EqualTo($"/o/fgw/in/{first}"));
        Assert.That((await browser.SubmitAsync($"/o/fgw/in/{first}", "sign", ("SignForm.GoOn", "yes"))).Location, Is.EqualTo("/o/fgw/inbox"));
    }

    [Test]
    public async Task Several_are_signed_for_at_once()
    {
        var first = await arrivals.ReceiveAsync("甲");
        var second = await arrivals.ReceiveAsync("乙");
        var browser = await desk.SignInAsync("li4");
        var answer = await browser.SubmitAsync("/o/fgw/inbox", "batch", ("Form.Act", "sign"), ("Form.Chosen", first.ToString()), ("Form.Chosen", second.ToString()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.SeeOther), answer.Text);
            Assert.That(StatementsOf(first, StatementType.SignedFor) + StatementsOf(second, StatementType.SignedFor), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Looking_at_the_body_is_stated_once_and_moves_it_to_the_opened_ones()
    {
        var document = await arrivals.ReceiveAsync();
        var browser = await desk.SignInAsync("li4");
        var body = await browser.GetAsync($"/o/fgw/in/{document}/body");
        await browser.GetAsync($"/o/fgw/in/{document}/body");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(body.Html, Does.StartWith("正文第一段"));
            Assert.That(body.Answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
            Assert.That(body.Answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
            Assert.That(StatementsOf(document, StatementType.Opened), Is.EqualTo(1));
            Assert.That((await browser.GetAsync("/o/fgw/inbox?tab=seen")).Text, Does.Contain("防汛"));
        }
    }

    [Test]
    public async Task Nothing_is_saved_or_printed_before_it_is_signed_for()
    {
        var document = await arrivals.ReceiveAsync(attachment: "附件.xlsx");
        var browser = await desk.SignInAsync("li4");
        string[] addresses = [$"/o/fgw/in/{document}/package", $"/o/fgw/in/{document}/files/0", $"/o/fgw/in/{document}/files/1", $"/o/fgw/in-sheets?ids={document}"];
        foreach (var address in addresses)
        {
            Assert.That((await browser.GetAsync(address)).Status, Is.EqualTo(HttpStatusCode.Forbidden), address);
        }

        await browser.SubmitAsync($"/o/fgw/in/{document}", "sign", ("SignForm.GoOn", "no"));
        foreach (var address in addresses)
        {
            Assert.That((await browser.GetAsync(address)).Status, Is.EqualTo(HttpStatusCode.OK), address);
        }

        var saved = await browser.GetAsync(addresses[2]);
        Assert.That(saved.Answer.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
    }

    [Test]
    public async Task A_withdrawn_copy_is_locked()
    {
        var document = await arrivals.ReceiveAsync();
        await arrivals.WithdrawAsync(document);
        var browser = await desk.SignInAsync("li4");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync($"/o/fgw/in/{document}")).Text, Does.Contain("副本已锁定"));
            Assert.That((await browser.GetAsync($"/o/fgw/in/{document}/body")).Status, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That((await browser.GetAsync($"/o/fgw/in/{document}/package")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        }
    }

    [Test]
    public async Task A_document_goes_back_with_its_reason_and_not_with_one_that_is_too_long()
    {
        var document = await arrivals.ReceiveAsync();
        var browser = await desk.SignInAsync("li4");
        var refused = await browser.SubmitAsync($"/o/fgw/in/{document}", "return", ("ReturnForm.Reason", new string('长', 10_000)));
        Assert.That(refused.Text, Does.Contain("未办理").And.Contain("2000"));
        Assert.That(StatementsOf(document, StatementType.Returned), Is.Zero);

        var answer = await browser.SubmitAsync($"/o/fgw/in/{document}", "return", ("ReturnForm.Reason", "缺附件<script>alert(1)</script>"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.SeeOther), answer.Text);
        var page = await browser.GetAsync($"/o/fgw/in/{document}");
        Assert.That(page.Html, Does.Contain("缺附件&lt;script&gt;").And.Not.Contain("<script>alert"));
        Assert.That((await browser.GetAsync("/o/fgw/inbox?tab=returned")).Text, Does.Contain("防汛"));
    }

    [Test]
    public async Task Register_numbers_are_suggested_in_order_corrected_and_never_given_twice()
    {
        var first = await arrivals.ReceiveAsync("甲");
        var second = await arrivals.ReceiveAsync("乙");
        var browser = await desk.SignInAsync("li4");
        foreach (var document in new[] { first, second })
        {
            await browser.SubmitAsync($"/o/fgw/in/{document}", "sign", ("SignForm.GoOn", "no"));
        }

        Assert.That((await browser.GetAsync($"/o/fgw/in/{first}")).Html, Does.Contain("value=\"2026-0001\""));
        await browser.SubmitAsync($"/o/fgw/in/{first}", "register", ("RegisterForm.Number", "2026-0041"));
        Assert.That((await browser.GetAsync($"/o/fgw/in/{second}")).Html, Does.Contain("value=\"2026-0042\""));
        Assert.That((await browser.SubmitAsync($"/o/fgw/in/{second}", "register", ("RegisterForm.Number", "2026-0041"))).Text, Does.Contain("已用于《甲》"));

        await browser.SubmitAsync($"/o/fgw/in/{first}", "register", ("RegisterForm.Number", "2026-0001"));
        Assert.That((await browser.GetAsync($"/o/fgw/in/{second}")).Html, Does.Contain("value=\"2026-0002\""));
        Assert.That((await browser.GetAsync("/o/fgw/in-register")).Text, Does.Contain("2026-0001").And.Not.Contain("2026-0041"));
    }

    [Test]
    public async Task A_title_with_markup_and_a_name_with_path_tricks_are_shown_as_text()
    {
        var document = await arrivals.ReceiveAsync("<img src=x onerror=alert(1)>\"'&", attachment: "a..／..／etc／passwd.exe");
        var browser = await desk.SignInAsync("li4");
        foreach (var address in new[] { "/o/fgw/inbox", $"/o/fgw/in/{document}" })
        {
            Assert.That((await browser.GetAsync(address)).Html, Does.Not.Contain("<img src=x"), address);
        }

        await browser.SubmitAsync($"/o/fgw/in/{document}", "sign", ("SignForm.GoOn", "no"));
        var name = (await browser.GetAsync($"/o/fgw/in/{document}/package")).Answer.Content.Headers.ContentDisposition!.FileNameStar!;
        Assert.That(name, Does.Not.Contain("/").And.Not.Contain("<").And.Not.Contain("\"").And.EndWith(".asice"));
    }

    [Test]
    public async Task An_extra_urgent_document_alarms_on_every_page_until_somebody_acknowledges_it()
    {
        var document = await arrivals.ReceiveAsync("防汛特急", Urgency.ExtraUrgent);
        var browser = await desk.SignInAsync("li4");
        Assert.That((await browser.GetAsync("/o/fgw/in-register")).Text, Does.Contain("防汛特急").And.Contain("我已知悉"));

        await browser.SubmitAsync("/o/fgw/in-register", $"/o/fgw/in/{document}/acknowledge");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync("/o/fgw/in-register")).Text, Does.Not.Contain("我已知悉"));
            Assert.That((await browser.GetAsync($"/o/fgw/in/{document}")).Text, Does.Contain("特急提醒确认").And.Contain("李四"));
        }
    }

    [TestCase(Roles.Dispatcher, HttpStatusCode.Forbidden)]
    [TestCase(Roles.SealKeeper, HttpStatusCode.Forbidden)]
    [TestCase(Roles.Audit, HttpStatusCode.Forbidden)]
    [TestCase(Roles.System, HttpStatusCode.Forbidden)]
    [TestCase(Roles.Reader, HttpStatusCode.OK)]
    public async Task Only_who_receives_sees_the_inbox_and_only_a_clerk_acts(string role, HttpStatusCode status)
    {
        var document = await arrivals.ReceiveAsync(urgency: Urgency.ExtraUrgent);
        var browser = await desk.SignInAsync("wang5", role);
        foreach (var address in new[] { "/o/fgw/inbox", $"/o/fgw/in/{document}", $"/o/fgw/in/{document}/body" })
        {
            Assert.That((await browser.GetAsync(address)).Status, Is.EqualTo(status), address);
        }

        var token = await browser.TokenAsync();
        await browser.PostAsync($"/o/fgw/in/{document}", ("_handler", "sign"), token, ("SignForm.GoOn", "no"));
        await browser.PostAsync("/o/fgw/inbox", ("_handler", "batch"), token, ("Form.Act", "sign"), ("Form.Chosen", document.ToString()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.PostAsync($"/o/fgw/in/{document}/acknowledge", token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(StatementsOf(document, StatementType.SignedFor), Is.Zero);
            Assert.That(desk.Part<NodeRecords>().Acknowledged.Count(), Is.Zero);
        }
    }

    [Test]
    public async Task Another_office_sees_nothing_of_it()
    {
        var document = await arrivals.ReceiveAsync();
        var stranger = await desk.SignInAsync("zhao6", Roles.Clerk, "bgs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await stranger.GetAsync("/o/fgw/inbox")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await stranger.GetAsync($"/o/bgs/in/{document}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await stranger.GetAsync($"/o/bgs/in/{document}/body")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    private int StatementsOf(DocumentId document, StatementType type)
    {
        var (id, name) = (document.ToString(), type.ToString());
        return desk.Part<NodeRecords>().Queue.Find(row => row.Document == id).Count(row => row.Type == name);
    }
}
