using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Layout;

/// <summary>What was done, said once on the page that follows. It travels in a cookie, as text and never as markup.</summary>
internal static class Notice
{
    private const string Cookie = "docex-notice";
    private const int MostLetters = 600;

    public static void Leave(HttpContext http, string text) => http.Response.Cookies.Append(
        Cookie,
        text.Length <= MostLetters ? text : text[..MostLetters],
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromMinutes(1), Secure = http.Request.IsHttps });

    public static string? Take(HttpContext http)
    {
        if (LiveRequest.Is(http) || http.Request.Cookies[Cookie] is not { Length: > 0 and <= 3 * MostLetters } text)
        {
            return null;
        }

        if (!http.Response.HasStarted)
        {
            http.Response.Cookies.Delete(Cookie);
        }

        return text;
    }
}
