using System.Globalization;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Verdicts;

/// <summary>What a page tells of a file, a signature, its seal and its place, line by line; lines without a value are left out.</summary>
internal static class VerdictRows
{
    private const int MaxParts = 20;

    public static IEnumerable<(string Name, string? Value)> Of(Wording say, VerdictHead head) =>
    [
        (say("文件", "File"), head.File),
        (say("类型", "Kind"), head.Kind),
        ("SHA-256", head.Sha256),
        (say("判断时间", "Judged at"), Time(head.At)),
        (say("验证策略", "Policy"), head.Policy ?? say("内置", "built in")),
    ];

    public static IEnumerable<(string Name, string? Value)> Of(Wording say, SignatureVerdict signature) =>
    [
        (say("签名人", "Signer"), signature.Signer?.Subject ?? say("未知", "unknown")),
        (say("签名人证书号", "Serial number"), signature.Signer?.SerialNumber),
        (say("证书颁发者", "Issued by"), signature.Signer?.Issuer),
        (say("证书有效期", "Certificate valid"), signature.Signer is { } signer ? Period(say, signer.NotBefore, signer.NotAfter) : null),
        (say("所称签名时间", "Claimed time"), signature.SignedAt is { } claimed ? Time(claimed) : null),
        (say("签名级别", "Signature level"), signature.Level?.ToEtsi()),
        (say("证明存在的时间", "Proven time"), signature.Proof is { } proof ? say($"{Time(proof.Time)}（{proof.ChineseSource}）", $"{Time(proof.Time)} ({proof.Source})") : null),
    ];

    public static IEnumerable<(string Name, string? Value)> Of(Wording say, Seal? seal) => seal is null ? [] :
    [
        (say("印章名称", "Seal"), seal.Name),
        (say("印章编码", "Seal number"), seal.EsId),
        (say("印章有效期", "Seal valid"), Period(say, seal.ValidFrom, seal.ValidUntil)),
        (say("印章制作日期", "Seal made"), Day(seal.CreatedAt)),
        (say("印章标准", "Standard"), seal.Version switch { 1 => "GM/T 0031-2014", 4 => "GB/T 38540-2020", 5 => "GM/T 0031-2025", _ => $"{seal.Version}" }),
        (say("制章人", "Seal maker"), seal.MakerCertificate.Subject),
    ];

    /// <summary>A time-stamp or a counter-signature stands where its signature does.</summary>
    public static IEnumerable<(string Name, string? Value)> Of(Wording say, DocumentSignature? signature) => signature is null or { Verdict.Of: not null } ? [] :
    [
        (say("位置", "Where"), signature.Path),
        (say("制作软件", "Made by"), signature.Maker),
        (say("未变的内容", "Unchanged"), Parts(say, signature.Covered)),
        (say("被改动的内容", "Altered"), Parts(say, signature.Altered)),
    ];

    public static (string Name, string? Value) Uncovered(Wording say, SignedDocument? document) =>
        (say("不受保护的内容", "Protected by nobody"), Parts(say, document?.Uncovered ?? []));

    private static string? Parts(Wording say, IReadOnlyList<string> parts) => parts.Count == 0 ? null
        : string.Join(say("、", ", "), parts.Take(MaxParts)) + (parts.Count > MaxParts ? say($" 等 {parts.Count} 项", $" and others, {parts.Count} in all") : "");

    private static string Period(Wording say, DateTimeOffset from, DateTimeOffset until) => $"{Day(from)} {say("至", "to")} {Day(until)}";

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
