using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

/// <summary>What a sender does after sending, and what recipients see of it.</summary>
internal sealed class SendersActsTests
{
    private static Exchange Exchange => Browser.Exchange;

    [Test]
    public async Task A_return_is_acknowledged_and_the_rest_withdrawn_from_those_who_have_not_signed()
    {
        const string title = "关于调整会议时间的通知";
        var document = await Dispatch.QuicklyAsync(title, "正文.pdf", SampleFiles.Pdf(title), "dc", "xc", "czj");
        await using var dispatcher = await Browser.SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
        await using var unsigned = await Browser.SignInAsync(Exchange.Districts, Exchange.Districts.Named("xc-clerk"));
        await Dispatch.OpenReceivedAsync(unsigned, title);
        await Docex.RunAsync("sign-for", document, "--node", Exchange.Districts.Folder, "--office", "dc", "--as", "2001:李东");
        await Dispatch.RowAsync(dispatcher, "市财政局", "已送达");
        await Docex.RunAsync("return", document, "--node", Exchange.Departments.Folder, "--office", "czj", "--reason", "不属本局职责。", "--as", "3001:王芳");

        await Dispatch.RowAsync(dispatcher, "市财政局", "不属本局职责。");
        await dispatcher.Page.Locator("button[name=returned]").ClickAsync();
        Assert.That(await dispatcher.DoneAsync(), Does.Contain("已确认收到退文"));
        Assert.That(await dispatcher.Page.Locator("button[name=returned]").CountAsync(), Is.Zero);

        await dispatcher.UnfoldAsync("撤回");
        await dispatcher.Page.Locator("button[value=withdraw]").ClickAsync();
        Assert.That(await dispatcher.RefusalAsync(), Does.Contain("请填写理由"));
        // It stays unfolded.
        await dispatcher.Page.FillAsync("#withdraw-reason", "会议另行安排");
        await dispatcher.LookAsync("story-withdraw");
        await dispatcher.Page.Locator("button[value=withdraw]").ClickAsync();
        Assert.That(await dispatcher.DoneAsync(), Does.Contain("已撤回"));
        await Dispatch.RowAsync(dispatcher, "市西城区人民政府", "已撤回");
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", "已签收");

        await Eventually.TrueAsync(
            async () =>
            {
                await unsigned.Page.ReloadAsync();
                return await unsigned.Page.Locator(".notice.refused").CountAsync() == 1;
            },
            () => Exchange.Logs);
        Assert.That(await unsigned.Page.Locator(".notice.refused").InnerTextAsync(), Does.Contain("会议另行安排"));
        Assert.That(await unsigned.Page.Locator("iframe").CountAsync(), Is.Zero);
        await unsigned.LookAsync("story-withdrawn");
        var body = await unsigned.Page.APIRequest.GetAsync($"/o/xc/in/{document}/body");
        Assert.That(body.Status, Is.EqualTo(409), "the copy is locked");
    }

    [Test]
    public async Task A_document_is_registered_handed_over_completed_and_then_void()
    {
        const string title = "关于印发值班安排的通知";
        var document = await Dispatch.QuicklyAsync(title, "正文.pdf", SampleFiles.Pdf(title), "dc");
        await using var clerk = await Browser.SignInAsync(Exchange.Districts, Exchange.Districts.As("clerk"));
        await WhatIsTickedStaysTickedAsync(clerk, title);
        await Dispatch.OpenReceivedAsync(clerk, title);
        await clerk.Page.Keyboard.PressAsync("s");
        await clerk.DoneAsync();
        var number = await clerk.Page.Locator("#number").InputValueAsync();
        Assert.That(number, Is.Not.Empty, "a number is suggested");
        await ActAsync(clerk, "登记", "已登记");
        await ActAsync(clerk, "转OA", "已转OA");
        await ActAsync(clerk, "办结", "已办结");
        await clerk.LookAsync("story-completed");
        var report = await clerk.Page.RunAndWaitForPopupAsync(() => clerk.Page.Locator("a[href$='/report']").ClickAsync());
        Assert.That(await report.Locator("main").InnerTextAsync(), Does.Contain("TOTAL_PASSED"));
        await clerk.LookAsync(report, "story-report");
        await LookAtRegisterAsync(clerk, title, number);
        await LookAtPapersAsync(clerk, document, number);

        await using var dispatcher = await Browser.SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", number);
        await LookAtWhatElseASenderDoesAsync(dispatcher, document);
        await dispatcher.UnfoldAsync("作废");
        await dispatcher.Page.FillAsync("#void-reason", "发文有误");
        await dispatcher.Page.Locator("button[value=void]").ClickAsync();
        Assert.That(await dispatcher.DoneAsync(), Does.Contain("已作废"));
        await dispatcher.LookAsync("story-void");
        await Eventually.TrueAsync(async () => await clerk.OpenAsync($"/o/dc/in/{document}") == 200 && await clerk.Page.Locator(".notice.refused").CountAsync() == 1, () => Exchange.Logs);
        Assert.That(await clerk.Page.Locator(".notice.refused").InnerTextAsync(), Does.Contain("自始无效").And.Contain("发文有误"));
        await clerk.LookAsync("story-voided");
    }

