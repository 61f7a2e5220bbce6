using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki revoke</c>: puts a certificate on the revocation list of the built-in authorities.</summary>
internal sealed class PkiRevokeVerb : Verb
{
    private readonly Option<string> authority;
    private readonly Option<string> certificateFile;
    private readonly Option<string> reason;
    private readonly Option<string?> since;
    private readonly Option<string?> passwordFile;

    public PkiRevokeVerb(Terminal terminal)
        : base(terminal, "revoke", "吊销证书，更新吊销列表", "Revoke a certificate, renew the revocation lists")
    {
        authority = Required<string>("--ca", "证书颁发机构目录", "Folder of the authorities");
        certificateFile = Required<string>("--certificate", "要吊销的证书（PEM 或 DER）", "The certificate (PEM or DER)");
        reason = Option("--reason", "原因", "Reason", "cessationOfOperation");
        reason.AcceptOnlyFromAmong(RevocationReasons.Names);
        since = Option<string?>("--since", "密钥自何时起不可信（RFC 3339）", "From when the key must be thought known to others (RFC 3339)");
        passwordFile = Option<string?>("--password-file", "口令文件", "Password file");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var folder = parse.GetRequiredValue(authority);
        var invalidity = TypedValue.Time("--since", parse.GetValue(since));
        using var authorities = SiteAuthorities.Open(folder, Passwords.Read(parse.GetValue(passwordFile), folder));
        var certificate = Certificate.ParseAll(PkiVerbs.ReadFile(parse.GetRequiredValue(certificateFile)))[0];
        var lists = authorities.Revoke(certificate, RevocationReasons.Parse(parse.GetRequiredValue(reason)), Terminal.Clock.GetUtcNow(), invalidity);
        var path = Path.Combine(folder, "crl.pem");
        screen.Show(
            new { revoked = certificate.Subject, serialNumber = certificate.SerialNumber, lists = path, nextUpdate = lists.Max(list => list.NextUpdate) },
            screen.Say($"已吊销 {certificate.Subject}（{certificate.SerialNumber}），吊销列表 {path}。", $"Revoked {certificate.Subject} ({certificate.SerialNumber}); the lists are in {path}."));
        return Task.FromResult(ExitCode.Ok);
    }
}

/// <summary>The reasons of RFC 5280 §5.3.1 that a person may give.</summary>
internal static class RevocationReasons
{
    public static string[] Names { get; } = ["keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"];

    public static RevocationReason Parse(string name) => Enum.Parse<RevocationReason>(name, ignoreCase: true);
}
