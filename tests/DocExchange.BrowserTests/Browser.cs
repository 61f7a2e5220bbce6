using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

[assembly: UnseenFaults]

namespace DocExchange.BrowserTests;

/// <summary>One browser for all tests, and one exchange. Each visit is a context of its own: no cookie goes from one to another.</summary>
[SetUpFixture]
internal sealed class Browser
{
    private const string Chromium = "/usr/bin/chromium";

    private static IPlaywright playwright = null!;
    private static IBrowser browser = null!;

    public static Exchange Exchange { get; private set; } = null!;

    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        // Whoever runs this as root has a machine for it alone; Chromium's sandbox does not work there.
        string[] arguments = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];
        var starting = Exchange.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = arguments });
        Exchange = await starting;
    }

    [OneTimeTearDown]
    public static async Task EndAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        if (Exchange is not null)
        {
            await Exchange.DisposeAsync();
        }
    }

    public static async Task<Visit> VisitAsync(Place place)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = place.Address,
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
            Locale = "zh-CN",
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout((float)TimeSpan.FromSeconds(60).TotalMilliseconds);
        return new Visit(place, context, await context.NewPageAsync());
    }

    /// <summary>A visit that begins signed in.</summary>
    public static async Task<Visit> SignInAsync(Place place, User user)
    {
        var visit = await VisitAsync(place);
        await visit.SignInAsync(user);
        return visit;
    }
}
