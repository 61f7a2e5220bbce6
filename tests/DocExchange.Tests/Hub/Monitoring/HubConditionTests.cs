using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Operations;
using DocExchange.Pages.Monitoring;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.StoreContracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DocExchange.Tests.Hub.Monitoring;

/// <summary>What the hub says of its condition, as whoever watches over it asks.</summary>
public sealed class HubConditionTests
{
    private const long MiB = 1024 * 1024;

    private readonly RecordingDisk disk = new();
    private TemporaryFolder folder = null!;
    private LiteDbCatalogue catalogue = null!;
    private bool isWriting;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        catalogue = new LiteDbCatalogue(folder.Under("catalogue.litedb"), TimeZoneInfo.Utc);
        (isWriting, disk.FreeSpaceSaid) = (true, 1000 * MiB);
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        await catalogue.DisposeAsync();
        folder.Dispose();
    }

    [TestCase(0, HealthStatus.Healthy)]
    [TestCase(50_000, HealthStatus.Healthy)]
    [TestCase(50_001, HealthStatus.Degraded)]
    public async Task Is_degraded_where_the_catalogue_lags_behind_by_more_than_50000_entries(int entries, HealthStatus expected)
    {
        await using var ledger = new InMemoryLedgerStore(new InMemoryLedgerStore.Disk { Entries = [.. Enumerable.Repeat(new byte[] { 1 }, entries)] });

        var report = await CheckAsync(ledger);

        Assert.That(report.Status, Is.EqualTo(expected));
        Assert.That(report.Description, expected == HealthStatus.Healthy ? Is.Null : Does.Contain("50001 entries behind"));
        Assert.That(Unwell(ledger), expected == HealthStatus.Healthy ? Is.Empty : Is.EqualTo(new[] { "catalogue" }));
    }

    [Test]
    public async Task Is_unhealthy_where_the_newest_entry_cannot_be_read()
    {
        await using var ledger = FileLedgerStore.Open(folder.Under("ledger"));
        await ledger.AppendAsync([new byte[100]], CancellationToken.None);
        var sound = await CheckAsync(ledger);
        using (var segment = new FileStream(folder.Under("ledger/entries-000000.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            segment.Position = segment.Length - 1;
            segment.WriteByte(1);
        }

        var damaged = await CheckAsync(ledger);

        Assert.That((sound.Status, damaged.Status), Is.EqualTo((HealthStatus.Healthy, HealthStatus.Unhealthy)));
        Assert.That(damaged.Exception, Is.TypeOf<LedgerCorruptException>());
        Assert.That(Unwell(ledger), Is.EqualTo(new[] { "ledger" }));
    }

    [Test]
    public async Task Is_unhealthy_and_to_be_started_again_where_the_writer_has_ended()
    {
        await using var ledger = new InMemoryLedgerStore(new InMemoryLedgerStore.Disk());
        isWriting = false;

        Assert.That((await CheckAsync(ledger)).Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(Of(ledger).IsAlive, Is.False);
    }

    [TestCase(256, true)]
    [TestCase(255, false)]
    public async Task Is_not_ready_where_uploads_find_no_room_and_still_serves(int free, bool isReady)
    {
        await using var ledger = new InMemoryLedgerStore(new InMemoryLedgerStore.Disk());
        disk.FreeSpaceSaid = free * MiB;

        Assert.That(Unwell(ledger), isReady ? Is.Empty : Is.EqualTo(new[] { "disk" }));
        Assert.That((await CheckAsync(ledger)).Status, Is.EqualTo(isReady ? HealthStatus.Healthy : HealthStatus.Degraded));
    }

    [Test]
    public async Task Is_well_while_a_hub_runs_and_not_once_its_writer_was_stopped()
    {
        var hub = await HubUnderTest.StartAsync();
        var condition = hub.Get<ICondition>();
        var (parts, wasAlive) = (condition.Look(), condition.IsAlive);

        await hub.DisposeAsync();

        Assert.That(parts.Select(part => (part.Part, part.Health)), Is.All.Matches<(string, PartHealth Health)>(part => part.Health == PartHealth.Well));
        Assert.That((wasAlive, condition.IsAlive), Is.EqualTo((true, false)));
    }

    private HubCondition Of(ILedgerStore ledger) => new(ledger, () => isWriting, catalogue, disk, new HubFolder(folder.Path), new HubSettings());

    private IEnumerable<string> Unwell(ILedgerStore ledger) => Of(ledger).Look().Where(part => part.Health != PartHealth.Well).Select(part => part.Part);

    private async Task<HealthReportEntry> CheckAsync(ILedgerStore ledger)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<ICondition>(Of(ledger));
        services.AddHealthChecks().AddCheck<ConditionCheck>("hub");
        await using var provider = services.BuildServiceProvider();
        return (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["hub"];
    }
}
