using DocExchange.Core.Refusals;
using DocExchange.Pages.Accounts;

namespace DocExchange.Pages.SigningIn;

/// <summary>Judges sign-ins. Nobody learns from the answer whether an account exists, until its password is right.</summary>
public sealed class SignInBook(AccountBook book, Passwords passwords, PagesSettings settings, TimeProvider time)
{
    /// <summary>
    /// Too many wrong passwords in a row lock the account for a while; the right one does not open it then.
    /// </summary>
    /// <exception cref="RefusedException">Wrong, locked or ended.</exception>
    public Account WithPassword(string id, string password)
    {
        var account = book.Find(id.Trim().ToLowerInvariant());
        var now = time.GetUtcNow();
        var isRight = passwords.Matches(account, password);
        if (account?.IsLocked(now) == true)
        {
            throw Locked(account, now);
        }

        if (account is null || !isRight || account.IsEnded)
        {
            CountFailure(account, isRight, now);
            throw Wrong();
        }

        // What ended, locked or reset the account meanwhile stays.
        return book.Change(account.Id, current => current.IsLocked(now)
            ? throw Locked(current, now)
            : current.IsEnded || current.PasswordHash != account.PasswordHash
            ? throw Wrong()
            : current with { FailedAttempts = 0, LockedUntil = null, LastSignInAt = now });
    }

    /// <param name="sha256">Of the certificate the connection was made with, hexadecimal.</param>
    /// <exception cref="RefusedException">No account is bound to it, or it is locked or ended.</exception>
    public Account WithCertificate(string? sha256)
    {
        var now = time.GetUtcNow();
        var found = sha256 is null ? null : book.FindByCertificate(sha256);
        return found is null ? throw NotBound() : book.Change(found.Id, current => current.Certificate?.Sha256 == sha256 && !current.IsEnded && !current.IsLocked(now)
            ? current with { LastSignInAt = now }
            : throw NotBound());
    }

    private static RefusedException Locked(Account account, DateTimeOffset now) => new(
        Refusal.PermissionDenied,
        $"连续输错密码，用户已锁定，{Remaining(account, now)} 分钟后可再试；也可请本单位系统管理员重置密码。",
        $"Too many wrong passwords: the account is locked for {Remaining(account, now)} more minutes. Your administrator can set a new password.");

    private static RefusedException Wrong() => new(Refusal.PermissionDenied, "用户名或密码不正确。", "User name or password is wrong.");

    private static RefusedException NotBound() => new(
        Refusal.PermissionDenied,
        "浏览器没有出示有效且已登记的个人证书。请插入证书介质后重开浏览器；尚未登记的，请用密码登录后在“修改密码”页登记。",
        "The browser showed no certificate that is in force and bound to an account here. Insert your token and open the browser again; if it is not bound yet, sign in with your password and bind it where the password is changed.");

    private void CountFailure(Account? account, bool isRight, DateTimeOffset now)
    {
        if (account is null || isRight)
        {
            return;
        }

        book.Change(account.Id, current => current.FailedAttempts + 1 >= settings.WrongPasswords
            ? current with { FailedAttempts = 0, LockedUntil = now + TimeSpan.FromMinutes(settings.LockMinutes) }
            : current with { FailedAttempts = current.FailedAttempts + 1 });
    }

    private static int Remaining(Account account, DateTimeOffset now) => (int)Math.Ceiling((account.LockedUntil!.Value - now).TotalMinutes);
}
