using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>What a signature inside an OFD or PDF says beyond its verdict: where it stands, its seal, its parts.</summary>
internal static class DocumentReport
{
    /// <summary>Null where the signature stands in no document; a time-stamp stands where its signature does.</summary>
    public static object? Value(DocumentSignature? signature) => signature is null or { Verdict.Of: not null } ? null : new
    {
        id = signature.Id,
        path = signature.Path,
        maker = signature.Maker,
        integrity = signature.Integrity.ToString().ToLowerInvariant(),
        seal = signature.Seal is not { } seal ? null : new { name = seal.Name, esId = seal.EsId, version = seal.Version, validFrom = seal.ValidFrom, validUntil = seal.ValidUntil },
        covered = signature.Covered,
        altered = signature.Altered,
    };

    public static IEnumerable<string> Lines(Screen screen, DocumentSignature? signature)
    {
        if (signature is null or { Verdict.Of: not null })
        {
            yield break;
        }

        yield return screen.Say($"    位置：{signature.Path}", $"    Where: {signature.Path}");
        yield return signature.Integrity switch
        {
            SignatureIntegrity.Intact => screen.Say("    密码学结果：完整，未被改动", "    Cryptographic result: intact"),
            SignatureIntegrity.Broken => screen.Say("    密码学结果：已被改动", "    Cryptographic result: broken"),
            _ => screen.Say("    密码学结果：未能全部检验", "    Cryptographic result: not all could be checked"),
        };
    }
}
