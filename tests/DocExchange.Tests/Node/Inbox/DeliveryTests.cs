using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Node.HubLink;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class DeliveryTests
{
    [Test]
    public async Task That_a_package_is_expected_is_kept_with_its_entries_or_not_at_all()
    {
        await using var desk = await TestDesk.StartAsync();
        _ = Arrivals.At(desk);
        var (book, records) = (desk.Part<EntryBook>(), desk.Part<NodeRecords>());
        List<ReceivedEntry> entries = [.. (await AcceptedAsync(desk)).Select(bytes => book.Read(bytes.Index, bytes.Entry))];

        Assert.That(
            () => book.Keep(entries, documents =>
            {
                desk.Part<Delivery>().Expect(documents);
                Assert.That(records.Packages.Count(), Is.EqualTo(1));
                throw new IOException("The disk is full.");
            }),
            Throws.TypeOf<IOException>());
        Assert.That((records.Entries.Count(), records.Packages.Count()), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_the_mailbox_brings_is_expected_though_nothing_else_is_done_about_it()
    {
        await using var desk = await TestDesk.StartAsync();
        _ = Arrivals.At(desk);
        var (hub, records) = (new MailboxHub(await AcceptedAsync(desk)), desk.Part<NodeRecords>());
        var (listening, channel) = await HubSocket.ServeAsync(hub, new SilentDirectory(desk.Site));
        await using (listening)
        using (channel)
        {
            // As if the process ended there.
            desk.Part<Delivery>().Dispose();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await Assert.ThrowsAsync<ObjectDisposedException>(() => desk.Part<MailboxLoop>().RunAsync(channel, () => { }, patience.Token));
        }

        Assert.That(records.Entries.FindAll().Select(row => row.Fault), Is.EqualTo(new string?[] { null, null }));
        Assert.That(records.Packages.FindById(NodeSite.Document(1).ToString()), Has.Property(nameof(PackageRow.State)).EqualTo(PackageState.Wanted));
    }

    [Test]
    public async Task That_a_package_cannot_be_verified_yet_is_told_once_until_it_can()
    {
        await using var desk = await TestDesk.StartAsync(adapt: services => services.Replace(ServiceDescriptor.Singleton(provider => StrictPolicy(provider.GetRequiredService<DataFolder>()))));
        var arrivals = Arrivals.At(desk);
        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [desk.Site.RevocationList], desk.Site.Directory);
        desk.Clock.Advance(TimeSpan.FromDays(60));
        var (delivery, bell) = (desk.Part<Delivery>(), desk.Part<AlarmBell>());
        var announced = await arrivals.AnnounceAsync();
        arrivals.Shelve(announced);
        await delivery.ReconcileAsync([announced.Document], default);
        Assert.That(RowOf(desk, announced).State, Is.EqualTo(PackageState.Unverified));
        bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");

        await delivery.ReconsiderAsync(default);
        Assert.That(bell.Newest(), Is.Empty, "every start finds the same");

        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [desk.Site.ListAt(desk.Clock.GetUtcNow())], desk.Site.Directory);
        await delivery.ReconsiderAsync(default);
        Assert.That(RowOf(desk, announced).State, Is.EqualTo(PackageState.Verified));
        Assert.That(bell.All().Single().Key, Does.StartWith("over "));

        static SitePolicy StrictPolicy(DataFolder folder)
        {
            File.WriteAllText(folder.Policy, """{ "revocation": { "required": true } }""");
            return SitePolicy.Read(folder.Policy);
        }
    }

    [Test]
    public async Task What_is_not_delivered_is_looked_for_page_by_page_as_it_is_by_then()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = new List<DocumentId>();
        foreach (var number in Enumerable.Range(1, 5))
        {
            announced.Add((await arrivals.AnnounceAsync($"第{number}件")).Document);
        }

        await arrivals.DeliverAsync(announced[0], NodeSite.Recipient);
        var (found, late) = (new List<DocumentId>(), announced[1]);
        foreach (var page in desk.Part<Delivery>().Undelivered(pageSize: 2))
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(2));
            found.AddRange(page);
            if (found.Count == 2)
            {
                late = announced.Skip(1).First(document => !found.Contains(document));
                await arrivals.DeliverAsync(late, NodeSite.Recipient);
            }
        }

        Assert.That(found, Is.EquivalentTo(announced.Skip(1).Where(document => document != late)));
    }

    [Test]
    public async Task At_the_start_every_page_of_what_is_not_delivered_is_looked_at()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = new List<Announced>();
        foreach (var number in Enumerable.Range(1, 3))
        {
            announced.Add(await arrivals.AnnounceAsync($"第{number}件"));
            arrivals.Shelve(announced[^1]);
        }

        await desk.Part<Delivery>().ReconsiderAsync(CancellationToken.None);

        Assert.That(announced.Select(each => RowOf(desk, each).State), Is.All.EqualTo(PackageState.Verified));
    }

    [Test]
    public async Task What_was_judged_is_kept_though_its_Delivered_could_not_be_made()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = await arrivals.AnnounceAsync();
        arrivals.Shelve(announced);
        desk.Part<StatementQueue>().Dispose();

        Assert.That(() => desk.Part<Delivery>().ReconcileAsync([announced.Document], CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(RowOf(desk, announced), Has.Property(nameof(PackageRow.State)).EqualTo(PackageState.Verified));
    }

    [Test]
    public async Task A_package_that_does_not_pass_is_kept_together_with_its_alarm()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = await arrivals.AnnounceAsync(alter: bytes => bytes[^200] ^= 1);
        arrivals.Shelve(announced);

        await desk.Part<Delivery>().ReconcileAsync([announced.Document], CancellationToken.None);

        var row = RowOf(desk, announced);
        Assert.That(row.State, Is.EqualTo(PackageState.Unsound));
        Assert.That(desk.Part<AlarmBell>().Newest().Select(alarm => alarm.Key), Does.Contain($"package {row.Package} {row.Indication}"));
    }

    /// <summary>A Dispatched and its Accepted as the ledger has them, which the node has not.</summary>
    private static async Task<List<(long Index, byte[] Entry)>> AcceptedAsync(TestDesk desk)
    {
        var dispatched = NodeSite.Dispatch(1);
        var body = (DispatchBody)dispatched.Body;
        var accepted = new StatementDraft(StatementType.Accepted, NodeSite.HubId, null, dispatched.Document, new AcceptedBody(body.Package, body.PackageSize));
        return [(1, await EntryAsync(dispatched, desk.Site.Keys.SigningKeyOf(NodeSite.Sender))), (2, await EntryAsync(accepted, desk.Site.Hub))];

        static async Task<byte[]> EntryAsync(StatementDraft draft, ISigningKey key)
        {
            var signed = await SignedStatement.SignAsync(draft.At(new ChainPosition($"{draft.Issuer}#1", 1, null), "demo", NodeSite.Now), key, default);
            return LedgerEntry.Of(NodeSite.Now, NodeSite.NodeId, signed.Cms).Bytes.ToArray();
        }
    }

    /// <summary>Sends the last one, and those before it along with it.</summary>
    private sealed class MailboxHub(IReadOnlyList<(long Index, byte[] Entry)> entries) : Wire.Exchange.ExchangeBase
    {
        public override async Task Watch(Wire.WatchRequest request, IServerStreamWriter<Wire.WatchEvent> responseStream, ServerCallContext context)
        {
            var (accepted, earlier) = (entries[^1], entries.SkipLast(1).Select(each => new Wire.RelatedEntry { Index = (ulong)each.Index, Entry = ByteString.CopyFrom(each.Entry) }));
            var mail = new Wire.MailboxEntry { Index = (ulong)accepted.Index, Entry = ByteString.CopyFrom(accepted.Entry), Related = { earlier } };
            await responseStream.WriteAsync(new Wire.WatchEvent { Entry = mail }, context.CancellationToken);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
    }

    private static PackageRow RowOf(TestDesk desk, Announced announced) => desk.Part<NodeRecords>().Packages.FindById(announced.Document.ToString());
}
