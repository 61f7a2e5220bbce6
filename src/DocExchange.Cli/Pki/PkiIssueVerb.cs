using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki issue</c>: certifies a request with the built-in authorities.</summary>
internal sealed class PkiIssueVerb : Verb
{
    private readonly Option<string> authority;
    private readonly Option<string> requestFile;
    private readonly Option<string> output;
    private readonly Option<string> profile;
    private readonly Option<string[]> dnsNames;
    private readonly Option<int> years;
    private readonly Option<string?> passwordFile;
    private readonly SubjectOptions subject;

    public PkiIssueVerb(Terminal terminal)
        : base(terminal, "issue", "按申请签发证书", "Certify a request")
    {
        authority = Required<string>("--ca", "证书颁发机构目录", "Folder of the authorities");
        requestFile = Required<string>("--request", "申请文件（PKCS#10，PEM 或 DER）", "The request (PKCS#10, PEM or DER)");
        output = Required<string>("--out", "证书文件（PEM，附证书链）", "The certificate file (PEM, with its chain)");
        profile = Option("--profile", "用途", "Purpose", "document");
        profile.AcceptOnlyFromAmong(PkiVerbs.ProfileNames);
        dnsNames = Repeated("--dns", "域名或 IP 地址（tls 必需）", "DNS name or IP address (needed for tls)");
        years = Option("--years", "有效年限", "Years of validity", 5);
        passwordFile = Option<string?>("--password-file", "口令文件", "Password file");
        subject = new SubjectOptions(terminal, this);
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        PkiVerbs.RequireYears(parse.GetValue(years));
        if (parse.GetRequiredValue(profile) == PkiVerbs.TlsProfile && parse.GetValue(dnsNames) is not { Length: > 0 })
        {
            throw new UsageException("签发 tls 证书须用 --dns 给出至少一个域名或 IP 地址。", "A tls certificate needs --dns with at least one DNS name or IP address.");
        }

        NewFile.Require(parse.GetRequiredValue(output));
        var folder = parse.GetRequiredValue(authority);
        using var authorities = SiteAuthorities.Open(folder, Passwords.Read(parse.GetValue(passwordFile), folder));
        var request = CertificateRequest.Parse(PkiVerbs.ReadFile(parse.GetRequiredValue(requestFile)));
        var certificate = authorities.Issue(
            request, PkiVerbs.Profile(parse.GetRequiredValue(profile)), subject.Read(parse), parse.GetValue(dnsNames), Terminal.Clock.GetUtcNow(), parse.GetValue(years));
        File.WriteAllText(parse.GetRequiredValue(output), certificate.ToPem() + string.Concat(authorities.ChainFor(certificate).Select(above => above.ToPem())));
        screen.Show(
            new { subject = certificate.Subject, serialNumber = certificate.SerialNumber, notBefore = certificate.NotBefore, notAfter = certificate.NotAfter, sha256 = certificate.Fingerprint.ToString() },
            screen.Say($"已签发 {certificate.Subject}，有效至 {certificate.NotAfter:yyyy-MM-dd}。", $"Issued {certificate.Subject}, valid until {certificate.NotAfter:yyyy-MM-dd}."),
            $"SHA-256 {certificate.Fingerprint}",
            screen.Say($"申请中的公钥 SHA-256：{request.PublicKeyFingerprint}", $"SHA-256 of the request's public key: {request.PublicKeyFingerprint}"));
        return Task.FromResult(ExitCode.Ok);
    }
}
