using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Hub.People;

/// <summary>
/// Accounts of the console, kept by two who are never one: the system administrator opens them, the security administrator
/// gives them roles. A new password for an account with roles works only when the second has unlocked it.
/// </summary>
internal sealed class ConsolePeople(AccountBook book, Registry registry, Journal journal, Visitor visitor, TimeProvider clock)
{
    // Until somebody unlocks it.
    private static readonly DateTimeOffset ForGood = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool IsLockedForGood(Account account) => account.LockedUntil == ForGood;

    /// <returns>The account, without roles, and the password that is shown once.</returns>
    public (Account Account, string OneTimePassword) Open(string id, string name)
    {
        Require(Right.OpenAccounts);
        return journal.Record("OpenAccount", What(id, ("name", name)), () => registry.Open(id, name, []));
    }

    /// <exception cref="RefusedException">An administrator's role beside another, or one's own account.</exception>
    public void Grant(string id, IReadOnlyList<string> roles)
    {
        Require(Right.GrantRoles);
        journal.Record("GrantRoles", What(id, ("roles", string.Join(' ', roles))), () =>
        {
            var account = Other(id);
            if (roles.FirstOrDefault(role => !Roles.OfConsole.Contains(role)) is { } unknown)
            {
                throw new RefusedException(Refusal.FormatFailure, $"控制台没有角色“{Shorten(unknown)}”。", $"The console has no role '{Shorten(unknown)}'.");
            }

            Rights.RequireSeparated(roles);
            RequireOthers(account, roles);
            registry.Grant(account.Id, [.. roles.Distinct().Select(role => new Grant("", role))]);
        });
    }

    public void Lock(string id)
    {
        Require(Right.GrantRoles);
        journal.Record("LockAccount", What(id), () => book.Change(Other(id).Id, account => account with { LockedUntil = ForGood, Stamp = Passwords.DrawStamp() }));
    }

    public void Unlock(string id)
    {
        Require(Right.GrantRoles);
        journal.Record("UnlockAccount", What(id), () => book.Change(Other(id).Id, account => account with { LockedUntil = null, FailedAttempts = 0 }));
    }

    /// <returns>A password that is shown once.</returns>
    public string Reset(string id)
    {
        Require(Right.OpenAccounts);
        return journal.Record("ResetPassword", What(id), () => registry.ResetPassword(Other(id).Id, lockWithRolesUntil: ForGood));
    }

    /// <summary>Unbinds the certificate of somebody who lost it. Binding one is for the person alone.</summary>
    public void UnbindCertificate(string id)
    {
        Require(Right.OpenAccounts);
        journal.Record("UnbindCertificate", What(id, ("sha256", book.Find(id)?.Certificate?.Sha256 ?? "")), () => registry.UnbindCertificate(Other(id).Id));
    }

    public void End(string id)
    {
        Require(Right.OpenAccounts);
        journal.Record("EndAccount", What(id), () =>
        {
            var account = Other(id);
            RequireOthers(account, []);
            registry.End(account.Id);
        });
    }

    private void Require(Right right) => visitor.Require("", Rights.For(right));

    private Account Other(string id) => book.Find(id) is not { IsEnded: false } account
        ? throw new RefusedException(Refusal.NotFound, $"没有用户 {Shorten(id)}，或已停用。", $"There is no account {Shorten(id)}, or it has ended.")
        : account.Id == visitor.Account?.Id
            ? throw new RefusedException(Refusal.PermissionDenied, "不能对本人的用户进行此项操作，请由另一名管理员办理。", "Nobody does this to an account of their own. Let another administrator do it.")
            : account;

    // Without one of each the console could not be administered any more from within.
    private void RequireOthers(Account account, IReadOnlyList<string> remaining)
    {
        var now = clock.GetUtcNow();
        var lost = account.GrantsInForce(now).Select(grant => grant.Role).Where(role => role is Roles.System or Roles.Security && !remaining.Contains(role));
        if (lost.FirstOrDefault(role => book.All().Where(each => each.Id != account.Id && !each.IsEnded).All(each => each.GrantsInForce(now).All(grant => grant.Role != role))) is { } last)
        {
            throw new RefusedException(
                Refusal.WrongState, $"{account.Name} 是唯一的{Roles.ToChinese(last)}。请先设立另一名。", $"{account.Name} is the only one with the role {last}. Let somebody else have it first.");
        }
    }

    private static Dictionary<string, string> What(string id, params (string Name, string Value)[] more)
    {
        var what = new Dictionary<string, string> { ["account"] = id };
        foreach (var (name, value) in more)
        {
            what[name] = value;
        }

        return what;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
