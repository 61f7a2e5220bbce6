using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;

namespace DocExchange.Tests.Core.Statements;

public sealed class RightsTests
{
    private static readonly string[] Administrators = [Roles.System, Roles.Security, Roles.Audit];
    private static readonly string[] All = [.. Roles.OfDesk.Concat(Roles.OfConsole).Distinct()];

    [Test]
    public void Nobody_holds_an_administrators_role_beside_another()
    {
        foreach (var one in All)
        {
            foreach (var other in All.Where(role => role != one))
            {
                var isRefused = Rights.IsAdministrator(one) || Rights.IsAdministrator(other);
                Assert.That(() => Rights.RequireSeparated([one, other, one]), isRefused ? Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.WrongState) : Throws.Nothing, $"{one} {other}");
            }

            Assert.That(() => Rights.RequireSeparated([one, one]), Throws.Nothing);
        }
    }

    [Test]
    public void Who_opens_accounts_gives_no_roles_and_who_audits_does_nothing_else()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Rights.For(Right.OpenAccounts).Intersect(Rights.For(Right.GrantRoles)), Is.Empty);
            Assert.That(Enum.GetValues<Right>().Where(right => Rights.For(right).Contains(Roles.Audit)), Is.EqualTo([Right.ReadTrail]));
            Assert.That(Rights.For(Right.ReadTrail), Is.EqualTo([Roles.Audit]));
            Assert.That(Rights.For(Right.CloseAlarms), Is.EqualTo([Roles.Security]));
        }
    }

    [Test]
    public void No_administrator_acts_on_a_document()
    {
        var acts = Enum.GetValues<StatementType>().SelectMany(Roles.For).Distinct();
        Assert.That(acts.Intersect([.. Administrators, Roles.OfficeAdministrator]), Is.Empty);
    }

    [Test]
    public void Every_right_is_somebodys_and_every_role_has_a_chinese_name()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Enum.GetValues<Right>().Select(Rights.For), Is.All.Not.Empty);
            Assert.That(All.Select(Roles.ToChinese).Intersect(All), Is.Empty);
        }
    }
}
