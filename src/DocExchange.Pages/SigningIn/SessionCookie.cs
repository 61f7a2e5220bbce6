using System.Security.Claims;
using System.Globalization;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.SigningIn;

/// <summary>
/// A sign-in is a cookie that the server encrypted. It is judged at each request against the account as it stands then,
/// so that what ends an account, changes its password or takes a role away counts at once.
/// </summary>
internal static class SessionCookie
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    private const string Stamp = "stamp";
    private const string How = "how";
    private const string Since = "since";

    public static void Configure(CookieAuthenticationOptions options, PagesSettings settings)
    {
        options.Cookie.Name = "docex-sign-in";
        options.Cookie.HttpOnly = true;
        // A link from the office's OA system finds its reader signed in; forms carry a token of their own.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromMinutes(settings.IdleMinutes);
        options.SlidingExpiration = true;
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = context => ValidateAsync(context, settings),
            // A page that looks for news by itself is no sign of a person.
            OnCheckSlidingExpiration = context =>
            {
                context.ShouldRenew &= !LiveRequest.Is(context.HttpContext);
                return Task.CompletedTask;
            },
        };
    }

    public static Task SignInAsync(HttpContext http, Account account, string how, TimeProvider time) => http.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, account.Id),
            new Claim(Stamp, account.Stamp),
            new Claim(How, how),
            new Claim(Since, time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ],
        Scheme)));

    private static async Task ValidateAsync(CookieValidatePrincipalContext context, PagesSettings settings)
    {
        var services = context.HttpContext.RequestServices;
        var claims = context.Principal!;
        var account = services.GetRequiredService<AccountBook>().Find(claims.Identity?.Name ?? "");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        var isOld = !long.TryParse(claims.FindFirstValue(Since), CultureInfo.InvariantCulture, out var since) || now - since > settings.LongestHours * 3600L;
        if (account is null || account.IsEnded || account.Stamp != claims.FindFirstValue(Stamp) || isOld)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Scheme);
            return;
        }

        Visitor.Admit(context.HttpContext, account, claims.FindFirstValue(How) ?? "");
    }
}
