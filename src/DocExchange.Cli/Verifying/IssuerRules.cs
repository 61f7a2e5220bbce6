using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
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

        foreach (var stranger in package.Seals.Where(seal => seal.Signature is { } signature && SealHolder.Of(signature).IsAnother(metadata)))
        {
            yield return Finding.Failed(
                "ISSUER_SEAL_OF_ANOTHER", SubIndication.SigConstraintsFailure,
                $"印章“{stranger.Signature!.Seal.Name}”（{stranger.Path}）属于其他单位，不是署名机关的印章。",
                $"The seal '{stranger.Signature.Seal.Name}' ({stranger.Path}) is another unit's, none of the issuers'.");
        }

        // Whose they are is for the directory to say, which is not at hand here.
        var inBody = metadata.Issuers.Count(issuer => issuer.Seal == SealPlacement.Body);
        var intact = package.Body?.Signatures.Count(signature => signature is { ActsAsSeal: true, Integrity: SignatureIntegrity.Intact }) ?? 0;
        if (intact < inBody)
        {
            yield return Finding.Failed(
                "ISSUER_BODY_SEALS", SubIndication.SigConstraintsFailure,
                $"元数据称正文中有 {inBody} 枚印章，完好的有 {intact} 枚。", $"The metadata says that the body bears {inBody} seals; {intact} intact ones are there.");
        }
    }
}
