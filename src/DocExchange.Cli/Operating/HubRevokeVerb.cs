using System.CommandLine;
using System.Globalization;
using DocExchange.Cli.Pki;
using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Digests;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub revoke</c></summary>
internal sealed class HubRevokeVerb : HubVerb
{
    private readonly Argument<string> certificate;
    private readonly Option<string> reason;
    private readonly Option<string> since;

    public HubRevokeVerb(Terminal terminal)
        : base(terminal, "revoke", "吊销证书并记入账本", "Revoke a certificate, on the ledger too")
    {
        certificate = Argument("CERTIFICATE", "证书文件，或证书的 SHA-256", "The certificate's file, or its SHA-256");
        reason = Option("--reason", "原因", "Reason", "cessationOfOperation");
        reason.AcceptOnlyFromAmong(RevocationReasons.Names);
        since = Option("--since", "密钥自何时起不可信（RFC 3339）", "From when the key must be thought known to others (RFC 3339)", "");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var given = parse.GetRequiredValue(certificate);
        var fingerprint = Digest.TryParse(given, out var digest) ? digest : Seals.SealVerbs.ReadCertificate(given).Fingerprint;
        var request = new RevokeCertificateRequest { Fingerprint = fingerprint.ToString(), Reason = parse.GetValue(reason), InvalidityDate = TypedValue.Time("--since", parse.GetValue(since))?.ToString("O", CultureInfo.InvariantCulture) ?? "" };
        ShowChange(screen, await hub.RevokeCertificateAsync(request, cancellationToken: cancellation), "已吊销。", "Revoked.");
        return ExitCode.Ok;
    }
}
