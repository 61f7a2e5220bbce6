using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using Grpc.Core;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Ledger;

/// <summary>What a node gets that asks the hub's services for entries and objects: what concerns its offices, and nothing else.</summary>
public sealed class LedgerServiceTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Entries_of_a_document_are_read_by_its_parties_only()
    {
        var package = await TestPackage.MakeAsync(recipients: new RecipientList([Dongcheng], []));
        var dispatched = await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        Assert.That(await RefusalOfAsync(dispatched.Index, DistrictNode), Is.EqualTo(Refusal.NotAParty), "Not accepted yet: its recipient is told nothing.");
        await hub.UploadAsync(package);
        var accepted = await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.Accepted);
        var delivered = await hub.DeliverAsync(package, Dongcheng);
        var signedFor = await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        var crossing = await hub.ActAsync(StatementType.SignedFor, Haidian, document: package.Document);
        long[] all = [dispatched.Index, accepted.Index, delivered.Index, signedFor.Index];
        using (Assert.EnterMultipleScope())
        {
            foreach (var index in all)
            {
                Assert.That(await EntryAsync(index, SenderNode), Is.EqualTo(hub.Ledger.Read(index).ToArray()), $"{index} for the sender");
                Assert.That(await RefusalOfAsync(index, OtherNode), Is.EqualTo(Refusal.NotAParty), $"{index} for a stranger");
            }

            foreach (var index in all[1..])
            {
                Assert.That(await EntryAsync(index, DistrictNode), Is.EqualTo(hub.Ledger.Read(index).ToArray()), $"{index} for the recipient");
            }

            Assert.That(await EntryAsync(crossing.Index, OtherNode), Is.EqualTo(hub.Ledger.Read(crossing.Index).ToArray()), "Its own act.");
            Assert.That(await RefusalOfAsync(crossing.Index, DistrictNode), Is.EqualTo(Refusal.NotAParty), "A stranger's act without effect.");
            Assert.That(await EntryAsync(hub.Get<DirectoryKeeper>().PublishedAt, OtherNode), Is.Not.Empty, "The directory is everybody's.");
            Assert.That(await RefusalOfAsync(hub.Ledger.Size, SenderNode), Is.EqualTo(Refusal.NotFound));
        }
    }

    [Test]
    public async Task The_list_of_recipients_is_read_only_by_who_was_told_its_digest_and_strangers_are_not()
    {
        var list = new RecipientList([Dongcheng, .. Enumerable.Range(0, RecipientList.MaxInline).Select(number => PartyId.Office(Exchange, $"u{number}"))], []);
        var package = await TestPackage.MakeAsync(recipients: list);
        var statement = await hub.SignAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        var dispatched = await hub.PostAsync(statement);
        var digest = Digest.Of(statement.RecipientObject!);
        var told = await hub.WatchAsync(OtherNode);
        var bytes = told.SelectMany(entry => entry.Related.Select(related => related.Entry).Append(entry.Entry).Concat(entry.Objects)).Select(each => each.ToByteArray()).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ObjectAsync(digest, SenderNode), Is.EqualTo(statement.RecipientObject));
            Assert.That(bytes, Has.None.Matches<byte[]>(each => each.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(digest.ToString())) >= 0), "A stranger never hears of it.");
            Assert.That(await RefusalOfAsync(dispatched.Index, OtherNode), Is.EqualTo(Refusal.NotAParty));
            Assert.That((await HubUnderTest.RefusalOf(() => ObjectAsync(Digest.Of("another"u8), OtherNode))).Refusal, Is.EqualTo(Refusal.NotFound));
        }
    }

    private async Task<byte[]> EntryAsync(long index, PartyId node)
    {
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        return (await hub.Make<LedgerService>().GetEntry(new Wire.EntryRequest { Index = (ulong)index }, As(node))).Entry.ToByteArray();
    }

    private async Task<Refusal> RefusalOfAsync(long index, PartyId node) => (await HubUnderTest.RefusalOf(() => EntryAsync(index, node))).Refusal;

    private async Task<byte[]> ObjectAsync(Digest digest, PartyId node) =>
        (await hub.Make<DirectoryService>().GetObject(new Wire.GetObjectRequest { Sha256 = digest.ToWire() }, As(node))).Content.ToByteArray();

    private static ServerCallContext As(PartyId node)
    {
        var context = new FakeCallContext();
        Caller.Remember(context, node);
        return context;
    }
}
