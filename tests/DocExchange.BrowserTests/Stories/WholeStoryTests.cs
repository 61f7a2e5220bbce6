using System.Diagnostics;
using System.IO.Compression;
using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

/// <summary>A document from the first line of its draft to a dossier that other people's tools verify.</summary>
internal sealed class WholeStoryTests
{
    private const string Title = "关于做好冬季供暖保障工作的通知";
    private const string Reason = "附件缺第三页，请补正后重发。";

    private static Exchange Exchange => Browser.Exchange;

    [Test]
    public async Task A_document_goes_from_its_draft_to_a_dossier_that_others_verify()
    {
        await using var clerk = await Browser.SignInWhereFilesAreShownAsync(Exchange.Districts, Exchange.Districts.As("clerk"));
        Assert.That(clerk.Here, Is.EqualTo("/o/dc/inbox"));
        await clerk.RememberAsync();
        await using var dispatcher = await Browser.SignInWhereFilesAreShownAsync(Exchange.General, Exchange.General.As("dispatcher"));
        var document = await DispatchAsync(dispatcher);

        await SignForAsync(clerk, dispatcher);
        await ReturnAsync(dispatcher);
        await UrgeAsync(dispatcher, document);
        await LookAtBoardAsync(dispatcher);
        var dossier = await FromArchiveAsync(document);
        await VerifyAsync(dossier);
    }

    private static async Task<string> DispatchAsync(Visit dispatcher)
    {
        var body = SampleFiles.Pdf(Title);
        await Dispatch.DraftAsync(dispatcher, Title);
        Assert.That(await dispatcher.Page.Locator("#number").GetAttributeAsync("placeholder"), Does.Match("市政办发〔[0-9]{4}〕[0-9]+号"));
        await Dispatch.UploadAsync(dispatcher, "正文.pdf", body);
        await dispatcher.LookAsync("story-draft");
        await dispatcher.Page.Locator("button[value=recipients]").ClickAsync();
        await dispatcher.ArriveAsync("**/recipients");
        await Dispatch.TickAsync(dispatcher, "dc", "xc", "czj");
        // The page looks the names up by itself, perhaps more than once while offices are ticked.
        var names = dispatcher.Page.Locator("#preview .names").Filter(new LocatorFilterOptions { HasText = "市东城区人民政府、市西城区人民政府、市财政局" }).First;
        await names.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await dispatcher.Page.Locator("#preview summary").ClickAsync();
        Assert.That(await names.IsVisibleAsync(), Is.True);
        await dispatcher.LookAsync("story-recipients");
        await dispatcher.Page.Locator("button[value=done]").ClickAsync();
        await dispatcher.Page.Locator(".notice.done").WaitForAsync();
        await Dispatch.FreezeAsync(dispatcher);
        await dispatcher.LookAsync("story-frozen");
        await dispatcher.RememberAsync();

        await using (var keeper = await Browser.SignInWhereFilesAreShownAsync(Exchange.General, Exchange.General.As("seal-keeper")))
        {
            await Dispatch.AskedAsync(keeper, "bgt", Title);
            var shown = await keeper.Page.Locator("iframe.preview").GetAttributeAsync("src");
            var bytes = await (await keeper.Page.APIRequest.GetAsync(shown!.Split('#')[0])).BodyAsync();
            Assert.That(bytes, Is.EqualTo(body), "the keeper sees the very bytes");
            await keeper.LookAsync("story-seal");
            Assert.That(await Dispatch.ApproveAsync(keeper), Does.Contain("用印"));
        }

        var document = await Dispatch.DepartAsync(dispatcher);
        await dispatcher.LookAsync("story-sent");
        return document;
    }

