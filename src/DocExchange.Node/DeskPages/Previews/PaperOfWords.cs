using System.Net;
using DocExchange.Pages.Assets;
using DocExchange.Pages.Words;

namespace DocExchange.Node.DeskPages.Previews;

/// <summary>The words of a file as a page for paper, which says above them that they are not the original.</summary>
internal static class PaperOfWords
{
    private const string Policy = "default-src 'none'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

    public static async Task SendAsync(HttpContext http, string name, string text)
    {
        var parts = http.RequestServices;
        var (language, words, files) = (parts.GetRequiredService<Language>(), parts.GetRequiredService<WordBook>(), parts.GetRequiredService<SiteFiles>());
        var said = WebUtility.HtmlEncode(words.Say(language, "print.words", name));
        http.Response.Headers.ContentSecurityPolicy = Policy;
        await Results.Content(
            $"<!DOCTYPE html>\n<html lang=\"{language.Tag}\"><head><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(name)}</title><link rel=\"stylesheet\" href=\"{files.Address("site.css")}\"></head>"
            + $"<body class=\"words\"><p>{said}</p>\n<pre>{WebUtility.HtmlEncode(text)}</pre></body></html>\n",
            "text/html; charset=utf-8").ExecuteAsync(http);
    }
}
