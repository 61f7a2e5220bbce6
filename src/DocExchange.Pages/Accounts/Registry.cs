using DocExchange.Core.Refusals;

namespace DocExchange.Pages.Accounts;

/// <summary>Opens, changes and ends accounts. Who may do so is decided where it is asked.</summary>
public sealed class Registry(AccountBook book, Passwords passwords, TimeProvider time)
{
    /// <param name="isLasting">The password may be kept; otherwise nothing but changing it is possible with it.</param>
    /// <returns>The account and its password, which is nowhere else: show it once.</returns>
    /// <exception cref="RefusedException">Id or name is not one, or the id is taken.</exception>
    public (Account Account, string OneTimePassword) Open(string id, string name, IReadOnlyList<Grant> grants, bool isLasting = false)
    {
        var password = Passwords.DrawOneTime();
        var account = new Account
        {
            Id = Account.IdOf(id),
            Name = Account.NameOf(name),
            PasswordHash = passwords.Hash(password),
            MustChangePassword = !isLasting,
            Stamp = Passwords.DrawStamp(),
            Grants = grants,
            CreatedAt = time.GetUtcNow(),
        };
        book.Add(account);
        return (account, password);
    }

    /// <summary>A new password that must be changed at the next sign-in; unlocks. Sign-ins of the old one end.</summary>
    public string ResetPassword(string id)
    {
        var password = Passwords.DrawOneTime();
        var hash = passwords.Hash(password);
        book.Change(id, account => account with { PasswordHash = hash, MustChangePassword = true, FailedAttempts = 0, LockedUntil = null, Stamp = Passwords.DrawStamp() });
        return password;
    }

    /// <exception cref="RefusedException">The old password is wrong, or the new one is not good enough.</exception>
    public Account ChangePassword(string id, string old, string chosen)
    {
        var account = book.Find(id);
        if (!passwords.Matches(account, old))
        {
            throw new RefusedException(Refusal.PermissionDenied, "原密码不正确。", "The old password is wrong.");
        }

        passwords.Require(chosen, account!);
        var hash = passwords.Hash(chosen);
        return book.Change(id, current => current with { PasswordHash = hash, MustChangePassword = false, Stamp = Passwords.DrawStamp() });
    }

    /// <summary>Ends the account for good, and its sign-ins at once; its certificate may be bound to another.</summary>
    public void End(string id) => book.Change(id, account => account with { IsEnded = true, Certificate = null, Stamp = Passwords.DrawStamp() });

    public void Grant(string id, IReadOnlyList<Grant> grants) => book.Change(id, account => account with { Grants = grants });

    /// <summary>The person may sign in with it from now on; sign-ins there are end.</summary>
    /// <param name="certificate">In the place of the one before; null: by password only.</param>
    /// <exception cref="RefusedException">It is bound to another account, or there is no such account.</exception>
    public void BindCertificate(string id, PersonalCertificate? certificate) => book.Change(id, account => account with { Certificate = certificate, Stamp = Passwords.DrawStamp() });
}
