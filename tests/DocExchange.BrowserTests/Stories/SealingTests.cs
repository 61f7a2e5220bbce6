using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Stories;

/// <summary>会签用印 where the site demands two persons.</summary>
internal sealed class SealingTests
{
    private static Place Desk => Browser.Exchange.Districts;

    [Test]
    public async Task A_seal_takes_two_keepers_and_one_who_refuses_sends_the_draft_back()
    {
        const string title = "关于报送防汛物资储备情况的函";
        await using var dispatcher = await Browser.SignInAsync(Desk, Desk.As("dispatcher"));
        await Dispatch.DraftAsync(dispatcher, title, "dc", "东政发");
        await Dispatch.UploadAsync(dispatcher, "正文.pdf", SampleFiles.Pdf(title));
        var draft = dispatcher.Here;
        await Dispatch.AddressAsync(dispatcher, "czj");
        await Dispatch.FreezeAsync(dispatcher);
        await using var first = await Browser.SignInAsync(Desk, Desk.As("seal-keeper"));
        await Dispatch.AskedAsync(first, "dc", title);
        await first.Page.Locator("summary.danger").ClickAsync();
        await first.Page.FillAsync("#reason", "成文日期有误。");
        await first.LookAsync("story-seal-refuse");
        await first.Page.Locator("details[open] button.danger").ClickAsync();
        await first.DoneAsync();

        await dispatcher.OpenAsync(draft);
        Assert.That(await dispatcher.Page.Locator(".notice.warn").InnerTextAsync(), Does.Contain("成文日期有误。"));
        await Dispatch.FreezeAsync(dispatcher);
        await Dispatch.AskedAsync(first, "dc", title);
        Assert.That(await Dispatch.ApproveAsync(first), Does.Contain("另一"));
        await Dispatch.AskedAsync(first, "dc", title);
        await first.Page.Locator("summary.main").ClickAsync();
        await first.Page.Locator("details[open] button.main").ClickAsync();
        Assert.That(await first.RefusalAsync(), Does.Contain("须由另一名"), "the same person is no second one");

        await using var second = await Browser.SignInAsync(Desk, Desk.Named("dc-second-keeper"));
        await Dispatch.AskedAsync(second, "dc", title);
        Assert.That(await second.Page.Locator("main").InnerTextAsync(), Does.Contain("dcseal-keeper"), "who approved first");
        await second.LookAsync("story-seal-second");
        Assert.That(await Dispatch.ApproveAsync(second), Does.Contain("用印"));
        await dispatcher.Page.Locator("#steps .state.good").WaitForAsync();
        await second.OpenAsync("/o/dc/sealing/register");
        Assert.That(await second.Row(title).InnerTextAsync(), Does.Contain("dcseal-keeper").And.Contain("dc另一印章管理员"));
        await second.LookAsync("story-seal-register");
        foreach (var (person, found) in new[] { ("无此人", 0), ("dc另一", 1) })
        {
            await second.Page.FillAsync("#person", person);
            await second.Page.FillAsync("#q", title);
            await second.Page.Locator("main form button[type=submit]").ClickAsync();
            await second.ArriveAsync(address => address.Contains("person=" + Uri.EscapeDataString(person), StringComparison.OrdinalIgnoreCase));
            Assert.That(await second.Page.Locator("main tbody td.title").CountAsync(), Is.EqualTo(found), person);
        }

        await second.LookAsync("story-seal-register-narrowed");
    }
}
