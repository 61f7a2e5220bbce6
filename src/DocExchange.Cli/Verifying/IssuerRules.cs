using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>
/// Whether a package carries the signatures and seals its own metadata promises, and by whom as far as they say themselves. The manifest cannot name them, so a
/// seal that was taken out would otherwise not be missed.
/// </summary>
internal static class IssuerRules
{
    /// <summary>Stands in whatever the rules were asked of.</summary>
    public const string BindingNotChecked = "BINDING_NOT_CHECKED";

    /// <summary>
    /// Facts have no metadata, so the rules cannot be asked of them again (ARCHITECTURE 83): what <c>docex verify</c> found is among the findings
    /// of those it gathered; others, such as the hub's in a dossier, leave open whose the signatures are.
    /// </summary>
    public static IEnumerable<Finding> OfFacts(FileFacts facts) =>
        facts.Kind != SignedFileKind.Package || facts.Findings.Any(finding => finding.Code == BindingNotChecked) ? [] :
        [
            Finding.Indeterminate(
                "ISSUER_SIGNER_UNCLEAR", SubIndication.SigConstraintsFailure,
                "事实中没有公文的署名机关，不能核对签名证书和印章是否属于署名机关。请用公文包或证据卷宗验证。",
                "The facts do not hold who the issuers are, so whether the signers and seals are theirs cannot be said. Verify the package or the dossier."),
        ];

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

    private static Finding? HolderOf(SealSignature signature, string path, DocumentMetadata metadata) => SealHolder.Of(signature).Beside(metadata) switch
    {
        SealBelonging.Another => Finding.Failed(
            "ISSUER_SEAL_OF_ANOTHER", SubIndication.SigConstraintsFailure,
            $"印章“{signature.Seal.Name}”（{path}）的名称和信用代码都属于其他单位，不是署名机关的印章。",
            $"The seal '{signature.Seal.Name}' ({path}) is another unit's by name and by credit code, none of the issuers'."),
        SealBelonging.Unclear => Finding.Indeterminate(
            "ISSUER_SEAL_UNCLEAR", SubIndication.SigConstraintsFailure,
            $"仅凭名称或信用代码不能认定印章“{signature.Seal.Name}”（{path}）属于署名机关（可能已更名）。请凭机构目录核对。",
            $"By its name or its credit code alone the seal '{signature.Seal.Name}' ({path}) is none of the issuers'; one may have been renamed. Ask the directory."),
        SealBelonging.CodeDiffers => Finding.Remark(
            "ISSUER_SEAL_CODE",
            $"印章“{signature.Seal.Name}”（{path}）与署名机关同名，信用代码与公文标识中的不同（标识可能取自发送单位）。",
            $"The seal '{signature.Seal.Name}' ({path}) has an issuer's name and another credit code than the document's identifier, which may be the dispatching office's."),
        _ => null,
    };

    // A certificate of the exchange is no right to sign for another office, and only the directory knows of such rights.
    private static IEnumerable<Finding> HoldersOf(PackageVerdict package, DocumentMetadata metadata)
    {
        var signers = package.Issuers.Select(signature => signature.Signer).OfType<Certificate>().DistinctBy(signer => signer.Fingerprint).ToList();
        var issuers = string.Join('、', metadata.Issuers.Select(issuer => issuer.PrintedName));
        var strangers = signers.Select(signer => (Signer: signer, Belongs: SignerHolder.Beside(signer, metadata))).Where(each => each.Belongs != SignerBelonging.Issuers).ToList();
        foreach (var (signer, belongs) in strangers)
        {
            yield return belongs == SignerBelonging.Another
                ? Finding.Failed(
                    "ISSUER_SIGNER_OF_ANOTHER", SubIndication.SigConstraintsFailure,
                    $"签名证书“{signer.Subject}”的名称和信用代码都属于其他单位，不是署名机关（{issuers}）。",
                    $"The signer's certificate '{signer.Subject}' is another unit's by name and by credit code, none of the issuers' ({issuers}).")
                : Finding.Indeterminate(
                    "ISSUER_SIGNER_UNCLEAR", SubIndication.SigConstraintsFailure,
                    $"签名证书“{signer.Subject}”没有写明署名机关（{issuers}）。是否有权签署，请凭机构目录或证据卷宗核对。",
                    $"The signer's certificate '{signer.Subject}' has the name of none of the issuers ({issuers}). Whether it may sign, the directory or a dossier tells.");
        }

        var unnamed = SignerHolder.Unnamed(signers, metadata);
        if (signers.Count > 0 && strangers.Count == 0 && unnamed.Count > 0)
        {
            var names = string.Join('、', unnamed.Select(issuer => issuer.PrintedName));
            yield return Finding.Indeterminate(
                "ISSUER_SIGNER_UNCLEAR", SubIndication.SigConstraintsFailure, $"没有签名证书写明署名机关：{names}。", $"No signer's certificate has the name of these issuers: {names}.");
        }
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

        foreach (var finding in HoldersOf(package, metadata))
        {
            yield return finding;
        }

        var promised = metadata.Issuers.Count(issuer => issuer.Seal == SealPlacement.Container);
        var seals = package.Seals.Select(seal => seal.Signature?.SignerCertificate.Fingerprint).Distinct().Count();
        if (seals != promised || package.Seals.Count != promised)
        {
            yield return Finding.Failed(
                "ISSUER_SEALS", SubIndication.SigConstraintsFailure,
                $"公文应有 {promised} 枚电子印章，实有 {package.Seals.Count} 枚。", $"The metadata promises {promised} seals, the package holds {package.Seals.Count}.");
        }

        foreach (var finding in package.Seals.Select(seal => seal.Signature is { } signature ? HolderOf(signature, seal.Path, metadata) : null).OfType<Finding>())
        {
            yield return finding;
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
