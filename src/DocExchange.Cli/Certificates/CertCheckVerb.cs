using System.CommandLine;
using System.Text.RegularExpressions;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Certificates;

/// <summary><c>docex cert check</c>: judges one certificate offline: its path, its policies, its revocation.</summary>
internal sealed partial class CertCheckVerb : Verb
{
    private static readonly Dictionary<string, CertificateUsage> Usages = new()
    {
        ["any"] = CertificateUsage.Any,
        ["document-signing"] = CertificateUsage.DocumentSigning,
        ["tls-client"] = CertificateUsage.TlsClient,
        ["tls-server"] = CertificateUsage.TlsServer,
        ["timestamping"] = CertificateUsage.TimeStamping,
        ["ocsp"] = CertificateUsage.OcspSigning,
    };

    private readonly Argument<string> certificate;
    private readonly Option<string[]> intermediates;
    private readonly Option<string[]> trust;
    private readonly Option<string[]> lists;
    private readonly Option<string[]> answers;
    private readonly Option<string?> at;
    private readonly Option<string[]> policies;
    private readonly Option<bool> requireExplicitPolicy;
    private readonly Option<bool> inhibitPolicyMapping;
    private readonly Option<bool> inhibitAnyPolicy;
    private readonly Option<bool> withoutRevocation;
    private readonly Option<string> usage;

    public CertCheckVerb(Terminal terminal)
        : base(terminal, "check", "离线判断一张证书：证书链、策略、名称限制、用途与吊销", "Judge a certificate offline: path, policies, name constraints, usage and revocation")
    {
        certificate = Argument("CERT", "要判断的证书，PEM 或 DER；其后的证书当作中间证书", "The certificate, PEM or DER; further ones after it count as intermediates");
        intermediates = Repeated("--intermediate", "可用于证书链的证书：PEM、DER 文件或目录", "Certificates that may complete the path: PEM or DER file, or a folder");
        trust = Repeated("--trust", "信任的根证书：PEM、DER 文件或目录", "Trust anchors: PEM or DER file, or a folder");
        trust.Required = true;
        lists = Repeated("--crl", "吊销列表，完整或增量：PEM、DER 文件或目录", "Revocation lists, complete or delta: PEM or DER file, or a folder");
        answers = Repeated("--ocsp", "OCSP 应答：PEM、DER 文件或目录", "OCSP responses: PEM or DER file, or a folder");
        at = Option<string?>("--at", "按此时间判断（RFC 3339），默认为现在", "Time of judgement (RFC 3339); now by default");
        policies = Repeated("--policy", "可接受的证书策略（OID），默认任意", "Acceptable certificate policy (OID); any by default");
        requireExplicitPolicy = Option<bool>("--require-explicit-policy", "证书链须有可接受的证书策略", "The path must be valid under an acceptable policy");
        inhibitPolicyMapping = Option<bool>("--inhibit-policy-mapping", "不允许策略映射", "Policies may not be mapped");
        inhibitAnyPolicy = Option<bool>("--inhibit-any-policy", "不认 anyPolicy", "anyPolicy does not count");
        withoutRevocation = Option<bool>("--no-revocation", "不判断吊销", "Do not judge revocation");
        usage = Option("--usage", "用途", "What it is to be used for", "any");
        usage.AcceptOnlyFromAmong([.. Usages.Keys]);
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var time = TypedValue.Time("--at", parse.GetValue(at)) ?? Terminal.Clock.GetUtcNow();
        var files = new CertFiles();
        var path = parse.GetRequiredValue(certificate);
        if (Directory.Exists(path))
        {
            // The first of a folder's files would be judged, and which one that was nobody would know.
            throw new FailedException("FORMAT_FAILURE", $"“{path}”是目录，请指明要判断的证书文件；颁发者证书的目录用 --intermediate 给出。", $"'{path}' is a folder. Name the certificate to be judged; a folder of issuers is given by --intermediate.");
        }

        var given = files.Certificates(path);
        var store = new TrustStore(
            files.Certificates(parse.GetValue(trust)),
            [.. given.Skip(1), .. files.Intermediates(parse.GetValue(intermediates))],
            files.RevocationLists(parse.GetValue(lists)))
        {
            OcspResponses = files.OcspResponses(parse.GetValue(answers)),
        };
        var verdict = CertificateCheck.Judge(given[0], store, time, Usages[parse.GetValue(usage) ?? "any"], OptionsOf(parse)).With(files.Findings);
        CertReport.Show(screen, path, verdict);
        return Task.FromResult(verdict.Indication.ToExitCode());
    }

    private CertificatePathOptions OptionsOf(ParseResult parse) => CertificateCheck.Strict with
    {
        Revocation = parse.GetValue(withoutRevocation) ? RevocationDemand.Ignored : RevocationDemand.Required,
        Policies = new PolicyDemands(
            (parse.GetValue(policies) ?? []).Select(Policy).ToHashSet(),
            parse.GetValue(requireExplicitPolicy), parse.GetValue(inhibitPolicyMapping), parse.GetValue(inhibitAnyPolicy)),
    };

    private static string Policy(string text) => Oid().IsMatch(text)
        ? text
        : throw new UsageException($"“{text}”不是证书策略的 OID，应形如 1.2.156.10197.1。", $"'{text}' is not the OID of a policy; 1.2.156.10197.1 is the form.");

    [GeneratedRegex(@"\A[0-2](\.(0|[1-9][0-9]{0,38})){1,32}\z")]
    private static partial Regex Oid();
}
