using System.Net;
using DocExchange.Core.Statements;
using DocExchange.Pages.Accounts;

namespace DocExchange.Tests.Pages.SigningIn;

/// <summary>Signing in and what ends it, through the pages of a real node.</summary>
public sealed class SignInPageTests
{
    private static readonly Grant Clerk = new("fgw", Roles.Clerk);
    private TestDesk desk = null!;

    [SetUp]
    public async Task Start() => desk = await TestDesk.StartAsync();

    [TearDown]
    public async Task Stop() => await desk.DisposeAsync();

    [Test]
    public async Task The_right_password_opens_the_pages()
    {
        desk.Open("li4", "李四", Clerk);
        var browser = desk.Browser();
        Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"));

        var answer = await browser.SignInAsync("li4", TestDesk.Password);
        var page = await browser.GetAsync("/password");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.SeeOther));
            Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(page.Text, Does.Contain("李四"));
        }
    }

    [Test]
    public async Task Wrong_passwords_in_a_row_lock_the_account_for_a_while()
    {
        desk.Open("li4", "李四", Clerk);
        var browser = desk.Browser();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.That((await browser.SignInAsync("li4", "wrong")).Text, Does.Contain("用户名或密码不正确"));
        }

        Assert.That((await browser.SignInAsync("li4", TestDesk.Password)).Text, Does.Contain("已锁定"));
        desk.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.That((await browser.SignInAsync("li4", TestDesk.Password)).Status, Is.EqualTo(HttpStatusCode.SeeOther));
    }

    [Test]
    public async Task A_one_time_password_opens_nothing_but_the_page_that_changes_it()
    {
        var (_, oneTime) = desk.Part<Registry>().Open("li4", "李四", [Clerk]);
        var browser = desk.Browser();
        Assert.That((await browser.SignInAsync("li4", oneTime)).Location, Is.EqualTo("/password"));
        Assert.That((await browser.GetAsync("/o/fgw/welcome")).Location, Is.EqualTo("/password"));

        var changed = await browser.SubmitAsync("/password", "password", ("Form.Old", oneTime), ("Form.New", TestDesk.Password), ("Form.Again", TestDesk.Password));
        Assert.That(changed.Location, Is.EqualTo("/"), changed.Text);
        Assert.That((await browser.GetAsync("/")).Location, Does.StartWith("/o/fgw/"));
    }

    [Test]
    public async Task Signing_out_ends_the_sign_in()
    {
        var browser = await desk.SignInAsync("li4");
        await browser.SubmitAsync("/password", "/sign-out");
        Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"));
    }

    [Test]
    public async Task A_sign_in_ends_after_idle_time_which_a_page_that_follows_by_itself_does_not_prolong()
    {
        var browser = await desk.SignInAsync("li4");
        desk.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.That((await browser.GetAsync("/password", ("X-Live", "1"))).Status, Is.EqualTo(HttpStatusCode.OK));
        desk.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"));
    }

    [Test]
    public async Task A_person_who_works_stays_signed_in_but_not_for_ever()
    {
        var browser = await desk.SignInAsync("li4");
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromHours(12); passed += TimeSpan.FromMinutes(20))
        {
            Assert.That((await browser.GetAsync("/password")).Status, Is.EqualTo(HttpStatusCode.OK), passed.ToString());
            desk.Clock.Advance(TimeSpan.FromMinutes(20));
        }

        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"));
    }

    [Test]
    public async Task A_new_password_ends_the_sign_ins_made_with_the_old_one()
    {
        var browser = await desk.SignInAsync("li4");
        desk.Part<Registry>().ResetPassword("li4");
        Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"));
    }

    [Test]
    public async Task A_form_without_the_anti_forgery_token_does_nothing()
    {
        var browser = await desk.SignInAsync("li4");
        var answer = await browser.PostAsync("/password", ("_handler", "password"), ("Form.Old", TestDesk.Password), ("Form.New", "Another-horse-7"), ("Form.Again", "Another-horse-7"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)answer.Status, Is.GreaterThanOrEqualTo(400));
            Assert.That((await desk.Browser().SignInAsync("li4", TestDesk.Password)).Status, Is.EqualTo(HttpStatusCode.SeeOther));
        }
    }
}
