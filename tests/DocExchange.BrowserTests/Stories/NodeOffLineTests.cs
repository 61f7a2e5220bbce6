using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Stories;

internal sealed class NodeOffLineTests
{
    private static Exchange Exchange => Browser.Exchange;

    // Whatever became of the test: the others need the node.
    [TearDown]
    public Task StartAgainAsync() => Exchange.Departments.IsRunning ? Task.CompletedTask : Exchange.Departments.StartAsync();

    [Test]
    public async Task A_dispatcher_sees_on_the_open_board_whose_node_goes_off_line_and_when_it_is_back()
    {
        const string title = "关于节点停电检修的通知";
        await Exchange.Departments.StopAsync();
        var document = await Dispatch.QuicklyAsync(title, "正文.pdf", SampleFiles.Pdf(title), "dc", "czj");
        await using var dispatcher = await Browser.SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
        await dispatcher.RememberAsync();
        await Dispatch.RowAsync(dispatcher, "市财政局", "节点离线（自 ");
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", "已送达，尚未阅看");
        await dispatcher.LookAsync("board-node-off-line");
        Assert.That(await dispatcher.Page.Locator("#board tr").Filter(new() { HasText = "市东城区人民政府" }).InnerTextAsync(), Does.Not.Contain("离线"));

        await Exchange.Departments.StartAsync();
        await Dispatch.RowAsync(dispatcher, "市财政局", "已送达，尚未阅看");
        await Eventually.TrueAsync(async () => await dispatcher.Page.Locator(".off-line").CountAsync() == 0, () => Exchange.Logs);
        Assert.That(await dispatcher.IsSamePageAsync(), Is.True, "without a reload");
    }
}
