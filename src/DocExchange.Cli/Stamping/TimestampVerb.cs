using System.CommandLine;
using System.Formats.Asn1;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Operating;
using DocExchange.Protocol;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Cli.Stamping;

/// <summary>
/// <c>docex timestamp</c>: raises a CMS signature to CAdES B-T, B-LT or B-LTA. A package is never rewritten; its signature
/// is stamped as a file of its own.
/// </summary>
internal sealed class TimestampVerb : Verb
{
    private const int MaxOcspResponse = 1024 * 1024;

    private readonly Argument<string> file;
    private readonly Option<string?> authority;
    private readonly Option<string?> hub;
    private readonly Option<string?> policy;
    private readonly Option<string> level;
    private readonly Option<string?> content;
    private readonly Option<string[]> trust;
    private readonly Option<string[]> lists;
    private readonly Option<string[]> ocsp;
    private readonly Option<string> output;

    public TimestampVerb(Terminal terminal)
        : base(terminal, "timestamp", "为 CMS 签名加盖时间戳（CAdES B-T、B-LT、B-LTA）", "Time-stamp a CMS signature (CAdES B-T, B-LT, B-LTA)")
    {
        file = Argument("FILE", "CMS 签名（.p7s、.p7m）", "A CMS signature (.p7s, .p7m)");
        authority = Option<string?>("--tsa", "时间戳服务的网址", "Address of the time-stamp authority, http or https");
        hub = Option<string?>("--hub", "由运行中的中心加盖：中心的数据目录", "Have a running hub stamp: its data folder");
        policy = Option<string?>("--policy", "所要求的时间戳策略（对象标识符）", "The authority's policy to ask for, an object identifier");
        level = Option("--level", "t：时间戳；lt：再加证书与吊销信息；lta：再加归档时间戳", "t: a time-stamp; lt: certificates and revocation data too; lta: an archive time-stamp too", "t");
        level.AcceptOnlyFromAmong("t", "lt", "lta");
        content = Option<string?>("--content", "分离式签名所保护的原文（归档时间戳需要）", "What a detached signature covers; an archive time-stamp needs it");
        trust = Repeated("--trust", "信任的根证书与签发机构证书：PEM、DER 文件或目录", "Trusted roots and issuing authorities: PEM or DER file, or a folder");
        lists = Repeated("--crl", "证书吊销列表：PEM、DER 文件或目录", "Revocation lists: PEM or DER file, or a folder");
        ocsp = Repeated("--ocsp", "OCSP 应答（DER），随 lt 一并存入", "OCSP responses (DER), put in with lt");
        output = Required<string>("--out", "新文件", "The new file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var target = parse.GetRequiredValue(output);
        NewFile.Require(target);
        var before = Read(parse.GetRequiredValue(file));
        var store = TrustFiles.Read((parse.GetValue(trust) ?? []).Concat(parse.GetValue(lists) ?? []));
        using var way = Way(parse);
        var client = new TimestampClient(
            way, new TimestampValidator(store, new TimestampPolicy { RevocationRequired = false }), new TimestampClientOptions { Policy = parse.GetValue(policy) }, Terminal.Clock);

        var after = await SignatureLevels.AddTimestampsAsync(before, client, cancellation);
        var chosen = parse.GetRequiredValue(level);
        if (chosen != "t")
        {
            after = Complete(after, store, Ocsp(parse));
        }

        if (chosen == "lta")
        {
            after = await SignatureLevels.AddArchiveTimestampsAsync(after, await ContentAsync(parse, cancellation), client, cancellation);
        }

        await File.WriteAllBytesAsync(target, after, cancellation);
        screen.Show(
            new { file = target, level = "B-" + chosen.ToUpperInvariant(), signers = CmsSignedData.Parse(after, CmsLimits.Default).Signers.Count, bytes = after.Length },
            screen.Say($"已写入 {target}（CAdES B-{chosen.ToUpperInvariant()}）。", $"Written to {target} (CAdES B-{chosen.ToUpperInvariant()})."));
        return ExitCode.Ok;
    }

    private static byte[] Read(string path)
    {
        var bytes = BoundedFile.Read(path, CmsLimits.Default.MaxSize);
        return bytes.AsSpan().StartsWith("PK"u8)
            ? throw new FailedException(
                "PACKAGE_IS_FINAL", "公文包一经签名不再改写；请取出其中的 META-INF/signature.p7s 另行加盖。",
                "A package is never rewritten; take META-INF/signature.p7s out and stamp that.")
            : CmsSignedData.Unwrap(bytes).ToArray();
    }

    private StampingWay Way(ParseResult parse)
    {
        var (address, folder) = (parse.GetValue(authority), parse.GetValue(hub));
        if ((address is null) == (folder is null))
        {
            throw new UsageException("请用 --tsa 或 --hub 之一指明时间戳服务。", "Name the time-stamp authority, with either --tsa or --hub.");
        }

        if (address is null)
        {
            return StampingWay.To(LocalSocket.ToHub(folder));
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? StampingWay.To(new HttpTimestamps(uri))
            : throw new UsageException($"“{address}”不是网址。", $"'{address}' is not an address of http or https.");
    }

    /// <summary>Those certificates that stand in a path of a signer or of a time-stamp, and the lists of their issuers.</summary>
    private static byte[] Complete(byte[] cms, TrustStore store, IReadOnlyList<ReadOnlyMemory<byte>> ocspResponses)
    {
        var signed = CmsSignedData.Parse(cms, CmsLimits.Default);
        var tokens = signed.Signers.SelectMany(signer => SignatureLevels.TimestampsOf(signer)).ToList();
        var along = signed.Certificates.Concat(tokens.SelectMany(token => token.Signed.Certificates)).Distinct().ToList();
        var paths = new CertificatePaths(store, new CertificatePathOptions { Revocation = RevocationDemand.WhenAvailable });
        var chains = along.SelectMany(certificate => paths.Build(certificate, along, certificate.NotBefore, CertificateUsage.Any).Chain).Distinct().ToList();
        var issuers = chains.Select(certificate => certificate.Issuer).ToHashSet();
        return SignatureLevels.AddValidationData(cms, chains, store.RevocationLists.Where(list => issuers.Contains(list.Issuer)), ocspResponses);
    }

    private List<ReadOnlyMemory<byte>> Ocsp(ParseResult parse)
    {
        var responses = new List<ReadOnlyMemory<byte>>();
        foreach (var path in parse.GetValue(ocsp) ?? [])
        {
            var bytes = BoundedFile.Read(path, MaxOcspResponse);
            if (!AsnDecoder.TryReadEncodedValue(bytes, AsnEncodingRules.DER, out var tag, out _, out _, out var length) || tag != Asn1Tag.Sequence || length != bytes.Length)
            {
                throw new FailedException("FORMAT_FAILURE", $"“{path}”不是 OCSP 应答（DER）。", $"'{path}' is no OCSP response in DER.");
            }

            responses.Add(bytes);
        }

        return responses;
    }

    private async Task<ContentDigests?> ContentAsync(ParseResult parse, CancellationToken cancellation)
    {
        if (parse.GetValue(content) is not { } path)
        {
            return null;
        }

        await using var stream = File.OpenRead(path);
        return await ContentDigests.OfAsync(stream, [DigestAlgorithm.Sha256, DigestAlgorithm.Sm3], cancellation);
    }
}
