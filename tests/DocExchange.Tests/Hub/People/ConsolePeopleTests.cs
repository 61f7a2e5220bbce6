using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.People;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Pages;

namespace DocExchange.Tests.Hub.People;

/// <summary>三员分立: who opens accounts gives no roles, and nobody does both.</summary>
public sealed class ConsolePeopleTests
{
    private PeopleSite site = null!;

    private ConsolePeople People => new(site.Book, site.Registry, site.Journal, site.Visitor, site.Clock);

    [SetUp]
    public void Make()
    {
        site = new PeopleSite();
        site.Open("sys", new Grant("", Roles.System));
        site.Open("sec", new Grant("", Roles.Security));
        site.Open("aud", new Grant("", Roles.Audit));
    }

    [TearDown]
    public void Remove() => site.Dispose();

    [Test]
    public void An_account_is_opened_by_one_and_given_roles_by_another()
    {
        site.SignIn("sys");
        var (account, password) = People.Open("zhang", "张三");
        Assert.That((account.Grants.Count, account.MustChangePassword), Is.EqualTo((0, true)));
        site.SignIn("sec");
        People.Grant("zhang", [Roles.Supervisor]);
        Assert.That(site.Book.Find("zhang")!.Grants.Single(), Is.EqualTo(new Grant("", Roles.Supervisor)));
        var lines = site.Lines;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Select(line => (line.Act, line.Step)), Is.EqualTo(new[] { ("OpenAccount", "asked"), ("OpenAccount", "done"), ("GrantRoles", "asked"), ("GrantRoles", "done") }));
            Assert.That(lines[2].Who, Does.StartWith("sec "));
            Assert.That(File.ReadAllText(site.Trail), Does.Not.Contain(password));
        }
    }

    [TestCase("sec")]
    [TestCase("aud")]
    public void Nobody_else_opens_accounts_sets_passwords_or_ends_them(string who)
    {
        site.Open("zhang", new Grant("", Roles.Supervisor));
        site.SignIn(who);
        Denied(() => People.Open("li", "李四"));
        Denied(() => People.Reset("zhang"));
        Denied(() => People.End("zhang"));
    }

    [TestCase("sys")]
    [TestCase("aud")]
    public void Nobody_else_gives_roles_locks_or_unlocks(string who)
    {
        site.Open("zhang", new Grant("", Roles.Supervisor));
        site.SignIn(who);
        Denied(() => People.Grant("zhang", [Roles.Archivist]));
        Denied(() => People.Lock("zhang"));
        Denied(() => People.Unlock("zhang"));
    }

    [Test]
    public void Nobody_becomes_two_administrators_or_an_administrator_beside_another_role()
    {
        site.Open("zhang");
        site.SignIn("sec");
        Refused(Refusal.WrongState, () => People.Grant("zhang", [Roles.System, Roles.Audit]));
        Refused(Refusal.WrongState, () => People.Grant("zhang", [Roles.Security, Roles.Archivist]));
        Refused(Refusal.FormatFailure, () => People.Grant("zhang", [Roles.Clerk]));
        Refused(Refusal.PermissionDenied, () => People.Grant("sec", [Roles.System]));
        Assert.That(site.Book.Find("zhang")!.Grants, Is.Empty);
    }

    [Test]
    public void The_system_administrator_unbinds_a_certificate()
    {
        var before = site.Bind(site.Open("zhang", new Grant("", Roles.Supervisor)));
        site.SignIn("sec");
        Denied(() => People.UnbindCertificate("zhang"));
        site.SignIn("sys");
        Denied(() => People.UnbindCertificate("sys"));
        People.UnbindCertificate("zhang");
        var after = site.Book.Find("zhang")!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((after.Certificate, after.IsLocked(site.Clock.GetUtcNow())), Is.EqualTo(((PersonalCertificate?)null, false)));
            Assert.That(after.Stamp, Is.Not.EqualTo(before.Stamp), "sign-ins end");
            Assert.That((site.Lines[^1].Act, site.Lines[^1].What["sha256"]), Is.EqualTo(("UnbindCertificate", before.Certificate!.Sha256)));
        }
    }

    [Test]
    public void What_was_bound_with_a_drawn_password_does_not_outlive_it()
    {
        site.SignIn("sys");
        People.Open("zhang", "张三");
        site.Bind(site.Book.Change("zhang", account => account with { MustChangePassword = false }));
        People.Reset("zhang");
        Assert.That(site.Book.Find("zhang")!.Certificate, Is.Null);
    }

    [Test]
    public void A_new_password_for_somebody_with_roles_needs_both()
    {
        site.Open("zhang", new Grant("", Roles.Supervisor));
        site.SignIn("sys");
        People.Reset("zhang");
        site.Clock.Advance(TimeSpan.FromDays(3_000));
        Assert.That(site.Book.Find("zhang")!.IsLocked(site.Clock.GetUtcNow()), Is.True, "no time unlocks it");
        site.SignIn("sec");
        People.Unlock("zhang");
        Assert.That(site.Book.Find("zhang")!.IsLocked(site.Clock.GetUtcNow()), Is.False);
    }

    [Test]
    public void The_last_system_and_security_administrators_stay()
    {
        site.Open("sys2", new Grant("", Roles.System));
        site.SignIn("sys2");
        Refused(Refusal.WrongState, () => People.End("sec"));
        People.End("sys");
        Assert.That(site.Book.Find("sys")!.IsEnded, Is.True);
        site.SignIn("sec");
        Refused(Refusal.WrongState, () => People.Grant("sys2", [Roles.Archivist]));
    }

    [Test]
    public void What_was_refused_is_in_the_trail_too()
    {
        site.SignIn("sec");
        Refused(Refusal.NotFound, () => People.Grant("nobody", [Roles.Archivist]));
        Assert.That(site.Lines[^1], Has.Property("Step").EqualTo("refused"));
        Assert.That(site.Lines[^1].What["why"], Does.StartWith("NOT_FOUND"));
    }

    private static void Denied(Action act) => Refused(Refusal.PermissionDenied, act);

    private static void Refused(Refusal refusal, Action act) => Assert.That(Assert.Throws<RefusedException>(() => act())!.Refusal, Is.EqualTo(refusal));
}
