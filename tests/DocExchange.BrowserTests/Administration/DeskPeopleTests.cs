using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Administration;

/// <summary>An office's own administrator at its desk, and who may not be one.</summary>
internal sealed class DeskPeopleTests
{
    private static Place Desk => Browser.Exchange.Districts;

    [TestCase("clerk", 403, 403, 403)]
    [TestCase("reader", 403, 403, 403)]
    [TestCase("seal-keeper", 403, 403, 200)]
    [TestCase("system", 200, 403, 403)]
    [TestCase("office-administrator", 200, 200, 403)]
    public async Task Each_role_is_refused_by_address_what_is_not_its_own(string role, int people, int handover, int seals)
    {
        await using var visit = await Browser.SignInAsync(Desk, Desk.As(role));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await visit.OpenAsync("/o/dc/people"), Is.EqualTo(people));
            Assert.That(await visit.OpenAsync("/o/dc/people/dc-clerk"), Is.EqualTo(people));
            Assert.That(await visit.OpenAsync("/o/dc/people/dc-clerk/handover"), Is.EqualTo(handover));
            Assert.That(await visit.OpenAsync("/o/dc/seals"), Is.EqualTo(seals));
            Assert.That(await visit.OpenAsync("/trail"), Is.EqualTo(403));
            Assert.That(await visit.OpenAsync("/o/zf/people"), Is.EqualTo(403), "an office of another node");
            Assert.That(await visit.OpenAsync("/o/dc/people/nobody"), Is.EqualTo(people == 200 ? 404 : 403), "refused by the page itself");
        }
    }

    [Test]
    public async Task An_office_administrator_keeps_the_people_of_the_office()
    {
        await using var chief = await Browser.SignInAsync(Desk, Desk.As("office-administrator"));
        await chief.OpenAsync("/o/dc/people");
        await chief.Page.FillAsync("#id", "dc-wu");
        await chief.Page.FillAsync("#name", "吴八");
        await chief.Page.CheckAsync("input[value=reader]");
        await chief.Page.Locator("form[method=post] button.main").ClickAsync();
        Assert.That(await chief.Page.Locator("code.once").InnerTextAsync(), Has.Length.EqualTo(14));
        await chief.LookAsync("desk-people");

        await chief.OpenAsync("/o/dc/people/dc-clerk");
        await chief.Page.SelectOptionAsync("#to", "dc-wu");
        await chief.Page.FillAsync("#until", "2099-01-01");
        await chief.Page.Locator("section", new() { HasText = "委托代办" }).Locator("button.main").ClickAsync();
        Assert.That(await chief.RefusalAsync(), Does.Contain("最长"));
        await chief.Page.FillAsync("#until", TimeProvider.System.GetLocalNow().AddDays(7).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await chief.Page.Locator("section", new() { HasText = "委托代办" }).Locator("button.main").ClickAsync();
        await chief.Page.Locator(".notice.done").WaitForAsync();
        await chief.LookAsync("desk-person");
        await chief.OpenAsync("/o/dc/people");
        Assert.That(await chief.Page.Locator("tr", new() { HasText = "dc-wu" }).InnerTextAsync(), Does.Contain("代 dcclerk"));

        await chief.OpenAsync("/o/dc/people/dc-clerk/handover");
        await chief.LookAsync("desk-handover");
        await chief.Page.EmulateMediaAsync(new() { Media = Microsoft.Playwright.Media.Print });
        Assert.That(await chief.Page.Locator(".signatures").IsVisibleAsync(), Is.True);
    }

    [Test]
    public async Task A_seal_keeper_sees_the_offices_seals_and_is_asked_before_one_is_stopped()
    {
        await using var keeper = await Browser.SignInAsync(Desk, Desk.As("seal-keeper"));
        await keeper.OpenAsync("/o/dc/seals");
        await keeper.Page.Locator("button[data-confirm]").First.ClickAsync();
        await keeper.LookAsync("desk-seal-stop");
        await keeper.Page.Keyboard.PressAsync("Escape");
        Assert.That(await keeper.Page.Locator("main").InnerTextAsync(), Does.Contain("有效"));
    }

    [TestCase("/o/dc/people", 403)]
    [TestCase("/o/dc/people/nobody/at/all", 404)]
    public async Task A_page_that_says_why_not_stays_as_it_is(string address, int status)
    {
        await using var audit = await Browser.SignInAsync(Desk, Desk.As("audit"));
        await audit.Page.Clock.InstallAsync();
        await audit.OpenAsync("/trail");
        await audit.Page.RunAndWaitForRequestAsync(() => audit.Page.Clock.RunForAsync(6_000), request => request.Headers.ContainsKey("x-live"));

        Assert.That(await audit.OpenAsync(address), Is.EqualTo(status));
        await audit.RememberAsync();
        var asked = new List<string>();
        audit.Page.Request += (_, request) => asked.Add(request.Url);
        await audit.Page.Clock.RunForAsync(60_000);

        Assert.That(await audit.IsSamePageAsync(), Is.True);
        Assert.That(asked, Is.Empty);
        Assert.That(await audit.Page.Locator("#broken").IsVisibleAsync(), Is.False);
    }

    [Test]
    public async Task A_nodes_audit_administrator_reads_its_trail()
    {
        await using var audit = await Browser.SignInAsync(Desk, Desk.As("audit"));
        Assert.That(audit.Here, Is.EqualTo("/trail"));
        Assert.That(await audit.Page.Locator("table.trail").InnerTextAsync(), Does.Contain("启动").And.Contain("登录"));
        await audit.LookAsync("desk-trail");
        Assert.That(await audit.OpenAsync("/o/dc/people"), Is.EqualTo(403));
        await audit.LookAsync("desk-refused");
        Assert.That(await audit.OpenAsync("/o/dc/welcome"), Is.EqualTo(200));
        await audit.LookAsync("desk-welcome");
    }
}
