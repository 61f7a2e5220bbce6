using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Submission;
using DocExchange.Protocol;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;
using Google.Protobuf;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.MustNeverHappen;

/// <summary>What comes in is judged, one thing does not stop another, and secrets stay secret.</summary>
[NonParallelizable]
public sealed class IntakePromisesTests
{
    [Test]
    public async Task A_statement_accepted_for_an_office_whose_bound_key_did_not_sign_it()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var size = hub.Ledger.Size;
        foreach (var key in new[] { hub.Site.Offices[Xicheng].Key, hub.Site.Nodes[DistrictNode].Machine, hub.Site.Offices[Dongcheng].SealKey })
        {
            var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default), key: key);
            var refused = await HubUnderTest.RefusalOf(() => hub.PostAsync(statement));
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.NotBound).Or.EqualTo(Refusal.NotAuthentic), key.Certificate.ToString());
        }

        var logged = Enumerable.Range((int)size, (int)(hub.Ledger.Size - size)).Select(index => hub.Get<DocumentReplay>().Read(index).Statement.Type);
        Assert.That(logged, Is.EqualTo(new[] { StatementType.Rejected }), "Only that it was rejected is in the ledger, once.");
    }

    [Test]
    public async Task A_statement_accepted_that_the_writer_finds_unbound_after_it_was_judged()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var judged = await hub.Get<StatementIntake>().JudgeAsync(statement.Cms, [], DistrictNode, CancellationToken.None);
        await hub.Get<DocExchange.Hub.Offices.Revocation>().RevokeAsync(
            hub.Site.Offices[Dongcheng].Key.Certificate.Fingerprint, DocExchange.Trust.Certificates.RevocationReason.KeyCompromise, null, CancellationToken.None);
        var size = hub.Ledger.Size;

        var refused = await HubUnderTest.RefusalOf(() => hub.Writer.SubmitAsync(judged.Signed, judged.Signer, DistrictNode, CancellationToken.None));
        Assert.That((refused.Refusal, hub.Ledger.Size), Is.EqualTo((Refusal.NotBound, size)));
    }

    [Test]
    public async Task A_verdict_passed_on_something_not_checked()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var unsealed = await TestPackage.MakeAsync(text: "unsealed", isSealed: false);
        var foreign = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "foreign", signer: hub.Site.Offices[GeneralOffice].Key);
        var whole = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕3号"), "altered");
        var altered = whole.Bytes.ToArray();
        altered[whole.Bytes.AsSpan().IndexOf("%PDF"u8) + 10] ^= 1;
        var changed = whole with { Bytes = altered, Dispatch = whole.Dispatch with { Package = new(Digest.Of(altered)) } };

        // The statement is answered with its Rejected first, and then the package is destroyed.
        string[][] reasons = [await ReasonsAsync(hub, unsealed), await ReasonsAsync(hub, foreign), await ReasonsAsync(hub, changed)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reasons[0], Is.EqualTo(new[] { "SIGNATURE_MISSING" }));
            Assert.That(reasons[1], Does.Contain("SIGNATURE_MISSING").And.Contain("DISAGREEMENT"));
            Assert.That(reasons[2], Is.EqualTo(new[] { "PART_ALTERED", "PART_CRC", "PART_SM3" }));
        }

        // Nor offline: with the exchange's own trust, what another office alone has signed is nobody's.
        var directory = hub.Get<DocExchange.Hub.Offices.DirectoryKeeper>().Current;
        var judge = new DocExchange.Cli.Verifying.FileJudge(TrustStore.Of(directory.Authorities, []), Start, revocationRequired: false);
        var metadata = TestPackage.Metadata();
        var bare = metadata with { Issuers = [metadata.Issuers[0] with { Seal = SealPlacement.None }] };
        async Task<Verdict> OfflineAsync(DocExchange.Trust.Keys.ISigningKey signer)
        {
            using var folder = new TemporaryFolder();
            var file = Path.Combine(folder.Path, "package.asice");
            await File.WriteAllBytesAsync(file, (await TestPackage.MakeAsync(bare, isSealed: false, signer: signer)).Bytes);
            return (await judge.JudgeAsync(file, null, CancellationToken.None)).Verdict;
        }

        var (own, alone) = (await OfflineAsync(hub.Site.Offices[Government].Key), await OfflineAsync(hub.Site.Offices[GeneralOffice].Key));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Indication, Is.EqualTo(Indication.TotalPassed), string.Join(' ', own.Faults));
            Assert.That((alone.Indication, string.Join(' ', alone.Faults.Select(fault => fault.Code))), Is.EqualTo((Indication.Indeterminate, "ISSUER_SIGNER_UNCLEAR")));
        }

        await Waiting.UntilAsync("no rejected package is kept", () => !hub.Get<ISpool>().All().Any());
    }

    [Test]
    public async Task One_bad_package_or_statement_stopping_the_others()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var rubbish = new byte[5_000];
        var good = await TestPackage.MakeAsync();
        var bad = good.Dispatch with { Package = new(Digest.Of(rubbish)), PackageSize = rubbish.Length, Number = null };
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, bad, new(Digest.Of("rubbish"u8)));
        await hub.UploadAsync(bad.Package, rubbish);

        // A statement of a later version, one about nothing, one that repeats itself, and one that is no statement.
        await hub.ActAsync(StatementType.Unknown, Dongcheng, new UnknownBody("Sealed2030"));
        await hub.ActAsync(StatementType.SignedFor, Xicheng, document: new(default));
        await HubUnderTest.RefusalOf(() => hub.Get<StatementIntake>().JudgeAsync(rubbish, [], DistrictNode, CancellationToken.None));

        var answer = await hub.DispatchAsync(good);
        await hub.ArchiveAsync(() => hub.Catalogue.Find(good.Document)?.Volume.Length > 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted));
            Assert.That(await hub.FetchAsync(good.Id, DistrictNode), Is.EqualTo(good.Bytes));
        }
    }

    [Test]
    public async Task One_package_missing_from_the_spool_keeping_the_others_from_the_archive()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await hub.Get<DocExchange.Hub.Archiving.Archiver>().StopAsync(CancellationToken.None);
        var lost = await TestPackage.MakeAsync(text: "lost");
        var kept = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "kept");
        await hub.DispatchAsync(lost);
        await hub.DispatchAsync(kept);
        hub.Get<ISpool>().Delete(lost.Id.Value);
        await hub.RestartAsync();

        await hub.ArchiveAsync(() => hub.Catalogue.Find(kept.Document)?.Volume.Length > 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Catalogue.Find(lost.Document)!.Volume, Is.Empty);
            Assert.That(hub.Log.Lines, Has.Some.Contains("missing from the spool"));
        }
    }

    [Test]
    public async Task A_private_key_or_password_in_a_log()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.Get<DocExchange.Hub.Offices.Revocation>().RevokeAsync(
            hub.Site.Offices[Haidian].Key.Certificate.Fingerprint, DocExchange.Trust.Certificates.RevocationReason.Superseded, null, CancellationToken.None);
        await HubUnderTest.RefusalOf(() => hub.ActAsync(StatementType.Opened, Haidian, document: package.Document));
        Assert.Throws<RefusedException>(() => hub.Get<DocExchange.Hub.Offices.Invitations>().Check(SenderNode.ToString(), "wrong secret"u8, []));
        await hub.ArchiveAsync(() => hub.Catalogue.Find(package.Document)?.Volume.Length > 0);

        var log = string.Join('\n', hub.Log.Lines);
        var secrets = hub.Site.InvitationSecrets.Append(hub.Site.Password).Append("PRIVATE KEY").ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log, Is.Not.Empty);
            Assert.That(hub.Site.Password, Has.Length.EqualTo(32));
            secrets.ForEach(secret => Assert.That(log, Does.Not.Contain(secret)));
        }
    }

    [Test]
    public async Task Memory_growing_with_document_size()
    {
        const int Small = 16 << 20;
        const int Large = 80 << 20;
        await using var hub = await HubUnderTest.StartAsync();
        // It is the intake that is measured; the archiver may begin before the answer is seen.
        await hub.Get<DocExchange.Hub.Archiving.Archiver>().StopAsync(CancellationToken.None);
        await AllocatedAsync(hub, 1, Small);
        var small = await AllocatedAsync(hub, 2, Small);
        var large = await AllocatedAsync(hub, 3, Large);
        await TestContext.Out.WriteLineAsync($"{small >> 10} KiB allocated to take in and judge {Small >> 20} MiB, {large >> 10} KiB for {Large >> 20} MiB");
        // The process allocates some 300 KiB a second by itself; a copy of the document, or of a tenth of it, would be seen.
        Assert.That(large - small, Is.LessThan((Large - Small) / 10));
    }

    /// <summary>What is allocated while the hub takes in and judges a package.</summary>
    private static async Task<long> AllocatedAsync(HubUnderTest hub, int number, int size)
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata($"京政发〔2026〕{number}号"), attachment: () => new MemoryStream(new byte[size]));
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);

        // The chunks share one buffer, so that what is allocated is the hub's.
        var buffers = package.Bytes.Chunk(1 << 20).Select(chunk => UnsafeByteOperations.UnsafeWrap(chunk)).ToList();
        var requests = buffers.Select((chunk, at) => at > 0
            ? new Wire.UploadRequest { Chunk = chunk }
            : new Wire.UploadRequest { PackageId = package.Id.Value.ToWire(), Size = (ulong)package.Bytes.Length, Chunk = chunk }).ToList();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await hub.Get<PackageUploads>().ReceiveAsync(new StreamedRequests<Wire.UploadRequest>(requests), SenderNode, CancellationToken.None);
        var answer = await hub.WaitForAsync(logged => logged.Statement.Document == package.Document && logged.Statement.Type is StatementType.Accepted or StatementType.Rejected);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted));
        return allocated;
    }

    private static async Task<string[]> ReasonsAsync(HubUnderTest hub, TestPackage package)
    {
        var answer = await hub.DispatchAsync(package);
        return [.. ((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code)];
    }
}
