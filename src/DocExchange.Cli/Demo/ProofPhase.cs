using DocExchange.Cli.Ledgers;
using DocExchange.Cli.Processes;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;
using Directory = System.IO.Directory;

namespace DocExchange.Cli.Demo;

/// <summary>
/// Takes the document out of the archive and proves it without the product's word: the bytes, every signature and seal,
/// every statement, the proofs of the ledger, and the whole ledger.
/// </summary>
internal sealed class ProofPhase() : DemoPhase("取出、验证、审计", "Take out, verify, audit")
{
    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var trust = await site.General.Desk.GetTrustAsync(new GetTrustRequest(), cancellationToken: cancellation);
        await File.WriteAllBytesAsync(Path.Combine(site.Folder, "trust.pem"), trust.Certificates.ToByteArray(), cancellation);
        await File.WriteAllBytesAsync(Path.Combine(site.Folder, "crl.pem"), trust.RevocationLists.ToByteArray(), cancellation);
        var store = TrustFiles.Read([Path.Combine(site.Folder, "trust.pem"), Path.Combine(site.Folder, "crl.pem")]);

        var package = Path.Combine(site.Folder, "package.asice");
        await TakeOutAsync(site, package, cancellation);
        var judge = new FileJudge(store, site.Clock.GetUtcNow(), revocationRequired: true);
        var judged = await judge.JudgeAsync(package, null, cancellation);
        display.Note($"公文包 {site.Facts.PackageSize} 字节，与发文单位的逐字节一致", $"the package of {site.Facts.PackageSize} bytes is what the sender has, byte for byte");

        var faults = judged.Verdict.Faults.ToList();
        faults.AddRange(await JudgeStoryAsync(site, store, display, cancellation));
        faults.AddRange(await JudgeDossierAsync(site, judge, display, cancellation));
        site.Facts.Faults = [.. faults.Select(fault => $"{fault.Chinese} [{fault.Code}]")];
        var worst = faults.Count == 0 ? judged.Verdict.Indication : faults.Max(fault => fault.Indication);
        site.Facts.Verification = worst.ToEtsi();

        site.Facts.InclusionProofs = await ProofCheck.RunAsync(site.General.Desk, site.Sent.DocumentId, trust.LedgerKey, cancellation);
        await ProductProcess.RunAsync("hub audit", Executable.Hub, site.LogOf("hub-audit"), ["audit", "--data", site.HubFolder], site.Options.StepLimit, cancellation);
        site.Facts.LedgerEntries = (await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation)).LedgerSize;
        display.Note(
            $"账本 {site.Facts.LedgerEntries} 条，整体审计通过；{site.Facts.InclusionProofs} 份存证证明成立",
            $"the ledger's {site.Facts.LedgerEntries} entries pass the audit; {site.Facts.InclusionProofs} inclusion proofs hold");
    }

    /// <summary>From the volume, compared with what the sender's node holds.</summary>
    private static async Task TakeOutAsync(DemoSite site, string path, CancellationToken cancellation)
    {
        using (var archived = site.Hub.GetPackage(new GetPackageRequest { DocumentId = site.Sent.DocumentId }, cancellationToken: cancellation))
        {
            var volume = await Chunks.SaveAsync(archived.ResponseStream, path, LongWork.Unseen, cancellation);
            if (volume.Length == 0)
            {
                throw new FailedException("NOT_ARCHIVED", "公文包不是从档案卷中取出的。", "The package did not come out of an archive volume.");
            }
        }

        using var own = site.General.Desk.Save(new SaveRequest { DocumentId = site.Sent.DocumentId }, cancellationToken: cancellation);
        var copy = path + ".sender";
        await Chunks.SaveAsync(own.ResponseStream, copy, LongWork.Unseen, cancellation);
        var (fromArchive, fromSender) = (await DigestOfAsync(path, cancellation), await DigestOfAsync(copy, cancellation));
        File.Delete(copy);
        site.Facts.PackageSize = new FileInfo(path).Length;
        if (fromArchive != fromSender || fromArchive.ToString() != site.Sent.PackageId)
        {
            throw new FailedException("PACKAGE_DIFFERS", $"档案中的公文包（{fromArchive}）与发文单位的（{fromSender}）不一致。", $"The archived package ({fromArchive}) is not the sender's ({fromSender}).");
        }
    }

    /// <summary>The same once more out of one file, as an archivist would have it in thirty years.</summary>
    private static async Task<IEnumerable<Finding>> JudgeDossierAsync(DemoSite site, FileJudge judge, DemoDisplay display, CancellationToken cancellation)
    {
        var stamped = await site.Hub.StampCheckpointAsync(new StampCheckpointRequest(), cancellationToken: cancellation);
        await site.UntilAsync("账本得到见证", "the ledger is witnessed", () => IsWitnessedAsync(site, stamped.Last.Size, cancellation), cancellation);
        var path = Path.Combine(site.Folder, "dossier.zip");
        using (var call = site.Hub.GetDossier(new GetDossierRequest { DocumentId = site.Sent.DocumentId }, cancellationToken: cancellation))
        {
            await Chunks.SaveAsync(call.ResponseStream, path, LongWork.Unseen, cancellation);
        }

        var judged = await judge.JudgeAsync(path, null, cancellation);
        site.Facts.Dossier = judged.Verdict.Indication.ToEtsi();
        display.Note(
            $"证据卷宗 {new FileInfo(path).Length} 字节，含 {judged.Dossier!.Summary?.Acts.Count ?? 0} 份凭证，离线验证",
            $"the dossier of {new FileInfo(path).Length} bytes with {judged.Dossier.Summary?.Acts.Count ?? 0} statements is verified offline");
        return judged.Verdict.Faults;
    }

    private static async Task<bool> IsWitnessedAsync(DemoSite site, ulong size, CancellationToken cancellation) =>
        (await site.General.Desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation)).WitnessedSize >= size;

    /// <summary>Every statement of the document: its signature, and that the directory bound the certificate to its issuer.</summary>
    private static async Task<IReadOnlyList<Finding>> JudgeStoryAsync(DemoSite site, TrustStore store, DemoDisplay display, CancellationToken cancellation)
    {
        var objects = new HubObjects(Path.Combine(site.HubFolder, "objects"));
        var judge = new StatementJudge(store);
        var directory = objects.NewestDirectory();
        var story = await Story.ReadAsync(site, cancellation);
        var folder = Directory.CreateDirectory(Path.Combine(site.Folder, "statements")).FullName;
        var faults = new List<Finding>();
        foreach (var told in story)
        {
            var entry = LedgerEntry.Parse(told.Entry.Memory);
            var signed = SignedStatement.Parse(entry.Statement, objects.Get);
            faults.AddRange(judge.Judge(signed, directory, entry.ReceivedAt).Faults);
            var name = $"{told.Index}-{signed.Statement.Type}-{OfficeOf(signed.Statement).Local.TrimStart('~')}.p7m";
            await File.WriteAllBytesAsync(Path.Combine(folder, name), entry.Statement.ToArray(), cancellation);
        }

        site.Facts.Statements = story.Count;
        display.Note($"{story.Count} 份凭证逐一验证", $"{story.Count} statements verified one by one");
        return faults;
    }

    /// <summary>Whom the statement is about: a delivery names the office, not the node that signed it.</summary>
    private static PartyId OfficeOf(Statement statement) => statement.Body is DeliveredBody delivered ? delivered.Recipient : statement.Issuer;

    private static async Task<Digest> DigestOfAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return await Digest.OfAsync(file, cancellation);
    }
}
