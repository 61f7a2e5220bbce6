using DocExchange.Core.Verdicts;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>A verdict to be shown, of which file, at what time, and under which policy (null for the one that is built in).</summary>
internal sealed record ShownVerdict(string Path, JudgedFile Judged, DateTimeOffset At, string? Policy);

/// <summary>A verdict for people and for programs.</summary>
internal static class VerdictReport
{
    public static int ToExitCode(this Indication indication) => indication switch
    {
        Indication.TotalPassed => ExitCode.Ok,
        Indication.TotalFailed => ExitCode.Failed,
        _ => ExitCode.Indeterminate,
    };

    public static void Show(Screen screen, ShownVerdict shown)
    {
        var verdict = shown.Judged.Verdict;
        var value = new
        {
            file = shown.Path,
            kind = NameOf(shown.Judged.Kind),
            sha256 = shown.Judged.Sha256,
            at = shown.At.ToUniversalTime().ToString("o"),
            policy = shown.Policy,
            indication = verdict.Indication.ToEtsi(),
            subIndication = verdict.SubIndication.ToEtsi(),
            signatures = verdict.Signatures.Select((signature, index) => Value(
                screen, signature, shown.Judged.Seals.ElementAtOrDefault(index), shown.Judged.Document?.Signatures[index], shown.Judged.Dossier?.Parts[index])),
            body = shown.Judged.Body is not { IsSigned: true } body ? null : new
            {
                signatures = body.Signatures.Select(signature => Value(screen, signature.Verdict, signature.Seal, signature, null)),
                uncovered = body.Uncovered,
            },
            dossier = DossierReport.Value(shown.Judged.Dossier?.Summary),
            uncovered = shown.Judged.Document?.Uncovered,
            findings = verdict.Findings.Select(finding => Value(screen, finding)),
        };
        screen.Show(value, Lines(screen, shown.Path, shown.Judged).Select(Screen.OneLine));
    }

    private static IEnumerable<string> Lines(Screen screen, string path, JudgedFile judged)
    {
        var verdict = judged.Verdict;
        yield return $"{VerdictWords.Of(screen.Say, verdict.Indication)}  {path}  ({Name(screen, judged.Kind)})  {VerdictWords.Etsi(verdict.Indication, verdict.SubIndication)}";
        foreach (var line in verdict.Findings.Select(finding => Line(screen, finding)))
        {
            yield return line;
        }

        foreach (var line in DossierReport.Lines(screen, judged.Dossier?.Summary))
        {
            yield return line;
        }

        foreach (var (index, signature) in verdict.Signatures.Index())
        {
            var part = judged.Dossier?.Parts[index];
            if (part is not null && signature.Indication == Indication.TotalPassed)
            {
                // There are hundreds in a dossier: what is in order takes one line.
                yield return $"{VerdictWords.Of(screen.Say, signature.Indication)}  {part}  {VerdictWords.NameOf(screen.Say, signature)}  {signature.Signer?.Subject}";
                continue;
            }

            yield return $"{VerdictWords.Of(screen.Say, signature.Indication)}  {(part is null ? "" : part + "  ")}{VerdictWords.NameOf(screen.Say, signature)}  {signature.Signer?.Subject ?? screen.Say("签名人未知", "signer unknown")}  {VerdictWords.Etsi(signature.Indication, signature.SubIndication)}";
            if (signature.SignedAt is { } signedAt)
            {
                var label = signature.Kind == SignatureKind.Timestamp
                    ? screen.Say("    时间戳时间：", "    Time-stamped at: ")
                    : screen.Say("    签名时间（签名人所称）：", "    Signed at (as the signer says): ");
                yield return label + signedAt.ToString("yyyy-MM-dd HH:mm:ss zzz");
            }

            if (signature.Level is { } level)
            {
                yield return screen.Say("    签名级别：", "    Signature level: ") + level.ToEtsi();
            }

            var more = SealReport.Lines(screen, judged.Seals.ElementAtOrDefault(index)).Concat(DocumentReport.Lines(screen, judged.Document?.Signatures[index]));
            foreach (var line in more.Concat(signature.Findings.Select(finding => Line(screen, finding))))
            {
                yield return line;
            }
        }

        if (verdict.Signatures.Count == 0)
        {
            yield return screen.Say("    文件中没有可验证的签名。", "    There is no signature to verify in the file.");
        }
    }

    private static object Value(Screen screen, SignatureVerdict signature, Seal? seal, DocumentSignature? document, string? part) => new
    {
        kind = signature.Kind.ToString().ToLowerInvariant(),
        part,
        of = signature.Of,
        level = signature.Level?.ToEtsi(),
        timestampKind = signature.Stamps?.ToString().ToLowerInvariant(),
        leftOut = signature.IsLeftOut ? true : (bool?)null,
        signer = signature.Signer?.Subject,
        serialNumber = signature.Signer?.SerialNumber,
        signedAt = signature.SignedAt?.ToUniversalTime().ToString("o"),
        provenAt = signature.Proof?.Time.ToUniversalTime().ToString("o"),
        indication = signature.Indication.ToEtsi(),
        subIndication = signature.SubIndication.ToEtsi(),
        seal = SealReport.Value(seal),
        document = DocumentReport.Value(document),
        checks = SealReport.Checks(signature),
        findings = signature.Findings.Select(finding => Value(screen, finding)),
    };

    private static object Value(Screen screen, Finding finding) => new
    {
        code = finding.Code,
        indication = finding.Indication.ToEtsi(),
        subIndication = finding.SubIndication.ToEtsi(),
        message = screen.Say(finding.Chinese, finding.English),
        chinese = finding.Chinese,
        english = finding.English,
    };

    private static string Line(Screen screen, Finding finding) =>
        $"    {(finding.Indication == Indication.TotalPassed ? "·" : "✗")} {screen.Say(finding.Chinese, finding.English)} [{finding.Code}]";

    private static string NameOf(FileKind kind) => kind switch
    {
        FileKind.Package => "package",
        FileKind.Statement => "statement",
        FileKind.Cms => "cms",
        FileKind.Timestamp => "timestamp",
        FileKind.Seal => "seal",
        FileKind.SealSignature => "seal-signature",
        FileKind.Ofd => "ofd",
        FileKind.Pdf => "pdf",
        FileKind.Dossier => "dossier",
        _ => "unknown",
    };

    public static string Name(Screen screen, FileKind kind) => kind switch
    {
        FileKind.Package => screen.Say("公文包", "package"),
        FileKind.Statement => screen.Say("签名凭证", "statement"),
        FileKind.Cms => screen.Say("CMS 签名", "CMS signature"),
        FileKind.Timestamp => screen.Say("时间戳", "time-stamp"),
        FileKind.Seal => screen.Say("电子印章", "electronic seal"),
        FileKind.SealSignature => screen.Say("签章数据", "seal signature"),
        FileKind.Ofd => screen.Say("OFD 文件", "OFD document"),
        FileKind.Pdf => screen.Say("PDF 文件", "PDF document"),
        FileKind.Dossier => screen.Say("证据卷宗", "dossier"),
        _ => screen.Say("未知文件", "unknown file"),
    };
}
