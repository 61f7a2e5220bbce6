using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Stories;

/// <summary>Every page that a menu leads to, for everybody whose menu it is.</summary>
internal sealed class MenuTests
{
    [TestCase("dispatcher")]
    [TestCase("seal-keeper")]
    [TestCase("clerk")]
    [TestCase("supervisor")]
    [TestCase("archivist")]
    [TestCase("reader")]
    [TestCase("office-administrator")]
    [TestCase("system")]
    public Task The_desk_has_no_page_that_is_not_accessible(string role) => LookAtAllAsync(Browser.Exchange.General, role, "desk");

    [TestCase("supervisor")]
    [TestCase("archivist")]
    [TestCase("system")]
    [TestCase("security")]
    [TestCase("audit")]
    public Task The_console_has_no_page_that_is_not_accessible(string role) => LookAtAllAsync(Browser.Exchange.Hub, role, "console");

    private static async Task LookAtAllAsync(Place place, string role, string name)
    {
        await using var visit = await Browser.SignInAsync(place, place.As(role));
        var addresses = await visit.Page.Locator(".menu a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        Assert.That(addresses, Is.Not.Empty);
        foreach (var address in addresses)
        {
            Assert.That(await visit.OpenAsync(address), Is.EqualTo(200), address);
            await visit.LookAsync($"{name}-{role}{address.Split('?')[0].Replace('/', '-')}");

            // A tablet held upright: what is too wide scrolls within itself, never the page.
            await visit.Page.SetViewportSizeAsync(820, 1180);
            Assert.That(await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"), Is.LessThanOrEqualTo(0), $"{address} on a tablet");
            await visit.Page.SetViewportSizeAsync(1366, 768);
        }
    }
}
