using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.FaultTests.Disks;
using DocExchange.FaultTests.Live;
using DocExchange.Hub.Offices;
using DocExchange.Protocol;
using DocExchange.Tests;
using DocExchange.Tests.Hub.Operations;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.FaultTests.Writing;

/// <summary>
/// The file system becomes read-only under a running hub or node, as the kernel makes it when its disk fails: what cannot be kept
/// is refused and says why, the rest goes on, and nothing is missing when the disk takes writes again.
/// </summary>
internal sealed class ReadOnlyDiskTests
{
    [Test]
    public async Task A_hub_refuses_what_it_cannot_keep_reads_on_and_goes_on_when_the_disk_takes_writes_again()
    {
        await using var faulted = await FaultedHub.StartAsync();
        var hub = faulted.Hub;
        var package = await AcceptAsync(faulted, 1);
        var waiting = await MakeAsync(2);
        await faulted.PostAsync(await hub.SignAsync(StatementType.Dispatched, GeneralOffice, waiting.Dispatch, waiting.Document));
        await RestAsync(faulted);
        var delivered = await hub.SignAsync(StatementType.Delivered, DistrictNode, new DeliveredBody(Dongcheng, package.Id), package.Document);
        var size = hub.Ledger.Size;

        faulted.Fault.IsReadOnly = true;
        RefusedException[] refusals =
        [
            await HubUnderTest.RefusalOf(() => hub.PostAsync(delivered)),
            await HubUnderTest.RefusalOf(() => hub.PostAsync(delivered)),
            await HubUnderTest.RefusalOf(() => hub.UploadAsync(waiting)),
        ];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusals.Select(refused => refused.Refusal), Is.All.EqualTo(Refusal.StorageFull));
            Assert.That(refusals.Select(refused => refused.English), Has.All.Contains("read-only"));
            Assert.That(refusals.Select(refused => refused.Message), Has.All.Contains("只读"));
            Assert.That(hub.Ledger.Size, Is.EqualTo(size));
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
            Assert.That((await hub.WatchAsync(DistrictNode)).Select(entry => entry.Index), Is.Not.Empty, "What a node is told of its mailbox.");
            Assert.That(hub.HasGivenUp, Is.False);
        }

        faulted.Fault.IsReadOnly = false;
        await hub.PostAsync(delivered);
        await hub.UploadAsync(waiting);
        await faulted.UntilAsync("Nobody judges the package", () => hub.Catalogue.Find(waiting.Document)?.AcceptedAt is not null);
        await RestAsync(faulted);
        Assert.That(faulted.Restarts, Is.Zero);
        HubPromises.RequireProofs(faulted);
        HubPromises.RequireOnce(faulted);
        await HubPromises.RequirePackagesAsync(faulted, [package, waiting]);
        await HubPromises.RequireRebuildIsEqualAsync(faulted);
    }

    [Test]
    public async Task A_hub_whose_database_can_no_longer_be_written_ends_with_the_reason_and_starts_with_everything_when_it_can()
    {
        await using var faulted = await FaultedHub.StartAsync();
        var package = await AcceptAsync(faulted, 1);
        await RestAsync(faulted);

        faulted.Fault.IsReadOnly = true;
        Assert.Catch<StorageReadOnlyException>(() => faulted.Hub.Get<SiteStore>().RemoveInvitation("n1"));
        await Waiting.UntilAsync("the hub gives up", () => faulted.Hub.HasGivenUp);
        var end = await Assert.CatchAsync<StorageReadOnlyException>(() => faulted.Hub.RestartAsync());
        var start = await Assert.CatchAsync<IOException>(() => faulted.Hub.StartAgainAsync());

        faulted.Fault.IsReadOnly = false;
        await faulted.Hub.StartAgainAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(end!.Path, Does.StartWith(faulted.Hub.Folder.Site[..^".litedb".Length]));
            Assert.That(StorageException.CauseOf(start), Is.TypeOf<StorageReadOnlyException>());
            Assert.That(await faulted.Hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
        }

        HubPromises.RequireProofs(faulted);
        await HubPromises.RequireRebuildIsEqualAsync(faulted);
    }

    [Test]
    public async Task A_node_refuses_what_it_cannot_keep_ends_when_something_arrives_and_has_it_once_when_the_disk_takes_writes_again()
    {
        await using var exchange = await LiveExchange.StartAsync();
        var (sender, recipient) = (new WriteFault(), new WriteFault());
        foreach (var (node, fault) in new[] { (exchange.Sending, sender), (exchange.Receiving, recipient) })
        {
            await node.StopAsync();
            node.Adapt = services => services.AddSingleton<IDisk>(new FaultyDisk(fault));
            await node.StartAsync();
        }

        var before = await exchange.Sending.SendAsync("只读之前");
        await Waiting.UntilAsync("it is delivered", async () => await exchange.Hub.FindAsync(before.DocumentId) is { Summary.Delivered: 1 });
        await Waiting.UntilAsync("the sender's node is at rest", async () => (await exchange.Sending.OutboxAsync()).Single().State == "Delivered");

        sender.IsReadOnly = true;
        var refused = await Assert.ThrowsAsync<RpcException>(() => exchange.Sending.SendAsync("只读之时"));
        var listed = await exchange.Sending.OutboxAsync();
        sender.IsReadOnly = false;
        recipient.IsReadOnly = true;
        var meanwhile = await exchange.Sending.SendAsync("只读之时再发");
        await Waiting.UntilAsync("the recipient's node gives up", () => exchange.Receiving.HasGivenUp);
        await exchange.Receiving.StopAsync();
        var start = await Assert.CatchAsync<StorageReadOnlyException>(exchange.Receiving.StartAsync);

        recipient.IsReadOnly = false;
        await exchange.Receiving.StartIfGivenUpAsync();
        await Waiting.UntilAsync("it is delivered", async () => await exchange.Hub.FindAsync(meanwhile.DocumentId) is { Summary.Delivered: 1 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.ToRefusal(), Is.Not.Null.And.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.StorageFull));
            Assert.That(refused.ToRefusal()!.English, Does.Contain("read-only"));
            Assert.That(listed.Select(document => document.Summary.DocumentId), Is.EqualTo(new[] { before.DocumentId }), "The desk shows what it has, and nothing of what it refused.");
            Assert.That(start!.Path, Does.StartWith(exchange.Receiving.Folder.Root));
            Assert.That((await exchange.Receiving.InboxAsync()).Select(document => document.Summary.DocumentId), Is.EquivalentTo(new[] { before.DocumentId, meanwhile.DocumentId }));
        }
    }

    private static async Task<TestPackage> AcceptAsync(FaultedHub faulted, int number)
    {
        var package = await MakeAsync(number);
        await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document));
        await faulted.UploadAsync(package);
        await faulted.UntilAsync("Nobody judges the package", () => faulted.Hub.Catalogue.Find(package.Document)?.AcceptedAt is not null);
        return package;
    }

    private static Task<TestPackage> MakeAsync(int number) => TestPackage.MakeAsync(TestPackage.Metadata($"京政发〔2026〕{number}号"), $"{number}");

    private static Task RestAsync(FaultedHub faulted) => faulted.UntilAsync("The hub does not come to rest", () =>
    {
        var (catalogue, size) = (faulted.Hub.Catalogue, faulted.Hub.Ledger.Size);
        return catalogue.ProjectedSize == size && catalogue.StatementsArchivedTo == size && catalogue.Unarchived(1).Count == 0;
    });
}
