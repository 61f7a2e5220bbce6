using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Certificates;

/// <summary>The verdict on a certificate for people and for programs.</summary>
internal static class CertReport
{
    public static void Show(Screen screen, string path, CertificateVerdict verdict)
    {
        var value = new
        {
            file = path,
            indication = verdict.Indication.ToEtsi(),
            subIndication = verdict.SubIndication.ToEtsi(),
            chain = verdict.Chain.Select(certificate => new
            {
                subject = certificate.Subject,
                serial = certificate.SerialNumber,
                fingerprint = certificate.Fingerprint.ToString(),
            }),
            policies = verdict.Policies,
            findings = verdict.Findings.Select(finding => new
            {
                code = finding.Code,
                indication = finding.Indication.ToEtsi(),
                subIndication = finding.SubIndication.ToEtsi(),
                message = screen.Say(finding.Chinese, finding.English),
                chinese = finding.Chinese,
                english = finding.English,
            }),
        };
        screen.Show(value, Lines(screen, path, verdict).Select(Screen.OneLine));
    }

    private static IEnumerable<string> Lines(Screen screen, string path, CertificateVerdict verdict)
    {
        var sub = verdict.SubIndication.ToEtsi();
        yield return $"{Words(screen, verdict.Indication)}  {path}  {verdict.Indication.ToEtsi()}{(sub is null ? "" : " / " + sub)}";
        foreach (var (certificate, depth) in verdict.Chain.Select((certificate, depth) => (certificate, depth)))
        {
            yield return $"    {new string(' ', depth)}{(depth == 0 ? "" : "↑ ")}{certificate.Subject} ({certificate.SerialNumber})";
        }

        foreach (var policy in verdict.Policies)
        {
            yield return "    " + screen.Say("证书策略：", "Policy: ") + policy;
        }

        foreach (var finding in verdict.Findings)
        {
            yield return $"    {(finding.Indication == Indication.TotalPassed ? "·" : "✗")} {screen.Say(finding.Chinese, finding.English)} [{finding.Code}]";
        }
    }

    private static string Words(Screen screen, Indication indication) => indication switch
    {
        Indication.TotalPassed => screen.Say("✓ 证书有效", "✓ valid"),
        Indication.TotalFailed => screen.Say("✗ 证书无效", "✗ invalid"),
        _ => screen.Say("? 无法确定", "? indeterminate"),
    };
}
