using System.Net;
using DocExchange.Core.Documents;
using DocExchange.Node.Records;

namespace DocExchange.Tests.Pages.Inbox;

/// <summary>What is signed for goes to the printer as the file it is, or says on the paper that it does not.</summary>
public sealed class PrintingTests
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
    public async Task The_body_is_printed_once_it_is_signed_for_and_not_before()
    {
        var document = await arrivals.ReceiveAsync();
        var browser = await desk.SignInAsync("li4");
        var (page, address) = ($"/o/fgw/in/{document}", $"/o/fgw/in/{document}/print/0");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync(page)).Html, Does.Not.Contain("/print/"));
            Assert.That((await browser.GetAsync(address)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        }

        await SignForAsync(browser, document);
        var paper = await browser.GetAsync(address);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync(page)).Html, Does.Contain(address).And.Contain("打印正文"));
            Assert.That(paper.Html, Is.EqualTo("正文第一段。1"));
            Assert.That(paper.Answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
        }

        var packages = desk.Part<NodeRecords>().Packages;
        var package = packages.FindById(document.ToString());
        package.State = PackageState.Unsound;
        packages.Update(package);
        var unsound = await browser.GetAsync(address);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync(page)).Html, Does.Not.Contain("/print/"), "what did not pass is only saved");
            Assert.That(unsound.Status, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(unsound.Html, Does.Contain("未通过验证"));
        }

        await arrivals.WithdrawAsync(document);
        Assert.That((await browser.GetAsync(address)).Status, Is.EqualTo(HttpStatusCode.Forbidden), "the sender took it back");
    }

    [Test]
    public async Task Paper_that_shows_only_the_words_of_a_file_says_so()
    {
        var document = await arrivals.ReceiveAsync(body: "%PDF-1.4 1 0 obj << /S /JavaScript /JS (app.alert) >> endobj", fileName: "甲&乙.pdf");
        var browser = await desk.SignInAsync("li4");
        await SignForAsync(browser, document);
        var paper = await browser.GetAsync($"/o/fgw/in/{document}/print/0");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(paper.Html, Does.Contain("不是公文原件").And.Contain("“甲&amp;乙.pdf”").And.Not.Contain("%PDF"));
            Assert.That(paper.Answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Not.Contain("script-src"));
        }
    }

    [Test]
    public async Task A_file_no_browser_can_print_says_what_to_do_with_it()
    {
        var document = await arrivals.ReceiveAsync(attachment: "附件.xlsx");
        var browser = await desk.SignInAsync("li4");
        await SignForAsync(browser, document);
        var refused = await browser.GetAsync($"/o/fgw/in/{document}/print/1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(refused.Text, Does.Contain("附件.xlsx").And.Contain("保存后"));
            Assert.That((await browser.GetAsync($"/o/fgw/in/{document}")).Html, Does.Not.Contain("/print/1"));
            Assert.That((await browser.GetAsync($"/o/fgw/in/{document}/print/2")).Text, Does.Contain("回到公文页面"));
        }
    }

    [Test]
    public async Task Sheets_and_files_of_several_documents_are_printed_from_one_page()
    {
        var first = await arrivals.ReceiveAsync("甲", attachment: "附件.xlsx");
        var second = await arrivals.ReceiveAsync("乙");
        var browser = await desk.SignInAsync("li4");
        await SignForAsync(browser, first);
        await SignForAsync(browser, second);
        var leads = await browser.SubmitAsync("/o/fgw/inbox?tab=signed", "batch", ("Form.Act", "print"), ("Form.Chosen", first.ToString()), ("Form.Chosen", second.ToString()));
        var page = await browser.GetAsync(leads.Location!);
        Assert.That(page.Html, Does.Contain($"/in/{first}/print/0").And.Contain($"/in/{second}/print/0").And.Not.Contain($"/in/{first}/print/1").And.Contain("请保存后打印"));
    }

    [Test]
    public async Task More_than_one_page_can_print_are_not_left_out_in_silence()
    {
        var browser = await desk.SignInAsync("li4");
        await SignForAsync(browser, await arrivals.ReceiveAsync());
        var answer = await browser.SubmitAsync("/o/fgw/inbox?tab=signed", "batch", [("Form.Act", "print"), .. Enumerable.Range(0, 26).Select(number => ("Form.Chosen", $"{number:x64}"))]);
        Assert.That(answer.Text, Does.Contain("一次最多打印 25 件，已勾选 26 件"));
    }

    private static async Task SignForAsync(PagesClient browser, DocumentId document) =>
        Assert.That((await browser.SubmitAsync($"/o/fgw/in/{document}", "sign", ("SignForm.GoOn", "no"))).Status, Is.EqualTo(HttpStatusCode.SeeOther));
}
