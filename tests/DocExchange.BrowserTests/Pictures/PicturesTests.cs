using System.Globalization;
using System.Text.Json;
using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Pictures;

/// <summary>README's pictures, taken of <c>docex demo --serve</c> after a day's work at its desks: tools/pictures.sh renews them.</summary>
[Explicit("Renews README's pictures; tools/pictures.sh runs it.")]
internal sealed class PicturesTests
{
    private const int Offices = 30;
    private const string Everybody = "关于做好今冬明春森林防火工作的通知";
    private const string Sealed = "关于进一步规范电子公文用印管理的通知";

    private string folder = null!;
    private ProductProcess demo = null!;
    private JsonElement served;

    private string General => Path.Combine(folder, "general");

    [OneTimeSetUp]
    public async Task ServeAsync()
    {
        folder = Directory.CreateTempSubdirectory("docex-pictures-").FullName;
        demo = ProductProcess.Start("DocExchange.Cli", "demo", "--offices", $"{Offices}", "--format", "json", "--keep", folder, "--serve");
        await Eventually.TrueAsync(() => Task.FromResult(demo.HasExited || demo.Output.TrimEnd().EndsWith("\n}", StringComparison.Ordinal)), () => demo.Output, TimeSpan.FromMinutes(5));
        served = JsonDocument.Parse(demo.Output).RootElement;
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await demo.StopAsync();
        await demo.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Takes_the_pictures_that_README_shows()
    {
        await SendAsync(2, "关于报送2027年重点工程计划的通知", "--to", "qx", "--urgency", "加急", "--sign-by", Day(1));
        var everybody = await SendAsync(3, Everybody, "--to", "qx", "--to", "wbj", "--to", "sszs", "--sign-by", Day(2));
        await AtTheDesksAsync(everybody);
        var holidays = await SendAsync(4, "关于2027年部分节假日安排的通知", "--to", "qx", "--to", "wbj", "--sign-by", Day(5));
        await SignAsync(holidays, 22);
        var late = await SendAsync(5, "关于核报冬季供暖运行情况的通知", "--to", "wbj", "--sign-by", TimeProvider.System.GetUtcNow().AddSeconds(45).ToString("o", CultureInfo.InvariantCulture));
        await SignAsync(late, 9);
        await Eventually.TrueAsync(
            async () => JsonDocument.Parse(await Docex.RunAsync("hub", "supervise", "--hub", Path.Combine(folder, "hub"), "--format", "json")).RootElement.GetProperty("overdue").GetArrayLength() > 0,
            () => demo.Output, TimeSpan.FromMinutes(2));
        await ReceivingAsync(everybody);
        await BoardAsync(everybody);
        await SealingAsync();
        await ArchiveAsync();
        await SupervisionAsync();
    }

    private async Task ReceivingAsync(string document)
    {
        await using var clerk = await SignInAsync(1, "clerk");
        await clerk.OpenAsync($"/o/{Desk(1)}/in/{document}");
        await clerk.Page.Locator("button[data-key=s]").WaitForAsync();
        await ShownAsync(clerk);
        await TakeAsync(clerk, "readme-receive");
    }

    private async Task BoardAsync(string document)
    {
        await using var dispatcher = await SignInAsync(0, "dispatcher");
        await dispatcher.OpenAsync($"/o/{Desk(0)}/out/{document}");
        await TakeAsync(dispatcher, "readme-board");
    }

    private async Task SealingAsync()
    {
        string[] office = ["--office", Desk(0), "--node", General, "--account", $"{Desk(0)}-dispatcher", "--password-file", Path.Combine(folder, "password"), "--format", "json"];
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), UserAt(0, "dispatcher").Password);
        var body = await BodyAsync("京政办发", 1, Sealed);
        var draft = Text(await Docex.RunAsync(
            ["draft", "new", "--agency", "京政办发", "--type", "通知", "--title", Sealed, "--to", "wbj", "--body", body, "--sign-by", Day(3), "--signer", "周立新", .. office]), "draft");
        await Docex.RunAsync(["draft", "freeze", draft, .. office]);
        await using var keeper = await SignInAsync(0, "seal-keeper");
        await keeper.OpenAsync($"/o/{Desk(0)}/sealing/{draft}");
        await ShownAsync(keeper);
        await TakeAsync(keeper, "readme-seal");
    }

    private async Task ArchiveAsync()
    {
        await using var archivist = await SignInAsync(-1, "archivist");
        await archivist.OpenAsync($"/archives/{served.GetProperty("documentId").GetString()}");
        await archivist.Page.Locator("#verification a.main").ClickAsync();
        await archivist.Page.Locator("#verification .notice").WaitForAsync();
        await archivist.Page.EvaluateAsync("scrollTo(0, 0)");
        await TakeAsync(archivist, "readme-archive");
    }

    private async Task SupervisionAsync()
    {
        await using var supervisor = await SignInAsync(-1, "supervisor");
        await TakeAsync(supervisor, "readme-supervision");
    }

    // Two in three sign, one returns; some have only looked, and Dongcheng has not come to it.
    private async Task AtTheDesksAsync(string document)
    {
        foreach (var (office, at) in (await OfficesAsync(document)).Where(each => each.Office != Desk(1)))
        {
            string[] act = at == 4 ? ["return", document, "--reason", "附件二缺第三页，请补正后重发"] : at % 5 == 3 ? ["open", document] : at % 7 == 6 ? [] : ["sign-for", document];
            await (act.Length == 0 ? Task.CompletedTask : ActAsync(office, at, act));
        }
    }

    private async Task SignAsync(string document, int offices)
    {
        foreach (var (office, at) in (await OfficesAsync(document)).Where(each => each.Office != Desk(1)).Take(offices))
        {
            await ActAsync(office, at, "sign-for", document);
        }
    }

    private Task ActAsync(string office, int at, params string[] act) => Eventually.TrueAsync(
        async () => (await Docex.TryAsync([.. act, "--office", office, "--as", $"clerk-{office}:{NameAt(at)}", "--node", NodeOf(office)])).ExitCode == 0, () => demo.Output, TimeSpan.FromMinutes(1));

    private string NodeOf(string office) => Path.Combine(folder, File.ReadAllText(Path.Combine(folder, "districts", "node.json")).Contains($"/{office}\"", StringComparison.Ordinal) ? "districts" : "departments");

    private async Task<IReadOnlyList<(string Office, int At)>> OfficesAsync(string document) =>
    [
        .. JsonDocument.Parse(await Docex.RunAsync("status", document, "--office", "bjbgt", "--node", General, "--format", "json")).RootElement
            .GetProperty("rows").EnumerateArray().Select((row, at) => (row.GetProperty("office").GetString()!.Split('/')[^1], at)),
    ];

    private async Task<string> SendAsync(int number, string title, params string[] more)
    {
        var body = await BodyAsync("京政发", number, title);
        var output = await Docex.RunAsync(
        [
            "send", "--node", General, "--office", "bjbgt", "--issuer", "bjzf", "--number", NumberOf("京政发", number), "--type", "通知", "--title", title, "--body", body, "--as", "dispatcher-1:赵敏",
            "--format", "json", .. more,
        ]);
        return Text(output, "documentId");
    }

    // Printed by the browser, with the red head of an official document.
    private async Task<string> BodyAsync(string code, int number, string title)
    {
        var path = Path.Combine(folder, "正文.pdf");
        var office = code == "京政发" ? "北京市人民政府" : "北京市人民政府办公厅";
        await using var printer = await Browser.VisitAsync(PlaceOf(0));
        await printer.Page.SetContentAsync($"""
            <html lang="zh"><body style="font-family: 'Noto Serif CJK SC', 'Noto Sans CJK SC', serif; font-size: 16pt; line-height: 1.9; margin: 0">
            <p style="color: #d00; font-size: 36pt; text-align: center; margin: 24pt 0 8pt; font-weight: 700">{office}文件</p>
            <p style="text-align: center; margin: 0; border-bottom: 3px solid #d00">{NumberOf(code, number)}</p>
            <p style="font-size: 22pt; text-align: center; margin: 28pt 0 18pt; font-weight: 700">{office}<br>{title}</p>
            <p style="margin: 0">各区、县人民政府，市政府各委、办、局，各市属机构：</p>
            <p style="margin: 0; text-indent: 2em">为做好有关工作，经市人民政府同意，现就有关事项通知如下，请结合实际认真贯彻执行。</p>
            <p style="margin: 0; text-indent: 2em">一、加强组织领导。各单位主要负责同志要亲自部署，明确分管领导和责任部门，把各项措施落实到岗、落实到人。</p>
            <p style="margin: 0; text-indent: 2em">二、严格值班值守。执行领导带班和二十四小时值班制度，重要情况随时报告，不得迟报、漏报。</p>
            </body></html>
            """);
        await printer.Page.PdfAsync(new Microsoft.Playwright.PagePdfOptions { Format = "A4", Path = path, Margin = new() { Top = "25mm", Left = "26mm", Right = "26mm", Bottom = "25mm" } });
        return path;
    }

    private static async Task TakeAsync(Visit visit, string picture)
    {
        var file = await visit.LookAsync(picture);
        await File.WriteAllBytesAsync(file, SmallPng.Of(await File.ReadAllBytesAsync(file)));
    }

    // Chromium shows a PDF in a process of its own and says nothing when it has.
    private static Task ShownAsync(Visit visit) => visit.Page.WaitForTimeoutAsync(3_000);

    /// <param name="desk">Its place among the desks; -1 for the console.</param>
    private Task<Visit> SignInAsync(int desk, string role) => Browser.SignInWhereFilesAreShownAsync(PlaceOf(desk), UserAt(desk, role));

    private Place PlaceOf(int desk) => new("", "", new Uri(Served(desk).GetProperty("url").GetString()!).Port);

    private User UserAt(int desk, string role)
    {
        var user = Served(desk).GetProperty("users").EnumerateArray().First(each => each.GetProperty("role").GetString() == role);
        var name = user.GetProperty("name").GetString()!;
        return new User(name, name, role, user.GetProperty("password").GetString()!);
    }

    private JsonElement Served(int desk) => desk < 0 ? served.GetProperty("console") : served.GetProperty("desks")[desk];

    private string Desk(int at) => Served(at).GetProperty("office").GetString()!;

    private static string NameAt(int at) => "王李张刘陈杨赵黄周吴"[at % 10] + new[] { "建国", "秀英", "志强", "丽华", "晓明", "桂兰", "海涛" }[at % 7];

    private static string NumberOf(string code, int number) => $"{code}〔{TimeProvider.System.GetLocalNow().Year}〕{number}号";

    private static string Text(string json, string name) => JsonDocument.Parse(json).RootElement.GetProperty(name).GetString()!;

    private static string Day(int from) => TimeProvider.System.GetLocalNow().AddDays(from).ToString("yyyy-MM-dd'T'17:00", CultureInfo.InvariantCulture);
}
