using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

/// <summary>A document from its draft to a receipt and a return, by people without a mouse.</summary>
internal sealed class KeyboardTests
{
    private const string Title = "关于不用鼠标办理公文的通知";

    private static Exchange Exchange => Browser.Exchange;

    [Test]
    public async Task A_document_is_drafted_sealed_sent_signed_for_and_returned_with_the_keyboard_alone()
    {
        await using var dispatcher = await SignInAsync(Exchange.General, Exchange.General.As("dispatcher"));
        await DraftAsync(dispatcher);
        await AddressAsync(dispatcher);
        await dispatcher.Keys.PressAsync(dispatcher.Page.Locator("button[value=freeze]"));
        await dispatcher.ArriveAsync("**/frozen");
        await SealAsync();
        await dispatcher.Keys.PressAsync(dispatcher.Page.Locator("#sending summary.main"), "Space");
        await dispatcher.Keys.PressAsync(dispatcher.Page.Locator("#sending details[open] button.main"));
        await dispatcher.ArriveAsync(address => new Uri(address).Segments is [.., "out/", { Length: 64 }]);

        await SignForAsync();
        await Dispatch.RowAsync(dispatcher, "市东城区人民政府", "dcclerk");
        await ReturnAsync();
        await Dispatch.RowAsync(dispatcher, "市财政局", "不属本局职责。");
    }

    private static async Task<Visit> SignInAsync(Place place, User user)
    {
        var visit = await Browser.VisitAsync(place);
        await visit.Keys.SignInAsync(user);
        return visit;
    }

    private static async Task DraftAsync(Visit dispatcher)
    {
        var (page, keys) = (dispatcher.Page, dispatcher.Keys);
        await keys.PressAsync(page.Locator(".menu a[href='/o/bgt/drafts']"));
        await dispatcher.ArriveAsync("**/o/bgt/drafts");
        await keys.PressAsync(page.Locator("button[data-key=n]"), "Space");
        await dispatcher.ArriveAsync("**/drafts/*");
        await keys.TypeAsync(page.Locator("#title"), Title);
        await keys.ChooseAsync(page.Locator("#type"), "通知");
        await keys.ChooseAsync(page.Locator("#host"), "市人民政府办公厅");
        await keys.ChooseAsync(page.Locator("#code"), "市政办发");
        await page.Locator("#series").Filter(new LocatorFilterOptions { HasText = "市政办发" }).WaitForAsync();
        await keys.PressAsync(page.Locator("button[value=save]"));
        await page.Locator(".notice.done").WaitForAsync();
        await keys.UploadAsync(page.Locator("#file"), "正文.pdf", SampleFiles.Pdf(Title));
        await keys.PressAsync(page.Locator("form[data-upload] button"));
        await page.Locator("#files a").Filter(new LocatorFilterOptions { HasText = "正文.pdf" }).WaitForAsync();
    }

    private static async Task AddressAsync(Visit dispatcher)
    {
        var (page, keys) = (dispatcher.Page, dispatcher.Keys);
        await keys.PressAsync(page.Locator("button[value=recipients]"));
        await dispatcher.ArriveAsync("**/recipients");
        foreach (var recipient in new[] { "dc", "czj" })
        {
            var box = page.Locator($"input[name=main][value='{recipient}']");
            await keys.PressAsync(page.Locator("details.branch").Filter(new LocatorFilterOptions { Has = box }).Locator("summary"));
            await keys.PressAsync(box, "Space");
        }

        // The page puts what it looked up in the place of what stood there, while somebody is in it: that keeps the focus.
        var names = page.Locator("#preview summary");
        var looked = page.WaitForResponseAsync(response => response.Request.Method == "POST");
        await keys.PressAsync(page.Locator("input[name=copy][value='xc']"), "Space");
        await keys.ReachAsync(names);
        await looked;
        await page.Locator("#preview").Filter(new LocatorFilterOptions { HasText = "市西城区人民政府" }).WaitForAsync();
        Assert.That(await Keyboard.HasFocusAsync(names), Is.True, "the focus stays where it was");
        await page.Keyboard.PressAsync("Space");
        await page.Locator("#preview details[open]").WaitForAsync();
        await dispatcher.LookAsync("keyboard-recipients");
        await keys.PressAsync(page.Locator("input[name=copy][value='xc']"), "Space");
        await keys.PressAsync(page.Locator("button[value=done]"));
        await page.Locator(".notice.done").WaitForAsync();
    }

    private static async Task SealAsync()
    {
        await using var keeper = await SignInAsync(Exchange.General, Exchange.General.As("seal-keeper"));
        var (page, keys) = (keeper.Page, keeper.Keys);
        await keys.PressAsync(page.Locator(".menu a[href='/o/bgt/sealing']"));
        await keeper.ArriveAsync("**/sealing");
        await keys.PressAsync(page.Locator("#queue a").Filter(new LocatorFilterOptions { HasText = Title }));
        await keeper.ArriveAsync("**/sealing/*");
        await keys.PressAsync(page.Locator("summary.main"));
        await keeper.LookAsync("keyboard-seal");
        await keys.PressAsync(page.Locator("details[open] button.main"));
        Assert.That(await keeper.DoneAsync(), Does.Contain("用印"));
    }

    private static async Task SignForAsync()
    {
        const string later = "关于另一件事的通知";
        await using var clerk = await SignInAsync(Exchange.Districts, Exchange.Districts.As("clerk"));
        var (page, keys) = (clerk.Page, clerk.Keys);
        var line = page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = Title });
        await keys.ReachAsync(line);
        await Dispatch.QuicklyAsync(later, "正文.pdf", SampleFiles.Pdf(later), "dc");
        await page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = later }).WaitForAsync();
        Assert.That(await Keyboard.HasFocusAsync(line), Is.True, "what arrives leaves the focus where it was");
        await clerk.LookAsync("keyboard-arrived");

        var body = page.WaitForResponseAsync("**/body");
        await page.Keyboard.PressAsync("Enter");
        await clerk.ArriveAsync("**/in/*");
        Assert.That((await body).Status, Is.EqualTo(200), "what is to be signed for is before the eyes");
        var sign = page.Locator("button[data-key=s]");
        await keys.ReachAsync(sign);
        await clerk.LookAsync("keyboard-sign");
        await keys.PressAsync(sign);
        Assert.That(await clerk.DoneAsync(), Does.Contain("已签收"));
    }

    private static async Task ReturnAsync()
    {
        await using var third = await SignInAsync(Exchange.Departments, Exchange.Departments.As("clerk"));
        var (page, keys) = (third.Page, third.Keys);
        await keys.PressAsync(page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = Title }));
        await third.ArriveAsync("**/in/*");
        await keys.PressAsync(page.Locator("button[data-confirm=return]"));
        await keys.TypeAsync(page.Locator("#reason"), "不属本局职责。");
        await third.LookAsync("keyboard-return");
        await keys.PressAsync(page.Locator("dialog[open] button.main"));
        Assert.That(await third.DoneAsync(), Does.Contain("已退回"));
    }
}
