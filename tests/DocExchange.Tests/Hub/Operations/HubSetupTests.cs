using DocExchange.Core.Operating;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>What <c>hub init</c> makes, when it is repeated too.</summary>
internal sealed class HubSetupTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryFolder();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public async Task Is_finished_by_the_same_command_where_it_was_broken_off_before_its_first_directory()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        var begun = HubSettings.Read(hub.Settings);
        Directory.Delete(hub.Ledger, recursive: true);
        Directory.Delete(hub.Objects, recursive: true);
        File.Delete(hub.Catalogue);

        await CreateAsync(hub);

        var settings = HubSettings.Read(hub.Settings);
        await using var services = HubHost.Services(hub, settings).BuildServiceProvider();
        var machines = await HubHost.WithWriterAsync(services, _ => Task.FromResult(services.GetRequiredService<DirectoryKeeper>().Current.Machines.Count));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((settings.ChainId, settings.LedgerOrigin), Is.EqualTo((begun.ChainId, begun.LedgerOrigin)));
            Assert.That(machines, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Touches_no_hub_that_is_there()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        var before = await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12"));

        await Assert.ThrowsAsync<FailedException>(() => CreateAsync(hub));

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12")), Is.EqualTo(before));
    }

    [Test]
    public async Task Touches_no_hub_that_has_run_and_whose_ledger_is_gone()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        await using (var services = HubHost.Services(hub, HubSettings.Read(hub.Settings)).BuildServiceProvider())
        {
            services.GetRequiredService<AuditTrail>().Append(new AuditedAct("start", "root", "done", new Dictionary<string, string>()));
        }

        Directory.Delete(hub.Ledger, recursive: true);
        var before = await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12"));

        await Assert.ThrowsAsync<FailedException>(() => CreateAsync(hub));

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12")), Is.EqualTo(before));
    }

    private static Task CreateAsync(HubFolder hub) => HubSetup.CreateAsync(
        hub,
        new HubSettings { Exchange = "bj", Organization = "市政府办公厅", Address = "hub.example.gov:7443", EnrolmentAddress = "hub.example.gov:7444" },
        TimeProvider.System,
        CancellationToken.None);
}
