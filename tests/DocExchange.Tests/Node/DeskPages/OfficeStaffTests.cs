using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.DeskPages.People;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Pages;

namespace DocExchange.Tests.Node.DeskPages;

/// <summary>An office's own administrator keeps its accounts, and no other's.</summary>
public sealed class OfficeStaffTests
{
    private static readonly DateTimeOffset Monday = PeopleSite.Now;

    private PeopleSite site = null!;

    private OfficeStaff Staff => new(site.Book, site.Registry, site.Journal, site.Visitor, site.Clock);

    [SetUp]
    public void Make()
    {
        site = new PeopleSite();
        site.Open("sys", new Grant("", Roles.System));
        site.Open("chief", new Grant("dc", Roles.OfficeAdministrator));
        site.Open("jia", new Grant("dc", Roles.Clerk), new Grant("dc", Roles.Dispatcher));
        site.Open("yi", new Grant("dc", Roles.Reader));
        site.Open("other", new Grant("xc", Roles.Clerk));
        site.SignIn("chief");
    }

    [TearDown]
    public void Remove() => site.Dispose();

    [Test]
    public void Gives_roles_of_the_desk_at_its_own_office_only()
    {
        var (account, _) = Staff.Open("dc", "bing", "丙", [Roles.Reader]);
        Assert.That(account.Grants.Single(), Is.EqualTo(new Grant("dc", Roles.Reader)));
        Staff.Grant("dc", "bing", [Roles.Clerk, Roles.SealKeeper]);
        Assert.That(site.Book.Find("bing")!.Grants.Select(grant => grant.Role), Is.EqualTo(new[] { Roles.Clerk, Roles.SealKeeper }));
        Refused(() => Staff.Open("xc", "ding", "丁", [Roles.Clerk]));
        Refused(() => Staff.Grant("dc", "other", [Roles.Clerk]));
        Refused(() => Staff.Reset("dc", "other"));
        Refused(() => Staff.End("dc", "other"));
    }

    [Test]
    public void Unbinds_certificates_of_its_own_accounts_only()
    {
        var bound = site.Bind(site.Book.Find("jia")!);
        site.Bind(site.Book.Find("other")!);
        Refused(() => Staff.UnbindCertificate("dc", "other"));
        Staff.UnbindCertificate("dc", "jia");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(site.Book.Find("jia"), Has.Property("Certificate").Null.And.Property("Stamp").Not.EqualTo(bound.Stamp));
            Assert.That(site.Book.Find("other")!.Certificate, Is.Not.Null);
            Assert.That(site.Lines[^1].Act, Is.EqualTo("UnbindCertificate"));
        }
    }

    [Test]
    public void Makes_no_administrator_and_changes_none()
    {
        Refused(() => Staff.Grant("dc", "yi", [Roles.OfficeAdministrator]));
        Refused(() => Staff.Grant("dc", "yi", [Roles.System]));
        Refused(() => Staff.Reset("dc", "sys"));
        Refused(() => Staff.Grant("dc", "chief", [Roles.Clerk]));
    }

    [Test]
    public void The_nodes_system_administrator_appoints_office_administrators_and_nothing_else()
    {
        site.SignIn("sys");
        Staff.Open("xc", "head", "西城管理员", [Roles.OfficeAdministrator]);
        Refused(() => Staff.Open("xc", "ding", "丁", [Roles.Clerk]));
        Refused(() => Staff.Grant("dc", "jia", [Roles.OfficeAdministrator]));
        Refused(() => Staff.Delegate("dc", "jia", "yi", Monday, Monday.AddDays(1)));
        Staff.End("dc", "chief");
        Assert.That(site.Book.Find("chief")!.IsEnded, Is.True);
    }

    [Test]
    public void A_clerk_keeps_nobody()
    {
        site.SignIn("jia");
        Refused(() => Staff.Open("dc", "bing", "丙", [Roles.Reader]));
        Refused(() => Staff.Reset("dc", "yi"));
        Refused(() => Staff.Delegate("dc", "jia", "yi", Monday, Monday.AddDays(1)));
        Refused(() => Staff.End("dc", "yi"));
    }

    [Test]
    public void One_acts_for_the_other_from_a_day_until_a_day_and_statements_say_so()
    {
        Staff.Delegate("dc", "jia", "yi", Monday.AddDays(1), Monday.AddDays(3));
        site.SignIn("yi");
        Refused(() => site.Visitor.ActAt("dc", [Roles.Clerk]));
        site.Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(site.Visitor.ActAt("dc", [Roles.Clerk]), Is.EqualTo(new Actor("yi", "姓名yi（代姓名jia）", Roles.Clerk, "password")));
        Assert.That(site.Visitor.ActAt("dc", [Roles.Reader]).Name, Is.EqualTo("姓名yi"), "in a role of one's own one acts for oneself");
        site.Clock.Advance(TimeSpan.FromDays(2));
        Refused(() => site.Visitor.ActAt("dc", [Roles.Clerk]));
    }

    [Test]
    public void A_delegation_ends_with_the_role_the_account_or_by_word()
    {
        Staff.Delegate("dc", "jia", "yi", Monday, Monday.AddDays(30));
        Staff.Grant("dc", "jia", [Roles.Dispatcher]);
        Assert.That(Delegated(), Is.EqualTo(new[] { Roles.Dispatcher }));
        Staff.EndDelegation("dc", "jia", "yi");
        Assert.That(Delegated(), Is.Empty);
        Staff.Delegate("dc", "jia", "yi", Monday, Monday.AddDays(30));
        Staff.End("dc", "jia");
        Assert.That(Delegated(), Is.Empty);
        Assert.That(site.Book.Find("yi")!.Grants, Is.EqualTo(new[] { new Grant("dc", Roles.Reader) }));
    }

    [Test]
    public void A_delegation_has_an_end_and_two_persons()
    {
        foreach (var (from, until) in new[] { (Monday, Monday), (Monday.AddDays(-9), Monday.AddDays(-1)), (Monday, Monday.AddDays(400)) })
        {
            Assert.That(Assert.Throws<RefusedException>(() => Staff.Delegate("dc", "jia", "yi", from, until))!.Refusal, Is.EqualTo(Refusal.FormatFailure));
        }

        Assert.That(Assert.Throws<RefusedException>(() => Staff.Delegate("dc", "jia", "jia", Monday, Monday.AddDays(1)))!.Refusal, Is.EqualTo(Refusal.WrongState));
        Refused(() => Staff.Delegate("dc", "jia", "chief", Monday, Monday.AddDays(1)));
    }

    private IEnumerable<string> Delegated() => site.Book.Find("yi")!.Grants.Where(grant => grant.ActsFor == "jia").Select(grant => grant.Role);

    private static void Refused(Action act) => Assert.That(Assert.Throws<RefusedException>(() => act())!.Refusal, Is.EqualTo(Refusal.PermissionDenied));
}
