using System.Security.Cryptography;
using DocExchange.Core.Refusals;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.Words;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace DocExchange.Pages.SigningIn;

/// <summary>What changes who the visitor is, or the language, and shows no page of its own.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder site)
    {
        site.MapPost(Addresses.SignInByCertificate, ByCertificateAsync).WithMetadata(new ForEverybodyAttribute { SignedOut = true });
        site.MapPost(Addresses.SignOut, SignOutAsync).WithMetadata(new ForEverybodyAttribute { SignedOut = true });
        site.MapPost(Addresses.Language, ChangeLanguage).WithMetadata(new ForEverybodyAttribute { SignedOut = true });
    }

    private static async Task<IResult> ByCertificateAsync([FromForm] string? next, HttpContext http, SignInBook book, Journal journal, TimeProvider time)
    {
        var shown = await http.Connection.GetClientCertificateAsync(http.RequestAborted);
        var now = time.GetUtcNow();
        var isInForce = shown is not null && shown.NotBefore.ToUniversalTime() <= now.UtcDateTime && now.UtcDateTime <= shown.NotAfter.ToUniversalTime();
        var sha256 = shown is null ? "" : Convert.ToHexStringLower(shown.GetCertHash(HashAlgorithmName.SHA256));
        var what = new Dictionary<string, string> { ["how"] = "certificate", ["sha256"] = sha256 };
        var account = Journaled(() => book.WithCertificate(isInForce ? sha256 : null), journal, what);
        await SessionCookie.SignInAsync(http, account, "certificate", time);
        return Results.LocalRedirect(Addresses.Own(next));
    }

    private static Account Journaled(Func<Account> signIn, Journal journal, Dictionary<string, string> what)
    {
        try
        {
            var account = signIn();
            journal.Note("SignIn", "done", what, account);
            return account;
        }
        catch (RefusedException)
        {
            journal.Note("SignIn", "refused", what);
            throw;
        }
    }

    // The form's parameter makes the framework ask for the anti-forgery token.
    private static async Task<IResult> SignOutAsync([FromForm] string? next, HttpContext http, Visitor visitor, Journal journal)
    {
        if (visitor.Account is not null)
        {
            journal.Note("SignOut", "done");
        }

        await http.SignOutAsync(SessionCookie.Scheme);
        return Results.LocalRedirect(Addresses.SignIn);
    }

    private static IResult ChangeLanguage([FromForm] string? language, [FromForm] string? next, HttpContext http)
    {
        http.Response.Cookies.Append(
            Language.Cookie,
            language == Language.English ? Language.English : "zh",
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromDays(365), Secure = http.Request.IsHttps });
        return Results.LocalRedirect(Addresses.Own(next));
    }
}
