using DocExchange.Node.Monitoring;
using DocExchange.Node.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Monitoring;

internal sealed class ClockWatchTests
{
    [Test]
    public void Alarms_as_long_as_the_clocks_differ_by_more_than_the_site_allows()
    {
        using var site = new NodeSite();
        using var records = new NodeRecords(site.Folder);
        var time = new FakeTimeProvider(NodeSite.Now);
        var bell = new AlarmBell(records, time, NullLogger<AlarmBell>.Instance);
        var watch = new ClockWatch(bell, Options.Create(new MonitoringOptions { ClockWarningSeconds = 60 }), time);
        string[] Alarms(TimeSpan behind)
        {
            watch.Compare(NodeSite.Now + behind);
            return [.. bell.Newest().SelectMany(alarm => new[] { alarm.Chinese, alarm.English })];
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Alarms(TimeSpan.FromSeconds(60)), Is.Empty);
            Assert.That(Alarms(TimeSpan.FromSeconds(61)), Is.EqualTo(new[]
            {
                "本机时钟比中心慢 61 秒，请校准（本机无误的，请告知中心管理员）。",
                "The clock of this machine is 61 seconds behind the hub's. Set it; if it is right, tell the hub's administrator.",
            }));
            Assert.That(Alarms(TimeSpan.FromDays(-400)), Is.EqualTo(new[]
            {
                "本机时钟比中心快 400 天，请校准（本机无误的，请告知中心管理员）。",
                "The clock of this machine is 400 days ahead of the hub's. Set it; if it is right, tell the hub's administrator.",
            }));
            Assert.That(Alarms(TimeSpan.FromHours(5))[0], Does.StartWith("本机时钟比中心慢 5 小时"));
            Assert.That(Alarms(TimeSpan.FromSeconds(-3)), Is.Empty, "it disappears when the clock is right");
        }
    }

    [Test]
    public void A_clock_that_drifts_about_the_limit_alarms_once()
    {
        using var site = new NodeSite();
        using var records = new NodeRecords(site.Folder);
        var time = new FakeTimeProvider(NodeSite.Now);
        var bell = new AlarmBell(records, time, NullLogger<AlarmBell>.Instance);
        var watch = new ClockWatch(bell, Options.Create(new MonitoringOptions { ClockWarningSeconds = 60 }), time);
        List<int[]> numbers = [];
        foreach (var behind in new[] { 59, 61, 58, 75, 46, 45, 59 })
        {
            watch.Compare(NodeSite.Now.AddSeconds(behind));
            numbers.Add([.. bell.Newest().Select(alarm => alarm.Id)]);
        }

        Assert.That(numbers, Is.EqualTo(new int[][] { [], [1], [1], [1], [1], [], [] }));
    }
}
