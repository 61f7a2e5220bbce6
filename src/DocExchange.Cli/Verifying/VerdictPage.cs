using System.Net;
using System.Text;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>A verdict as one page that needs nothing from elsewhere and prints on A4: what was judged, and beside it why.</summary>
internal static class VerdictPage
{
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

    public static string Of(Screen screen, ShownVerdict shown)
    {
        var verdict = shown.Judged.Verdict;
        var page = new StringBuilder();
        var title = screen.Say("签名验证报告", "Verification report");
        page.Append($"<!DOCTYPE html>\n<html lang=\"{screen.Say("zh-CN", "en")}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
        page.Append($"<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n");
        Card(page, verdict.Indication, isPart: false, $"{VerdictReport.Words(screen, verdict.Indication)} {VerdictReport.Etsi(verdict.Indication, verdict.SubIndication)}", null, [.. HeadRows(screen, shown), .. DossierReport.Rows(screen, shown.Judged.Dossier?.Summary)], screen, verdict.Findings);
        var pictures = new Queue<string?>(shown.Judged.Facts?.Seals.Select(PictureOf) ?? []);
        foreach (var (index, signature) in verdict.Signatures.Index())
        {
            var picture = signature.Kind == SignatureKind.Seal && pictures.TryDequeue(out var next) ? next : null;
            var part = shown.Judged.Dossier?.Parts[index];
            var heading = $"{VerdictReport.Words(screen, signature.Indication)} {VerdictReport.Name(screen, signature)} {VerdictReport.Etsi(signature.Indication, signature.SubIndication)}";
            Card(page, signature.Indication, signature.Of is not null, heading, picture, [(screen.Say("卷宗条目", "Part"), part), .. Rows(screen, signature)], screen, signature.Findings);
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static IEnumerable<(string Name, string? Value)> HeadRows(Screen screen, ShownVerdict shown) =>
    [
        (screen.Say("文件", "File"), Path.GetFileName(shown.Path)),
        (screen.Say("类型", "Kind"), VerdictReport.Name(screen, shown.Judged.Kind)),
        ("SHA-256", shown.Judged.Facts?.Sha256),
        (screen.Say("判断时间", "Judged at"), Time(shown.At)),
        (screen.Say("验证策略", "Policy"), shown.Policy ?? screen.Say("内置", "built in")),
    ];

    private static IEnumerable<(string Name, string? Value)> Rows(Screen screen, SignatureVerdict signature) =>
    [
        (screen.Say("签名人", "Signer"), signature.Signer?.Subject ?? screen.Say("未知", "unknown")),
        (screen.Say("签名人证书号", "Serial number"), signature.Signer?.SerialNumber),
        (screen.Say("所称签名时间", "Claimed time"), signature.SignedAt is { } claimed ? Time(claimed) : null),
        (screen.Say("证明存在的时间", "Proven time"), signature.Proof is { } proof ? $"{Time(proof.Time)} ({proof.Source})" : null),
    ];

    private static void Card(
        StringBuilder page, Indication indication, bool isPart, string heading, string? picture, IEnumerable<(string Name, string? Value)> rows, Screen screen, IEnumerable<Finding> findings)
    {
        page.Append($"<section class=\"{ClassOf(indication)}{(isPart ? " part" : "")}\">\n");
        if (picture is not null)
        {
            page.Append($"<img src=\"{picture}\" alt=\"{screen.Say("印章图像", "The seal's picture")}\">\n");
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
            page.Append($"<li class=\"{kind}\">{Encode(screen.Say(finding.Chinese, finding.English))} <code>{Encode(finding.Code + sub)}</code></li>\n");
        }

        page.Append("</ul>\n</section>\n");
    }

    /// <summary>As a data URI; null where the seal cannot be read or its picture is none that may be shown.</summary>
    private static string? PictureOf(SealFacts facts)
    {
        try
        {
            var picture = (facts.Covered is null && facts.Path is null ? Alone(facts) : SealSignature.Parse(facts.Encoded).Seal).Picture;
            return picture.DisplayType is { } type ? $"data:{type};base64,{Convert.ToBase64String(picture.Data.Span)}" : null;
        }
        catch (SealFormatException)
        {
            return null;
        }
    }

    private static Seal Alone(SealFacts facts)
    {
        try
        {
            return Seal.Parse(facts.Encoded);
        }
        catch (SealFormatException)
        {
            return SealSignature.Parse(facts.Encoded).Seal;
        }
    }

    private static string ClassOf(Indication indication) => indication switch
    {
        Indication.TotalPassed => "passed",
        Indication.TotalFailed => "failed",
        _ => "open",
    };

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
