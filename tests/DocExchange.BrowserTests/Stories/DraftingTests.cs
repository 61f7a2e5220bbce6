using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

/// <summary>The draft's pages look things up by themselves while somebody works; that is never in the way of what is done on purpose.</summary>
internal sealed class DraftingTests
{
    private static Place Desk => Browser.Exchange.General;

    [Test]
    public async Task What_the_page_asks_by_itself_is_answered_before_the_form_is_sent()
    {
        await using var dispatcher = await Browser.SignInAsync(Desk, Desk.As("dispatcher"));
        await Dispatch.DraftAsync(dispatcher, "关于召开防汛工作会议的通知");
        var look = await HoldLookAsync(dispatcher, isTaken: true);
        await dispatcher.Page.Locator("#signer").FillAsync("王刚");
        await dispatcher.Page.Locator("#signer").BlurAsync();
        await look.Asked;
        await dispatcher.Page.Locator("#title").FillAsync("关于召开防汛工作会议的紧急通知");
        await dispatcher.Page.Locator("button[value=save]").ClickAsync();
        await look.AnswerAsync();

        await dispatcher.Page.Locator(".notice.done").WaitForAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(await dispatcher.Page.Locator("#title").InputValueAsync(), Is.EqualTo("关于召开防汛工作会议的紧急通知"));
            Assert.That(await dispatcher.Page.Locator("#signer").InputValueAsync(), Is.EqualTo("王刚"));
        });
    }

    [Test]
    public async Task Further_elements_are_folded_derived_where_nothing_is_typed_and_reach_the_recipient()
    {
        const string title = "关于印发值班制度的通知";
        await using var dispatcher = await Browser.SignInAsync(Desk, Desk.As("dispatcher"));
        await Dispatch.DraftAsync(dispatcher, title);
        await Dispatch.UploadAsync(dispatcher, "正文.pdf", SampleFiles.Pdf(title));
        var fields = dispatcher.Page.Locator("#more");
        Assert.That(await fields.Locator("#notes").IsVisibleAsync(), Is.False);
        await fields.Locator("summary").ClickAsync();
        await fields.ScrollIntoViewIfNeededAsync();
        Assert.That(await fields.Locator("#identifier").GetAttributeAsync("placeholder"), Does.Match("^1.2.156.10.11110000MB0000001Y-000-[0-9]{4}-08-[0-9]{5}-[0-9A-Z]$"));
        Assert.That(await fields.Locator("#masthead").GetAttributeAsync("placeholder"), Is.EqualTo("市人民政府办公厅文件"));
        await dispatcher.LookAsync("draft-elements");
        await fields.Locator("#notes").FillAsync("此件公开发布");
        await fields.Locator("#publicity").SelectOptionAsync("主动公开");
        await fields.Locator("#forwards").FillAsync("市政发〔2026〕9号");
        await Dispatch.SendDraftAsync(dispatcher, title, "dc");

        var district = Browser.Exchange.Districts;
        await using var clerk = await Browser.SignInAsync(district, district.As("clerk"));
        await Dispatch.OpenReceivedAsync(clerk, title);
        var facts = await clerk.Page.Locator("dl.facts").First.TextContentAsync();
        Assert.That(facts, Does.Contain("1.2.156.10.11110000MB0000001Y-000-").And.Contain("市人民政府办公厅文件").And.Contain("此件公开发布").And.Contain("主动公开").And.Contain("市政发〔2026〕9号"));
    }

    [Test]
    public async Task A_look_at_the_recipients_that_is_answered_late_changes_nothing()
    {
        const string title = "关于报送防汛值班安排的通知";
        await using var dispatcher = await Browser.SignInAsync(Desk, Desk.As("dispatcher"));
        await Dispatch.DraftAsync(dispatcher, title);
        await Dispatch.UploadAsync(dispatcher, "正文.pdf", SampleFiles.Pdf(title));
        var draft = dispatcher.Here;
        await dispatcher.Page.Locator("button[value=recipients]").ClickAsync();
        await dispatcher.ArriveAsync("**/recipients");
        var look = await HoldLookAsync(dispatcher, isTaken: false);
        await Dispatch.TickAsync(dispatcher, "dc");
        await look.Asked;
        // Left by its link and opened again, so that the page has no part in what comes late.
        await dispatcher.OpenAsync(draft);
        await Dispatch.AddressAsync(dispatcher, "czj");
        await look.AnswerAsync();
        await Dispatch.FreezeAsync(dispatcher);

        await dispatcher.OpenAsync(draft + "/frozen");
        await dispatcher.Page.Locator("main details.act summary").Last.ClickAsync();
        await dispatcher.Page.Locator("main details.act[open] button").Last.ClickAsync();
        await dispatcher.ArriveAsync("**" + draft);
        var named = await dispatcher.Page.Locator("#summary").TextContentAsync();
        Assert.That(named, Does.Contain("财政局").And.Not.Contain("东城区"));
    }

    /// <summary>Holds up the first look the page takes by itself until told, whatever the page does meanwhile.</summary>
    /// <param name="isTaken">The node has done its part, only the page has not heard of it; else the node does not know of it yet.</param>
    private static async Task<HeldLook> HoldLookAsync(Visit visit, bool isTaken)
    {
        var look = new HeldLook(isTaken);
        await visit.Page.RouteAsync("**/drafts/**", look.HoldAsync);
        return look;
    }

    private sealed class HeldLook(bool isTaken)
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int count;

        public Task Asked => asked.Task;

        public async Task AnswerAsync()
        {
            freed.SetResult();
            Assert.That(await answered.Task, Is.EqualTo(200));
        }

        public async Task HoldAsync(IRoute route)
        {
            var isLook = route.Request is { Method: "POST", ResourceType: "fetch", PostData: { } typed } && typed.Contains("act=preview", StringComparison.Ordinal);
            if (!isLook || Interlocked.Increment(ref count) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            var answer = isTaken ? await route.FetchAsync() : null;
            asked.SetResult();
            await freed.Task;
            answer ??= await route.FetchAsync();
            try
            {
                await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
            }
            catch (PlaywrightException)
            {
                // The page that asked is gone.
            }

            answered.SetResult(answer.Status);
        }
    }
}
