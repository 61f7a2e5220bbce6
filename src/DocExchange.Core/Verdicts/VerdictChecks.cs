using DocExchange.Trust.Validation;

namespace DocExchange.Core.Verdicts;

public enum CheckResult
{
    Passed,
    Failed,

    /// <summary>It was made and left something undecided.</summary>
    Open,

    /// <summary>What it needs was not there.</summary>
    NotMade,
}

/// <summary>One of the steps a signature is judged by, passed ones among them, in the order of ETSI EN 319 102-1 §5.2.</summary>
/// <param name="Code">Stable, for programs.</param>
public sealed record VerdictCheck(string Code, string Chinese, string English, CheckResult Result)
{
    private static readonly HashSet<SubIndication> Path =
    [
        SubIndication.NoCertificateChainFound, SubIndication.NoCertificateChainFoundNoPoe, SubIndication.ChainConstraintsFailure,
        SubIndication.CertificateChainGeneralFailure, SubIndication.Expired, SubIndication.NotYetValid, SubIndication.OutOfBoundsNoPoe, SubIndication.OutOfBoundsNotRevoked,
    ];

    private static readonly HashSet<SubIndication> Revocation =
    [
        SubIndication.Revoked, SubIndication.RevokedNoPoe, SubIndication.RevokedCaNoPoe, SubIndication.RevocationOutOfBoundsNoPoe, SubIndication.TryLater,
    ];

    private static readonly HashSet<SubIndication> Context = [SubIndication.SignaturePolicyNotAvailable, SubIndication.PolicyProcessingError];

    // Remarks where revocation data is not demanded.
    private static readonly HashSet<string> RevocationUnknown = new(StringComparer.Ordinal) { "CRL_MISSING", "CRL_STALE", "OCSP_STALE", "CRL_REASONS", "CRL_UNREAD", "CRL_ISSUER_REVOKED", "CRL_ISSUER_EXPIRED" };

    /// <summary>Nothing is called passed that was not looked at.</summary>
    public static IReadOnlyList<VerdictCheck> Of(SignatureVerdict signature)
    {
        var isKnown = signature.Signer is not null;
        var isRead = isKnown || !(Has(signature, SubIndication.FormatFailure) || Has(signature, SubIndication.Generic));
        var isChained = isKnown && !Has(signature, SubIndication.NoCertificateChainFound) && !Has(signature, SubIndication.NoCertificateChainFoundNoPoe);
        var isOpen = signature.Findings.Any(finding => RevocationUnknown.Contains(finding.Code) && finding.Indication == Indication.TotalPassed);
        var revocation = Make(signature, "revocation", "吊销状态", "revocation", isChained, Revocation.Contains);
        return
        [
            Make(signature, "format", "格式", "format", isMade: true, sub => sub is SubIndication.FormatFailure || (sub is SubIndication.Generic && !isKnown)),
            Make(signature, "identification", "签名证书", "signing certificate", isRead, sub => sub is SubIndication.NoSigningCertificateFound),
            .. ContextOf(signature, isRead),
            new("cryptography", "内容与签名值", "content and signature value", signature.Integrity switch
            {
                SignatureIntegrity.Intact => CheckResult.Passed,
                SignatureIntegrity.Broken => CheckResult.Failed,
                _ => isKnown ? CheckResult.Open : CheckResult.NotMade,
            }),
            Make(signature, "path", "证书链与有效期", "certificate path and period", isKnown, Path.Contains),
            isOpen && revocation.Result == CheckResult.Passed ? revocation with { Result = CheckResult.Open } : revocation,
            Make(signature, "constraints", "时间、算法与其他要求", "times, algorithms and other demands", isKnown, IsOfConstraints),
        ];
    }

    /// <summary>A seal names no signature policy.</summary>
    private static IEnumerable<VerdictCheck> ContextOf(SignatureVerdict signature, bool isRead) =>
        signature.Kind == SignatureKind.Seal ? [] : [Make(signature, "context", "签名策略", "signature policy", isRead, Context.Contains)];

    public string Mark => Result switch
    {
        CheckResult.Passed => "✓",
        CheckResult.Failed => "✗",
        CheckResult.Open => "?",
        _ => "—",
    };

    private static VerdictCheck Make(SignatureVerdict signature, string code, string chinese, string english, bool isMade, Func<SubIndication, bool> concerns)
    {
        var faults = signature.Findings.Where(finding => finding.Indication != Indication.TotalPassed && concerns(finding.SubIndication)).ToList();
        return new VerdictCheck(
            code, chinese, english,
            faults.Exists(fault => fault.Indication == Indication.TotalFailed) ? CheckResult.Failed
            : faults.Count > 0 ? CheckResult.Open
            : isMade ? CheckResult.Passed : CheckResult.NotMade);
    }

    private static bool Has(SignatureVerdict signature, SubIndication sub) =>
        signature.Findings.Any(finding => finding.Indication != Indication.TotalPassed && finding.SubIndication == sub);

    private static bool IsOfConstraints(SubIndication sub) =>
        !Path.Contains(sub) && !Revocation.Contains(sub) && !Context.Contains(sub)
        && sub is not (SubIndication.FormatFailure or SubIndication.NoSigningCertificateFound or SubIndication.HashFailure or SubIndication.SigCryptoFailure or SubIndication.SignedDataNotFound);
}
