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

    /// <summary>
    /// A new password that must be changed at the next sign-in; unlocks. Sign-ins of the old one end, and its certificate is
    /// unbound: whoever had a password of the account before could have bound it.
    /// </summary>
    /// <param name="lockWithRolesUntil">Locks an account that has roles, in the same change; null: none.</param>
    public string ResetPassword(string id, DateTimeOffset? lockWithRolesUntil = null)
    {
        var password = Passwords.DrawOneTime();
        var hash = passwords.Hash(password);
        book.Change(id, account => account with
        {
            PasswordHash = hash,
            MustChangePassword = true,
            FailedAttempts = 0,
            LockedUntil = account.Grants.Count > 0 ? lockWithRolesUntil : null,
            Certificate = null,
            Stamp = Passwords.DrawStamp(),
        });
        return password;
    }

    /// <exception cref="RefusedException">The old password is wrong, or the new one is not good enough.</exception>
    public Account ChangePassword(string id, string old, string chosen)
    {
        var account = book.Find(id);
        if (!passwords.Matches(account, old))
        {
            throw new RefusedException(Refusal.PermissionDenied, "原密码不正确。请重新输入；忘记时请管理员重置。", "The old password is wrong. Type it again; if you forgot it, let the administrator set a new one.");
        }

        passwords.Require(chosen, account!);
        var hash = passwords.Hash(chosen);
        return book.Change(id, current => current with { PasswordHash = hash, MustChangePassword = false, Stamp = Passwords.DrawStamp() });
    }

    /// <summary>Ends the account for good, and its sign-ins at once; its certificate may be bound to another.</summary>
    public void End(string id) => book.Change(id, account => account with { IsEnded = true, Certificate = null, Stamp = Passwords.DrawStamp() });

    public void Grant(string id, IReadOnlyList<Grant> grants) => book.Change(id, account => account with { Grants = grants });

    /// <summary>The person may sign in with it from now on, in the place of the one before; sign-ins there are end.</summary>
    /// <param name="password">The person's own: nobody binds a certificate for somebody else.</param>
    /// <exception cref="RefusedException">The password is wrong or a one-time one, the certificate is bound to another account, or the account has ended.</exception>
    public Account BindCertificate(string id, string password, PersonalCertificate certificate)
    {
        var account = book.Find(id);
        var isRight = passwords.Matches(account, password);
        // The password is looked at once more: a reset in between ends what it allowed.
        return book.Change(id, current => isRight && current is { IsEnded: false, MustChangePassword: false } && current.PasswordHash == account!.PasswordHash
            ? current with { Certificate = certificate, Stamp = Passwords.DrawStamp() }
            : throw new RefusedException(Refusal.PermissionDenied, "密码不正确，证书未登记。请重新输入密码。", "The password is wrong; no certificate is bound. Type it again."));
    }

    /// <summary>By password only from now on; sign-ins there are end.</summary>
    public Account UnbindCertificate(string id) => book.Change(id, account => account with { Certificate = null, Stamp = Passwords.DrawStamp() });
}
