using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Stories;

/// <summary>What people write and send is shown as text or refused; that no script of it ran, every visit watches.</summary>
internal sealed class HostileContentTests
{
    private const string Title = "关于<img src=x onerror=alert(1)>的通知<script>alert(2)</script>";
    private const string Reason = "<svg onload=alert(3)>不符合要求</svg>'\"&lt;";

    private static Exchange Exchange => Browser.Exchange;

    [Test]
    public async Task Markup_in_a_title_and_a_reason_and_a_script_in_a_PDF_are_shown_and_never_run()
    {
        await using var dispatcher = await Browser.SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await Dispatch.DraftAsync(dispatcher, Title);
        await Dispatch.UploadAsync(dispatcher, "正文.pdf", SampleFiles.Pdf(Title, "app.alert(4)"));
        await RefuseNamesAsync(dispatcher);
        var document = await Dispatch.SendDraftAsync(dispatcher, "onerror", "czj");
        Assert.That(await dispatcher.Page.Locator(".document-title").InnerTextAsync(), Does.Contain(Title));
        await dispatcher.LookAsync("story-hostile-board");

        await using var clerk = await Browser.SignInAsync(Exchange.Departments, Exchange.Departments.As("clerk"));
        await clerk.Link("onerror").WaitForAsync();
        var body = clerk.Page.WaitForResponseAsync("**/body");
        await clerk.Link("onerror").ClickAsync();
        Assert.That(await (await body).HeaderValueAsync("content-security-policy"), Does.Contain("default-src 'none'"));
        Assert.That(await clerk.Page.Locator("h1").InnerTextAsync(), Is.EqualTo(Title));
        Assert.That(await clerk.Page.FrameLocator("iframe.preview").Locator("body").InnerTextAsync(), Does.Contain("含有脚本").And.Contain("DocExchange"), "its words, and why");
        await clerk.LookAsync("story-hostile-document");
        await RefuseLongReasonAsync(clerk);
        await clerk.Page.FillAsync("#reason", Reason);
        await clerk.Page.Locator("dialog[open] button.main").ClickAsync();
        Assert.That(await clerk.DoneAsync(), Does.Contain(Title));

        await Dispatch.RowAsync(dispatcher, "市财政局", Reason);
        await using var archivist = await Browser.SignInAsync(Exchange.Hub, Exchange.Hub.As("archivist"));
        await archivist.OpenAsync($"/archives/{document}");
        Assert.That(await archivist.Page.Locator("ol.story").InnerTextAsync(), Does.Contain(Reason));
        Assert.That(await archivist.Page.Locator("h1").InnerTextAsync(), Does.Contain(Title));
        await archivist.LookAsync("story-hostile-archive");
    }

    // A browser leaves out folders by itself; somebody who does not use one need not.
    private static async Task RefuseNamesAsync(Visit dispatcher)
    {
        foreach (var name in new[] { "../../secrets/office.p12", "..\\..\\正文.pdf", "/etc/passwd", "a\u0000.pdf", "CON.pdf\u202efdp.exe" })
        {
            var status = await dispatcher.Page.EvaluateAsync<int>(
                """
                async name => {
                  const form = document.querySelector('form[data-upload]');
                  const token = form.querySelector('[name=__RequestVerificationToken]').value;
                  const answer = await fetch(`${form.dataset.upload}/new?name=${encodeURIComponent(name)}&size=4&kind=attachment`, { method: 'POST', headers: { RequestVerificationToken: token } });
                  return answer.status;
                }
                """,
                name);
            Assert.That(status, Is.EqualTo(400), name);
        }
    }

    private static async Task RefuseLongReasonAsync(Visit clerk)
    {
        await clerk.Page.Locator("button[data-confirm=return]").ClickAsync();
        await clerk.Page.Locator("#reason").EvaluateAsync("box => { box.maxLength = 20000; box.value = '理'.repeat(10000); }");
        await clerk.Page.Locator("dialog[open] button.main").ClickAsync();
        Assert.That(await clerk.RefusalAsync(), Does.Contain("2000").Or.Contain("2,000"));
        Assert.That(await clerk.Page.Locator("#reason").InputValueAsync(), Has.Length.EqualTo(10_000), "nothing typed is lost");
        await clerk.LookAsync("story-reason-too-long");
    }
}
