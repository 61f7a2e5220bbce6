using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

internal sealed class HubStoppedTests
{
    private static Exchange Exchange => Browser.Exchange;

    // Whatever became of the test: the others need the hub.
    [TearDown]
    public Task StartAgainAsync() => Exchange.Hub.IsRunning ? Task.CompletedTask : Exchange.Hub.StartAsync();

    [Test]
    public async Task A_desk_says_that_the_hub_is_away_goes_on_working_and_recovers_by_itself()
    {
        const string title = "关于中心停机检修的通知";
        var document = await Dispatch.QuicklyAsync(title, "正文.pdf", SampleFiles.Pdf(title), "dc");
        await using var clerk = await Browser.SignInAsync(Exchange.Districts, Exchange.Districts.As("clerk"));
        await clerk.Page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = title }).WaitForAsync();
        await using var console = await Browser.SignInAsync(Exchange.Hub, Exchange.Hub.As("system"));
        await console.OpenAsync("/health");
        console.IsCutOff = true;
        await console.RememberAsync();
        await clerk.RememberAsync();

        await Exchange.Hub.StopAsync();
        var broken = clerk.Page.Locator("#banner .notice.warn");
        await broken.WaitForAsync();
        Assert.That(await broken.InnerTextAsync(), Does.Contain("与中心的连接中断"));
        Assert.That(await clerk.IsSamePageAsync(), Is.True);
        await console.Page.Locator("#broken").WaitForAsync();
        await clerk.LookAsync("story-hub-away");

        await Dispatch.OpenReceivedAsync(clerk, title);
        await clerk.Page.Keyboard.PressAsync("s");
        Assert.That(await clerk.DoneAsync(), Does.Contain("待发送"));
        await clerk.RememberAsync();
        await clerk.LookAsync("story-signed-meanwhile");

        await Exchange.Hub.StartAsync();
        await broken.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
        Assert.That(await clerk.IsSamePageAsync(), Is.True);
        await console.Page.Locator("#broken").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
        await using var dispatcher = await Browser.SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", "已签收");
    }
}
