using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Layout;

/// <summary>A page that asks by itself whether there is anything new (site.js). It keeps no sign-in alive.</summary>
internal static class LiveRequest
{
    private const string Header = "X-Live";

    public static bool Is(HttpContext http) => http.Request.Headers.ContainsKey(Header);
}
