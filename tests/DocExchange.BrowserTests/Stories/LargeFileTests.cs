using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

internal sealed class LargeFileTests
{
    private const long Size = 200L * 1024 * 1024;
    private const string Pieces = "**/files/*?offset=*";
    private const long BreaksAt = 48L * 1024 * 1024;

    /// <summary>In milliseconds; beside other tests a machine may take minutes for such a file.</summary>
    private const float Patience = 180_000;

    private static Place Desk => Browser.Exchange.General;

    [Test]
    public async Task A_file_of_200_MiB_is_uploaded_with_progress_and_goes_on_where_it_broke_off()
    {
        var file = Path.Combine(Browser.Exchange.Folder, "大附件.bin");
        await using (var content = File.Create(file))
        {
            content.SetLength(Size);
        }

        await using var dispatcher = await Browser.SignInAsync(Desk, Desk.As("dispatcher"));
        await Dispatch.DraftAsync(dispatcher, "关于大附件的通知");
        await BreakOffAsync(dispatcher);
        await UploadAsync(dispatcher, file);
        await dispatcher.Page.WaitForFunctionAsync("() => { const bar = document.querySelector('.uploading progress'); return bar && bar.value > 20 && bar.value < 100; }", null, new PageWaitForFunctionOptions { Timeout = Patience });
        await dispatcher.LookAsync("story-upload");
        await dispatcher.Page.ReloadAsync();
        await dispatcher.Page.UnrouteAsync(Pieces);
        var begun = dispatcher.Page.Locator("#files li").Filter(new LocatorFilterOptions { HasText = "大附件.bin" });
        Assert.That(await begun.InnerTextAsync(), Does.Contain("未传完").And.Contain("/200 MiB"), "what is there is kept");
        await dispatcher.LookAsync("story-upload-broken-off");

        var first = dispatcher.Page.WaitForRequestAsync(request => request.Method == "PUT");
        await UploadAsync(dispatcher, file);
        Assert.That((await first).Url, Does.Match("offset=[1-9][0-9]*$"), "not from the beginning");
        await begun.Locator("a").WaitForAsync(new LocatorWaitForOptions { Timeout = Patience });
        Assert.That(await dispatcher.Page.Locator("#files li").CountAsync(), Is.EqualTo(1));
        Assert.That(await begun.InnerTextAsync(), Does.Contain("200 MiB"));
    }

    // The network answers no more from some place on; a piece before it may take several attempts.
    private static Task BreakOffAsync(Visit dispatcher) => dispatcher.Page.RouteAsync(
        Pieces, route => long.Parse(route.Request.Url[(route.Request.Url.LastIndexOf('=') + 1)..]) >= BreaksAt ? Task.CompletedTask : route.ContinueAsync());

    private static async Task UploadAsync(Visit dispatcher, string file)
    {
        await dispatcher.Page.Locator("input[name=kind][value=attachment]").CheckAsync();
        await dispatcher.Page.Locator("#file").SetInputFilesAsync(file);
        await dispatcher.Page.Locator("form[data-upload] button").ClickAsync();
    }
}
