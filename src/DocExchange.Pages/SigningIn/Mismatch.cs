using DocExchange.Pages.Refusals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocExchange.Pages.SigningIn;

/// <summary>
/// An address of the interface for programs, asked for with a method or a content type it does not take. Routing answers
/// that with an endpoint of its own, which is no route. People are told that there is no such page.
/// </summary>
internal static class Mismatch
{
    public static bool Is(HttpContext http) => TokenScheme.Covers(http) && http.GetEndpoint() is { RequestDelegate: not null } and not RouteEndpoint;

    /// <summary>405 with Allow (RFC 9110 §15.5.6), or 415.</summary>
    public static async Task AnswerAsync(HttpContext http)
    {
        await http.GetEndpoint()!.RequestDelegate!(http);
        var isMethod = http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed;
        await RefusalPages.AnswerApiAsync(
            http,
            http.Response.StatusCode,
            isMethod ? "METHOD_NOT_ALLOWED" : "UNSUPPORTED_MEDIA_TYPE",
            isMethod ? $"该地址只接受 {http.Response.Headers.Allow}。" : "该地址不接受这种 Content-Type，见 openapi.json。",
            isMethod ? $"This address takes {http.Response.Headers.Allow} only." : "This address does not take that Content-Type; see openapi.json.");
    }
}
