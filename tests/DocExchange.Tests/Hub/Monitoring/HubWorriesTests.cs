using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;

namespace DocExchange.Tests.Hub.Monitoring;

/// <summary>What the hub's people are told to look after.</summary>
public sealed class HubWorriesTests
{
    private const long GiB = 1L << 30;

    [Test]
    public async Task Are_none_of_a_new_site_then_a_disk_nearly_full_and_in_time_the_certificates()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var disk = new RecordingDisk { TotalSpaceSaid = 200 * GiB, FreeSpaceSaid = 10 * GiB };
        var worries = new HubWorries(hub.Get<HubSettings>(), hub.Folder, disk, hub.Get<DirectoryKeeper>(), hub.Get<CheckpointStamper>(), hub.Clock);
        Assert.That(worries.Look(), Is.Empty);

        disk.FreeSpaceSaid = 9 * GiB;
        var full = worries.Look();
        disk.FreeSpaceSaid = 10 * GiB;
        hub.Clock.SetUtcNow(hub.Get<HubIdentity>().Tls.NotAfter.ToUniversalTime().AddDays(-29));
        var old = worries.Look();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(full.Select(each => each.Cause), Is.EqualTo(new[] { "disk" }));
            Assert.That(full[0].English, Does.Contain("9.0 of 200.0 GiB").And.Contain(hub.Folder.Root));
            Assert.That(old.Select(each => each.Cause), Is.EqualTo(new[] { "expiry" }));
            Assert.That(old[0].English, Does.Contain("run out within 30 days"));
        }
    }
}
