using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Stories;

internal sealed class OfdTests
{
    private static Exchange Exchange => Browser.Exchange;

    [Test]
    public async Task The_words_of_an_OFD_are_read_before_signing_and_the_dossier_is_saved_after_it()
    {
        const string title = "关于版式文件的通知";
        const string line = "各区人民政府：<b>请按要求报送</b>。";
        var document = await Dispatch.QuicklyAsync(title, "正文.ofd", SampleFiles.Ofd(line.Replace("<", "&lt;", StringComparison.Ordinal)), "dc");
        await using var clerk = await Browser.SignInAsync(Exchange.Districts, Exchange.Districts.As("clerk"));
        await Dispatch.OpenReceivedAsync(clerk, title);
        var preview = clerk.Page.FrameLocator("iframe.preview").Locator("body");
        Assert.That(await preview.InnerTextAsync(), Does.Contain("第 1 页").And.Contain(line));
        await clerk.LookAsync("story-ofd");
        var early = await clerk.Page.APIRequest.GetAsync($"/o/dc/in/{document}/dossier");
        Assert.That(early.Status, Is.EqualTo(403), "nothing is saved before signing");

        await clerk.Page.Keyboard.PressAsync("s");
        await clerk.DoneAsync();
        var received = await clerk.Page.RunAndWaitForDownloadAsync(() => clerk.Page.Locator("a[href$='/dossier']").ClickAsync());
        await using var dispatcher = await Browser.SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await dispatcher.OpenAsync($"/o/bgt/out/{document}");
        var sent = await dispatcher.Page.RunAndWaitForDownloadAsync(() => dispatcher.Page.Locator("a[href$='/dossier']").ClickAsync());
        foreach (var download in new[] { received, sent })
        {
            var path = Path.Combine(Exchange.Folder, "ofd-dossier.zip");
            await download.SaveAsAsync(path);
            var judged = await Docex.RunAsync("verify", path, "--trust", Path.Combine(Exchange.Hub.Folder, "authority", "trust.pem"), "--format", "json");
            Assert.That(judged, Does.Contain("TOTAL_PASSED").And.Contain(document));
        }
    }
}
