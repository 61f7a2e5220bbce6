using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;

namespace DocExchange.Hammer.Pages;

/// <summary>A kind of page, who looks at it, and what must be on it for a draw of numbers.</summary>
internal sealed record PageVisit(string Page, Browser Who, Func<Random, (string Address, string Expected)> Draw);

/// <summary>Fetches pages, one after the other, and looks whether they show what they must.</summary>
internal sealed class PageVisits(HammerSite site, int fetches)
{
    private const int MostProblems = 10;
    private const int FewestFetches = 10;
    private const int WarmUp = 10;

    /// <summary>After which no more of a kind are fetched, once there are enough to speak of.</summary>
    private static readonly TimeSpan LongestOfAKind = TimeSpan.FromSeconds(20);

    /// <summary>Pages that were refused, or did not show what they must.</summary>
    public List<string> Problems { get; } = [];

    public async Task<PageFigures> FetchAsync(PageVisit visit, CancellationToken cancellation)
    {
        // The same in every run.
        var random = new Random(fetches);
        for (var warm = 0; warm < Math.Min(WarmUp, fetches); warm++)
        {
            await FetchAsync(visit, random, cancellation);
        }

        var (latencies, most, fetched) = (new Latencies(), 0, 0);
        var (began, cpu) = (site.Clock.GetTimestamp(), ProcessGauge.Read(visit.Who.ServerId).Cpu);
        for (; fetched < fetches && (fetched < FewestFetches || site.Clock.GetElapsedTime(began) < LongestOfAKind); fetched++)
        {
            var page = await FetchAsync(visit, random, cancellation);
            latencies.Add(page.Took);
            most = Math.Max(most, page.Bytes);
        }

        var spent = ProcessGauge.Read(visit.Who.ServerId).Cpu - cpu;
        return new PageFigures(visit.Page, fetched, latencies.Percentiles()!, Math.Round(spent.TotalMilliseconds / fetched, 1), most);
    }

    private async Task<ShownPage> FetchAsync(PageVisit visit, Random random, CancellationToken cancellation)
    {
        var (address, expected) = visit.Draw(random);
        var page = await visit.Who.GetAsync(address, cancellation);
        var isShown = page.Html.Contains(expected, StringComparison.Ordinal) || page.Html.Contains(HtmlEncoder.Default.Encode(expected), StringComparison.Ordinal);
        if ((page.Status != HttpStatusCode.OK || !isShown) && Problems.Count < MostProblems)
        {
            Problems.Add(string.Create(CultureInfo.InvariantCulture, $"{visit.Page}: {address} answered {(int)page.Status} and {(isShown ? "shows" : "does not show")} '{expected}'"));
        }

        return page;
    }
}
