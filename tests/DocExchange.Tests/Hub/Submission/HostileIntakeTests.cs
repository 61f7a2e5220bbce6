using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Protocol;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;
using Google.Protobuf;
using Grpc.Core;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>What the hub says of a package that was made to harm it or whose issuer lost its trust, and that it goes on.</summary>
internal sealed class HostileIntakeTests
{
    private const int MetadataEntry = 1;
    private const int BodyEntry = 2;

    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    internal static IEnumerable<TestCaseData> Hostile()
    {
        yield return Case("A_name_that_climbs_out_of_the_folder", _ => AlteredAsync(BodyEntry, entry => entry with { Name = "../../etc/cron.d/x" }), PackageFaults.EntryName, "'..'");
        yield return Case("A_decompression_bomb", _ => AlteredAsync(BodyEntry, entry => entry with { Method = 8, DeclaredSize = uint.MaxValue }), PackageFaults.SizeLimit, "4294967295");
        yield return Case("Oversized_metadata", _ => AlteredAsync(MetadataEntry, entry => entry with { Data = new byte[(1 << 20) + 1] }), PackageFaults.SizeLimit, "1048577");
        yield return Case("A_truncated_package", _ => TruncatedAsync(), PackageFaults.Truncated, "breaks off");
        yield return Case("An_issuer_whose_certificate_is_revoked", RevokedAsync, "CERT_REVOKED", "revoked");
    }