    private static async Task LookAtWhatElseASenderDoesAsync(Visit dispatcher, string document)
    {
        await dispatcher.OpenAsync($"/o/bgt/out/{document}/resend");
        await dispatcher.LookAsync("story-resend");
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
        await dispatcher.UnfoldAsync("更正重印");
        await dispatcher.Page.FillAsync("#correct-reason", "值班电话有误");
        await dispatcher.Page.Locator("button[value=correct]").ClickAsync();
        Assert.That(await dispatcher.DoneAsync(), Does.Contain("已新建更正重印件草稿"));
        await dispatcher.LookAsync("story-correction");
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
    }

    private static async Task WhatIsTickedStaysTickedAsync(Visit clerk, string title)
    {
        const string later = "关于值班电话变更的函";
        ILocator Box(string of) => clerk.Page.Locator("#lines tr").Filter(new LocatorFilterOptions { HasText = of }).Locator("input[type=checkbox]");
        await Box(title).CheckAsync();
        // While a box has the focus the list does not follow.
        await clerk.Page.Locator("h1").ClickAsync();
        await Dispatch.QuicklyAsync(later, "正文.pdf", SampleFiles.Pdf(later), "dc");
        await Box(later).WaitForAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Box(title).IsCheckedAsync(), Is.True, "new arrivals were put in around it");
            Assert.That(await Box(later).IsCheckedAsync(), Is.False);
        }
    }

    private static async Task ActAsync(Visit clerk, string button, string done)
    {
        await clerk.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await clerk.Page.Locator(".notice.done").Filter(new LocatorFilterOptions { HasText = done }).WaitForAsync();
    }

    private static async Task LookAtRegisterAsync(Visit clerk, string title, string number)
    {
        await clerk.OpenAsync("/o/dc/in-register");
        Assert.That(await clerk.Row(title).InnerTextAsync(), Does.Contain(number).And.Contain("已办结").And.Contain("市府办").Or.Contain("市人民政府办公厅"));
        await clerk.LookAsync("story-in-register");
        var download = await clerk.Page.RunAndWaitForDownloadAsync(() => clerk.Page.Locator("a[href*='in-register.xlsx']").ClickAsync());
        Assert.That(download.SuggestedFilename, Is.EqualTo("收文登记簿.xlsx"));
        Assert.That(Workbooks.TextOf((await download.PathAsync())!), Does.Contain(title).And.Contain(number));
    }

    private static async Task LookAtPapersAsync(Visit clerk, string document, string number)
    {
        await clerk.OpenAsync($"/o/dc/in-sheets?ids={document}");
        Assert.That(await clerk.Page.Locator("article.paper").CountAsync(), Is.EqualTo(2), "签收单 and 收文处理单");
        Assert.That(await clerk.Page.Locator("article.paper").First.InnerTextAsync(), Does.Contain(number).And.Contain(document));
        await clerk.LookAsync("story-sheets");
        var paper = await clerk.PrintAsync("story-papers");
        Assert.That(Pdfs.PagesOf(paper), Is.EqualTo(2), "one sheet of A4 each");
    }
}
