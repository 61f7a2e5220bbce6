using DocExchange.Core.Statements;
using DocExchange.Node.HubLink;
using DocExchange.Node.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.HubLink;

internal sealed class UnboundAlarmTests
{
    [Test]
    public void Once_closed_it_is_raised_again_only_after_the_hub_took_the_certificate_in_between()
    {
        using var site = new NodeSite();
        using var records = new NodeRecords(site.Folder);
        var bell = new AlarmBell(records, new FakeTimeProvider(NodeSite.Now), NullLogger<AlarmBell>.Instance);
        var alarm = new UnboundAlarm(bell, "AB12");
        alarm.Raise(("NOT_BOUND: 未绑定。", "NOT_BOUND: Not bound."));
        bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");

        alarm.Raise(("NOT_BOUND: 未绑定。", "NOT_BOUND: Not bound."));
        new UnboundAlarm(bell, "AB12").Raise(("NOT_BOUND: 未绑定。", "NOT_BOUND: Not bound."));
        Assert.That(bell.Newest(), Is.Empty);

        new UnboundAlarm(bell, "AB12").Over();
        alarm.Raise(("NOT_BOUND: 未绑定。", "NOT_BOUND: Not bound."));
        Assert.That(bell.Newest().Single().Chinese, Does.StartWith("中心不再承认本节点的证书：NOT_BOUND"));
    }

    [Test]
    public void One_that_was_over_before_it_was_closed_is_raised_again_too()
    {
        using var site = new NodeSite();
        using var records = new NodeRecords(site.Folder);
        var bell = new AlarmBell(records, new FakeTimeProvider(NodeSite.Now), NullLogger<AlarmBell>.Instance);
        var alarm = new UnboundAlarm(bell, "AB12");
        alarm.Raise(("NOT_BOUND: 未绑定。", "NOT_BOUND: Not bound."));
        alarm.Over();
        bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");

        alarm.Over();
        alarm.Raise(("NOT_BOUND: 未绑定。", "NOT_BOUND: Not bound."));
        Assert.That(bell.Newest(), Has.Count.EqualTo(1));
    }
}
