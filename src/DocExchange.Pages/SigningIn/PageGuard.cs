using DocExchange.Core.Refusals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace DocExchange.Pages.SigningIn;

/// <summary>The one place that decides who may ask for which page. What it lets through still checks the act itself.</summary>
internal sealed class PageGuard(RequestDelegate next)
{
    private const long LargestForm = 1024 * 1024;
    private const double SlowestBytesPerSecond = 240;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public Task InvokeAsync(HttpContext http, Visitor visitor)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
        {
            return next(http);
        }

        LimitBody(http, endpoint);
        var everybody = endpoint.Metadata.GetMetadata<ForEverybodyAttribute>();
        if (everybody?.SignedOut == true)
        {
            return next(http);
        }

        if (TokenScheme.Covers(http))
        {
            return GuardApiAsync(http, endpoint);
        }

        if (visitor.Account is not { } account)
        {
            SendToSignIn(http);
            return Task.CompletedTask;
        }

        if (account.MustChangePassword && !http.Request.Path.StartsWithSegments(Addresses.Password))
        {
            http.Response.Redirect(Addresses.Password);
            return Task.CompletedTask;
        }

        if (everybody is null)
        {
            var allowed = endpoint.Metadata.GetMetadata<AllowedAttribute>()
                ?? throw new InvalidOperationException($"{endpoint.DisplayName} does not say who may ask for it.");
            visitor.Require(visitor.Office, allowed.Roles);
        }

        return next(http);
    }

    private Task GuardApiAsync(HttpContext http, Endpoint endpoint) => Mismatch.Is(http)
        ? ApiCaller.Find(http) is null ? TokenScheme.ChallengeAsync(http) : Mismatch.AnswerAsync(http)
        : endpoint.Metadata.GetMetadata<ForTokensAttribute>() is null
        ? throw new InvalidOperationException($"{endpoint.DisplayName} does not say who may ask for it.")
        : ApiCaller.Find(http) is null ? TokenScheme.ChallengeAsync(http) : next(http);

    private static void LimitBody(HttpContext http, Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata>() is null
            && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestForm;
        }

        // Nodes may be slow; a browser that sends a form drop by drop only holds a connection. HTTP/2 has no such setting.
        if (HttpProtocol.IsHttp11(http.Request.Protocol) && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(SlowestBytesPerSecond, Grace);
        }
    }

    private static void SendToSignIn(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || Layout.LiveRequest.Is(http))
        {
            throw new RefusedException(Refusal.PermissionDenied, "登录已失效，请重新登录。", "You are not signed in any more. Sign in again.");
        }

        var back = http.Request.Path.ToUriComponent() + http.Request.QueryString;
        http.Response.Redirect(back.Length is > 1 and < 1000 ? $"{Addresses.SignIn}?next={Uri.EscapeDataString(back)}" : Addresses.SignIn);
    }
}
