using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Whether the signer's certificate may be relied upon (ETSI EN 319 102-1 §5.2.6), at the time the signature is proven to
/// have existed (§5.6.2.2, past validation), and what follows where nothing proves that it existed early enough.
/// </summary>
internal static class CertificateRules
{
    public static PathResult Judge(
        SignerFacts signer, CertificatePaths paths, IReadOnlyList<Certificate> extra, DateTimeOffset provenAt, CertificateUsage usage, StatusProofs proofs, FileWork? file = null) =>
        Judge(signer.Certificate!, signer.SigningTime, paths, extra, provenAt, usage, proofs, file);

    /// <param name="claimed">When the signer says to have signed, or a time-stamp among what was signed, if that is later; null where neither is known.</param>
    public static PathResult Judge(
        Certificate signer, DateTimeOffset? claimed, CertificatePaths paths, IReadOnlyList<Certificate> extra, DateTimeOffset provenAt, CertificateUsage usage, StatusProofs? proofs = null,
        FileWork? file = null)
    {
        proofs ??= StatusProofs.None;
        var path = paths.Build(signer, extra, provenAt, usage, proofs, file);
        if (path.IsTrusted || !path.Findings.Any(IsOfTime))
        {
            return path with { Findings = [.. PathFindings.WithoutAnchor(path.Findings)] };
        }

        var asClaimed = claimed is { } time ? paths.Build(signer, extra, time, usage, proofs, file).Findings : [];
        return path with { Findings = [.. PathFindings.WithoutAnchor([.. path.Findings.Select(finding => IsOfTime(finding) ? Restate(finding, path, asClaimed) : finding)])] };
    }

    private static bool IsOfTime(Finding finding) => finding is { Indication: Indication.TotalFailed, SubIndication: SubIndication.Revoked or SubIndication.Expired };

    /// <summary>
    /// §5.3.4 steps 5 and 6: the signature may be older than the revocation or the end of the certificate, and nothing
    /// proves it. By its own word it is not, when the certificate was no good at the claimed time of signing either.
    /// </summary>
    private static Finding Restate(Finding finding, PathResult path, IReadOnlyList<Finding> asClaimed)
    {
        if (asClaimed.Any(claimed => claimed.Code == finding.Code && claimed.SubIndication == finding.SubIndication))
        {
            return finding;
        }

        var sub = finding.SubIndication == SubIndication.Revoked ? SubIndication.RevokedNoPoe
            : IsKnownNotRevoked(path) ? SubIndication.OutOfBoundsNotRevoked
            : SubIndication.OutOfBoundsNoPoe;
        return CmsFindings.WithoutProof(finding, sub);
    }

    // §5.2.6.4 step 2: expired, but its state at the end is known.
    private static bool IsKnownNotRevoked(PathResult path) => !path.Findings.Any(finding =>
        finding.SubIndication is SubIndication.NoCertificateChainFound or SubIndication.TryLater or SubIndication.Revoked
        || StatusFindings.IsOfMissingStatus(finding) || finding.Code.EndsWith("_LIMIT", StringComparison.Ordinal));
}
