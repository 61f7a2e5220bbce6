using System.Diagnostics;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Site;

/// <summary>
/// Somebody before a browser. While the visit lasts, everything that goes wrong unseen is noted: errors of scripts,
/// violations of the content security policy, requests to other hosts, pages that are too large.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private const int LargestPage = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    // WCAG 2.2, levels A and AA, and what axe calls best practice: that not of the words of a file, a sheet for the printer, which
    // has no parts to go to. The frames hold text and PDF as the browser itself shows them, which is not ours.
    private const string Judge = """
        async () => (await axe.run(document, {
            iframes: false,
            resultTypes: ['violations'],
            runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', ...(document.body.matches('.words') ? [] : ['best-practice'])] },
        })).violations.map(each => `${each.id}: ${each.help}: ${each.nodes.slice(0, 5).map(node => node.html).join(' | ')}`)
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // What a page carries with it, and the browser's own viewer of PDF files.
    private static readonly string[] Own = ["data:", "blob:", "chrome-extension:", "chrome:"];

    private readonly Place place;
    private readonly IBrowserContext context;
    private readonly List<string> wrong = [];

    public Visit(Place place, IBrowserContext context, IPage page)
    {
        this.place = place;
        this.context = context;
        Page = page;
        Watch(page);
        // What a page opens beside itself: bodies, verification reports.
        context.Page += (_, opened) => Watch(opened);
    }

    public IPage Page { get; }

    public Keyboard Keys => new(Page);

    /// <summary>The hub or node is stopped on purpose: requests that fail are no fault of the page.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Path and query of the page.</summary>
    public string Here => new Uri(Page.Url).PathAndQuery;

    public async Task SignInAsync(User user)
    {
        await Page.GotoAsync("/sign-in");
        await TypeSignInAsync(user.Id, user.Password);
        await ArriveAsync(address => !address.EndsWith("/sign-in", StringComparison.Ordinal));
    }

    public async Task TypeSignInAsync(string user, string password)
    {
        await Page.Locator("#user").FillAsync(user);
        await Page.Locator("#password").FillAsync(password);
        await Page.Locator("main button.main").ClickAsync();
    }

    /// <returns>The status the server answered with.</returns>
    public async Task<int> OpenAsync(string address) => (await Page.GotoAsync(address))!.Status;

    /// <summary>What is before the eyes is accessible and free of hidden faults; leaves a picture of it.</summary>
    /// <returns>The file of the picture.</returns>
    public Task<string> LookAsync(string picture) => LookAsync(Page, picture);

    /// <param name="page">One that was opened beside <see cref="Page"/>.</param>
    /// <returns>The file of the picture.</returns>
    public async Task<string> LookAsync(IPage page, string picture)
    {
        await page.EvaluateAsync("document.fonts.ready");
        var file = Path.Combine(Pictures(), picture + ".png");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = file });
        await Sizes.CheckAsync(page, $"{picture} at {page.Url}");
        await page.EvaluateAsync(Axe);
        var barriers = await page.EvaluateAsync<string[]>(Judge);
        Assert.Multiple(() =>
        {
            Assert.That(barriers, Is.Empty, $"axe, {picture} at {page.Url}");
            lock (wrong)
            {
                Assert.That(wrong, Is.Empty, $"what went wrong unseen until {picture} at {page.Url}");
            }
        });
        return file;
    }

    /// <summary>The page as it comes out of a printer on A4, as PDF; kept beside the pictures.</summary>
    public Task<byte[]> PrintAsync(string picture) => Page.PdfAsync(new PagePdfOptions { Format = "A4", PreferCSSPageSize = true, Path = Path.Combine(Pictures(), picture + ".pdf") });

    /// <summary>Waits until the page has this address and can be used; what is shown inside it may still be on its way.</summary>
    /// <param name="pattern">** stands for anything, * for anything without a slash.</param>
    public Task ArriveAsync(string pattern)
    {
        var address = new Regex("^" + Regex.Escape(pattern).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$");
        return ArriveAsync(address.IsMatch);
    }

    /// <inheritdoc cref="ArriveAsync(string)"/>
    public async Task ArriveAsync(Func<string, bool> isIt)
    {
        // Asked again and again: who waits for an event of the page waits for ever where it has passed just before.
        var watch = Stopwatch.StartNew();
        while (!(isIt(Page.Url) && await IsLoadedAsync()))
        {
            if (watch.Elapsed > Patience)
            {
                throw new AssertionException($"The page stayed at {Page.Url} and says: {await Page.Locator("main").InnerTextAsync()}");
            }

            using var timer = new PeriodicTimer(Pause);
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>The text that says why something was not done.</summary>
    public async Task<string> RefusalAsync() => await Page.Locator(".refused, .refusal").First.InnerTextAsync();

    /// <summary>This page, as it stands now: a page that is loaded again forgets it.</summary>
    public Task RememberAsync() => Page.EvaluateAsync("window.isRemembered = true");

    public async Task<bool> IsSamePageAsync() => await Page.EvaluateAsync<bool>("window.isRemembered === true");

    public ILocator Link(string text) => Page.Locator("main a").Filter(new LocatorFilterOptions { HasText = text }).First;

    public ILocator Row(string text) => Page.Locator("main tbody tr").Filter(new LocatorFilterOptions { HasText = text }).First;

    /// <summary>Opens what is folded behind this word, such as an act that is asked about once.</summary>
    public Task UnfoldAsync(string word) => Page.Locator("main summary").Filter(new LocatorFilterOptions { HasText = word }).First.ClickAsync();

    public async Task<string> DoneAsync() => await Page.Locator(".notice.done").InnerTextAsync();

    public async ValueTask DisposeAsync()
    {
        await context.CloseAsync();
        lock (wrong)
        {
            UnseenFaults.Note(wrong);
        }
    }

    private void Watch(IPage page)
    {
        page.Console += (_, message) => Note(message);
        page.PageError += (_, error) => Note($"script: {error}");
        page.Dialog += async (_, dialog) => await NoteAsync(dialog);
        page.Request += (_, request) => NoteForeign(request.Url);
        page.Response += async (_, response) => await NoteSizeAsync(response);
    }

    private static string Pictures()
    {
        // artifacts/bin/DocExchange.BrowserTests/<configuration>/
        var artifacts = new DirectoryInfo(TestContext.CurrentContext.TestDirectory).Parent!.Parent!.Parent!;
        return Directory.CreateDirectory(Path.Combine(artifacts.FullName, "screenshots")).FullName;
    }

    private async Task<bool> IsLoadedAsync()
    {
        try
        {
            return await Page.EvaluateAsync<bool>("document.readyState !== 'loading'");
        }
        catch (PlaywrightException)
        {
            // It gave way to another page while it was asked.
            return false;
        }
    }

    private void Note(IConsoleMessage message)
    {
        // A page that is answered with a refusal is no fault; Chromium reports its status all the same.
        var isStatus = message.Text.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal);
        if (message.Type == "error" && !isStatus && !IsCutOff)
        {
            Note($"console: {message.Text} {message.Location}");
        }
    }

    // No page of ours opens one: somebody's script does.
    private Task NoteAsync(IDialog dialog)
    {
        Note($"dialog: {dialog.Message}");
        return dialog.DismissAsync();
    }

    private void NoteForeign(string address)
    {
        if (!address.StartsWith(place.Address + "/", StringComparison.Ordinal) && !Own.Any(scheme => address.StartsWith(scheme, StringComparison.Ordinal)))
        {
            Note($"request to {address}");
        }
    }

    private async Task NoteSizeAsync(IResponse response)
    {
        if (response.Request.ResourceType != "document" || !response.Headers.GetValueOrDefault("content-type", "").StartsWith("text/html", StringComparison.Ordinal) || response.Status is >= 300 and < 400)
        {
            return;
        }

        try
        {
            var length = (await response.BodyAsync()).Length;
            if (length > LargestPage)
            {
                Note($"{response.Url} has {length} bytes");
            }
        }
        catch (PlaywrightException)
        {
            // The page was left before its bytes could be counted.
        }
    }

    private void Note(string what)
    {
        lock (wrong)
        {
            wrong.Add(what);
        }
    }
}
