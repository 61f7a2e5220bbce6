using System.Text;
using DocExchange.Core.Refusals;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Auditing;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.SigningIn;

/// <summary>
/// Admits whoever gives account and password with each request (Basic, RFC 7617, UTF-8), where no browser keeps a cookie: at
/// a node's socket. Wrong passwords count as they do at the pages, and lock the account.
/// </summary>
public sealed class BasicSignIn(SignInBook book, AccountBook accounts, Journal journal)
{
    private const string Scheme = "Basic ";
    private const int LongestHeader = 2_048;

    /// <param name="forPasswordOnly">The request changes the own password: a one-time one will do.</param>
    /// <exception cref="RefusedException">Nobody is named, the password is wrong or a one-time one, or the account is locked or ended.</exception>
    public void Admit(HttpContext http, bool forPasswordOnly)
    {
        var (id, password) = Read(http.Request.Headers.Authorization.ToString());
        Account account;
        try
        {
            account = book.WithPassword(id, password);
        }
        catch (RefusedException)
        {
            journal.Note("SignIn", "refused", new Dictionary<string, string> { ["how"] = "password" }, accounts.Find(id.Trim().ToLowerInvariant()));
            throw;
        }

        if (account.MustChangePassword && !forPasswordOnly)
        {
            throw new RefusedException(
                Refusal.PermissionDenied,
                "这是一次性密码，请先修改：docex people password，或登录收发台修改。",
                "This is a one-time password. Change it first: docex people password, or at the desk's pages.");
        }

        Visitor.Admit(http, account, "password");
    }

    /// <summary>The password a request was admitted with.</summary>
    public static string PasswordOf(HttpContext http) => Read(http.Request.Headers.Authorization.ToString()).Password;

    private static (string Id, string Password) Read(string header)
    {
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length <= LongestHeader)
        {
            var bytes = new byte[header.Length];
            var text = Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
            if (text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                return (text[..colon], text[(colon + 1)..]);
            }
        }

        throw new RefusedException(
            Refusal.PermissionDenied,
            "须以收发台用户名和密码登录：--account 用户名，密码见 --password-file、环境变量 DOCEX_ACCOUNT_PASSWORD 或按提示输入。",
            "Sign in with an account of the desk: --account NAME, and its password by --password-file, the environment variable DOCEX_ACCOUNT_PASSWORD or at the prompt.");
    }
}
