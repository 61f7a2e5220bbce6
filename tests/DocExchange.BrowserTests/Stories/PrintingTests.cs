using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

/// <summary>Several documents signed for and printed at once, by a clerk in Chromium as people have it.</summary>
internal sealed class PrintingTests
{
    // What a person would see is the browser's own dialog; here each frame says that it was asked to show it.
    private const string Printer = "window.print = () => { (top.printed ??= []).push(location.pathname.split('/').slice(-3).join('/')); };";

    private static Exchange Exchange => Browser.Exchange;

    [Test]
    public async Task Several_documents_are_signed_for_after_one_question_and_their_files_go_to_the_printer_in_turn()
    {
        const string first = "关于打印正文的通知";
        const string second = "关于打印文字的通知";
        var pdf = SampleFiles.Pdf(first);
        var shown = await Dispatch.QuicklyAsync(first, "正文.pdf", pdf, "dc");
        var words = await Dispatch.QuicklyAsync(second, "正文.ofd", SampleFiles.Ofd("各区人民政府：请打印。"), "dc");
        await using var clerk = await Browser.SignInWhereFilesAreShownAsync(Exchange.Districts, Exchange.Districts.As("clerk"));
        await clerk.Page.AddInitScriptAsync(Printer);
        await TickAsync(clerk, first, second);
        var sent = 0;
        clerk.Page.Request += (_, request) => sent += request.Method == "POST" ? 1 : 0;
        await clerk.Page.Locator("#lines tbody input[type=checkbox]").First.PressAsync("Enter");
        await clerk.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        Assert.That(sent, Is.Zero, "Enter in a box signs for nothing");
        await clerk.Page.Locator("[data-confirm=batch-sign]").ClickAsync();
        Assert.That(await clerk.Page.Locator("#batch-title").InnerTextAsync(), Is.EqualTo("签收所选的 2 件公文？"));
        await clerk.LookAsync("story-batch");
        await clerk.Page.Locator("dialog[open] button.main").ClickAsync();
        Assert.That(await clerk.DoneAsync(), Does.Contain("已签收 2 件"));

        await clerk.OpenAsync("/o/dc/inbox?tab=signed");
        await TickAsync(clerk, first, second);
        await clerk.Page.Locator("button[value=print]").ClickAsync();
        await clerk.ArriveAsync("**/in-sheets**");
        await clerk.LookAsync("story-print");
        var bodies = clerk.Page.Locator("[data-print-next=bodies]");
        var row = clerk.Page.Locator("#files tr[data-kind=bodies]").First;
        await clerk.Page.RouteAsync("**/print/*", route => route.FulfillAsync(new RouteFulfillOptions { Status = 302, Headers = [new("Location", "/sign-in")] }));
        await row.Locator("[data-print-file]").ClickAsync();
        await row.Locator("[data-print-failed]").WaitForAsync();
        Assert.That(await row.Locator(".state").IsHiddenAsync(), Is.True, "what was not printed is not marked");
        await clerk.Page.UnrouteAsync("**/print/*");
        await row.Locator("[data-print-file]").ClickAsync();
        await PrintedAsync(clerk, 1);
        await row.Locator(".state").WaitForAsync();
        Assert.That(await row.Locator("[data-print-failed]").IsHiddenAsync(), Is.True);
        await bodies.ClickAsync();
        var printed = await PrintedAsync(clerk, 2);
        Assert.That(printed, Is.EquivalentTo(new[] { $"{shown}/print/0", $"{words}/print/0" }));
        await clerk.Page.Locator("[data-print-done=bodies]").WaitForAsync();
        Assert.That(await bodies.IsDisabledAsync(), Is.True, "nothing is left");
        await clerk.LookAsync("story-printed");
        Assert.That(Pdfs.PagesOf(await clerk.PrintAsync("story-print-sheets")), Is.EqualTo(4), "on paper are the sheets, not what the page is worked with");

        var given = await clerk.Page.APIRequest.GetAsync($"/o/dc/in/{shown}/print/0");
        Assert.That(await given.BodyAsync(), Is.EqualTo(pdf), "the very file");
        await clerk.OpenAsync($"/o/dc/in/{shown}");
        await clerk.LookAsync("story-print-body");
        await clerk.OpenAsync($"/o/dc/in/{words}/print/0");
        Assert.That(await clerk.Page.Locator("body").InnerTextAsync(), Does.Contain("不是公文原件").And.Contain("请打印"));
        await clerk.LookAsync("story-print-words");
        await clerk.PrintAsync("story-print-words");
    }

    private static async Task TickAsync(Visit clerk, params string[] titles)
    {
        foreach (var title in titles)
        {
            await clerk.Page.Locator("#lines tr").Filter(new LocatorFilterOptions { HasText = title }).Locator("input[type=checkbox]").CheckAsync();
        }
    }

    private static async Task<string[]> PrintedAsync(Visit clerk, int count)
    {
        // The page's policy lets nobody wait inside it by a text of script.
        await Eventually.TrueAsync(async () => await clerk.Page.EvaluateAsync<int>("(window.printed ?? []).length") >= count, () => Exchange.Logs);
        return await clerk.Page.EvaluateAsync<string[]>("window.printed");
    }
}
