using System.Collections.Concurrent;
using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

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

    // A page is looked at in English once, by whoever comes to it first.
    private static readonly ConcurrentDictionary<string, string> SeenInEnglish = [];

    private static async Task LookAtAllAsync(Place place, string role, string name)
    {
        await using var visit = await Browser.SignInAsync(place, place.As(role));
        var addresses = await visit.Page.Locator(".menu a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        Assert.That(addresses, Is.Not.Empty);
        foreach (var address in addresses)
        {
            Assert.That(await visit.OpenAsync(address), Is.EqualTo(200), address);
            await visit.LookAsync($"{name}-{role}{PictureOf(address)}");
        }

        await LookInEnglishAsync(visit, name, addresses);
    }

    private static async Task LookInEnglishAsync(Visit visit, string name, IEnumerable<string> addresses)
    {
        var unseen = addresses.Where(address => SeenInEnglish.TryAdd(name + address, address)).ToList();
        if (unseen.Count == 0)
        {
            return;
        }

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await visit.Page.Locator("html[lang=en]").WaitForAsync();
        foreach (var address in unseen)
        {
            Assert.That(await visit.OpenAsync(address), Is.EqualTo(200), address);
            await visit.LookAsync($"{name}-english{PictureOf(address)}");
        }
    }

    private static string PictureOf(string address) => address.Split('?')[0].Replace('/', '-');
}
