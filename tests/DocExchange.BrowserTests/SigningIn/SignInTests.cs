using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.SigningIn;

internal sealed class SignInTests
{
    private static Place Desk => Browser.Exchange.General;

    [Test]
    public async Task Whoever_signs_in_comes_to_their_desk_and_after_signing_out_to_nothing_any_more()
    {
        await using var visit = await Browser.VisitAsync(Desk);
        await visit.OpenAsync("/");
        Assert.That(visit.Here, Does.StartWith("/sign-in"));
        await visit.LookAsync("desk-sign-in");

        await visit.SignInAsync(Desk.As("clerk"));
        var home = visit.Here;
        Assert.That(home, Does.StartWith("/o/bgt/"));
        await visit.LookAsync("desk-home-clerk");

        await visit.Page.Locator("form[action='/sign-out'] button").ClickAsync();
        await visit.ArriveAsync("**/sign-in");
        await visit.OpenAsync(home);
        Assert.That(visit.Here, Is.EqualTo("/sign-in?next=" + Uri.EscapeDataString(home)));
    }

    [Test]
    public async Task Signing_in_leads_to_the_page_that_was_asked_for()
    {
        await using var visit = await Browser.VisitAsync(Desk);
        await visit.OpenAsync("/password");
        await visit.TypeSignInAsync(Desk.As("reader").Id, Desk.As("reader").Password);
        await visit.ArriveAsync("**/password");
        await visit.LookAsync("password");
    }

    [Test]
    public async Task The_console_is_entered_with_its_own_accounts_only()
    {
        var console = Browser.Exchange.Hub;
        await using var visit = await Browser.VisitAsync(console);
        await visit.OpenAsync("/");
        await visit.LookAsync("console-sign-in");
        await visit.TypeSignInAsync(Desk.As("clerk").Id, Desk.As("clerk").Password);
        Assert.That(await visit.RefusalAsync(), Does.Contain("用户名或密码不正确"));

        foreach (var user in console.Users)
        {
            await using var own = await Browser.SignInAsync(console, user);
            await own.LookAsync("console-home-" + user.Role);
        }
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_user_are_answered_alike_and_what_was_typed_stays()
    {
        await using var visit = await Browser.VisitAsync(Desk);
        await visit.OpenAsync("/sign-in");
        await visit.TypeSignInAsync(Desk.As("supervisor").Id, "wrong password");
        var wrong = await visit.RefusalAsync();
        Assert.That(await visit.Page.Locator("#user").InputValueAsync(), Is.EqualTo(Desk.As("supervisor").Id));
        Assert.That(await visit.Page.Locator("#password").InputValueAsync(), Is.Empty);
        await visit.LookAsync("desk-sign-in-refused");

        await visit.TypeSignInAsync("nobody-here", "wrong password");
        Assert.That(await visit.RefusalAsync(), Is.EqualTo(wrong));
    }

    [Test]
    public async Task Five_wrong_passwords_lock_the_account_even_for_the_right_one()
    {
        var user = Desk.Users.First(each => each.Id == "bgt-locked");
        await using var visit = await Browser.VisitAsync(Desk);
        await visit.OpenAsync("/sign-in");
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await visit.TypeSignInAsync(user.Id, $"wrong {attempt}");
            await visit.Page.Locator(".refused").WaitForAsync();
        }

        await visit.TypeSignInAsync(user.Id, user.Password);
        Assert.That(await visit.RefusalAsync(), Does.Contain("锁定").And.Contain("15 分钟"));
    }

    [Test]
    public async Task With_a_one_time_password_nothing_is_possible_but_choosing_another()
    {
        var user = Desk.Users.First(each => each.Id == "bgt-new");
        await using var visit = await Browser.SignInAsync(Desk, user);
        await visit.OpenAsync("/");
        Assert.That(visit.Here, Is.EqualTo("/password"));
        await visit.LookAsync("password-first");

        await ChangeAsync(visit, user.Password, "short", "short");
        Assert.That(await visit.RefusalAsync(), Does.Contain("10 至 200"));
        await ChangeAsync(visit, user.Password, "新密码 2026 甲乙丙", "新密码 2026 甲乙丁");
        Assert.That(await visit.RefusalAsync(), Does.Contain("两次输入"));
        await ChangeAsync(visit, user.Password, "新密码 2026 甲乙丙", "新密码 2026 甲乙丙");
        await visit.ArriveAsync("**/o/bgt/**");
        Assert.That(await visit.Page.Locator(".notice.done").InnerTextAsync(), Does.Contain("密码已修改"));

        await using var again = await Browser.VisitAsync(Desk);
        await again.OpenAsync("/sign-in");
        await again.TypeSignInAsync(user.Id, user.Password);
        Assert.That(await again.RefusalAsync(), Does.Contain("不正确"));
        await again.SignInAsync(user with { Password = "新密码 2026 甲乙丙" });
        Assert.That(again.Here, Does.StartWith("/o/bgt/"));
    }

    private static async Task ChangeAsync(Visit visit, string old, string chosen, string again)
    {
        await visit.Page.Locator("#old").FillAsync(old);
        await visit.Page.Locator("#new").FillAsync(chosen);
        await visit.Page.Locator("#again").FillAsync(again);
        await visit.Page.Locator("main button.main").ClickAsync();
        await visit.Page.WaitForLoadStateAsync();
    }
}
