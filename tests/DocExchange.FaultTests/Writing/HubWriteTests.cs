using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.FaultTests.Disks;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.FaultTests.Writing;

/// <summary>
/// Every write of the hub fails once before and once after it persisted, whichever store does it. Whoever had no answer
/// asks again, and a hub that gives up is started again. Afterwards everything is there, once.
/// </summary>
[TestFixture(Moment.Before)]
[TestFixture(Moment.After)]
internal sealed class HubWriteTests(Moment moment)
{
    private FaultedHub faulted = null!;
    private List<TestPackage> packages = null!;
    private int made;

    [SetUp]
    public async Task StartAsync()
    {
        (faulted, packages) = (await FaultedHub.StartAsync(), []);
    }

    [TearDown]
    public async Task StopAsync() => await faulted.DisposeAsync();

    [Test]
    public Task Accepting_a_document() => EachWriteFailsAsync(
        async () => await MakeAsync(),
        async package => await AcceptAsync(package));

    [Test]
    public Task Delivering_it() => EachWriteFailsAsync(
        async () => await AcceptedAsync(),
        async package =>
        {
            await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Delivered, DistrictNode, new DeliveredBody(Dongcheng, package.Id), package.Document));
            await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Delivered, DistrictNode, new DeliveredBody(Xicheng, package.Id), package.Document));
        });

    [Test]
    public Task Signing_for_it() => EachWriteFailsAsync(
        async () =>
        {
            var package = await AcceptedAsync();
            await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Delivered, DistrictNode, new DeliveredBody(Dongcheng, package.Id), package.Document));
            return package;
        },
        async package => await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.SignedFor, Dongcheng, document: package.Document)));

    [Test]
    public Task Withdrawing_it() => EachWriteFailsAsync(
        async () => await AcceptedAsync(),
        async package => await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Withdrawn, GeneralOffice, new PlainBody("有误"), package.Document)));

    [Test]
    public Task Changing_the_directory() => EachWriteFailsAsync(
        () => Task.FromResult(++made),
        async number =>
        {
            var line = $"office,z{number},新设机构{number},新机构{number},,新{number},北京,gov,,,010-{number}";
            var publishing = faulted.Hub.Get<DirectoryPublishing>;
            await faulted.InsistAsync(() => publishing().PublishAsync(current => OfficeImport.Apply(current, Encoding.UTF8.GetBytes(line), Start), CancellationToken.None));
            Assert.That(faulted.Hub.Get<DirectoryKeeper>().Current.Find(PartyId.Office(Exchange, $"z{number}")), Is.Not.Null);
        });

    [Test]
    public Task Stamping_a_checkpoint() => EachWriteFailsAsync(
        async () =>
        {
            await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Opened, Haidian, document: new(default)));
            return faulted.Hub.Ledger.Size;
        },
        async size =>
        {
            var stamped = await faulted.InsistAsync(() => faulted.Hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None));
            Assert.That(stamped.Size, Is.GreaterThanOrEqualTo(size));
        });

    private async Task EachWriteFailsAsync<T>(Func<Task<T>> prepare, Func<T, Task> act)
    {
        var faults = 0;
        for (var isHit = true; isHit; faults++)
        {
            var given = faulted.Acknowledged.Count;
            var prepared = await prepare();
            await RestAsync();
            faulted.Fault.Arm(faults, moment);
            await act(prepared);
            await RestAsync();
            faulted.Fault.Disarm();
            isHit = faulted.Fault.Failed is not null;
            HubPromises.RequireProofs(faulted, given);
        }

        HubPromises.RequireProofs(faulted);
        HubPromises.RequireOnce(faulted);
        await HubPromises.RequirePackagesAsync(faulted, packages);
        await HubPromises.RequireRebuildIsEqualAsync(faulted);
        Assert.That(faults, Is.GreaterThan(5));
        TestContext.Out.WriteLine($"{faults - 1} writes failed, {faulted.Restarts} restarts, {faulted.Hub.Ledger.Size} entries.");
    }

    // Projection and archiver have written all they have to.
    private Task RestAsync() => faulted.UntilAsync("The hub does not come to rest", () =>
    {
        var (catalogue, size) = (faulted.Hub.Catalogue, faulted.Hub.Ledger.Size);
        return catalogue.ProjectedSize == size && catalogue.StatementsArchivedTo == size && catalogue.Unarchived(1).Count == 0
            && catalogue.InPhase(Core.Routing.DocumentPhase.AwaitingPackage).Count == 0;
    });

    private async Task<TestPackage> MakeAsync()
    {
        var number = ++made;
        return await TestPackage.MakeAsync(TestPackage.Metadata($"京政发〔2026〕{number}号"), $"{number}", directoryVersion: faulted.Hub.Get<DirectoryKeeper>().Current.Version);
    }

    private async Task<TestPackage> AcceptedAsync()
    {
        var package = await MakeAsync();
        await AcceptAsync(package);
        return package;
    }

    private async Task AcceptAsync(TestPackage package)
    {
        await faulted.PostAsync(await faulted.Hub.SignAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document));
        await faulted.UploadAsync(package);
        await faulted.UntilAsync("Nobody judges the package", () => faulted.Hub.Catalogue.Find(package.Document)?.AcceptedAt is not null);
        packages.Add(package);
    }
}
