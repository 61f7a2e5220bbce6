using System.Security.Claims;
using System.Text.Encodings.Web;
using DocExchange.Pages.Refusals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace DocExchange.Pages.SigningIn;

/// <summary>
/// Bearer tokens (RFC 6750), the only way to be known under <see cref="Addresses.Api"/>: a browser's cookie counts for
/// nothing there, so that no page of another site can call with it, and no anti-forgery token is asked for.
/// </summary>
internal sealed class TokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, IServiceProvider services)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "token";

    private const string Prefix = "Bearer ";
    private const int LongestToken = 500;

    public static bool Covers(HttpContext http) => http.Request.Path.StartsWithSegments(Addresses.Api);

    /// <summary>401 with what is asked for (RFC 9110 §11.6.1).</summary>
    public static Task ChallengeAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = http.Request.Headers.Authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
        return RefusalPages.AnswerApiAsync(
            http, StatusCodes.Status401Unauthorized, "UNAUTHENTICATED", "须出示有效的令牌：Authorization: Bearer …", "Show a token that is in force: Authorization: Bearer …");
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header is not [{ Length: <= LongestToken } shown] || !shown.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || services.GetService<IApiTokens>()?.Admit(shown[Prefix.Length..].Trim()) is not { } caller)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        ApiCaller.Admit(Context, caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Token)], Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name)));
    }
}
