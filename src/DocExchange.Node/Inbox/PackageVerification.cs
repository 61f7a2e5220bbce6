using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Offices;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;

namespace DocExchange.Node.Inbox;

/// <summary>What a Dispatched promised of a package, and where that promise stands.</summary>
internal sealed record Promise(DocumentId Document, DispatchBody Dispatch, PartyId Sender, long Index, DateTimeOffset At);

/// <summary>
/// Judges a package fully and here, trusting the hub in nothing: container, digests, signatures, seals, that the keys were
/// bound to the issuers, and that the package is what the Dispatched says. Safe for concurrent use.
/// </summary>
internal sealed class PackageVerification(TrustedAuthorities authorities, DirectoryCopy directories)
{
    public async Task<(Indication Indication, IReadOnlyList<Finding> Faults)> JudgeAsync(Stream package, Promise promise, CancellationToken cancellation)
    {
        var validator = new PackageValidator(authorities.Store, ValidationPolicy.Strict, PackageLimits.Default);
        var found = await validator.ValidateAsync(package, promise.At, cancellation);
        var faults = found.Verdict.Faults.ToList();
        if (found.Manifest is { } manifest)
        {
            Require(faults, manifest.DocumentId == promise.Document.Value, "DOCUMENT_ID", "公文包中的公文不是发文凭证所指的公文", "the document in the package is not the one that was dispatched");
            Require(faults, found.PackageId == promise.Dispatch.Package.Value, "PACKAGE_ID", "公文包文件不是发文凭证所指的文件", "the file is not the one that was dispatched");
            Compare(faults, found.Metadata.Span, found.Verdict, promise);
        }

        var worst = faults.Select(fault => fault.Indication).DefaultIfEmpty(found.Verdict.Indication).Max();
        return (worst, faults);
    }

    private void Compare(List<Finding> faults, ReadOnlySpan<byte> xml, Verdict verdict, Promise promise)
    {
        if (DocumentMetadata.TryParse(xml, out var problems) is not { } metadata)
        {
            faults.AddRange(problems.Select(problem => Finding.Failed("METADATA_" + problem.Code, SubIndication.FormatFailure, problem.Chinese, problem.English)));
            return;
        }

        var dispatch = promise.Dispatch;
        Require(faults, metadata.Title == dispatch.Title, "METADATA_TITLE", "标题与发文凭证不一致", "the title is not that of the Dispatched");
        Require(faults, metadata.Number?.ToString() == dispatch.Number, "METADATA_NUMBER", "发文字号与发文凭证不一致", "the number is not that of the Dispatched");
        Require(faults, DispatchTerms.TypeOf(metadata) == dispatch.DocumentType, "METADATA_TYPE", "文种与发文凭证不一致", "the type is not that of the Dispatched");
        Require(faults, metadata.DispatchedBy == promise.Sender.ToString(), "METADATA_SENDER", "发文单位与发文凭证不一致", "the sender is not that of the Dispatched");
        Require(faults, !metadata.Security.IsClassified, "CLASSIFIED", "涉密公文不得通过本系统传输", "classified documents do not travel on this system");
        Require(
            faults, metadata.Issuers.Select(issuer => issuer.OfficeId).SequenceEqual(dispatch.Issuers.Select(issuer => issuer.ToString())),
            "METADATA_ISSUERS", "发文机关与发文凭证不一致", "the issuers are not those of the Dispatched");
        CheckKeys(faults, metadata, verdict, promise);
    }

    private void CheckKeys(List<Finding> faults, DocumentMetadata metadata, Verdict verdict, Promise promise)
    {
        if (directories.InForceAt(promise.Index) is not { } directory)
        {
            Require(faults, false, "NO_DIRECTORY", "没有可供核对的机构目录", "there is no office directory to check the keys by");
            return;
        }

        foreach (var issuer in metadata.Issuers)
        {
            Require(
                faults, IsMadeBy(verdict, SignatureKind.Cms, CertificateUse.Document, issuer, directory, promise.At),
                "ISSUER_NOT_SIGNED", $"{issuer.PrintedName}未以其绑定的密钥签名", $"{issuer.OfficeId} has not signed with a key bound to it");
            Require(
                faults, issuer.Seal != SealPlacement.Container || IsMadeBy(verdict, SignatureKind.Seal, CertificateUse.Seal, issuer, directory, promise.At),
                "ISSUER_NOT_SEALED", $"{issuer.PrintedName}未以其绑定的印章签章", $"{issuer.OfficeId} has not sealed with a seal bound to it");
        }
    }

    private static bool IsMadeBy(Verdict verdict, SignatureKind kind, CertificateUse use, Issuer issuer, OfficeDirectory directory, DateTimeOffset at) =>
        verdict.Signatures.Any(signature => signature.Kind == kind && signature.Signer is { } signer
            && directory.HolderOf(signer.Fingerprint, use, at)?.ToString() == issuer.OfficeId);

    private static void Require(List<Finding> faults, bool holds, string code, string chinese, string english)
    {
        if (!holds)
        {
            faults.Add(Finding.Failed(code, SubIndication.SigConstraintsFailure, $"公文包：{chinese}。", $"Of the package: {english}."));
        }
    }
}

/// <summary>How a Dispatched says what the metadata says.</summary>
internal static class DispatchTerms
{
    /// <summary>文种 code; 00 for internal papers, which have none.</summary>
    public static string TypeOf(DocumentMetadata metadata) => metadata.Type.Code() ?? "00";

    /// <summary>紧急程度 as printed; null where there is none.</summary>
    public static string? UrgencyOf(DocumentMetadata metadata) => metadata.Urgency == Urgency.None ? null : metadata.Urgency.Chinese();

    /// <summary>The higher, the sooner: 特急 before 加急 before the rest.</summary>
    public static int RankOf(string? urgency) => Names.TryParse(urgency, out Urgency known) ? (int)known : 0;
}
