using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;
using DocExchange.Tests.StoreContracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>What the hub says of its health, as whoever watches over it asks.</summary>
public sealed class HubHealthTests
{
    private TemporaryFolder folder = null!;
    private LiteDbCatalogue catalogue = null!;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        catalogue = new LiteDbCatalogue(folder.Under("catalogue.litedb"), TimeZoneInfo.Utc);
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
    }

    private async Task<HealthReportEntry> CheckAsync(ILedgerStore ledger)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(ledger).AddSingleton<ICatalogue>(catalogue);
        services.AddHealthChecks().AddCheck<HubHealth>("hub");
        await using var provider = services.BuildServiceProvider();
        return (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["hub"];
    }
}
