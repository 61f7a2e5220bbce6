using System.Security.Cryptography;
using DocExchange.Core.Refusals;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace DocExchange.Pages.Accounts;

/// <summary>How passwords are kept (PBKDF2 with HMAC-SHA-512), compared, judged and drawn.</summary>
/// <param name="iterations">Of the function that makes a password costly to guess (OWASP: 210,000); each hash says how many it took.</param>
public sealed class Passwords(PagesSettings settings, int iterations = Passwords.Iterations)
{
    private const int Iterations = 210_000;
    private const int LongestPassword = 200;
    private const int OneTimeLength = 14;
    private const int StampBytes = 16;

    // Without what is mistaken for something else when it is read out.
    private const string OneTimeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

    private readonly PasswordHasher<string> hasher = Hasher(iterations);
    private readonly Lazy<string> nobodys = new(() => Hasher(iterations).HashPassword("", "nobody"));

    public string Hash(string password) => hasher.HashPassword("", password);

    /// <summary>Takes as long for an account that does not exist.</summary>
    public bool Matches(Account? account, string password) =>
        password.Length <= LongestPassword
        && hasher.VerifyHashedPassword("", account?.PasswordHash ?? nobodys.Value, password) != PasswordVerificationResult.Failed
        && account is not null;

    /// <exception cref="RefusedException">Too short, too long, or made of what everybody knows of the person.</exception>
    public void Require(string password, Account account)
    {
        if (password.Length < settings.ShortestPassword || password.Length > LongestPassword)
        {
            throw new RefusedException(
                Refusal.FormatFailure, $"密码须为 {settings.ShortestPassword} 至 {LongestPassword} 个字符。", $"A password has {settings.ShortestPassword} to {LongestPassword} characters.");
        }

        if (password.Distinct().Count() < 5 || password.Contains(account.Id, StringComparison.OrdinalIgnoreCase) || password.Contains(account.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(
                Refusal.FormatFailure, "密码过于简单：至少 5 种不同字符，且不得含用户名或姓名。", "The password is too simple: at least 5 different characters, and neither user name nor name in it.");
        }

        if (Matches(account, password))
        {
            throw new RefusedException(Refusal.FormatFailure, "新密码不得与原密码相同。请另设一个。", "The new password must differ from the old one. Choose another.");
        }
    }

    /// <summary>A password that works until its owner has signed in and chosen another.</summary>
    public static string DrawOneTime() => RandomNumberGenerator.GetString(OneTimeLetters, OneTimeLength);

    public static string DrawStamp() => RandomNumberGenerator.GetHexString(2 * StampBytes, lowercase: true);

    private static PasswordHasher<string> Hasher(int iterations) => new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
}
