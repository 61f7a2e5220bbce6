using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.SigningIn;

internal sealed class FrameTests
{
    private static Place Desk => Browser.Exchange.Districts;

    [Test]
    public async Task The_language_that_was_chosen_stays()
    {
        await using var visit = await Browser.VisitAsync(Desk);
        await visit.OpenAsync("/sign-in");
        Assert.That(await LanguageAsync(visit), Is.EqualTo("zh-CN"));
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await visit.Page.Locator("html[lang=en]").WaitForAsync();
        Assert.That(await visit.Page.TitleAsync(), Does.StartWith("Sign in"));
        await visit.LookAsync("desk-sign-in-english");

        await visit.SignInAsync(Desk.As("clerk"));
        Assert.That(await LanguageAsync(visit), Is.EqualTo("en"));
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await visit.Page.Locator("html[lang=zh-CN]").WaitForAsync();
    }

    [Test]
    public async Task Everything_up_to_signing_in_is_done_with_the_keyboard_alone()
    {
        var user = Desk.As("reader");
        await using var visit = await Browser.VisitAsync(Desk);
        await visit.OpenAsync("/sign-in");
        Assert.That(await FocusedAsync(visit), Is.EqualTo("user"));
        await visit.Page.Keyboard.TypeAsync(user.Id);
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync(user.Password);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.ArriveAsync("**/o/dc/**");

        // The first stop of every page leads past the menu.
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.That(await visit.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"), Is.EqualTo("#content"));
        await visit.LookAsync("skip-link");
        await visit.Page.Keyboard.PressAsync("Enter");
        Assert.That(await FocusedAsync(visit), Is.EqualTo("content"));
    }

    [Test]
    public async Task An_address_that_leads_nowhere_says_so_and_leads_back()
    {
        await using var visit = await Browser.SignInAsync(Desk, Desk.As("clerk"));
        Assert.That(await visit.OpenAsync("/o/dc/no-such-page"), Is.EqualTo(404));
        await visit.LookAsync("no-such-page");
        await visit.Page.Locator("main a.button").ClickAsync();
        await visit.ArriveAsync("**/o/dc/**");
        Assert.That(visit.Here, Does.Not.Contain("no-such-page"));
    }

    [Test]
    public async Task A_form_without_its_token_does_nothing()
    {
        await using var visit = await Browser.SignInAsync(Desk, Desk.As("clerk"));
        var form = visit.Page.APIRequest.CreateFormData();
        form.Set("next", "/");
        var answer = await visit.Page.APIRequest.PostAsync("/sign-out", new() { Form = form });
        Assert.That(answer.Status, Is.EqualTo(403));
        await visit.OpenAsync("/password");
        Assert.That(visit.Here, Is.EqualTo("/password"));
    }

    private static Task<string> LanguageAsync(Visit visit) => visit.Page.EvaluateAsync<string>("document.documentElement.lang");

    private static Task<string> FocusedAsync(Visit visit) => visit.Page.EvaluateAsync<string>("document.activeElement.id");
}
