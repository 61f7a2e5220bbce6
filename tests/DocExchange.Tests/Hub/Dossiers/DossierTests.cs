using System.Text;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Dossiers;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using ToldOfDossier = DocExchange.Cli.Verifying.DossierReport;

namespace DocExchange.Tests.Hub.Dossiers;

/// <summary>Whom the hub issues which dossier, and what a reader makes of it.</summary>
public sealed class DossierTests
{
    [Test]
    public async Task A_dossier_proves_its_document_with_the_roots_one_has()
    {
        await using var site = await DossierSite.StartAsync();
        var dossier = await site.IssueAsync();

        var verdict = await site.JudgeAsync(dossier);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), Faults(verdict));
            Assert.That(verdict.Summary!.Acts.Select(act => act.Type), Is.EqualTo(new[] { "Dispatched", "Accepted", "Delivered", "Delivered", "SignedFor", "Returned", "ReturnReceived" }));
            Assert.That(verdict.Summary.Recipients.Count(row => row.SignedForAt is not null), Is.EqualTo(1));
            Assert.That(verdict.Summary.Cosignatures, Has.Count.EqualTo(2));
            Assert.That(verdict.Summary.Existence!.Time, Is.EqualTo(site.Hub.Clock.GetUtcNow()).Within(TimeSpan.FromSeconds(2)));
            Assert.That(verdict.Parts, Has.Count.EqualTo(verdict.Verdict.Signatures.Count));
        }
    }

    [TestCase(true, true, 2)]
    [TestCase(false, false, 0)]
    public async Task Its_text_explains_what_is_in_it_and_its_witnesses_are_counted(bool isStamped, bool isWitnessed, int cosignatures)
    {
        await using var site = await DossierSite.StartAsync(isStamped, isWitnessed);
        var dossier = await site.IssueAsync();

        using var reader = await StoredArchiveReader.OpenAsync(new MemoryStream(dossier), DossierLayout.MaxEntries, _ => { }, CancellationToken.None);
        var text = Encoding.UTF8.GetString(reader.ReadAll(reader.Find(DossierLayout.Readme)!));
        var witnesses = await DossierWitnesses.CountAsync(new MemoryStream(dossier), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Contains("openssl ts -verify", StringComparison.Ordinal), Is.EqualTo(isStamped));
            Assert.That(text.Contains("timestamps/", StringComparison.Ordinal), Is.EqualTo(isStamped));
            Assert.That(text.Contains("本卷宗没有时间戳", StringComparison.Ordinal), Is.EqualTo(!isStamped));
            Assert.That(text.Contains("objects/", StringComparison.Ordinal), Is.EqualTo(reader.Entries.Any(entry => entry.Path.StartsWith("objects/", StringComparison.Ordinal))));
            Assert.That(text.Split('\n'), Has.None.Matches("^[?!]"));
            Assert.That(witnesses, Is.EqualTo(new DossierWitnesses(cosignatures, 2)));
            Assert.That(witnesses!.IsWitnessed, Is.EqualTo(isWitnessed));
        }
    }

    [Test]
    public async Task What_is_no_dossier_has_no_witnesses() =>
        Assert.That(await DossierWitnesses.CountAsync(new MemoryStream("no dossier"u8.ToArray()), CancellationToken.None), Is.Null);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Hub_and_dossier_count_by_the_last_answer_of_a_recipient(bool isVoid)
    {
        await using var site = await DossierSite.StartAsync();
        await site.Hub.ActAsync(StatementType.Returned, Dongcheng, new PlainBody("附件不全"), site.Document);
        if (isVoid)
        {
            await site.Hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("文件有误"), site.Document);
        }

        var verdict = await site.JudgeAsync(await site.IssueAsync());
        await site.Hub.Catalogue.WaitForAsync(site.Hub.Ledger.Size, CancellationToken.None);
        var known = site.Hub.Catalogue.Find(site.Document)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(System.Text.Json.JsonSerializer.Serialize(ToldOfDossier.Value(verdict.Summary)), Does.Contain("\"signedFor\":0,\"returned\":2"));
            Assert.That((known.SignedFor, known.Returned), Is.EqualTo((0, 2)));
        }
    }

    [Test]
    public async Task Anchors_that_came_with_the_file_never_make_it_pass()
    {
        await using var site = await DossierSite.StartAsync();

        var verdict = await site.JudgeAsync(await site.IssueAsync(), TrustStore.Empty);

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.Indeterminate), Faults(verdict));
        Assert.That(verdict.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "ANCHORS_FROM_FILE" }));
    }

    [Test]
    public async Task It_proves_the_same_when_the_signers_certificates_have_expired()
    {
        await using var site = await DossierSite.StartAsync();

        // Every certificate of an office and a node has expired by then; the cosignatures say when all of it was there.
        var verdict = await site.JudgeAsync(await site.IssueAsync(), at: site.Hub.Clock.GetUtcNow().AddYears(4));

        var statements = verdict.Verdict.Signatures.Zip(verdict.Parts).Where(each => each.Second.StartsWith("statements/", StringComparison.Ordinal)).ToList();
        Assert.That(statements, Is.Not.Empty);
        Assert.That(statements.Select(each => each.First.Indication), Is.All.EqualTo(Indication.TotalPassed), Faults(verdict));
    }

    [Test]
    public async Task Without_any_proof_of_its_age_an_expired_certificate_leaves_it_open()
    {
        await using var site = await DossierSite.StartAsync(isStamped: false, isWitnessed: false);
        var dossier = await site.IssueAsync();

        var now = await site.JudgeAsync(dossier);
        var later = await site.JudgeAsync(dossier, at: site.Hub.Clock.GetUtcNow().AddYears(15));

        Assert.That(now.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), Faults(now));
        Assert.That(now.Summary!.Existence, Is.Null);
        Assert.That(later.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task Nothing_of_another_document_is_in_it()
    {
        await using var site = await DossierSite.StartAsync();

        var text = Encoding.UTF8.GetString(await site.IssueAsync());

        Assert.That(text, Does.Contain("防汛").And.Not.Contains(DossierSite.OtherTitle));
    }

    [Test]
    public async Task A_recipient_gets_its_own_receipts_and_nobody_elses()
    {
        await using var site = await DossierSite.StartAsync();

        var dossier = await site.IssueAsync(DistrictNode, Dongcheng);
        var verdict = await site.JudgeAsync(dossier);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), Faults(verdict));
            Assert.That(verdict.Summary!.Manifest.CompleteFor, Is.EqualTo(new[] { Dongcheng.ToString() }));
            Assert.That(verdict.Summary.Acts.Select(act => act.Type), Is.EqualTo(new[] { "Dispatched", "Accepted", "Delivered", "SignedFor" }));
            Assert.That(Encoding.UTF8.GetString(dossier), Does.Not.Contain("份数不符"));
        }
    }

    [Test]
    public async Task Who_is_no_party_or_asks_for_an_office_of_others_gets_none()
    {
        await using var site = await DossierSite.StartAsync();

        var stranger = await HubUnderTest.RefusalOf(() => site.IssueAsync(OtherNode));
        var pretender = await HubUnderTest.RefusalOf(() => site.IssueAsync(DistrictNode, GeneralOffice));
        var guest = await HubUnderTest.RefusalOf(() => site.IssueAsync(null, Haidian));

        Assert.That(new[] { stranger.Refusal, pretender.Refusal, guest.Refusal }, Is.All.EqualTo(Refusal.UnknownDocument));
    }

    [Test]
    public async Task There_is_none_of_a_document_that_was_not_accepted()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);

        var refused = await HubUnderTest.RefusalOf(() => hub.Get<DossierDesk>().IssueAsync(package.Document.ToString(), null, null, _ => Task.CompletedTask, CancellationToken.None));

        Assert.That(refused.Refusal, Is.EqualTo(Refusal.WrongState));
    }

    [Test]
    public async Task It_is_announced_with_its_exact_size_and_a_name()
    {
        await using var site = await DossierSite.StartAsync();
        var chunks = new StreamedReplies<DocExchange.Protocol.V1.ArchiveChunk>();

        await site.Hub.Get<DossierDesk>().SendAsync(new DocExchange.Protocol.V1.GetDossierRequest { DocumentId = site.Document.ToString() }, null, chunks, CancellationToken.None);

        Assert.That(chunks.Messages[0].Name, Is.EqualTo("dossier-京政发〔2026〕1号.zip"));
        Assert.That(chunks.Messages.Sum(chunk => chunk.Chunk.Length), Is.EqualTo((long)chunks.Messages[0].Size));
    }

    [Test]
    public async Task It_comes_out_of_the_archive_when_the_spool_is_gone()
    {
        await using var site = await DossierSite.StartAsync();
        await site.Hub.ArchiveAsync(() => site.Hub.Catalogue.Find(site.Document)!.Volume.Length > 0);
        site.Hub.Get<DocExchange.Hub.Submission.ISpool>().Delete(site.Hub.Catalogue.Find(site.Document)!.Package.Value);

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), Faults(verdict));
    }

    internal static string Faults(DossierVerdict verdict) => string.Join('\n', verdict.Verdict.Faults.Select(fault => $"{fault.Code} {fault.SubIndication}: {fault.English}"));
}
