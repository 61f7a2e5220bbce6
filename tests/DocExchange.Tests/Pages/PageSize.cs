using System.Net;
using System.Text;

namespace DocExchange.Tests.Pages;

/// <summary>What every page is held to, whatever it lists.</summary>
internal static class PageSize
{
    private const int Most = 200_000;

    public static void RequireSmall(Shown page, string what)
    {
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK), $"{what}: {page.Text}");
        Assert.That(Encoding.UTF8.GetByteCount(page.Html), Is.LessThan(Most), what);
    }

    /// <summary>Follows the pager to the end; each page on the way is small.</summary>
    /// <param name="pager">Its label, where a page has several lists.</param>
    /// <returns>How often <paramref name="row"/> stands on all of them together.</returns>
    public static async Task<int> CountAsync(PagesClient browser, string address, string row, string pager = "翻页")
    {
        var (count, next) = (0, (string?)address);
        while (next is not null)
        {
            var page = await browser.GetAsync(next);
            RequireSmall(page, next);
            count += System.Text.RegularExpressions.Regex.Count(page.Html, row);
            next = System.Text.RegularExpressions.Regex.Match(page.Html, $"(?s)aria-label=\"{pager}\">(?:(?!</nav>).)*href=\"([^\"]*)\" rel=\"next\">") is { Success: true } found
                ? WebUtility.HtmlDecode(found.Groups[1].Value).Split('#')[0]
                : null;
        }

        return count;
    }
}
