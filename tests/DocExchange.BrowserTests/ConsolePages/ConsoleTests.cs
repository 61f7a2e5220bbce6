using System.Globalization;
using System.Text.Json;
using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.ConsolePages;

/// <summary>Supervision and archive, over documents that were really sent, signed for, returned and left lying.</summary>
internal sealed class ConsoleTests
{
    private const string Searched = "督查专用词汇测试";

    private string signed = "";
    private string overdue = "";

    private static Exchange Exchange => Browser.Exchange;

    [OneTimeSetUp]
    public async Task SendAsync()
    {
        var body = Path.Combine(Exchange.Folder, "console.txt");
        await File.WriteAllTextAsync(body, $"关于做好防汛工作的通知\n本文含有{Searched}。\n");
        signed = await SendAsync("关于做好防汛工作的通知", DateTimeOffset.MaxValue, body, "dc");
        overdue = await SendAsync("关于报送统计数据的通知", TimeProvider.System.GetUtcNow().AddSeconds(20), body, "dc", "czj");
        await Eventually.TrueAsync(async () => (await Docex.TryAsync("sign-for", signed, "--node", Exchange.Districts.Folder, "--office", "dc", "--as", "2001:李东")).ExitCode == 0, () => Exchange.Logs);
        await Eventually.TrueAsync(
            async () => JsonDocument.Parse(await Docex.RunAsync("hub", "supervise", "--hub", Exchange.Hub.Folder, "--format", "json")).RootElement.GetProperty("overdue").GetArrayLength() == 2,
            () => Exchange.Logs);
    }

    [Test]
    public async Task A_supervisor_sees_who_has_not_signed_and_may_not_open_what_is_not_theirs_to_open()
    {
        await using var visit = await Browser.SignInAsync(Exchange.Hub, Exchange.Hub.As("supervisor"));
        Assert.That(visit.Here, Is.EqualTo("/supervision"));
        Assert.That(await visit.Page.Locator("tbody tr").CountAsync(), Is.GreaterThanOrEqualTo(1));
        await visit.LookAsync("console-supervision");

        await visit.OpenAsync("/supervision/overdue");
        Assert.That(await visit.Page.Locator("tbody th[scope=row]").AllInnerTextsAsync(), Is.SupersetOf(new[] { "市东城区人民政府", "市财政局" }));
        Assert.That(await visit.Page.Locator("tbody").InnerTextAsync(), Does.Contain("010-64031118"));
        await visit.LookAsync("console-overdue");

        await visit.OpenAsync("/archives/" + overdue);
        Assert.That(await visit.RefusalAsync(), Does.Contain("supervisedOffices"));
    }

    [Test]
    public async Task A_supervisor_compares_offices_over_a_period_and_takes_the_table_away()
    {
        await using var visit = await Browser.SignInAsync(Exchange.Hub, Exchange.Hub.As("supervisor"));
        await visit.OpenAsync("/supervision/ranking");
        Assert.That(await visit.Page.Locator("figure.chart svg text.name").AllTextContentsAsync(), Has.Some.Contains("市东城区人民政府"));
        await visit.LookAsync("console-ranking");

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.Locator("a[download]").ClickAsync());
        Assert.That(download.SuggestedFilename, Does.StartWith("签收排名").And.EndWith(".xlsx"));
        await visit.OpenAsync("/supervision/ranking?from=2027-13-01&until=x");
        Assert.That(await visit.RefusalAsync(), Does.Contain("起止日期有误"));
    }

    [Test]
    public async Task An_archivist_finds_a_document_by_its_words_and_verifies_it_in_place()
    {
        await using var visit = await Browser.SignInAsync(Exchange.Hub, Exchange.Hub.As("archivist"));
        Assert.That(visit.Here, Is.EqualTo("/archives"));
        await visit.Page.Locator("#text").FillAsync(Searched);
        await visit.Page.Locator("#title").FillAsync("防汛");
        await Eventually.TrueAsync(
            async () =>
            {
                await visit.OpenAsync("/archives?text=" + Uri.EscapeDataString(Searched) + "&title=" + Uri.EscapeDataString("防汛"));
                return await visit.Page.Locator($"a[href='/archives/{signed}']").CountAsync() == 1;
            },
            () => Exchange.Logs);
        await visit.LookAsync("console-search");

        await visit.Page.Locator($"a[href='/archives/{signed}']").ClickAsync();
        Assert.That(await visit.Page.Locator("ol.story").InnerTextAsync(), Does.Contain("发文").And.Contain("中心接收").And.Contain("送达").And.Contain("签收").And.Contain("李东"));
        await visit.LookAsync("console-document");

        await visit.Page.Locator("#verification a.main").ClickAsync();
        await visit.Page.Locator("#verification .notice").WaitForAsync();
        Assert.That(await visit.Page.Locator("#verification .notice").InnerTextAsync(), Does.Contain("全部有效"));
        Assert.That(await visit.Page.Locator("img.seal").EvaluateAsync<int>("picture => picture.naturalWidth"), Is.GreaterThan(0));
        Assert.That(await visit.Page.Locator(".story .state.bad").CountAsync(), Is.Zero);
        await visit.LookAsync("console-verified");

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.Locator("a[download]").First.ClickAsync());
        var file = Path.Combine(Exchange.Folder, "downloaded.asice");
        await download.SaveAsAsync(file);
        Assert.That((await File.ReadAllBytesAsync(file)).Take(2), Is.EqualTo("PK"u8.ToArray()));
    }

    private static async Task<string> SendAsync(string title, DateTimeOffset signBy, string body, params string[] to)
    {
        string[] deadline = signBy == DateTimeOffset.MaxValue ? [] : ["--sign-by", signBy.ToString("o", CultureInfo.InvariantCulture)];
        var output = await Docex.RunAsync(
            [
                "send", "--node", Exchange.General.Folder, "--office", "bgt", "--issuer", "zf", "--type", "通知", "--title", title, "--agency", "市政发", "--body", body, "--as", "1001:张明", "--format", "json",
                .. deadline, .. to.SelectMany(office => new[] { "--to", office }),
            ]);
        return JsonDocument.Parse(output).RootElement.GetProperty("documentId").GetString()!;
    }
}
