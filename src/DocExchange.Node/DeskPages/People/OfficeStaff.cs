using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Node.DeskPages.People;

/// <summary>
/// The accounts of an office, kept by its own administrator, whom the node's system administrator appoints. Who keeps
/// accounts does not act on documents; whose roles reach beyond the offices one keeps, is not touched.
/// </summary>
internal sealed class OfficeStaff(AccountBook book, Registry registry, Journal journal, Visitor visitor, TimeProvider clock)
{
    private const int MaxDelegationDays = 366;

    /// <summary>Everybody with a role at the office, or at all of the node, ended ones last.</summary>
    public IReadOnlyList<Account> Of(string office) => [.. book.All().Where(account => account.Grants.Any(grant => grant.Covers(office) && !(grant.Office.Length == 0 && Rights.IsAdministrator(grant.Role)))).OrderBy(account => account.IsEnded)];

    /// <summary>The roles the visitor may give there.</summary>
    public IReadOnlyList<string> Grantable(string office) => visitor.RolesAt(office) switch
    {
        var roles when roles.Intersect(Rights.For(Right.KeepDesk)).Any() => [.. Roles.OfDesk.Where(role => !Rights.IsAdministrator(role))],
        var roles when roles.Intersect(Rights.For(Right.AppointOfficeAdministrators)).Any() => [Roles.OfficeAdministrator],
        _ => [],
    };

    /// <summary>Whether the visitor may change the account: all it may do is among what the visitor may give.</summary>
    public bool MayKeep(Account account) =>
        account.Id != visitor.Account?.Id && !account.IsEnded && account.Grants.All(grant => grant.Office.Length > 0 && Grantable(grant.Office).Contains(grant.Role));

    /// <returns>The account and the password that is shown once.</returns>
    public (Account Account, string OneTimePassword) Open(string office, string id, string name, IReadOnlyList<string> roles)
    {
        RequireGrantable(office, roles);
        return journal.Record("OpenAccount", What(office, id, ("name", name), ("roles", string.Join(' ', roles))), () =>
        {
            Rights.RequireSeparated(roles);
            return registry.Open(id, name, [.. roles.Distinct().Select(role => new Grant(office, role))]);
        });
    }

    /// <summary>These are the person's own roles at the office from now on; what others delegated stays.</summary>
    public void Grant(string office, string id, IReadOnlyList<string> roles)
    {
        RequireGrantable(office, roles);
        journal.Record("GrantRoles", What(office, id, ("roles", string.Join(' ', roles))), () =>
        {
            var account = Kept(id);
            List<Grant> grants = [.. account.Grants.Where(grant => grant.Office != office || grant.ActsFor is not null), .. roles.Distinct().Select(role => new Grant(office, role))];
            Rights.RequireSeparated(grants.Select(grant => grant.Role));
            registry.Grant(account.Id, grants);
            EndDelegationsOf(account.Id, office, roles);
        });
    }

    /// <summary>甲代乙: for that time the one acts in the other's roles, under an account and a name of their own.</summary>
    /// <param name="until">Excluded.</param>
    public void Delegate(string office, string principal, string delegateId, DateTimeOffset from, DateTimeOffset until)
    {
        var now = clock.GetUtcNow();
        visitor.Require(office, Rights.For(Right.KeepDesk));
        journal.Record("Delegate", What(office, delegateId, ("actsFor", principal), ("from", $"{from:u}"), ("until", $"{until:u}")), () =>
        {
            if (until <= from || until <= now || until > from.AddDays(MaxDelegationDays))
            {
                throw new RefusedException(
                    Refusal.FormatFailure, $"代办期限有误：结束须晚于开始和现在，最长 {MaxDelegationDays} 天。", $"A delegation ends after it begins and after now, within {MaxDelegationDays} days.");
            }

            var (owner, other) = (Kept(principal), Kept(delegateId));
            var roles = OwnRoles(owner, office);
            if (roles.Count == 0 || owner.Id == other.Id)
            {
                throw new RefusedException(Refusal.WrongState, $"{owner.Name} 在本单位没有可委托的角色，或委托人与代办人为同一人。", $"{owner.Name} has no role here to delegate, or both are the same person.");
            }

            Rights.RequireSeparated(other.Grants.Select(grant => grant.Role).Concat(roles));
            registry.Grant(other.Id, [.. other.Grants.Where(grant => !IsDelegation(grant, office, owner.Id)), .. roles.Select(role => new Grant(office, role, from, until, owner.Id))]);
        });
    }

