using DocExchange.Trust.Seals;

namespace DocExchange.Trust.Validation;

/// <summary>What cryptography alone says of a signature, whoever made it and whether or not anybody is trusted.</summary>
public enum SignatureIntegrity
{
    /// <summary>Something needed was missing or of an unknown kind.</summary>
    Unknown,

    /// <summary>The protected content is as it was signed, and the signature value fits the certificate.</summary>
    Intact,

    /// <summary>Content or signature were altered.</summary>
    Broken,
}

/// <summary>A signature inside a document (OFD, PDF), with where it stands and what it protects.</summary>
/// <param name="Id">As the document numbers it.</param>
/// <param name="Path">The part that describes the signature; for a PDF the signature field's place.</param>
/// <param name="Maker">The product that made it, as it says itself; null where it does not.</param>
/// <param name="Seal">Null for a signature without one.</param>
/// <param name="Covered">Parts found as they were signed.</param>
/// <param name="Altered">Parts that were altered, damaged or removed.</param>
public sealed record DocumentSignature(
    string Id, string Path, string? Maker, Seal? Seal, IReadOnlyList<string> Covered, IReadOnlyList<string> Altered, SignatureVerdict Verdict)
{
    /// <summary>What a reader takes for a seal: a seal signature; in a PDF, which has no other, any signature.</summary>
    public bool ActsAsSeal { get; init; } = Seal is not null;

    public SignatureIntegrity Integrity => IntegrityOf(Verdict.Findings);

    /// <summary>It is somebody's approval of the document: no time-stamp, and nothing that belongs to another signature.</summary>
    public bool IsOwn => Verdict is { Of: null, Kind: not SignatureKind.Timestamp };

    /// <summary>Its place in a document where so many others come before those of its own signature.</summary>
    internal DocumentSignature Behind(int others) => this with { Verdict = Verdict with { Of = Verdict.Of + others } };

    internal static SignatureIntegrity IntegrityOf(IReadOnlyList<Finding> findings) =>
        findings.Any(finding => finding.Indication == Indication.TotalFailed && finding.SubIndication is SubIndication.HashFailure or SubIndication.SigCryptoFailure && !IsOfSeal(finding))
            ? SignatureIntegrity.Broken
            : findings.Any(IsUnchecked) ? SignatureIntegrity.Unknown : SignatureIntegrity.Intact;

    /// <summary>It proves that the seal is not genuine, and says nothing of what was sealed.</summary>
    internal static bool IsOfSeal(Finding finding) => finding.Code == "SEAL_MAKER_SIGNATURE";

    // An algorithm that is known and only no longer trusted was checked all the same; and what was signed, where more was added than is read.
    private static bool IsUnchecked(Finding finding) =>
        finding.SubIndication is SubIndication.FormatFailure or SubIndication.SignedDataNotFound or SubIndication.NoSigningCertificateFound
        || (finding.SubIndication == SubIndication.Generic && finding.Code is not ("TIMESTAMP_LIMIT" or "CMS_LIMIT"))
        || finding.Code is "SEAL_ALGORITHM" or "SEAL_MAKER_ALGORITHM" or "CMS_ALGORITHM_UNKNOWN" or "OFD_DIGEST_UNKNOWN" or "PDF_SUBFILTER";
}

/// <summary>
/// The judgement of a document and of every signature in it, each followed by its own time-stamps and counter-signatures;
/// the verdict's signatures are these, in the same order.
/// </summary>
/// <param name="Uncovered">Parts that no signature protects, those that make up the signatures themselves left out.</param>
public sealed record SignedDocument(Verdict Verdict, IReadOnlyList<DocumentSignature> Signatures, IReadOnlyList<string> Uncovered)
{
    public bool IsSigned => Signatures.Any(signature => signature.IsOwn);

    /// <summary>Something of what the document shows may have been added or altered after it was signed.</summary>
    public bool HasUnprotectedContent => Verdict.Faults.Any(fault => fault.Code is "OFD_CONTENT_NOT_COVERED" or "PDF_ADDED_AFTER_SIGNING");

    /// <summary>A signature leaves something of the document to others, who may have added it: its signer may have seen something else.</summary>
    public bool WasContinued => Verdict.Faults.Any(fault => fault.Code is "PDF_CHANGED_AFTER_SIGNING" or "OFD_CONTENT_LEFT_TO_OTHERS");
}

internal static class DocumentFindings
{
    public static readonly Finding Intact = Finding.Remark(
        "SIGNATURE_INTACT",
        "密码学验证通过：受保护的内容自签名以来未变，签名值正确。签名人是谁，以证书链的验证结果为准。",
        "Cryptographically intact: the protected content has not changed since it was signed, and the signature value fits. Who signed is for the certificate chain to say.");

    /// <summary>The findings with the cryptographic result stated where it is a good one.</summary>
    public static IReadOnlyList<Finding> WithResult(IReadOnlyList<Finding> findings) =>
        DocumentSignature.IntegrityOf(findings) == SignatureIntegrity.Intact ? [Intact, .. findings] : findings;
}
