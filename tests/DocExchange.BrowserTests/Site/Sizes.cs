using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Site;

/// <summary>A page on the smallest screen of an office, on a tablet held upright and on A4: nothing is cut off at the right.</summary>
internal static class Sizes
{
    private const int Height = 1000;

    // A4 less the margins of site.css: 178 mm at 96 dots an inch.
    private const int PaperWidth = 673;

    // What is too wide scrolls within itself, never the page.
    private const string Excess = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

    // On paper nothing scrolls. What one works with is not on it either.
    private const string CutOnPaper = """
        () => {
            const isShown = each => each.checkVisibility({ visibilityProperty: true }) && each.getBoundingClientRect().width > 1;
            const cut = [...document.querySelectorAll('main *')].filter(each => isShown(each) && !each.matches('iframe, input, select, textarea, svg *, .hidden-label')
                && each.scrollWidth > each.clientWidth + 1 && !['visible', ''].includes(getComputedStyle(each).overflowX));
            const tools = [...document.querySelectorAll('.top, .menu, .pager, button, a.button, summary.button, .skip')].filter(isShown);
            const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
            const reaching = wide <= 0 ? [] : [...document.querySelectorAll('main *')].filter(each => isShown(each) && each.getBoundingClientRect().right > innerWidth + 1).slice(0, 3);
            return [...cut.map(each => `cut on paper: ${each.outerHTML.slice(0, 160)}`), ...tools.map(each => `printed: ${each.outerHTML.slice(0, 160)}`), ...reaching.map(each => `too wide for paper by ${wide}: ${each.outerHTML.slice(0, 160)}`)];
        }
        """;

    public static async Task CheckAsync(IPage page, string what)
    {
        var usual = page.ViewportSize!;
        // What is not printed cannot keep the focus meanwhile.
        var focused = (await page.EvaluateHandleAsync("() => document.activeElement")).AsElement();
        Assert.That(await page.EvaluateAsync<int>(Excess), Is.LessThanOrEqualTo(0), $"{what}: scrolls sideways at {usual.Width}");
        await page.SetViewportSizeAsync(820, 1180);
        Assert.That(await page.EvaluateAsync<int>(Excess), Is.LessThanOrEqualTo(0), $"{what}: scrolls sideways on a tablet");
        await page.SetViewportSizeAsync(PaperWidth, Height);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.That(await page.EvaluateAsync<string[]>(CutOnPaper), Is.Empty, $"{what}: on A4");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Null });
        await page.SetViewportSizeAsync(usual.Width, usual.Height);
        if (focused is not null)
        {
            await focused.EvaluateAsync("at => { if (at !== document.activeElement) at.focus(); }");
        }
    }
}
