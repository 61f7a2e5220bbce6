using System.Globalization;
using System.Text;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Ledger;
using DocExchange.Core.Statements;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Entries = System.Collections.Generic.IEnumerable<(string Path, byte[] Content)>;
using FileJudge = DocExchange.Cli.Verifying.FileJudge;

namespace DocExchange.Tests.Hub.Dossiers;

/// <summary>What is wrong with a dossier although the hub itself signed it: each fault by its name, and what it does to the verdict.</summary>
public sealed class DossierFindingTests
{
    private DossierSite site = null!;
    private byte[] dossier = null!;
    private DossierManifest manifest = null!;
    private DossierVerdict sound = null!;

    [OneTimeSetUp]
    public async Task IssueAsync()
    {
        site = await DossierSite.StartAsync();
        dossier = await site.IssueAsync();
        sound = await site.JudgeAsync(dossier);
        manifest = sound.Summary!.Manifest;
        Assert.That((await ReissuedAsync(entries => entries)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [TestCase("COMPLETE_BY_THE_HUBS_WORD")]
    [TestCase("CHAINS_WITH_OTHERS")]
    [TestCase("CHECKPOINT_WITNESSED")]
    public void A_sound_one_says_on_whose_word_it_rests(string code) => Found(sound, code, Indication.TotalPassed, SubIndication.None);

    /// <summary>Those of its package are told as those of the package by itself.</summary>
    [Test]
    public async Task Of_its_seals_is_told_that_nobody_named_their_makers()
    {
        var folder = Directory.CreateTempSubdirectory("docexchange-dossier-");
        try
        {
            var path = Path.Combine(folder.FullName, "sample.dossier");
            await File.WriteAllBytesAsync(path, dossier);
            var at = site.Hub.Clock.GetUtcNow();
            var unnamed = await new FileJudge(site.Roots, at, revocationRequired: true).JudgeAsync(path, null, CancellationToken.None);
            var named = await new FileJudge(site.Roots with { SealMakers = site.Roots.Anchors }, at, revocationRequired: true).JudgeAsync(path, null, CancellationToken.None);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(unnamed.Seals.OfType<DocExchange.Trust.Seals.Seal>(), Is.Not.Empty);
                Assert.That(unnamed.Verdict.Findings.Count(finding => finding.Code == "SEAL_MAKER_ANY"), Is.EqualTo(1));
                Assert.That(named.Verdict.Findings.Count(finding => finding.Code == "SEAL_MAKER_ANY"), Is.Zero);
                Assert.That((unnamed.Verdict.Indication, named.Verdict.Indication), Is.EqualTo((Indication.TotalPassed, Indication.TotalPassed)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task An_entry_that_is_not_what_is_listed_is_altered() => Found(
        await MislistedAsync(listed => DossierSite.Replaced(listed, DossierLayout.Policy, _ => "{}"u8.ToArray())), "DOSSIER_PART_ALTERED", Indication.TotalFailed, SubIndication.HashFailure);

    [Test]
    public async Task An_entry_that_is_listed_and_not_there_is_missing() => Found(
        await MislistedAsync(listed => listed.Append(("extra.txt", []))),
        "DOSSIER_PART_MISSING", Indication.TotalFailed, SubIndication.HashFailure);

    [Test]
    public async Task An_entry_that_is_there_and_not_listed_is_a_stray() => Found(
        await MislistedAsync(listed => listed.Where(entry => entry.Path != DossierLayout.Facts)), "DOSSIER_PART_UNLISTED", Indication.TotalFailed, SubIndication.HashFailure);

    [Test]
    public async Task A_proof_that_the_contents_do_not_name_is_a_stray() => Found(
        await ReissuedAsync(entries =>
        {
            var all = entries.ToList();
            Insert(all, DossierLayout.Proof(9_999), []);
            return all;
        }), "DOSSIER_PART_UNLISTED", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task A_policy_that_is_none_cannot_be_read() => Found(
        await ReissuedAsync(entries => DossierSite.Replaced(entries, DossierLayout.Policy, _ => "no policy"u8.ToArray())), "DOSSIER_PART_UNREADABLE", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task Another_partys_signature_is_not_the_hubs()
    {
        var forged = await site.ReissueAsync(dossier, entries => entries, site.Hub.Site.Nodes[SenderNode].Machine);

        Found(await site.JudgeAsync(forged), "DOSSIER_SIGNER", Indication.TotalFailed, SubIndication.SigConstraintsFailure);
    }

    [Test]
    public async Task Statements_in_another_order_than_the_ledgers() => Found(
        await RenamedAsync(it => it with { Statements = [it.Statements[1], it.Statements[0], .. it.Statements.Skip(2)] }), "DOSSIER_ORDER", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task Statements_on_another_document() => Found(
        await RenamedAsync(it => it with { Document = Digest.Of("another"u8).ToString() }), "STATEMENT_OF_OTHER_DOCUMENT", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task Statements_of_another_exchange() => Found(
        await RenamedAsync(it => it with { Exchange = "tj" }), "STATEMENT_OF_OTHER_EXCHANGE", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task A_package_that_is_not_the_one_named()
    {
        var verdict = await RenamedAsync(it => it with { Package = Digest.Of("another"u8).ToString() });

        Found(verdict, "PACKAGE_DIFFERS", Indication.TotalFailed, SubIndication.HashFailure);
        Found(verdict, "FACTS_DIFFER", Indication.TotalFailed, SubIndication.HashFailure);
    }

    [Test]
    public async Task A_script_of_another_version_is_remarked_upon()
    {
        var verdict = await ReissuedAsync(entries => DossierSite.Replaced(entries, DossierLayout.Script, _ => "echo passed\n"u8.ToArray()));

        Found(verdict, "SCRIPT_OF_OTHER_VERSION", Indication.TotalPassed, SubIndication.None);
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task A_checkpoint_that_is_not_the_one_named() => Found(
        await RenamedAsync(it => it with { Checkpoint = it.Checkpoint with { Size = it.Checkpoint.Size + 1 } }), "CHECKPOINT_DIFFERS", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task A_proof_that_leads_to_another_root()
    {
        var path = DossierLayout.Proof(manifest.Statements[0].Index);
        var verdict = await ReissuedAsync(entries => DossierSite.Replaced(entries, path, bytes => ProofText.Parse(bytes) is var proof
            ? (proof with { Hashes = [Digest.Of("another"u8), .. proof.Hashes.Skip(1)] }).ToBytes()
            : bytes));

        Found(verdict, "PROOF_INVALID", Indication.TotalFailed, SubIndication.HashFailure);
        Assert.That(verdict.Summary!.Proofs, Is.EqualTo(sound.Summary!.Proofs - 1));
    }

    [Test]
    public async Task A_cosignature_that_does_not_verify() => Found(
        await RecosignedAsync(lines => [lines[0], lines[1] with { Value = Flipped(lines[1].Value) }, .. lines.Skip(2)]), "COSIGNATURE_INVALID", Indication.TotalFailed, SubIndication.SigCryptoFailure);

    // C2SP signed-note: signatures of unknown keys are ignored.
    [Test]
    public async Task Cosignatures_of_keys_that_are_witnesses_no_more_count_for_nothing_and_fail_nothing()
    {
        var verdict = await ReissuedAsync(entries => DossierSite.Replaced(entries, DossierLayout.WitnessKeys, _ => []));

        Found(verdict, "CHECKPOINT_NOT_WITNESSED", Indication.TotalPassed, SubIndication.None);
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        Assert.That(verdict.Summary!.Cosignatures, Is.Empty);
    }

    [Test]
    public async Task A_witness_that_the_directory_does_not_bind()
    {
        using var stranger = NoteSigner.Generate(DistrictNode.ToString(), NoteKeyType.Cosignature);
        var verdict = await ReissuedAsync(entries => DossierSite.Replaced(entries, DossierLayout.WitnessKeys, _ => Encoding.UTF8.GetBytes(stranger.Verifier + "\n")));

        Found(verdict, "WITNESS_NOT_BOUND", Indication.TotalFailed, SubIndication.SigConstraintsFailure);
    }

    [Test]
    public async Task A_directory_other_than_the_one_published() => Found(
        await ReissuedAsync(entries => DossierSite.Replaced(entries, DossierLayout.Directory(manifest.Directories[0].Version), bytes => [.. bytes, (byte)'\n'])),
        "DIRECTORY_ALTERED", Indication.TotalFailed, SubIndication.HashFailure);

    [Test]
    public async Task A_directory_that_no_statement_publishes() => Found(
        await RenamedAsync(it => it with { Directories = [.. it.Directories.Select(each => each with { Index = each.Index + 1000 })] }), "DIRECTORY_NOT_PUBLISHED", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public async Task A_directory_named_twice() => Found(
        await RenamedAsync(it => it with { Directories = [it.Directories[0], .. it.Directories] }), "DIRECTORY_ORDER", Indication.TotalFailed, SubIndication.FormatFailure);

    // It has up to 16 MiB, and dossier.json room to name it a hundred thousand times.
    [Test]
    public async Task A_directory_named_often_is_read_once()
    {
        var verdict = await ReissuedAsync(entries => DossierSite.WithManifest(
            DossierSite.Replaced(entries, DossierLayout.Directory(manifest.Directories[0].Version), bytes => [.. bytes, (byte)'\n']), it => it with { Directories = [.. Enumerable.Repeat(it.Directories[0], 50)] }));

        Assert.That(verdict.Verdict.Findings.Count(finding => finding.Code == "DIRECTORY_ALTERED"), Is.EqualTo(1));
        Assert.That(verdict.Verdict.Findings.Count(finding => finding.Code == "DIRECTORY_ORDER"), Is.EqualTo(49));
    }

    [Test]
    public async Task Without_a_directory_nobodys_statement_can_be_judged()
    {
        var verdict = await ReissuedAsync(entries => DossierSite.WithManifest(entries.Where(entry => !entry.Path.StartsWith("directories/", StringComparison.Ordinal)), it => it with { Directories = [] }));

        Found(verdict, "DIRECTORY_MISSING", Indication.Indeterminate, SubIndication.SignedDataNotFound);
    }

    [Test]
    public async Task Without_the_Dispatched_there_is_no_document()
    {
        var verdict = await ReissuedAsync(entries => DossierSite.Without(entries, manifest.Statements[0].Index));

        Found(verdict, "DISPATCHED_MISSING", Indication.TotalFailed, SubIndication.SignedDataNotFound);
        Assert.That(verdict.Summary!.Phase, Is.Null);
    }

    [Test]
    public async Task Without_the_Accepted_it_stays_open()
    {
        var verdict = await ReissuedAsync(entries => DossierSite.Without(entries, manifest.Statements.Single(each => each.Type == "Accepted").Index));

        Found(verdict, "ACCEPTED_MISSING", Indication.Indeterminate, SubIndication.SignedDataNotFound);
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.Indeterminate), DossierTests.Faults(verdict));
    }

    [Test]
    public async Task A_statement_that_does_not_name_the_one_before_it()
    {
        var next = await site.Hub.SignAsync(
            StatementType.Opened, Dongcheng, document: site.Document, edit: it => it with { Chain = it.Chain with { Previous = new StatementId(Digest.Of("another"u8)) } });

        Found(await JudgeWithAsync(next), "CHAIN_BROKEN", Indication.TotalFailed, SubIndication.SigConstraintsFailure);
    }

    [Test]
    public async Task Two_statements_with_one_number_are_told_and_the_second_has_no_effect()
    {
        await using var other = await DossierSite.StartAsync(isStamped: false, isWitnessed: false);
        var opened = await other.Hub.SignAsync(StatementType.Opened, Dongcheng, document: other.Document);
        var completed = await other.Hub.SignAsync(StatementType.Completed, Dongcheng, document: other.Document);
        await other.Hub.PostAsync(opened);
        var contradicting = await other.Hub.PostAsync(completed);
        await other.Hub.ActAsync(StatementType.Registered, Dongcheng, new RegisteredBody("收〔2026〕7号"), other.Document);
        var issued = await other.IssueAsync();
        var size = other.Hub.Ledger.Size;
        var proof = ProofText.Inclusion(contradicting.Index, size, other.Hub.Ledger.InclusionProof(contradicting.Index, size));

        var verdict = await other.JudgeAsync(await other.ReissueAsync(issued, entries => With(entries, contradicting.Index, completed, other.Hub.Ledger.Read(contradicting.Index).ToArray(), proof)));

        Found(verdict, "CHAIN_EQUIVOCATION", Indication.TotalPassed, SubIndication.None);
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        Assert.That(verdict.Summary!.Acts.Single(act => act.Type == "Completed").IsEffective, Is.False);
        Assert.That(verdict.Summary.Acts.Last().IsEffective, Is.True, "what follows the first of the two stands");
    }

    [Test]
    public async Task A_statement_with_two_signatures()
    {
        var signed = await site.Hub.SignAsync(StatementType.Opened, Dongcheng, document: site.Document);
        var forged = ForgedCms.Of(site.Hub.Site.Offices[Dongcheng].Key, CmsSignedData.Parse(signed.Cms, CmsLimits.Default).Content!.Value.ToArray());

        Found(await JudgeWithAsync(signed with { Cms = (forged with { Copies = 2 }).Encode() }), "STATEMENT_SIGNERS", Indication.TotalFailed, SubIndication.FormatFailure);
    }

    [Test]
    public async Task Statements_beyond_the_readers_own_limits_are_not_passed_over()
    {
        var strict = ValidationPolicy.Strict with { Limits = CmsLimits.Default with { MaxSize = 100 } };

        var verdict = await new DossierJudge(new DossierDemands(site.Roots, strict, site.Hub.Clock.GetUtcNow())).JudgeAsync(new MemoryStream(dossier), CancellationToken.None);

        Found(verdict, "CMS_TOO_LARGE", Indication.Indeterminate, SubIndication.Generic);
        Assert.That(verdict.Verdict.Findings.Where(finding => finding.Code == "CMS_TOO_LARGE").Select(finding => finding.English), Has.Some.Contains("-SignedFor-dc.p7m"));
    }

    [Test]
    public void Beyond_a_thousand_findings_the_worst_still_counts()
    {
        var report = new DossierReport();
        for (var number = 0; number < 1_000; number++)
        {
            report.Open("DIRECTORY_MISSING", SubIndication.SignedDataNotFound, "", "");
        }

        report.Remark("CHECKPOINT_WITNESSED", "", "");
        report.Open("DIRECTORY_MISSING", SubIndication.SignedDataNotFound, "", "");
        report.Failed("PACKAGE_DIFFERS", SubIndication.HashFailure, "", "");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Verdict.Findings, Has.Count.EqualTo(1_002));
            Assert.That(report.Verdict.Findings.Count(finding => finding.Code == "MORE_FINDINGS"), Is.EqualTo(1));
            Assert.That((report.Verdict.Indication, report.Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
        }
    }

    private static void Found(DossierVerdict verdict, string code, Indication indication, SubIndication sub)
    {
        var all = verdict.Verdict.Findings.Concat(verdict.Verdict.Signatures.SelectMany(signature => signature.Findings)).ToList();
        Assert.That(all.Where(finding => finding.Code == code).Select(finding => (finding.Indication, finding.SubIndication)).Distinct(), Is.EqualTo(new[] { (indication, sub) }), string.Join('\n', all));
        Assert.That(verdict.Verdict.Indication, Is.GreaterThanOrEqualTo(indication));
    }

    private async Task<DossierVerdict> ReissuedAsync(Func<Entries, Entries> change) => await site.JudgeAsync(await site.ReissueAsync(dossier, change));

    private Task<DossierVerdict> RenamedAsync(Func<DossierManifest, DossierManifest> change) => ReissuedAsync(entries => DossierSite.WithManifest(entries, change));

    private Task<DossierVerdict> RecosignedAsync(Func<IReadOnlyList<NoteSignature>, IEnumerable<NoteSignature>> change) => ReissuedAsync(entries =>
        DossierSite.Replaced(entries, DossierLayout.Checkpoint, bytes => SignedNote.Parse(bytes) is var note ? SignedNote.Of(note.Text, change(note.Signatures)).ToBytes() : bytes));

    /// <summary>The sound dossier, with a list of digests that is of other entries.</summary>
    private async Task<DossierVerdict> MislistedAsync(Func<Entries, Entries> listed) => await site.JudgeAsync(await site.ReissueAsync(dossier, entries => entries, listed: listed));

    /// <summary>With one more statement, which is not in the ledger.</summary>
    private Task<DossierVerdict> JudgeWithAsync(SignedStatement signed) =>
        ReissuedAsync(entries => With(entries, 9_999, signed, LedgerEntry.Of(site.Hub.Clock.GetUtcNow(), DistrictNode, signed.Cms).Bytes.ToArray(), []));

    private static Entries With(Entries entries, long index, SignedStatement signed, byte[] entry, byte[] proof)
    {
        var path = DossierLayout.Statement(index, signed.Statement.Type, DossierLayout.OfficeOf(signed.Statement));
        var named = new DossierStatement(index, signed.Id.ToString(), signed.Statement.Type.ToString(), signed.Statement.Issuer.ToString(), path);
        var all = DossierSite.WithManifest(entries, it => it with { Statements = [.. it.Statements.Append(named).OrderBy(each => each.Index)] }).ToList();
        Insert(all, path, signed.Cms.ToArray());
        Insert(all, DossierLayout.Entry(index), entry);
        Insert(all, DossierLayout.Proof(index), proof);
        return all;
    }

    /// <summary>At its place among those of its folder.</summary>
    private static void Insert(List<(string Path, byte[] Content)> all, string path, byte[] content)
    {
        var folder = path[..(path.IndexOf('/', StringComparison.Ordinal) + 1)];
        all.Insert(all.FindLastIndex(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal) && NumberOf(entry.Path) < NumberOf(path)) + 1, (path, content));
    }

    private static long NumberOf(string path) => long.Parse(path.Split('/')[1].Split('-', '.')[0], CultureInfo.InvariantCulture);

    private static byte[] Flipped(ReadOnlyMemory<byte> value) => [.. value.ToArray()[..^1], (byte)(value.Span[^1] ^ 1)];
}
