using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

[assembly: UnseenFaults]

namespace DocExchange.BrowserTests;

/// <summary>One exchange for all tests, and two browsers. Each visit is a context of its own: no cookie goes from one to another.</summary>
/// <remarks>
/// Most visits need of Chromium what shows and runs a page; what Debian packages as its headless shell is that, at a third of
/// the cost. Where it is missing, Chromium itself serves.
/// </remarks>
[SetUpFixture]
internal sealed class Browser
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Shell = "/usr/bin/chromium-headless-shell";

    // Whoever runs this as root has a machine for it alone; Chromium's sandbox does not work there.
    private static readonly string[] Arguments = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];

    private static readonly ConcurrentBag<IBrowser> Launched = [];

    private static IPlaywright playwright = null!;
    private static IBrowser shell = null!;
    private static Lazy<Task<IBrowser>> whole = null!;

    public static Exchange Exchange { get; private set; } = null!;

    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        var starting = Exchange.StartAsync();
        playwright = await Playwright.CreateAsync();
        whole = new Lazy<Task<IBrowser>>(() => LaunchAsync(Chromium));
        shell = File.Exists(Shell) ? await LaunchAsync(Shell) : await whole.Value;
        Exchange = await starting;
    }

    [OneTimeTearDown]
    public static async Task EndAsync()
    {
        foreach (var browser in Launched)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        if (Exchange is not null)
        {
            await Exchange.DisposeAsync();
        }
    }

    public static Task<Visit> VisitAsync(Place place) => VisitAsync(shell, place);

    /// <summary>In a browser that shows this certificate of a person, with its key, to the place alone.</summary>
    public static Task<Visit> VisitAsync(Place place, X509Certificate2 certificate) => VisitAsync(shell, place, new ClientCertificate
    {
        Origin = place.Address,
        Cert = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()),
        Key = Encoding.ASCII.GetBytes(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
    });

    /// <summary>A visit that begins signed in.</summary>
    public static async Task<Visit> SignInAsync(Place place, User user)
    {
        var visit = await VisitAsync(place);
        await visit.SignInAsync(user);
        return visit;
    }

    /// <summary>The same in Chromium as people have it, which shows PDF files within a page.</summary>
    public static async Task<Visit> SignInWhereFilesAreShownAsync(Place place, User user)
    {
        var visit = await VisitAsync(await whole.Value, place);
        await visit.SignInAsync(user);
        return visit;
    }

    private static async Task<IBrowser> LaunchAsync(string program)
    {
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments });
        Launched.Add(browser);
        return browser;
    }

    private static async Task<Visit> VisitAsync(IBrowser browser, Place place, params ClientCertificate[] certificates)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = place.Address,
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
            Locale = "zh-CN",
            AcceptDownloads = true,
            ClientCertificates = certificates,
            // Of a test, no browser knows the issuer.
            IgnoreHTTPSErrors = certificates.Length > 0,
        });
        context.SetDefaultTimeout((float)TimeSpan.FromSeconds(60).TotalMilliseconds);
        return new Visit(place, context, await context.NewPageAsync());
    }
}
