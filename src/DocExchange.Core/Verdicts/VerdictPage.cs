using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using DocExchange.Core.Operating;
using DocExchange.Trust.Seals;
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

    /// <summary>Of each signature of the verdict, in their order: the seal it was made with, null where there is none.</summary>
    public IReadOnlyList<Seal?> Seals { get; init; } = [];

    /// <summary>Where the file is an OFD or a PDF: the place of each signature, and what it protects.</summary>
    public SignedDocument? Document { get; init; }

    /// <summary>Of a package: the signatures inside its body.</summary>
    public SignedDocument? Body { get; init; }

    /// <summary>The seals of a package, each beside its signature.</summary>
    public static IReadOnlyList<Seal?> SealsOf(PackageVerdict package) => SealsOf(package.Verdict, package.Seals.Select(seal => seal.Signature?.Seal));

    public static IReadOnlyList<Seal?> SealsOf(SignedDocument document) => [.. document.Signatures.Select(signature => signature.Seal)];

    /// <param name="seals">One for each signature that is of a seal.</param>
    public static IReadOnlyList<Seal?> SealsOf(Verdict verdict, IEnumerable<Seal?> seals)
    {
        var left = new Queue<Seal?>(seals);
        return [.. verdict.Signatures.Select(signature => signature.Kind == SignatureKind.Seal && left.TryDequeue(out var next) ? next : null)];
    }
}

