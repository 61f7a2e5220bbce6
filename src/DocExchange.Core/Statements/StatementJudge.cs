using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Statements;

/// <summary>
/// Decides whether a statement is authentic: one strict CMS signature, made with a certificate that the directory
/// binds to the statement's issuer. Safe for concurrent use, but for one that draws on the work of a file.
/// </summary>
/// <param name="work">What all statements of one file draw on; null where each stands for itself.</param>
public sealed class StatementJudge(TrustStore trust, ValidationPolicy? policy = null, FileWork? work = null)
{
    /// <summary>How far a statement's claimed time may lie after its receipt unremarked: the clocks of two machines.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(10);

    private readonly CmsValidator validator = new(trust, policy ?? ValidationPolicy.Strict);
    private readonly ValidationPolicy policy = policy ?? ValidationPolicy.Strict;

    /// <param name="directory">The version in force where the statement stands in the ledger.</param>
    /// <param name="at">The time of judgement: when the hub received it.</param>
    public Verdict Judge(SignedStatement signed, OfficeDirectory directory, DateTimeOffset at) => Judge(signed, directory, at, at, []);

    /// <param name="directory">The version in force where the statement stands in the ledger.</param>
    /// <param name="receivedAt">When the hub received it: by then the certificate must have been bound.</param>
    /// <param name="at">The time of judgement.</param>
    /// <param name="proofs">Of the existence of the statement, from outside it.</param>
    public Verdict Judge(SignedStatement signed, OfficeDirectory directory, DateTimeOffset receivedAt, DateTimeOffset at, IReadOnlyList<ProofOfExistence> proofs)
    {
        var verdict = Judge(signed, at, proofs);
        var findings = new List<Finding>(verdict.Findings);
        if (verdict.Signatures.Count != 1)
        {
            findings.Add(Finding.Failed(
                "STATEMENT_SIGNERS", SubIndication.FormatFailure,
                $"凭证应恰有一个签名，实有 {verdict.Signatures.Count} 个。", $"A statement has exactly one signature; this has {verdict.Signatures.Count}."));
        }

        if (verdict.Signatures is [{ Signer: { } signer }] && CheckBinding(signer, signed.Statement, directory, receivedAt) is { } unbound)
        {
            findings.Add(unbound);
        }

        // Earlier is no skew: a node may have been without its hub for weeks.
        var ahead = signed.Statement.ClaimedAt - receivedAt;
        if (ahead > MaxSkew)
        {
            findings.Add(Finding.Remark(
                "STATEMENT_CLOCK_SKEW",
                $"凭证所称时间 {signed.Statement.ClaimedAt:u} 比中心收到的时间 {receivedAt:u} 晚 {ahead.TotalMinutes:F0} 分钟，出具方时钟有误；期限以中心收到的时间为准。",
                $"The statement claims {signed.Statement.ClaimedAt:u}, {ahead.TotalMinutes:F0} minutes after the hub received it, {receivedAt:u}: the clock of its issuer is wrong. Deadlines go by the hub's time."));
        }

        return new Verdict(verdict.Signatures, findings);
    }

    /// <summary>Null when the certificate is bound to the issuer for such statements at that time.</summary>
    public static Finding? CheckBinding(Certificate signer, Statement statement, OfficeDirectory directory, DateTimeOffset at)
    {
        var use = statement.Issuer.IsMachine ? CertificateUse.Machine : CertificateUse.Document;
        var holder = directory.HolderOf(signer.Fingerprint, use, at);
        return holder == statement.Issuer
            ? null
            : Finding.Failed(
                "SIGNER_NOT_BOUND", SubIndication.SigConstraintsFailure,
                $"签名证书 {signer.Subject} 在机构目录第 {directory.Version} 版中未绑定到 {statement.Issuer}。",
                $"Directory version {directory.Version} does not bind the signing certificate {signer.Subject} to {statement.Issuer}.");
    }

    private Verdict Judge(SignedStatement signed, DateTimeOffset at, IReadOnlyList<ProofOfExistence> proofs)
    {
        try
        {
            return new Verdict(validator.Validate(CmsSignedData.Parse(signed.Cms, policy.Limits), null, at, UsageOf(signed.Statement), proofs, work), []);
        }
        catch (CmsFormatException fault)
        {
            return new Verdict([], [fault.ToFinding()]);
        }
    }

    private static CertificateUsage UsageOf(Statement statement) =>
        statement.Issuer.IsMachine ? CertificateUsage.MachineSigning : CertificateUsage.DocumentSigning;
}
