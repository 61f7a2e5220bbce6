using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Site;

/// <summary>
/// Somebody before a browser. While the visit lasts, everything that goes wrong unseen is noted: errors of scripts,
/// violations of the content security policy, requests to other hosts, pages that are too large.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private const int LargestPage = 200_000;
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

    private readonly Place place;
    private readonly IBrowserContext context;
    private readonly List<string> wrong = [];

    public Visit(Place place, IBrowserContext context, IPage page)
    {
        this.place = place;
        this.context = context;
        Page = page;
        page.Console += (_, message) => Note(message);
        page.PageError += (_, error) => Note($"script: {error}");
        page.Request += (_, request) => NoteForeign(request.Url);
        page.Response += async (_, response) => await NoteSizeAsync(response);
    }

    public IPage Page { get; }

    /// <summary>The hub or node is stopped on purpose: requests that fail are no fault of the page.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Path and query of the page.</summary>
    public string Here => new Uri(Page.Url).PathAndQuery;

    public async Task SignInAsync(User user)
    {
        await Page.GotoAsync("/sign-in");
        await TypeSignInAsync(user.Id, user.Password);
        await Page.WaitForURLAsync(address => !address.EndsWith("/sign-in", StringComparison.Ordinal));
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
    public async Task LookAsync(string picture)
    {
        await Page.EvaluateAsync("document.fonts.ready");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures(), picture + ".png") });
        var found = await Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags(Rules) });
        Assert.Multiple(() =>
        {
            Assert.That(found.Violations.Select(Say), Is.Empty, $"axe, {picture} at {Page.Url}");
            lock (wrong)
            {
                Assert.That(wrong, Is.Empty, $"what went wrong unseen until {picture} at {Page.Url}");
            }
        });
    }

    /// <summary>The text that says why something was not done.</summary>
    public async Task<string> RefusalAsync() => await Page.Locator(".refused, .refusal").First.InnerTextAsync();

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    private static string Say(AxeResultItem item) => $"{item.Id}: {item.Help}: {string.Join(" | ", item.Nodes.Take(5).Select(node => node.Html))}";

    private static string Pictures()
    {
        // artifacts/bin/DocExchange.BrowserTests/<configuration>/
        var artifacts = new DirectoryInfo(TestContext.CurrentContext.TestDirectory).Parent!.Parent!.Parent!;
        return Directory.CreateDirectory(Path.Combine(artifacts.FullName, "screenshots")).FullName;
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

    private void NoteForeign(string address)
    {
        if (!address.StartsWith(place.Address + "/", StringComparison.Ordinal) && !address.StartsWith("data:", StringComparison.Ordinal) && !address.StartsWith("blob:", StringComparison.Ordinal))
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
