using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Verdicts;

/// <summary>The text in the language of whoever reads it.</summary>
public delegate string Wording(string chinese, string english);

/// <summary>What was judged: which file of what kind, when, and under which policy (null for the one that is built in).</summary>
public sealed record VerdictHead(string File, string Kind, string? Sha256, DateTimeOffset At, string? Policy)
{
    /// <summary>What else is to be said of the file.</summary>
    public IEnumerable<(string Name, string? Value)> More { get; init; } = [];

    /// <summary>Of a dossier: the entry each signature stands in; null otherwise.</summary>
    public IReadOnlyList<string>? Parts { get; init; }
}

/// <summary>A verdict as one page that needs nothing from elsewhere and prints on A4: what was judged, and beside it why.</summary>
public static class VerdictPage
{
    /// <summary>The Content-Security-Policy the page says of itself.</summary>
    public const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private const string Style = """
        :root { color-scheme: light; }
        body { font: 15px/1.6 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, Georgia, serif; color: #1a1a1a; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; border-bottom: 2px solid #a1121b; padding-bottom: .4rem; }
        h2 { font-size: 1.1rem; margin: 0 0 .4rem; }
        section { border: 1px solid #c9c4bb; border-left-width: 6px; padding: .8rem 1rem; margin: 1rem 0; break-inside: avoid; }
        section.part { margin-left: 2rem; }
        .passed { border-left-color: #1f6f3d; } .failed { border-left-color: #a1121b; } .open { border-left-color: #8a6100; }
        .passed h2 { color: #1f6f3d; } .failed h2 { color: #a1121b; } .open h2 { color: #8a6100; }
        dl { display: grid; grid-template-columns: 9rem 1fr; gap: .1rem .8rem; margin: 0; }
        dt { color: #5c574f; } dd { margin: 0; overflow-wrap: anywhere; }
        ul { list-style: none; padding: 0; margin: .6rem 0 0; } li { margin: .25rem 0; } li code { color: #5c574f; font-size: .85em; }
        li.fault::before { content: "✗ "; color: #a1121b; } li.remark::before { content: "· "; }
        img { float: right; max-width: 8rem; max-height: 8rem; margin-left: 1rem; }
        @media print { body { margin: 0; max-width: none; } }
        """;

    /// <param name="pictures">Of the seals, in their order, as data URIs; null where none may be shown.</param>
    public static string Of(Wording say, VerdictHead head, Verdict verdict, IEnumerable<string?> pictures)
    {
        var page = new StringBuilder();
        var title = say("签名验证报告", "Verification report");
        page.Append($"<!DOCTYPE html>\n<html lang=\"{say("zh-CN", "en")}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
        page.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n");
        page.Append($"<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n");
        Card(page, verdict.Indication, isPart: false, $"{VerdictWords.Of(say, verdict.Indication)} {VerdictWords.Etsi(verdict.Indication, verdict.SubIndication)}", null, [.. HeadRows(say, head), .. head.More], say, verdict.Findings);
        var left = new Queue<string?>(pictures);
        foreach (var (index, signature) in verdict.Signatures.Index())
        {
            var picture = signature.Kind == SignatureKind.Seal && left.TryDequeue(out var next) ? next : null;
            var heading = $"{VerdictWords.Of(say, signature.Indication)} {VerdictWords.NameOf(say, signature)} {VerdictWords.Etsi(signature.Indication, signature.SubIndication)}";
            Card(page, signature.Indication, signature.Of is not null, heading, picture, [(say("卷宗条目", "Part"), head.Parts?[index]), .. Rows(say, signature)], say, signature.Findings);
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static IEnumerable<(string Name, string? Value)> HeadRows(Wording say, VerdictHead head) =>
    [
        (say("文件", "File"), head.File),
        (say("类型", "Kind"), head.Kind),
        ("SHA-256", head.Sha256),
        (say("判断时间", "Judged at"), Time(head.At)),
        (say("验证策略", "Policy"), head.Policy ?? say("内置", "built in")),
    ];

    private static IEnumerable<(string Name, string? Value)> Rows(Wording say, SignatureVerdict signature) =>
    [
        (say("签名人", "Signer"), signature.Signer?.Subject ?? say("未知", "unknown")),
        (say("签名人证书号", "Serial number"), signature.Signer?.SerialNumber),
        (say("所称签名时间", "Claimed time"), signature.SignedAt is { } claimed ? Time(claimed) : null),
        (say("证明存在的时间", "Proven time"), signature.Proof is { } proof ? $"{Time(proof.Time)} ({proof.Source})" : null),
    ];

    private static void Card(
        StringBuilder page, Indication indication, bool isPart, string heading, string? picture, IEnumerable<(string Name, string? Value)> rows, Wording say, IEnumerable<Finding> findings)
    {
        page.Append($"<section class=\"{ClassOf(indication)}{(isPart ? " part" : "")}\">\n");
        if (picture is not null)
        {
            page.Append($"<img src=\"{picture}\" alt=\"{say("印章图像", "The seal's picture")}\">\n");
        }

        page.Append($"<h2>{Encode(heading)}</h2>\n<dl>\n");
        foreach (var (name, value) in rows.Where(row => !string.IsNullOrEmpty(row.Value)))
        {
            page.Append($"<dt>{Encode(name)}</dt><dd>{Encode(value!)}</dd>\n");
        }

        page.Append("</dl>\n<ul>\n");
        foreach (var finding in findings)
        {
            var kind = finding.Indication == Indication.TotalPassed ? "remark" : "fault";
            var sub = finding.SubIndication.ToEtsi() is { } name ? " " + name : "";
            page.Append($"<li class=\"{kind}\">{Encode(say(finding.Chinese, finding.English))} <code>{Encode(finding.Code + sub)}</code></li>\n");
        }

        page.Append("</ul>\n</section>\n");
    }

    private static string ClassOf(Indication indication) => indication switch
    {
        Indication.TotalPassed => "passed",
        Indication.TotalFailed => "failed",
        _ => "open",
    };

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Encode(string text) => Encoder.Encode(text);
}