    [TestCaseSource(nameof(Hostile))]
    public async Task Is_rejected_in_a_signed_statement_that_says_why(Func<HubUnderTest, Task<TestPackage>> make, string code, string word)
    {
        var bad = await make(hub);

        var answer = await hub.DispatchAsync(bad);

        var dispatched = hub.Catalogue.EntriesOf(bad.Document)[0];
        var reasons = answer.Statement.Body is RejectedBody rejected ? rejected.Reasons : [];
        var reason = reasons.FirstOrDefault(each => each.Code == code);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Rejected));
            Assert.That(answer.Statement.Subject, Is.EqualTo(hub.Get<DocumentReplay>().Read(dispatched).Id));
            Assert.That(reason, Is.Not.Null, string.Join("; ", reasons));
            Assert.That(reason?.English, Does.Contain(word));
            Assert.That(reason?.Chinese, Is.Not.Empty);
            Assert.That(VerdictOn(answer).Faults, Is.Empty, "The hub signed it.");
        }

        await RequireGoneAsync(bad);
        await RequireSoundAcceptedAsync();
    }

    [Test]
    public async Task A_node_that_trickles_its_uploads_has_so_many_and_takes_the_place_of_nobody_else()
    {
        using var end = new CancellationTokenSource();
        var running = new List<Task>();
        for (var number = 1; number <= NodeLimits.MostUploads; number++)
        {
            running.Add(TrickleAsync(await PromisedAsync(number), end.Token));
        }

        var next = await PromisedAsync(NodeLimits.MostUploads + 1);
        var refused = await HubUnderTest.RefusalOf(() => hub.UploadAsync(next));
        var others = hub.Get<NodeLimits>().Uploads.TryTake(DistrictNode.ToString());

        await end.CancelAsync();
        foreach (var upload in running)
        {
            await Assert.CatchAsync<OperationCanceledException>(() => upload);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.Busy));
            Assert.That(refused.English, Does.Contain($"{NodeLimits.MostUploads} uploads"));
            Assert.That(others, Is.Not.Null, "Another node has its own.");
            Assert.That((await hub.UploadAsync(next)).Held, Is.EqualTo(next.Bytes.Length), "When there is room it goes on.");
        }
    }

    private async Task<TestPackage> PromisedAsync(int number)
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata($"京政发〔2026〕{number}号"), $"{number}");
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        return package;
    }

    /// <summary>A first piece, and then nothing more.</summary>
    private async Task TrickleAsync(TestPackage package, CancellationToken end)
    {
        var first = new Wire.UploadRequest { PackageId = package.Id.Value.ToWire(), Size = (ulong)package.Bytes.Length, Chunk = ByteString.CopyFrom(package.Bytes, 0, 1) };
        await hub.Get<PackageUploads>().ReceiveAsync(new Trickle(first, end), SenderNode, end);
    }

    /// <summary>By the rules that a node goes by.</summary>
    private Verdict VerdictOn(LoggedStatement answer)
    {
        var signed = SignedStatement.Parse(LedgerEntry.Parse(hub.Ledger.Read(answer.Index)).Statement, _ => null);
        Assert.That((signed.Id, signed.Statement.Issuer), Is.EqualTo((answer.Id, PartyId.Hub(Exchange))));
        var directories = hub.Get<DirectoryKeeper>();
        return directories.Judge.Judge(signed, directories.Current, hub.Clock.GetUtcNow());
    }

    // Its bytes are given to nobody, and its number is free again.
    private async Task RequireGoneAsync(TestPackage bad)
    {
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        var refused = await HubUnderTest.RefusalOf(() => hub.FetchAsync(bad.Id, DistrictNode));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.English, Is.Not.Empty);
            Assert.That(hub.Catalogue.Find(bad.Document)!.Phase, Is.EqualTo(DocumentPhase.Rejected));
            Assert.That(hub.Catalogue.HolderOfNumber(Government.ToString(), bad.Dispatch.Number!), Is.Null);
        }
    }

    private async Task RequireSoundAcceptedAsync()
    {
        var metadata = TestPackage.Metadata("京政办发〔2026〕2号") with { Issuers = [new Issuer(GeneralOffice.ToString(), "北京市人民政府办公厅", SealPlacement.Container)] };
        var sound = await TestPackage.MakeAsync(metadata, "sound", issuer: GeneralOffice);

        var answer = await hub.DispatchAsync(sound);

        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted), (answer.Statement.Body as RejectedBody)?.Reasons[0].English);
        Assert.That(await hub.FetchAsync(sound.Id, DistrictNode), Is.EqualTo(sound.Bytes));
    }

    private static TestCaseData Case(string name, Func<HubUnderTest, Task<TestPackage>> make, string code, string word) =>
        new TestCaseData(make, code, word).SetName(name);

    private static async Task<TestPackage> AlteredAsync(int index, Func<RawEntry, RawEntry> alter)
    {
        var package = await TestPackage.MakeAsync();
        var entries = await RawZip.EntriesAsync(package.Bytes);
        entries[index] = alter(entries[index]);
        return With(package, RawZip.Write(entries));
    }

    private static async Task<TestPackage> TruncatedAsync()
    {
        var package = await TestPackage.MakeAsync();
        return With(package, package.Bytes[..(package.Bytes.Length / 2)]);
    }

    // Signed while the certificate still counted, which nothing but the issuer's own word shows.
    private static async Task<TestPackage> RevokedAsync(HubUnderTest hub)
    {
        var package = await TestPackage.MakeAsync();
        await hub.Get<Revocation>().RevokeAsync(hub.Site.Offices[Government].Key.Certificate.Fingerprint, RevocationReason.KeyCompromise, null, CancellationToken.None);
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        return package;
    }

    /// <summary>The Dispatched promises exactly these bytes, so that the upload succeeds and the intake judges them.</summary>
    private static TestPackage With(TestPackage package, byte[] bytes) =>
        package with { Bytes = bytes, Dispatch = package.Dispatch with { Package = new PackageId(Digest.Of(bytes)), PackageSize = bytes.Length } };

    private sealed class Trickle(Wire.UploadRequest first, CancellationToken end) : IAsyncStreamReader<Wire.UploadRequest>
    {
        private bool isBegun;

        public Wire.UploadRequest Current => first;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (isBegun)
            {
                await Task.Delay(Timeout.Infinite, end);
            }

            return isBegun = true;
        }
    }
}
