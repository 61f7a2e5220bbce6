using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>A recipient's node believes a hub nothing it cannot prove: what is bad is refused and alarmed, and what is good goes on.</summary>
internal sealed class FaithlessHubTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TestDesk desk = null!;
    private Arrivals arrivals = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await TestDesk.StartAsync();
        arrivals = Arrivals.At(desk);
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [TestCase("正文第一段", "PART_ALTERED")]
    [TestCase("DigestValue>", "ENTRY_CRC")]
    public async Task Does_not_deliver_an_altered_package_alarms_and_takes_the_next(string where, string code)
    {
        var altered = await arrivals.AnnounceAsync(alter: bytes =>
        {
            var before = System.Text.Encoding.UTF8.GetBytes(where);
            var at = bytes.AsSpan().IndexOf(before);
            Assert.That(at, Is.GreaterThan(0));
            bytes[at + before.Length] ^= 1;
        });
        arrivals.Shelve(altered);
        await Part<Delivery>().ReconcileAsync([altered.Document], default);

        var next = await arrivals.ReceiveAsync();

        var row = RowOf(altered);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((row.State, row.Indication), Is.EqualTo((PackageState.Unsound, "TOTAL_FAILED")));
            Assert.That(row.Findings, Has.Some.Contains(code));
            Assert.That(AlarmOf($"package {altered.Package} TOTAL_FAILED").English, Does.Contain(code));
            Assert.That(Delivered, Is.EqualTo(new[] { next.ToString() }));
        }
    }

    [Test]
    public async Task Does_not_deliver_a_package_that_its_issuer_did_not_sign()
    {
        using var foreign = desk.Site.MakeForeign("bgs", CertificateProfile.DocumentSigning);
        var unsigned = await arrivals.AnnounceAsync(signer: foreign);
        arrivals.Shelve(unsigned);
        await Part<Delivery>().ReconcileAsync([unsigned.Document], default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowOf(unsigned).State, Is.EqualTo(PackageState.Unsound));
            Assert.That(AlarmOf($"package {unsigned.Package} TOTAL_FAILED").English, Does.Contain("SIGNATURE_MISSING"));
            Assert.That(Delivered, Is.Empty);
        }
    }

    [Test]
    public async Task Does_not_take_other_bytes_for_a_package_alarms_takes_the_next_and_takes_the_right_ones_when_they_come([Values("others", "more", "fewer")] string given)
    {
        var (wronged, right) = (await arrivals.AnnounceAsync(), await arrivals.AnnounceAsync());
        var hub = new GivingHub();
        hub.Packages[wronged.Package.Value] = given switch
        {
            "others" => [.. right.Bytes.Concat(new byte[wronged.Bytes.Length]).Take(wronged.Bytes.Length)],
            "more" => [.. wronged.Bytes, 0],
            _ => wronged.Bytes[..^1],
        };
        hub.Packages[right.Package.Value] = right.Bytes;
        await Part<Delivery>().ReconcileAsync([wronged.Document, right.Document], default);

        var (listening, channel) = await HubSocket.ServeAsync(hub);
        await using (listening)
        using (channel)
        {
            await FetchAsync(channel, () => Delivered.Length == 1);
            for (var attempt = 0; attempt < 4; attempt++)
            {
                // However long it rests after a failure.
                desk.Clock.Advance(TimeSpan.FromHours(1));
                await FetchAsync(channel, () => RowOf(wronged).NotBefore > desk.Clock.GetUtcNow().ToUnixTimeMilliseconds());
            }

            using (Assert.EnterMultipleScope())
            {
                Assert.That(Delivered, Is.EqualTo(new[] { right.Document.ToString() }));
                Assert.That(RowOf(wronged).State, Is.EqualTo(PackageState.Wanted));

                // The right one once; the other each time but one at most, whose bytes had come when fetching was broken off.
                Assert.That(hub.Asked, Is.GreaterThanOrEqualTo(5));
                Assert.That(AlarmOf($"fetch {wronged.Package}").English, Does.Contain(wronged.Package.ToString()));
                Assert.That(AlarmOf($"fetch {wronged.Package}").Chinese, Does.Contain(given switch
                {
                    "others" => "收到的公文包与其标识不符",
                    "more" => $"超过应有的 {wronged.Bytes.Length} 字节",
                    _ => $"中心只发来 {wronged.Bytes.Length - 1} 字节",
                }));
            }

            var bell = Part<AlarmBell>();
            bell.Close(AlarmOf($"fetch {wronged.Package}").Id, new Actor("1", "张三", "security", "local"), "已告知中心");
            desk.Clock.Advance(TimeSpan.FromHours(1));
            await FetchAsync(channel, () => RowOf(wronged).NotBefore > desk.Clock.GetUtcNow().ToUnixTimeMilliseconds());
            Assert.That(bell.Newest(), Is.Empty, "every attempt finds the same");

            hub.Packages[wronged.Package.Value] = wronged.Bytes;
            desk.Clock.Advance(TimeSpan.FromHours(1));
            await FetchAsync(channel, () => Delivered.Length == 2);
        }
    }

    [Test]
    public async Task Believes_no_entry_that_was_not_signed_by_whom_it_names()
    {
        var document = await arrivals.ReceiveAsync();
        var signedFor = Act(StatementType.SignedFor, NodeSite.Recipient, document, new PlainBody());
        var byOther = await EntryAsync(signedFor, desk.Site.Keys.SigningKeyOf(NodeSite.Sender), 100);
        var byHub = await EntryAsync(signedFor, desk.Site.Hub, 101);
        using var unbound = desk.Site.MakeForeign("hub", CertificateProfile.MachineSigning);
        var byUnbound = await EntryAsync(Act(StatementType.Voided, NodeSite.Sender, document, new PlainBody("作废")), unbound, 102);
        var asHub = await EntryAsync(Act(StatementType.Rejected, NodeSite.NodeId, document, new RejectedBody(NodeSite.Sender, [new RejectionReason("X", "退", "No.")])), desk.Site.Keys.SigningKeyOf(NodeSite.NodeId), 103);
        var good = await EntryAsync(Act(StatementType.DirectoryPublished, NodeSite.HubId, null, new DirectoryPublishedBody(9, default)), desk.Site.Hub, 104);
        var bytes = good.Bytes.ToArray();
        bytes[^1] ^= 1;
        var broken = Book.Read(105, bytes);

        Book.Keep([.. new[] { byOther, byHub, byUnbound, asHub, good, broken }.Select(Book.Judge)]);

        var faults = desk.Part<NodeRecords>().Entries.FindAll().Where(row => row.Id >= 100).ToDictionary(row => row.Id, row => row.Fault);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { faults[100], faults[101], faults[102] }, Is.All.Contains("SIGNER_NOT_BOUND"));
            Assert.That(faults[103], Does.Contain("made a Rejected, which only the hub makes"));
            Assert.That(faults[104], Is.Null);
            Assert.That(faults[105], Is.Not.Null);
            Assert.That(new long[] { 100, 101, 102, 103, 105 }.Select(index => AlarmOf($"entry {index}").Evidence), Has.All.Count.EqualTo(1));
            Assert.That(Part<DocumentStates>().Read(document, state => (state.Phase, state.Recipient(NodeSite.Recipient)!.State)), Is.EqualTo((DocumentPhase.Accepted, DeliveryState.Sent)));
        }
    }

    [Test]
    public async Task Uses_no_directory_that_the_hub_did_not_sign_or_that_is_not_the_one_it_signed()
    {
        var second = desk.Site.Directory.Next(NodeSite.Now, [.. desk.Site.Directory.Offices.Take(1)]);
        var xml = OfficeDirectoryXml.Write(second);
        var published = new DirectoryPublishedBody(second.Version, Digest.Of(xml));
        using var unbound = desk.Site.MakeForeign("hub", CertificateProfile.MachineSigning);
        var hub = new DirectoryHub { Trust = new Wire.GetTrustReply { Certificates = ByteString.CopyFromUtf8(desk.Site.Root.ToPem()) } };
        (StatementDraft Draft, ISigningKey Key, byte[] Xml)[] forged =
        [
            (Act(StatementType.DirectoryPublished, NodeSite.NodeId, null, published), desk.Site.Keys.SigningKeyOf(NodeSite.NodeId), xml),
            (Act(StatementType.DirectoryPublished, NodeSite.HubId, null, published), desk.Site.Keys.SigningKeyOf(NodeSite.NodeId), xml),
            (Act(StatementType.DirectoryPublished, NodeSite.HubId, null, published), unbound, xml),
            (Act(StatementType.DirectoryPublished, NodeSite.HubId, null, published), desk.Site.Hub, OfficeDirectoryXml.Write(desk.Site.Directory)),
            (Act(StatementType.DirectoryPublished, NodeSite.HubId, null, published with { Version = 7 }), desk.Site.Hub, xml),
            (Act(StatementType.Accepted, NodeSite.HubId, NodeSite.Document(1), new AcceptedBody(new(default), 1)), desk.Site.Hub, xml),
        ];
        var (listening, channel) = await HubSocket.ServeAsync(hub);
        await using (listening)
        using (channel)
        {
            foreach (var ((draft, key, given), number) in forged.Select((each, number) => (each, number)))
            {
                hub.Entry = await EntryAsync(draft, key, 200 + number);
                hub.Xml = given;
                await Part<DirectoryRefresh>().RunAsync(channel, default);
                Assert.That(Part<DirectoryCopy>().Newest().Version, Is.EqualTo(1), $"{number}");
                Assert.That(AlarmOf($"directory {200 + number}").English, Does.Not.EndWith(": "), $"{number}");
            }

            Assert.That(AlarmOf("directory 203").Chinese, Does.EndWith($"未采用：收到的第 {second.Version} 版不是中心发布的那一份（{published.Directory}）。"));
            Assert.That(AlarmOf("directory 204").Chinese, Does.EndWith($"未采用：作为第 7 版发布的机构目录自称第 {second.Version} 版。"));

            hub.Entry = await EntryAsync(Act(StatementType.DirectoryPublished, NodeSite.HubId, null, published), desk.Site.Hub, 300);
            hub.Xml = xml;
            await Part<DirectoryRefresh>().RunAsync(channel, default);
            Assert.That(Part<DirectoryCopy>().Newest().Version, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Takes_no_anchor_merely_because_the_hub_sends_it_and_goes_on_where_it_sends_rubbish()
    {
        using var rogue = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Root", "Rogue", null), NodeSite.Now.AddYears(-1), NodeSite.Now.AddYears(9));
        var hub = new DirectoryHub { Trust = new Wire.GetTrustReply { Certificates = ByteString.CopyFromUtf8(rogue.Certificate.ToPem()) } };
        var (listening, channel) = await HubSocket.ServeAsync(hub);
        await using (listening)
        using (channel)
        {
            await Part<DirectoryRefresh>().RefreshTrustAsync(channel, default);
            var (good, rubbish) = (hub.Trust, new Wire.GetTrustReply { Certificates = ByteString.CopyFromUtf8("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") });
            hub.Trust = rubbish;
            await Part<DirectoryRefresh>().RefreshTrustAsync(channel, default);
            Part<AlarmBell>().Close(AlarmOf("trust").Id, new Actor("1", "张三", "security", "local"), "ok");
            await Part<DirectoryRefresh>().RefreshTrustAsync(channel, default);
            Assert.That(Part<AlarmBell>().Newest(), Is.Empty, "every connection finds the same");
            hub.Trust = good;
            await Part<DirectoryRefresh>().RefreshTrustAsync(channel, default);
            hub.Trust = rubbish;
            await Part<DirectoryRefresh>().RefreshTrustAsync(channel, default);
        }

        await arrivals.ReceiveAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Part<TrustedAuthorities>().Store.Anchors, Is.EqualTo(new[] { desk.Site.Root }));
            Assert.That(AlarmOf("trust").English, Does.Contain("cannot be read"));
            Assert.That(Delivered, Has.Length.EqualTo(1));
        }
    }

    private EntryBook Book => Part<EntryBook>();

    private string[] Delivered => [.. Part<NodeRecords>().Queue.FindAll().Where(row => row.Type == nameof(StatementType.Delivered)).Select(row => row.Document!)];

    private T Part<T>()
        where T : notnull => desk.Part<T>();

    private PackageRow RowOf(Announced announced) => Part<NodeRecords>().Packages.FindById(announced.Document.ToString());

    private AlarmRow AlarmOf(string key) => Part<AlarmBell>().Newest().Single(alarm => alarm.Key == key);

    private static StatementDraft Act(StatementType type, PartyId issuer, DocumentId? document, StatementBody body) =>
        new(type, issuer, issuer.IsMachine ? null : new Actor("2", "李四", Roles.For(type)[0], "local"), document, body);

    private async Task<ReceivedEntry> EntryAsync(StatementDraft draft, ISigningKey key, long index)
    {
        var signed = await SignedStatement.SignAsync(draft.At(new ChainPosition($"{draft.Issuer}#forged", index, null), "demo", NodeSite.Now), key, default);
        return Book.Read(index, LedgerEntry.Of(NodeSite.Now, NodeSite.NodeId, signed.Cms).Bytes);
    }

    /// <summary>Fetches until something is so; a loop that fails is begun again, as the link does.</summary>
    private async Task FetchAsync(HubChannel channel, Func<bool> isDone)
    {
        using var stop = new CancellationTokenSource(Patience);
        var fetching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Part<FetchLoop>().RunAsync(channel, () => { }, stop.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        });
        while (!isDone() && !stop.IsCancellationRequested)
        {
            await Task.Delay(10);
        }

        await stop.CancelAsync();
        await fetching;
        Assert.That(isDone(), Is.True);
    }

    /// <summary>Gives for each package whatever it was told to give.</summary>
    private sealed class GivingHub : Wire.Exchange.ExchangeBase
    {
        private int asked;

        public Dictionary<Digest, byte[]> Packages { get; } = [];

        public int Asked => Volatile.Read(ref asked);

        public override async Task Fetch(Wire.FetchRequest request, IServerStreamWriter<Wire.PackageChunk> responseStream, ServerCallContext context)
        {
            var bytes = Packages[request.PackageId.ToDigest("package_id")];
            await responseStream.WriteAsync(new Wire.PackageChunk { Chunk = ByteString.CopyFrom(bytes.AsSpan((int)request.Offset)) }, context.CancellationToken);
            Interlocked.Increment(ref asked);
        }
    }

    private sealed class DirectoryHub : Wire.Directory.DirectoryBase
    {
        public ReceivedEntry Entry { get; set; } = null!;

        public byte[] Xml { get; set; } = [];

        public Wire.GetTrustReply Trust { get; set; } = new();

        public override Task<Wire.GetTrustReply> GetTrust(Wire.GetTrustRequest request, ServerCallContext context) => Task.FromResult(Trust);

        public override Task<Wire.GetDirectoryReply> GetDirectory(Wire.GetDirectoryRequest request, ServerCallContext context) => Task.FromResult(new Wire.GetDirectoryReply
        {
            Index = (ulong)Entry.Index,
            Entry = ByteString.CopyFrom(Entry.Bytes.Span),
            Directory = ByteString.CopyFrom(Xml),
        });
    }
}