    private static async Task SignForAsync(Visit clerk, Visit dispatcher)
    {
        await clerk.Page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = Title }).WaitForAsync();
        Assert.That(await clerk.IsSamePageAsync(), Is.True, "it arrived without the page being loaded again");
        await clerk.LookAsync("story-arrived");
        var body = clerk.Page.WaitForResponseAsync("**/body");
        await clerk.Page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = Title }).FocusAsync();
        await clerk.Page.Keyboard.PressAsync("Enter");
        Assert.That((await body).Status, Is.EqualTo(200));
        Assert.That(await clerk.Page.Locator("a[href$='/package']").CountAsync(), Is.Zero, "nothing is saved before signing");
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", "已阅看，尚未签收");
        await clerk.LookAsync("story-preview");

        await clerk.Page.Keyboard.PressAsync("s");
        Assert.That(await clerk.DoneAsync(), Does.Contain("已签收"));
        await clerk.LookAsync("story-signed");
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", "dcclerk");
    }

    private static async Task ReturnAsync(Visit dispatcher)
    {
        await using var third = await Browser.SignInWhereFilesAreShownAsync(Exchange.Departments, Exchange.Departments.As("clerk"));
        await Dispatch.OpenReceivedAsync(third, Title);
        await third.Page.Locator("button[data-confirm=return]").ClickAsync();
        await third.Page.Locator("#reason").FocusAsync();
        await third.Page.Keyboard.InsertTextAsync(Reason);
        await third.LookAsync("story-return");
        await third.Page.Locator("dialog[open] button.main").ClickAsync();
        Assert.That(await third.DoneAsync(), Does.Contain("已退回"));
        Assert.That(await third.Page.GetByRole(AriaRole.Heading, new() { Name = "办理", Exact = true }).CountAsync(), Is.Zero, "nothing is left to do");
        await third.LookAsync("story-returned");
        await Dispatch.RowAsync(dispatcher, "市财政局", Reason);
    }

    private static async Task UrgeAsync(Visit dispatcher, string document)
    {
        await Dispatch.RowAsync(dispatcher, "市西城区人民政府", "已送达，尚未阅看");
        await dispatcher.UnfoldAsync("催办");
        await dispatcher.Page.Locator("button[value=urge-all]").ClickAsync();
        Assert.That(await dispatcher.DoneAsync(), Does.Contain("已催办"));
        await Dispatch.RowAsync(dispatcher, "市西城区人民政府", "1 次");
        await using var urged = await Browser.SignInWhereFilesAreShownAsync(Exchange.Districts, Exchange.Districts.Named("xc-clerk"));
        await Eventually.TrueAsync(
            async () => await urged.OpenAsync($"/o/xc/in/{document}") == 200 && (await urged.Page.Locator("dl.facts").First.InnerTextAsync()).Contains("1 次", StringComparison.Ordinal), () => Exchange.Logs);
    }

    private static async Task LookAtBoardAsync(Visit dispatcher)
    {
        Assert.That(await dispatcher.Page.Locator("#figures").InnerTextAsync(), Does.Contain("1/3").And.Contain("33%"));
        await dispatcher.LookAsync("story-board");
    }

    private static async Task<string> FromArchiveAsync(string document)
    {
        await using var archivist = await Browser.SignInWhereFilesAreShownAsync(Exchange.Hub, Exchange.Hub.As("archivist"));
        await archivist.Page.Locator("#title").FillAsync("冬季供暖");
        await archivist.Page.Keyboard.PressAsync("Enter");
        await archivist.Page.Locator($"a[href='/archives/{document}']").ClickAsync();
        await archivist.Page.Locator("#verification a.main").ClickAsync();
        await archivist.Page.Locator("#verification .notice").WaitForAsync();
        Assert.That(await archivist.Page.Locator("#verification .notice").InnerTextAsync(), Does.Contain("全部有效"));
        Assert.That(await archivist.Page.Locator("ol.story").InnerTextAsync(), Does.Contain("退").And.Contain(Reason).And.Contain("催办"));
        await archivist.LookAsync("story-verified");
        var report = await archivist.Page.RunAndWaitForPopupAsync(() => archivist.Page.Locator("a[href$='/report']").ClickAsync());
        Assert.That(await report.Locator("main").InnerTextAsync(), Does.Contain("TOTAL_PASSED").And.Contain(Title));
        await archivist.LookAsync(report, "console-report");

        var download = await archivist.Page.RunAndWaitForDownloadAsync(() => archivist.Page.Locator("a[href$='/dossier']").ClickAsync());
        Assert.That(download.SuggestedFilename, Does.StartWith("dossier-市政办发").And.EndWith(".zip"));
        var path = Path.Combine(Exchange.Folder, "story-dossier.zip");
        await download.SaveAsAsync(path);
        return path;
    }

    private static async Task VerifyAsync(string dossier)
    {
        var roots = Path.Combine(Exchange.Hub.Folder, "authority", "trust.pem");
        var judged = await Docex.RunAsync("verify", dossier, "--trust", roots, "--format", "json");
        Assert.That(judged, Does.Contain("TOTAL_PASSED"));

        // As the README says, and the README.txt in the dossier: unzip, sh, OpenSSL.
        var folder = Path.Combine(Exchange.Folder, "story-dossier");
        await ZipFile.ExtractToDirectoryAsync(dossier, folder);
        using var script = Process.Start(new ProcessStartInfo("sh", [Path.Combine(folder, "verify.sh"), roots]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync();
        Assert.That(script.ExitCode, Is.Zero, $"{await output}\n{await errors}");
        Assert.That(await output, Does.Contain(" 0 failed"));
    }
}
