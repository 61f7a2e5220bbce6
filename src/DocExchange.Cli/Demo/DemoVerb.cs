using System.CommandLine;
using DocExchange.Core.Documents;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Demo;

/// <summary><c>docex demo</c>: the main job of the product, with its real hub and nodes, from dispatch to proof.</summary>
internal sealed class DemoVerb : Verb
{
    private readonly Option<int> offices;
    private readonly Option<string> suite;
    private readonly Option<string?> body;
    private readonly Option<string[]> attachments;
    private readonly Option<string> title;
    private readonly Option<string?> number;
    private readonly Option<string?> keep;
    private readonly Option<bool> serve;
    private readonly Option<int> stepSeconds;

    public DemoVerb(Terminal terminal)
        : base(terminal, "demo", "演示全过程：发文、送达、签收、退文、催办、归档、验证", "Show it all: dispatch, delivery, receipts, return, urging, archive, proof")
    {
        offices = Option("--offices", $"收文单位数，{DemoOptions.FewestOffices} 至 {DemoOptions.MostOffices}", $"Recipients, {DemoOptions.FewestOffices} to {DemoOptions.MostOffices}", DemoOptions.MostOffices);
        suite = Option("--suite", "密码算法：intl（ECDSA）或 gm（SM2）", "Algorithms: intl (ECDSA) or gm (SM2)", "intl");
        suite.AcceptOnlyFromAmong("intl", "gm");
        body = Option<string?>("--body", "正文文件，默认为所附样例；PDF、OFD 以外的类型由演示站点另行允许", "Body; a sample by default. The demo's site takes its type, whatever it is, besides PDF and OFD");
        attachments = Repeated("--attach", "附件文件，可多次给出", "Attachment, may be given several times");
        title = Option("--title", "公文标题", "Title", DemoOptions.SampleTitle);
        number = Option<string?>("--number", "发文字号，默认取下一个", "Document number; the next one by default");
        keep = Option<string?>("--keep", "在此空目录中保留全部数据", "Keep all data in this empty folder");
        serve = Option<bool>("--serve", "完成后继续运行，直至 Ctrl-C", "Keep running afterwards, until Ctrl-C");
        stepSeconds = Option("--step-seconds", "每一步最多用时（秒）", "The most seconds any step may take", 120);
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var count = parse.GetValue(offices);
        if (count is < DemoOptions.FewestOffices or > DemoOptions.MostOffices)
        {
            throw new UsageException(
                $"--offices 应为 {DemoOptions.FewestOffices} 至 {DemoOptions.MostOffices}。", $"--offices is {DemoOptions.FewestOffices} to {DemoOptions.MostOffices}.");
        }

        var seconds = parse.GetValue(stepSeconds);
        if (seconds is < 1 or > 3600)
        {
            throw new UsageException("--step-seconds 应为 1 至 3600。", "--step-seconds is 1 to 3600.");
        }

        // Its site takes bodies of this type too, and that must be a type.
        if (parse.GetValue(body) is { } own && !DemoOptions.HasBodyType(own))
        {
            throw new UsageException(
                $"--body“{own}”的文件名须有扩展名，1 至 10 个字母、数字，如 .pdf、.ofd、.txt。", $"The file name of --body '{own}' needs an ending of 1 to 10 letters and digits, such as .pdf, .ofd, .txt.");
        }

        var options = new DemoOptions(
            count, parse.GetRequiredValue(suite), parse.GetValue(body), parse.GetValue(attachments) ?? [], parse.GetRequiredValue(title),
            parse.GetValue(number), parse.GetValue(keep), parse.GetValue(serve), TimeSpan.FromSeconds(seconds));
        RequireDocument(options);
        return new DemoRun(options, screen, Terminal.Clock).RunAsync(cancellation);
    }

    // What would be refused when hub and nodes run is refused before they are made.
    private static void RequireDocument(DemoOptions options)
    {
        foreach (var file in options.Attachments.Concat(options.Body is { } own ? [own] : Array.Empty<string>()))
        {
            Chunks.Require(file);
        }

        if (options.Body is { } body)
        {
            using var content = File.OpenRead(body);
            if (BodyKinds.FaultOf(Path.GetFileName(body), content) is { } fault)
            {
                throw new UsageException(fault.Chinese, fault.English);
            }
        }

        if (options.Title.Trim().Length is 0 or > MetadataLimits.Title)
        {
            throw new UsageException($"--title 应为 1 至 {MetadataLimits.Title} 个字符。", $"--title has 1 to {MetadataLimits.Title} characters.");
        }

        if (options.Number is { } typed && !(DocumentNumber.TryParse(typed, out var number) && number.AgencyCode == SampleOffices.AgencyCode))
        {
            throw new UsageException($"--number“{typed}”应形如 {SampleOffices.AgencyCode}〔2026〕1号。", $"--number '{typed}' should be like {SampleOffices.AgencyCode}〔2026〕1号.");
        }
    }
}
