using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Site;

/// <summary>Somebody who has no mouse: Tab, Enter, Space, arrows and typing. Wherever the focus comes, it must be seen.</summary>
internal sealed class Keyboard(IPage page)
{
    private const int MostStops = 250;

    // What frames show is not ours, and whoever was led to the content by the skip link sees where it begins. A stop that the
    // page has just changed is looked at once more.
    private const string WhatIsWrong = """
        () => {
            const at = document.activeElement;
            if (!at || at === document.body || at.matches('iframe, main')) return '';
            const box = at.getBoundingClientRect();
            const style = getComputedStyle(at);
            const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            const what = box.width * box.height === 0 || !at.checkVisibility({ visibilityProperty: true }) ? 'is not visible'
                : box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth ? 'is out of sight'
                : style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? 'is not marked'
                : hit && !at.contains(hit) && !hit.contains(at) ? `is covered by ${hit.outerHTML.slice(0, 120)}` : '';
            return what && `${at.outerHTML.slice(0, 200)} ${what}`;
        }
        """;

    public async Task SignInAsync(User user)
    {
        await page.GotoAsync("/sign-in");
        await TypeAsync(page.Locator("#user"), user.Id);
        await TypeAsync(page.Locator("#password"), user.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(address => !address.EndsWith("/sign-in", StringComparison.Ordinal));
    }

    /// <summary>Tabs until this has the focus.</summary>
    public async Task ReachAsync(ILocator target)
    {
        await target.WaitForAsync();
        for (var stop = 0; !await HasFocusAsync(target); stop++)
        {
            Assert.That(stop, Is.LessThan(MostStops), $"Tab does not lead to {target} at {page.Url}");
            await page.Keyboard.PressAsync("Tab");
            Assert.That(await page.EvaluateAsync<string>(WhatIsWrong), Is.Empty, $"what has the focus at {page.Url}");
        }
    }

    public async Task PressAsync(ILocator target, string key = "Enter")
    {
        await ReachAsync(target);
        await page.Keyboard.PressAsync(key);
    }

    public async Task TypeAsync(ILocator field, string text)
    {
        await ReachAsync(field);
        await page.Keyboard.InsertTextAsync(text);
    }

    /// <summary>In a list, by the arrow keys.</summary>
    public async Task ChooseAsync(ILocator list, string words)
    {
        await ReachAsync(list);
        await page.Keyboard.PressAsync("Home");
        for (var step = 0; await list.EvaluateAsync<string>("list => list.selectedOptions[0].text") != words; step++)
        {
            Assert.That(step, Is.LessThan(MostStops), $"{list} has no {words}");
            await page.Keyboard.PressAsync("ArrowDown");
        }
    }

    public async Task UploadAsync(ILocator field, string name, byte[] content)
    {
        await ReachAsync(field);
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        await chooser.SetFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = content });
    }

    public static Task<bool> HasFocusAsync(ILocator target) => target.EvaluateAsync<bool>("element => element === document.activeElement");
}
