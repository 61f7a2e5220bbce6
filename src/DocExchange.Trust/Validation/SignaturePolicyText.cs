using System.Text.RegularExpressions;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>A signature policy as a site's policy names it.</summary>
internal sealed partial record SignaturePolicyText
{
    private const int MaxOidLetters = 128;

    /// <summary>Dotted.</summary>
    public required string Oid { get; init; }

    /// <summary>The algorithm of <see cref="Hash"/>, in the names of the algorithm policy; SHA-256 where it is not said.</summary>
    public string? Digest { get; init; }

    /// <summary>Of the policy's document, in hexadecimal; where it is not said, the identifier is enough.</summary>
    public string? Hash { get; init; }

    public static SignaturePolicyText Of(AcceptedSignaturePolicy policy) => new()
    {
        Oid = policy.Oid,
        Digest = policy.DigestAlgorithm is { } oid && DigestAlgorithms.Of(oid) is { } algorithm ? CmsAlgorithms.NameOf(algorithm) : null,
        Hash = policy.Digest is { } digest ? Convert.ToHexStringLower(digest.Span) : null,
    };

    /// <exception cref="FormatException">It names no policy; the message says why.</exception>
    public AcceptedSignaturePolicy Read()
    {
        if (Oid.Length > MaxOidLetters || !Dotted().IsMatch(Oid))
        {
            throw new WordedFormatException($"签名策略“{Oid}”有误，应为 1.2.156.1 这样的对象标识符。", $"The policy names the signature policy '{Oid}'; an object identifier such as 1.2.156.1 is expected.");
        }

        if (Hash is null)
        {
            return Digest is null ? new AcceptedSignaturePolicy(Oid) : throw new WordedFormatException($"签名策略 {Oid} 有摘要算法而没有摘要值（hash）。", $"The policy gives the signature policy {Oid} a digest algorithm and no hash.");
        }

        var name = Digest ?? "SHA-256";
        var found = Enum.GetValues<DigestAlgorithm>().Where(algorithm => CmsAlgorithms.NameOf(algorithm) == name).ToList();
        if (found.Count == 0)
        {
            throw new WordedFormatException($"签名策略 {Oid} 的摘要算法“{name}”未知。", $"The policy gives the signature policy {Oid} the digest '{name}', which is not known.");
        }

        var hash = IsHex(Hash) ? Convert.FromHexString(Hash) : [];
        return hash.Length == DigestAlgorithms.Hash(found[0], []).Length
            ? new AcceptedSignaturePolicy(Oid, DigestAlgorithms.OidOf(found[0]), hash)
            : throw new WordedFormatException($"签名策略 {Oid} 的摘要值“{Hash}”有误，应为十六进制的 {name} 值。", $"The policy gives the signature policy {Oid} the hash '{Hash}'; one of {name} in hexadecimal is expected.");
    }

    private static bool IsHex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);

    [GeneratedRegex(@"\A[0-2](\.(0|[1-9][0-9]*))+\z")]
    private static partial Regex Dotted();
}