    public void EndDelegation(string office, string principal, string delegateId)
    {
        visitor.Require(office, Rights.For(Right.KeepDesk));
        journal.Record("EndDelegation", What(office, delegateId, ("actsFor", principal)), () =>
        {
            var other = Kept(delegateId);
            registry.Grant(other.Id, [.. other.Grants.Where(grant => !IsDelegation(grant, office, principal))]);
        });
    }

    /// <returns>A password that is shown once.</returns>
    public string Reset(string office, string id)
    {
        RequireKeeper(office);
        return journal.Record("ResetPassword", What(office, id), () => registry.ResetPassword(Kept(id).Id));
    }

    /// <summary>Unbinds the certificate of somebody who lost it. Binding one is for the person alone.</summary>
    public void UnbindCertificate(string office, string id)
    {
        RequireKeeper(office);
        journal.Record("UnbindCertificate", What(office, id, ("sha256", book.Find(id)?.Certificate?.Sha256 ?? "")), () => registry.UnbindCertificate(Kept(id).Id));
    }

    public void End(string office, string id)
    {
        RequireKeeper(office);
        journal.Record("EndAccount", What(office, id), () =>
        {
            var account = Kept(id);
            registry.End(account.Id);
            foreach (var place in account.Grants.Select(grant => grant.Office).Distinct())
            {
                EndDelegationsOf(account.Id, place, []);
            }
        });
    }

    /// <summary>The roles of a person's own that can be delegated.</summary>
    public static IReadOnlyList<string> OwnRoles(Account account, string office) =>
        [.. account.Grants.Where(grant => grant.Office == office && grant.ActsFor is null && !Rights.IsAdministrator(grant.Role)).Select(grant => grant.Role)];

    private void EndDelegationsOf(string principal, string office, IReadOnlyList<string> remaining)
    {
        foreach (var other in book.All().Where(each => each.Grants.Any(grant => IsDelegation(grant, office, principal) && !remaining.Contains(grant.Role))))
        {
            registry.Grant(other.Id, [.. other.Grants.Where(grant => !IsDelegation(grant, office, principal) || remaining.Contains(grant.Role))]);
        }
    }

    private static bool IsDelegation(Grant grant, string office, string principal) => grant.ActsFor == principal && grant.Office == office;

    private void RequireKeeper(string office) => visitor.Require(office, [.. Rights.For(Right.KeepDesk), .. Rights.For(Right.AppointOfficeAdministrators)]);

    private void RequireGrantable(string office, IReadOnlyList<string> roles)
    {
        RequireKeeper(office);
        var grantable = Grantable(office);
        if (roles.Count == 0 || roles.Any(role => !grantable.Contains(role)))
        {
            throw new RefusedException(
                Refusal.PermissionDenied,
                $"请至少选择一个角色；您可授予：{string.Join("、", grantable.Select(Roles.ToChinese))}。",
                $"Choose at least one role; yours to give are {string.Join(", ", grantable)}.");
        }
    }

    private Account Kept(string id) => book.Find(id) is not { } account
        ? throw new RefusedException(Refusal.NotFound, "没有这个用户。请从用户管理的列表选取。", "There is no such account. Choose one from the list.")
        : MayKeep(account)
            ? account
            : throw new RefusedException(
                Refusal.PermissionDenied,
                $"{account.Name} 的用户不归您管理：是您本人、已停用、属于管理员，或同时在其他单位任职。",
                $"The account of {account.Name} is not yours to keep: it is your own, has ended, is an administrator's, or reaches to other offices.");

    private static Dictionary<string, string> What(string office, string id, params (string Name, string Value)[] more)
    {
        var what = new Dictionary<string, string> { ["office"] = office, ["account"] = id };
        foreach (var (name, value) in more)
        {
            what[name] = value;
        }

        return what;
    }
}
