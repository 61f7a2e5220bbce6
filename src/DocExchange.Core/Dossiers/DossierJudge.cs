using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// Judges a dossier: that it is complete and unaltered as the hub signed it, that every statement is signed by whom the
/// directory bound at that place in the ledger, that every entry lies under the checkpoint, what proves its age, and the
/// package. What depends on time is judged by the earliest proof, never by the hub's clock. Nothing is thrown for content.
/// </summary>
public sealed class DossierJudge(DossierDemands demands)
{
    private static readonly Finding AnchorsFromFile = Finding.Indeterminate(
        "ANCHORS_FROM_FILE", SubIndication.NoCertificateChainFound,
        "所用的信任根取自卷宗本身：谁都能造出自洽的卷宗。请用 --trust 给出另行取得的根证书。",
        "The trust anchors came with the file, and anybody can make a dossier that agrees with itself. Give roots you got elsewhere with --trust.");

    // Microseconds: its value and its signer's certificate with SM2, the dearest an office has here, and as much again for the rules.
    private const int WorkOfStatement = 1_000;

    private readonly DossierReport report = new();
    private readonly HashSet<Certificate> hubs = [];

    /// <summary>All statements and time-stamps together: a dossier may have thousands, and whoever makes it chooses their signers and what may lead to a root.</summary>
    private readonly FileWork work = FileWork.Of(demands.Policy.PathOptions);

    /// <summary>Whether a file looks like one; it is not judged.</summary>
    /// <param name="file">Seekable; left at its beginning.</param>
    public static bool LooksLike(Stream file)
    {
        Span<byte> start = stackalloc byte[30 + DossierLayout.Readme.Length];
        file.Position = 0;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == start.Length && start.StartsWith("PK\u0003\u0004"u8) && start[30..].SequenceEqual("README.txt"u8);
    }

    /// <param name="seekable">Disposed afterwards.</param>
    public async Task<DossierVerdict> JudgeAsync(Stream seekable, CancellationToken cancellation)
    {
        try
        {
            using var file = await DossierFile.OpenAsync(seekable, cancellation);
            await file.CheckDigestsAsync(report, cancellation);
            var summary = report.Read(DossierLayout.Manifest, () => DossierManifest.Parse(file.Read(DossierLayout.Manifest))) is { } manifest
                ? await JudgeAsync(file, manifest, cancellation)
                : null;
            return new DossierVerdict(report.Verdict, report.Parts, summary);
        }
        catch (PackageFormatException fault)
        {
            report.Add(fault.ToFinding());
        }
        catch (DossierFormatException fault)
        {
            report.Failed("DOSSIER_FORMAT", SubIndication.FormatFailure, fault.Chinese, fault.Message);
        }

        return new DossierVerdict(report.Verdict, [], null);
    }

    private async Task<DossierSummary> JudgeAsync(DossierFile file, DossierManifest manifest, CancellationToken cancellation)
    {
        var trust = TrustOf(file);
        var ledger = new DossierLedger(file, manifest, report);
        var statements = new DossierStatements(file, manifest, ledger, report);
        var directories = new DossierDirectories(file, manifest, report);
        ledger.Open(demands.LedgerKey);
        statements.Load();
        work.Allow((long)WorkOfStatement * statements.All.Count());
        directories.Load(statements.Announcements);
        ledger.JudgeWitnesses(directories.Newest);
        ledger.JudgeTimestamps(StampTrust(file, trust), TimestampPolicy.Of(demands.Policy) with { OwnAuthorities = directories.Authorities }, demands.At, size => StampIndex(statements, size), work.Added);
        statements.CheckOrder();
        var kinds = new SignerKinds(trust, work);
        JudgeIssue(file, manifest, trust, directories, kinds);
        var offices = new DossierOffices(directories, report);
        JudgeStatements(statements, ledger, directories, offices, trust, kinds);
        var summary = await new DossierDocument(file, manifest, demands, report).JudgeAsync(statements, ledger, directories, offices, trust, cancellation);
        offices.Tell();
        return summary;
    }

    private TrustStore TrustOf(DossierFile file)
    {
        var own = file.Trust(report);
        if (demands.Trust.Anchors.Count == 0)
        {
            report.Add(AnchorsFromFile);
        }

        return new TrustStore(
            demands.Trust.Anchors.Count == 0 ? own.Anchors : demands.Trust.Anchors,
            [.. demands.Trust.Intermediates, .. own.Intermediates],
            [.. demands.Trust.RevocationLists, .. own.RevocationLists])
        {
            OcspResponses = [.. demands.Trust.OcspResponses, .. own.OcspResponses],
            SealMakers = demands.Trust.SealMakers,
        };
    }

