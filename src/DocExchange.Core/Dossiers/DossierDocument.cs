using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>The document of a dossier: its package, and what its statements made of it.</summary>
internal sealed class DossierDocument(DossierFile file, DossierManifest manifest, DossierDemands demands, DossierReport report)
{
    private static readonly Effect Contradicts = Effect.None("签名人用同一编号签了两份凭证，后一份不生效。", "Its signer used the number twice; the second has no effect.");

    public async Task<DossierSummary> JudgeAsync(
        DossierStatements statements, DossierLedger ledger, DossierDirectories directories, DossierOffices offices, TrustStore trust, CancellationToken cancellation)
    {
        var (state, acts, accepted) = Replay(statements);
        var proofs = state is null ? [] : ledger.ProofsOf(state.DispatchedIndex);
        await using var content = file.Open(DossierLayout.Package);
        var (_, package) = await new PackageValidator(trust, demands.Policy, demands.Limits).ExamineAsync(content, demands.At, proofs, cancellation);
        foreach (var signature in package.Verdict.Signatures)
        {
            report.Add(DossierLayout.Package, signature);
        }

        foreach (var finding in package.Verdict.Findings)
        {
            report.Add(finding);
        }

        if (package.PackageId?.ToString() != manifest.Package || package.DocumentId?.ToString() != manifest.Document)
        {
            report.Failed("PACKAGE_DIFFERS", SubIndication.HashFailure, "公文包不是卷宗目录所指的那一份。", "The package is not the one that dossier.json names.");
        }

        if (accepted is not null)
        {
            CheckAgreement(package, statements.OnDocument[0].Statement, accepted, directories, offices);
        }

        CheckPolicy();
        return new DossierSummary
        {
            Manifest = manifest,
            Package = package,
            Checkpoint = ledger.Checkpoint,
            Cosignatures = ledger.Cosignatures,
            Proofs = ledger.ProofsThatHold,
            Existence = proofs.MinBy(proof => proof.Time),
            Acts = acts,
            Phase = state?.Phase,
            Recipients = state?.Recipients ?? [],
        };
    }

    private (DocumentState? State, List<DossierAct> Acts, DossierEntry? Accepted) Replay(DossierStatements statements)
    {
        var acts = new List<DossierAct>();
        if (statements.OnDocument.FirstOrDefault()?.Statement is not { Type: StatementType.Dispatched, Body: DispatchBody })
        {
            report.Failed("DISPATCHED_MISSING", SubIndication.SignedDataNotFound, "卷宗不以发文凭证开始。", "The dossier does not begin with the Dispatched.");
            return (null, acts, null);
        }

        DocumentState? state = null;
        DossierEntry? accepted = null;
        foreach (var entry in statements.OnDocument)
        {
            var effect = Effect.Applied;
            if (state is null)
            {
                state = new DocumentState(entry.Logged);
            }
            else
            {
                effect = statements.TookPlace(entry) ? state.Apply(entry.Logged) : Contradicts;
            }

            accepted ??= effect.IsEffective && entry.Statement.Body is AcceptedBody ? entry : null;
            acts.Add(new DossierAct(
                entry.Index, entry.Statement.Type.ToString(), entry.Statement.Type.ToChinese(), DossierLayout.OfficeOf(entry.Statement).ToString(),
                entry.Statement.Actor?.Name, entry.Entry.ReceivedAt, effect.IsEffective));
        }

        if (accepted is null)
        {
            report.Open("ACCEPTED_MISSING", SubIndication.SignedDataNotFound, "卷宗中没有中心接收凭证。", "The dossier has no Accepted by the hub.");
        }

        return (state, acts, accepted);
    }

    /// <summary>The same that the hub asked before it accepted: package, Dispatched and the directory then in force agree.</summary>
    private void CheckAgreement(PackageVerdict package, Statement dispatched, DossierEntry accepted, DossierDirectories directories, DossierOffices offices)
    {
        if (directories.At(accepted.Index) is not { } directory)
        {
            return;
        }

        var version = ((DispatchBody)dispatched.Body).DirectoryVersion;
        var named = version == directory.Version ? directory : directories.Of(version);
        if (named is null && version < directory.Version)
        {
            report.Open("DIRECTORY_MISSING", SubIndication.SignedDataNotFound, $"卷宗中没有发文凭证所依据的机构目录第 {version} 版。", $"The dossier has no directory version {version}, on which the Dispatched rests.");
        }

        offices.Check(package, directory, accepted.Entry.ReceivedAt);

        // Whose seal cannot be decided on, by then or for want of a list, counts as missing there: that leaves it open here.
        var indication = package.Verdict.Indication == Indication.TotalPassed ? Indication.TotalFailed : Indication.Indeterminate;

        // Those of the package itself come first and are told already.
        foreach (var reason in PackageAgreement.Check(package, dispatched, directory, named, accepted.Entry.ReceivedAt, isWhole: false).Skip(package.Verdict.Faults.Count()))
        {
            report.Add(new Finding("AGREEMENT_" + reason.Code, indication, SubIndication.SigConstraintsFailure, reason.Chinese, reason.English));
        }
    }

    private void CheckPolicy()
    {
        report.Read(DossierLayout.Policy, () => PolicyText.Parse(file.Read(DossierLayout.Policy)));
        var facts = report.Read(DossierLayout.Facts, () => FactsText.Read(file.Read(DossierLayout.Facts)));
        if (facts is not null && facts.Sha256 != manifest.Package)
        {
            report.Failed("FACTS_DIFFER", SubIndication.HashFailure, "所附事实不是这份公文包的。", "The facts are not those of the package.");
        }

        if (!file.Read(DossierLayout.Script).AsSpan().SequenceEqual(DossierWriter.Script))
        {
            report.Remark(
                "SCRIPT_OF_OTHER_VERSION", "所附 verify.sh 与本版本的不同：可能出自其他版本，运行前请查看。", "verify.sh is not this version's: it may be that of another one; look at it before you run it.");
        }
    }
}
