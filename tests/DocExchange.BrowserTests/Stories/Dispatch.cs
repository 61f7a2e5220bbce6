using System.Text.Json;
using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Stories;

/// <summary>A document on its way from draft to dispatch, as dispatcher and seal keeper take it at the desk of bgt.</summary>
internal static class Dispatch
{
    private static Place Desk => Browser.Exchange.General;

    /// <summary>On the command line, where the sending itself is not what a test is about.</summary>
    /// <returns>The document's id.</returns>
    public static async Task<string> QuicklyAsync(string title, string bodyName, byte[] body, params string[] recipients)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Browser.Exchange.Folder, title)).FullName, bodyName);
        await File.WriteAllBytesAsync(path, body);
        var output = await Docex.RunAsync(
        [
            "send", "--node", Desk.Folder, "--office", "bgt", "--type", "通知", "--title", title, "--agency", "市政办发", "--body", path, "--as", "1001:张明", "--format", "json",
            .. recipients.SelectMany(office => new[] { "--to", office }),
        ]);
        return JsonDocument.Parse(output).RootElement.GetProperty("documentId").GetString()!;
    }

    /// <summary>From a draft with its files, by dispatcher and seal keeper.</summary>
    /// <returns>The document's id; the dispatcher stands before its board.</returns>
    public static async Task<string> SendDraftAsync(Visit dispatcher, string title, params string[] recipients)
    {
        await AddressAsync(dispatcher, recipients);
        await FreezeAsync(dispatcher);
        await using (var keeper = await Browser.SignInAsync(Desk, Desk.As("seal-keeper")))
        {
            await AskedAsync(keeper, "bgt", title);
            await ApproveAsync(keeper);
        }

        return await DepartAsync(dispatcher);
    }

    public static async Task DraftAsync(Visit dispatcher, string title, string office = "bgt", string code = "市政办发")
    {
        await dispatcher.OpenAsync($"/o/{office}/drafts");
        await dispatcher.Page.Locator("button[data-key=n]").ClickAsync();
        await dispatcher.ArriveAsync("**/drafts/*");
        await dispatcher.Page.Locator("#title").FillAsync(title);
        await dispatcher.Page.Locator("#type").SelectOptionAsync(new SelectOptionValue { Label = "通知" });
        await dispatcher.Page.Locator("#host").SelectOptionAsync(office);
        await dispatcher.Page.Locator("#code").SelectOptionAsync(code);
        await dispatcher.Page.Locator("#series").Filter(new LocatorFilterOptions { HasText = code }).WaitForAsync();
        await dispatcher.Page.Locator("button[value=save]").ClickAsync();
        await dispatcher.Page.Locator(".notice.done").WaitForAsync();
    }

    public static async Task UploadAsync(Visit dispatcher, string name, byte[] content)
    {
        await dispatcher.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = content });
        await dispatcher.Page.Locator("form[data-upload] button").ClickAsync();
        await dispatcher.Page.Locator("#files a").Filter(new LocatorFilterOptions { HasText = name }).WaitForAsync();
    }

    /// <summary>Ticks offices in the tree.</summary>
    public static async Task TickAsync(Visit dispatcher, params string[] recipients)
    {
        foreach (var recipient in recipients)
        {
            var box = dispatcher.Page.Locator($"input[name=main][value='{recipient}']");
            if (!await box.IsVisibleAsync())
            {
                await dispatcher.Page.Locator("details.branch").Filter(new LocatorFilterOptions { Has = box }).Locator("summary").ClickAsync();
            }

            await box.CheckAsync();
        }
    }

    public static async Task AddressAsync(Visit dispatcher, params string[] recipients)
    {
        await dispatcher.Page.Locator("button[value=recipients]").ClickAsync();
        await dispatcher.ArriveAsync("**/recipients");
        await TickAsync(dispatcher, recipients);
        await dispatcher.Page.Locator("button[value=done]").ClickAsync();
        await dispatcher.Page.Locator(".notice.done").WaitForAsync();
    }

    public static async Task FreezeAsync(Visit dispatcher)
    {
        await dispatcher.Page.Locator("button[value=freeze]").ClickAsync();
        await dispatcher.ArriveAsync("**/frozen");
    }

    /// <summary>The keeper opens what is to be sealed.</summary>
    public static async Task AskedAsync(Visit keeper, string office, string title)
    {
        await keeper.OpenAsync($"/o/{office}/sealing");
        await keeper.Page.Locator("#queue a").Filter(new LocatorFilterOptions { HasText = title }).ClickAsync();
        await keeper.ArriveAsync("**/sealing/*");
    }

    /// <returns>What the keeper is told.</returns>
    public static async Task<string> ApproveAsync(Visit keeper)
    {
        await keeper.Page.Locator("summary.main").ClickAsync();
        await keeper.Page.Locator("details[open] button.main").ClickAsync();
        return await keeper.DoneAsync();
    }

    /// <summary>Sends what is sealed; the page has noticed that by itself.</summary>
    public static async Task<string> DepartAsync(Visit dispatcher)
    {
        await dispatcher.Page.Locator("#sending summary.main").ClickAsync();
        await dispatcher.Page.Locator("#sending details[open] button.main").ClickAsync();
        await dispatcher.ArriveAsync(address => new Uri(address).Segments is [.., "out/", { Length: 64 }]);
        return new Uri(dispatcher.Page.Url).Segments[^1];
    }

    /// <summary>A recipient opens it from its inbox, where it appears by itself.</summary>
    public static async Task OpenReceivedAsync(Visit clerk, string title)
    {
        await clerk.Page.Locator("#lines a").Filter(new LocatorFilterOptions { HasText = title }).ClickAsync();
        await clerk.ArriveAsync("**/in/*");
        // Opened while it is still arriving, the page follows by itself.
        await clerk.Page.Locator("button[data-key=s]").WaitForAsync();
    }

    /// <summary>A row of the board that says this, without the page being loaded again.</summary>
    public static Task RowAsync(Visit visit, string office, string text) => visit.Page.Locator("#board tr")
        .Filter(new LocatorFilterOptions { HasText = office }).Filter(new LocatorFilterOptions { HasText = text }).First.WaitForAsync();
}