    private TrustStore StampTrust(DossierFile file, TrustStore trust)
    {
        var anchors = file.Has(DossierLayout.StampAnchors) && demands.Trust.Anchors.Count == 0 ? file.Certificates(DossierLayout.StampAnchors, report) : [];
        var certificates = file.Has(DossierLayout.StampCertificates) ? file.Certificates(DossierLayout.StampCertificates, report) : [];
        return trust with { Anchors = [.. trust.Anchors, .. anchors], Intermediates = [.. trust.Intermediates, .. certificates] };
    }

    private static long? StampIndex(DossierStatements statements, long size) =>
        statements.Announcements.FirstOrDefault(entry => entry.IsProven && entry.Statement.Body is CheckpointStampedBody body && body.Size == size)?.Index;

    /// <summary>The hub's signature over the digests: that nothing was left out, and who answers for it. Its time is the hub's own word.</summary>
    private void JudgeIssue(DossierFile file, DossierManifest manifest, TrustStore trust, DossierDirectories directories, SignerKinds kinds)
    {
        var at = manifest.IssuedAt < demands.At ? manifest.IssuedAt : demands.At;
        var verdict = JudgeSums(file, trust, at);
        foreach (var signature in verdict.Signatures)
        {
            report.Add(DossierLayout.Signature, signature);
        }

        foreach (var finding in verdict.Findings)
        {
            report.Add(finding);
        }

        var holder = verdict.Signatures is [{ Signer: { } signer }] ? directories.Newest?.HolderOf(signer.Fingerprint, CertificateUse.Machine, at) : null;
        if (holder is not { IsHub: true } || holder.Exchange != manifest.Exchange)
        {
            report.Failed("DOSSIER_SIGNER", SubIndication.SigConstraintsFailure, "卷宗不是由该交换系统的中心签名的。", "The dossier is not signed by the hub of its exchange.");
        }

        JudgeHub([.. verdict.Signatures.Select(signature => signature.Signer).OfType<Certificate>()], kinds, CertificatesIn(file.Read(DossierLayout.Signature)));
        var whom = manifest.CompleteFor.Count == 0 ? ("这份公文", "the document") : (string.Join('、', manifest.CompleteFor), string.Join(", ", manifest.CompleteFor) + " and the document");
        report.Remark(
            "COMPLETE_BY_THE_HUBS_WORD",
            $"中心签名声明：检查点以内关于{whom.Item1}的凭证都在卷宗中。这是中心的声明，日后若出现被遗漏的凭证，此签名即为证据。",
            $"The hub signed that all statements on {whom.Item2} below the checkpoint are here. That is its word: should one that it left out turn up, this signature convicts it.");
    }

    /// <summary>
    /// The certificate may have run out long ago, so by its claimed time; but nothing proves that time, and a stolen key claims
    /// any: what revokes the certificate by now leaves it open (EN 319 102-1 §5.3.4, REVOKED_NO_POE).
    /// </summary>
    private Verdict JudgeSums(DossierFile file, TrustStore trust, DateTimeOffset claimed)
    {
        var (sums, cms, validator) = (ContentDigests.Of(file.Read(DossierLayout.Sums)), file.Read(DossierLayout.Signature), new CmsValidator(trust, demands.Policy));
        var now = validator.Judge(cms, sums, demands.At, CertificateUsage.MachineSigning, work);
        return now.Indication == Indication.TotalPassed || now.Signatures.Any(signature => signature.Findings.Any(finding => IsOfRevocation(finding)))
            ? now
            : validator.Judge(cms, sums, claimed, CertificateUsage.MachineSigning, work);
    }

    private static bool IsOfRevocation(Finding finding) =>
        finding is { SubIndication: SubIndication.Revoked or SubIndication.RevokedNoPoe or SubIndication.RevokedCaNoPoe } or { Code: "CERT_REVOKED" or "CERT_ON_HOLD" or "CERT_WAS_ON_HOLD", Indication: not Indication.TotalPassed };

