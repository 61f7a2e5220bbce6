using DocExchange.Core.Documents;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>
/// Whether a package carries the signatures and seals its own metadata promises. The manifest cannot name them, so a
/// seal that was taken out would otherwise not be missed.
/// </summary>
internal static class IssuerRules
{
    public static IEnumerable<Finding> Check(PackageVerdict package)
    {
        if (package.Manifest is null)
        {
            return [];
        }

        return DocumentMetadata.TryParse(package.Metadata.Span, out var problems) is { } metadata
            ? Check(package, metadata)
            : problems.Select(problem => Finding.Failed("METADATA_" + problem.Code, SubIndication.FormatFailure, problem.Chinese, problem.English));
    }

    private static IEnumerable<Finding> Check(PackageVerdict package, DocumentMetadata metadata)
    {
        var signers = package.Issuers.Select(signature => signature.Signer?.Fingerprint).Distinct().Count();
        if (signers != metadata.Issuers.Count)
        {
            yield return Finding.Failed(
                "ISSUER_SIGNATURES", SubIndication.SigConstraintsFailure,
                $"公文由 {metadata.Issuers.Count} 个机关署名，实有 {signers} 个签名人。", $"The document has {metadata.Issuers.Count} issuers, the package {signers} signers.");
        }

        var promised = metadata.Issuers.Count(issuer => issuer.Seal == SealPlacement.Container);
        var seals = package.Seals.Select(seal => seal.Signature?.SignerCertificate.Fingerprint).Distinct().Count();
        if (seals != promised || package.Seals.Count != promised)
        {
            yield return Finding.Failed(
                "ISSUER_SEALS", SubIndication.SigConstraintsFailure,
                $"公文应有 {promised} 枚电子印章，实有 {package.Seals.Count} 枚。", $"The metadata promises {promised} seals, the package holds {package.Seals.Count}.");
        }
    }
}