/// <summary>A verdict as one page that needs nothing from elsewhere and prints on A4: what was judged, and beside it why.</summary>
public static class VerdictPage
{
    /// <summary>The Content-Security-Policy the page says of itself.</summary>
    public const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>The seal pictures of one page together, before base64: 4 MiB. Of a seal beyond that the rest is shown.</summary>
    public const int MaxPictureBytes = 4 * 1024 * 1024;

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
        section::after { content: ""; display: block; clear: both; }
        h1.second { margin-top: 2.2rem; font-size: 1.2rem; border-bottom-width: 1px; }
        .etsi { font: .8rem/1.4 ui-monospace, monospace; color: #5c574f; margin-left: .4rem; }
        dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .1rem .8rem; margin: 0; }
        dt { color: #5c574f; } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
        ul { list-style: none; padding: 0; margin: .6rem 0 0; clear: both; } li { margin: .25rem 0; } li code { color: #5c574f; font-size: .85em; overflow-wrap: anywhere; }
        li.fault { color: #6e0d13; } li.fault::before { content: "✗ "; color: #a1121b; } li.remark::before { content: "· "; }
        figure { float: right; margin: 0 0 .6rem 1.2rem; padding: .5rem; border: 1px solid #e4e0d8; text-align: center; width: 8.5rem; }
        figure img { max-width: 100%; max-height: 8.5rem; } figcaption { font-size: .8rem; line-height: 1.4; color: #5c574f; overflow-wrap: anywhere; }
        .shown { display: flow-root; }
        .checks { display: flex; flex-wrap: wrap; gap: .3rem .5rem; margin: .7rem 0 0; padding: 0; }
        .checks li { margin: 0; padding: 0 .5rem; border: 1px solid #c9c4bb; border-radius: 3px; font-size: .88rem; white-space: nowrap; }
        .checks .ok { color: #1f6f3d; border-color: #1f6f3d; } .checks .bad { color: #a1121b; border-color: #a1121b; font-weight: bold; } .checks .unsure { color: #8a6100; border-color: #8a6100; } .checks .none { color: #6b655c; border-style: dashed; }
        @media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; } section.part { margin-left: .8rem; } }
        @media print { body { margin: 0; max-width: none; font-size: 11pt; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;

    public static string Of(Wording say, VerdictHead head, Verdict verdict)
    {
        var (page, pictures) = (new StringBuilder(), new Pictures());
        var title = say("签名验证报告", "Verification report");
        page.Append($"<!DOCTYPE html>\n<html lang=\"{say("zh-CN", "en")}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n");
        page.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n");
        page.Append($"<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n");
        var whole = new Card(verdict.Indication, verdict.SubIndication, VerdictWords.Of(say, verdict.Indication), verdict.Findings)
        {
            Rows = [.. VerdictRows.Of(say, head), .. head.More, VerdictRows.Uncovered(say, head.Document)],
        };
        whole.Write(page, say, pictures);
        foreach (var (index, signature) in verdict.Signatures.Index())
        {
            Of(say, signature, head.Seals.ElementAtOrDefault(index), head.Document?.Signatures.ElementAtOrDefault(index), head.Parts?[index]).Write(page, say, pictures);
        }

        if (head.Body is { IsSigned: true } body)
        {
            page.Append($"<h1 class=\"second\">{say("正文内的印章与签名", "Seals and signatures inside the body")}</h1>\n");
            foreach (var signature in body.Signatures)
            {
                Of(say, signature.Verdict, signature.Seal, signature, null).Write(page, say, pictures);
            }
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static Card Of(Wording say, SignatureVerdict signature, Seal? seal, DocumentSignature? place, string? part) =>
        new(signature.Indication, signature.SubIndication, $"{VerdictWords.Of(say, signature.Indication)} {VerdictWords.NameOf(say, signature)}", signature.Findings)
        {
            IsPart = signature.Of is not null,
            Seal = seal,
            Rows = [(say("卷宗条目", "Part"), part), .. VerdictRows.Of(say, seal), .. VerdictRows.Of(say, signature), .. VerdictRows.Of(say, place)],
            Checks = VerdictCheck.Of(signature),
        };

    /// <summary>One box of the page: what it is about, what was checked, and every finding.</summary>
    private sealed record Card(Indication Indication, SubIndication SubIndication, string Heading, IReadOnlyList<Finding> Findings)
    {
        public bool IsPart { get; init; }

        public Seal? Seal { get; init; }

        public required IEnumerable<(string Name, string? Value)> Rows { get; init; }

        public IReadOnlyList<VerdictCheck> Checks { get; init; } = [];

        public void Write(StringBuilder page, Wording say, Pictures pictures)
        {
            page.Append($"<section class=\"{ClassOf(Indication)}{(IsPart ? " part" : "")}\">\n<h2>{Encode(Heading)} <span class=\"etsi\">{Encode(VerdictWords.Etsi(Indication, SubIndication))}</span></h2>\n<div class=\"shown\">\n");
            WriteSeal(page, say, pictures);
            page.Append("<dl>\n");
            foreach (var (name, value) in Rows.Where(row => !string.IsNullOrEmpty(row.Value)))
            {
                page.Append($"<dt>{Encode(name)}</dt><dd>{Encode(value!)}</dd>\n");
            }

            page.Append("</dl>\n</div>\n");
            if (Checks.Count > 0)
            {
                page.Append($"<ul class=\"checks\" aria-label=\"{say("检查项", "What was checked")}\">\n");
                foreach (var check in Checks)
                {
                    page.Append($"<li class=\"{ClassOf(check.Result)}\">{check.Mark} {Encode(say(check.Chinese, check.English))}</li>\n");
                }

                page.Append("</ul>\n");
            }

            page.Append(Findings.Count > 0 ? "<ul>\n" : "");
            foreach (var finding in Findings)
            {
                var kind = finding.Indication == Indication.TotalPassed ? "remark" : "fault";
                var sub = finding.SubIndication.ToEtsi() is { } name ? " " + name : "";
                page.Append($"<li class=\"{kind}\">{Encode(say(finding.Chinese, finding.English))} <code>{Encode(finding.Code + sub)}</code></li>\n");
            }

            page.Append(Findings.Count > 0 ? "</ul>\n</section>\n" : "</section>\n");
        }

        private void WriteSeal(StringBuilder page, Wording say, Pictures pictures)
        {
            if (Seal is null)
            {
                return;
            }

            var picture = pictures.HaveRoomFor(Seal.Picture) && Seal.Picture.DisplayType is { } type
                ? $"<img src=\"data:{type};base64,{Convert.ToBase64String(Seal.Picture.Data.Span)}\" alt=\"{Encode(say("印章图像", "The seal's picture"))}\">"
                : Encode(say("印章图像无法显示", "The seal's picture cannot be shown"));
            page.Append($"<figure>{picture}<figcaption>{Encode(Seal.Name)}</figcaption></figure>\n");
        }
    }

    /// <summary>What is left for pictures on this page.</summary>
    private sealed class Pictures
    {
        private int left = MaxPictureBytes;

        public bool HaveRoomFor(SealPicture picture)
        {
            var hasRoom = picture.Data.Length <= left;
            left -= hasRoom ? picture.Data.Length : 0;
            return hasRoom;
        }
    }

    private static string ClassOf(CheckResult result) => result switch
    {
        CheckResult.Passed => "ok",
        CheckResult.Failed => "bad",
        CheckResult.Open => "unsure",
        _ => "none",
    };

    private static string ClassOf(Indication indication) => indication switch
    {
        Indication.TotalPassed => "passed",
        Indication.TotalFailed => "failed",
        _ => "open",
    };

    private static string Encode(string text) => Encoder.Encode(HarmlessText.OneLine(text));
}