    /// <summary>Who the hub is: the ledger's key says it where the reader has it from elsewhere, else the authorities do.</summary>
    private void JudgeHub(IReadOnlyList<Certificate> signers, SignerKinds kinds, IReadOnlyList<Certificate> along)
    {
        if (demands.LedgerKey is not null)
        {
            return;
        }

        foreach (var signer in signers.Where(hubs.Add))
        {
            var isHub = kinds.IsHub(signer, along);
            if (isHub is null)
            {
                report.Add(SignerKinds.Unknown(signer));
            }
            else if (isHub.Value)
            {
                report.Remark(
                    "HUB_BY_CERTIFICATE",
                    $"交换中心凭证书“{signer.Subject}”认定；另行取得账本密钥的，可用 --ledger-key 核对。",
                    $"The hub is who the certificate '{signer.Subject}' says it is; where you got the ledger's key elsewhere, compare it with --ledger-key.");
            }
            else
            {
                report.Open(
                    "HUB_NOT_CERTIFIED", SubIndication.SigConstraintsFailure,
                    $"证书“{signer.Subject}”没有写明持有者是交换中心，而机构目录随卷宗而来，交换系统中任何一把密钥都造得出这样的卷宗。请用 --ledger-key 给出另行取得的账本密钥。",
                    $"The certificate '{signer.Subject}' does not say that its holder is the hub, and the directory came with the dossier: any key of the exchange can make one that agrees with itself. Give the ledger's key, which you got elsewhere, with --ledger-key.");
            }
        }
    }

    private void JudgeStatements(DossierStatements statements, DossierLedger ledger, DossierDirectories directories, DossierOffices offices, TrustStore trust, SignerKinds kinds)
    {
        var judge = new StatementJudge(trust, demands.Policy, work);
        foreach (var entry in statements.All)
        {
            var directory = entry.Statement.Issuer.IsHub ? directories.ForHub(entry.Index) : directories.At(entry.Index);
            if (directory is null)
            {
                report.Open("DIRECTORY_MISSING", SubIndication.SignedDataNotFound, $"缺少“{entry.Path}”存证时的机构目录。", $"The directory in force at '{entry.Path}' is not in the dossier.");
                continue;
            }

            IReadOnlyList<ProofOfExistence> proofs = entry.IsProven ? [.. ledger.ProofsOf(entry.Index), .. BeforeRevocation(entry, statements)] : [];
            var verdict = judge.Judge(entry.Signed, directory, entry.Entry.ReceivedAt, demands.At, proofs);
            foreach (var signature in verdict.Signatures.Take(1))
            {
                var along = CertificatesIn(entry.Signed.Cms);
                JudgeHub(entry.Statement.Issuer.IsHub && signature.Signer is { } hub ? [hub] : [], kinds, along);
                if (signature.Signer is { } named)
                {
                    offices.Check(named, entry.Statement.Issuer, directory);
                }

                var another = !entry.Statement.Issuer.IsHub && signature.Signer is { } signer ? kinds.Contradiction(signer, entry.Statement.Issuer, along) : null;
                report.Add(entry.Path, signature with { Findings = [.. signature.Findings, .. verdict.Findings, .. another is null ? Array.Empty<Finding>() : [another]] });
            }

            foreach (var finding in verdict.Signatures.Count == 0 ? verdict.Findings : [])
            {
                report.Add(finding with { Chinese = $"“{entry.Path}”：{finding.Chinese}", English = $"'{entry.Path}': {finding.English}" });
            }
        }
    }

    /// <summary>What came along with a signature may lead to a root; only the signatures are believed.</summary>
    private static IReadOnlyList<Certificate> CertificatesIn(ReadOnlyMemory<byte> cms)
    {
        try
        {
            return CmsSignedData.Parse(cms, CmsLimits.Default).Certificates;
        }
        catch (CmsFormatException)
        {
            // Whoever judges it says so.
            return [];
        }
    }

    /// <summary>What stands in the ledger below the revocation of its certificate was there before it; when, the hub's clock says.</summary>
    private static IEnumerable<ProofOfExistence> BeforeRevocation(DossierEntry entry, DossierStatements statements)
    {
        var signer = CmsSignedData.Parse(entry.Signed.Cms, CmsLimits.Default).Certificates.Select(certificate => certificate.Fingerprint);
        if (statements.RevocationAfter(entry, signer) is { } revocation)
        {
            yield return new ProofOfExistence(entry.Entry.ReceivedAt, $"the ledger, below the revocation in entry {revocation}; the hub's clock") { Chinese = $"账本中位于第 {revocation} 条吊销之前；中心时钟所记" };
        }
    }
}
