using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Records;

/// <summary>An alarm stays until somebody who looked into it has closed it, and is then still to be read.</summary>
internal sealed class AlarmBellTests
{
    private static readonly Actor Security = new("0801", "孙七", "security", "local");

    private NodeSite site = null!;
    private NodeRecords records = null!;
    private FakeTimeProvider time = null!;
    private AlarmBell bell = null!;

    [SetUp]
    public void Begin()
    {
        (site, time) = (new NodeSite(), new FakeTimeProvider(NodeSite.Now));
        records = new NodeRecords(site.Folder);
        bell = new AlarmBell(records, time, NullLogger<AlarmBell>.Instance);
    }

    [TearDown]
    public void End()
    {
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public void A_closed_one_is_listed_with_who_closed_it_and_when()
    {
        bell.Raise("matter", "出事了", "It happened", "evidence"u8.ToArray());
        time.Advance(TimeSpan.FromHours(1));
        bell.Close(bell.Newest().Single().Id, Security, "  已核实  ");

        Assert.That((bell.Newest(), bell.CountOpen()), Is.EqualTo((Array.Empty<AlarmRow>(), 0)));
        var kept = bell.All().Single();
        Assert.That((kept.ClosedBy, kept.Note, kept.ClosedAt - kept.At), Is.EqualTo(("孙七 (0801)", "已核实", 3_600_000L)));
        Assert.That(kept.Evidence.Single(), Is.EqualTo("evidence"u8.ToArray()));
    }

    [Test]
    public void What_happens_again_after_it_was_closed_is_raised_again()
    {
        bell.Raise("matter", "出事了", "It happened");
        bell.Raise("matter", "又出事了", "It happened again");
        Assert.That(bell.Newest(), Has.Count.EqualTo(1), "while it is open it is not raised twice");

        bell.Close(bell.Newest().Single().Id, Security, "ok");
        bell.Raise("matter", "又出事了", "It happened again");
        Assert.That(bell.Newest().Single().English, Is.EqualTo("It happened again"));
        Assert.That(bell.All(), Has.Count.EqualTo(2));
    }

    [Test]
    public void What_still_stands_after_it_was_closed_is_raised_again_only_when_it_comes_anew()
    {
        Alarm standing = new("kind a", "如此", "It is so", []);
        bell.Stand("kind ", [standing]);
        bell.Close(bell.Newest().Single().Id, Security, "ok");
        bell.Stand("kind ", [standing]);
        Assert.That(bell.Newest(), Is.Empty);

        bell.Stand("kind ", []);
        bell.Stand("kind ", [standing]);
        Assert.That(bell.Newest().Single().Key, Is.EqualTo("kind a"));
    }

    [Test]
    public void What_stood_and_was_not_closed_stays()
    {
        bell.Stand("kind ", [new("kind a", "如此", "It is so", [])]);
        bell.Stand("kind ", []);
        Assert.That(bell.Newest(), Has.Count.EqualTo(1));
    }

    [Test]
    public void What_disappears_by_itself_is_not_closed_by_hand()
    {
        bell.Keep([new Worry("disk", "磁盘将满", "The disk is nearly full")]);
        bell.KeepOfSeals([new Worry("demo/bgs a", "印章未启用", "The seal was not taken up")]);
        foreach (var alarm in bell.Newest())
        {
            Assert.That(Refused(() => bell.Close(alarm.Id, Security, "ok")), Is.EqualTo(Refusal.WrongState));
        }

        bell.KeepOfSeals([]);
        Assert.That(bell.Newest().Single().Chinese, Is.EqualTo("磁盘将满"));
    }

    [Test]
    public void One_that_is_not_there_or_closed_or_without_a_word_is_not_closed()
    {
        bell.Raise("matter", "出事了", "It happened");
        var number = bell.Newest().Single().Id;
        Assert.That(Refused(() => bell.Close(number, Security, " ")), Is.EqualTo(Refusal.ReasonMissing));
        Assert.That(Refused(() => bell.Close(number, Security, new string('x', AlarmBell.MostNote + 1))), Is.EqualTo(Refusal.ReasonMissing));
        Assert.That(Refused(() => bell.Close(number + 1, Security, "ok")), Is.EqualTo(Refusal.NotFound));
        bell.Close(number, Security, "ok");
        Assert.That(Refused(() => bell.Close(number, Security, "ok")), Is.EqualTo(Refusal.WrongState));
    }

    private static Refusal Refused(Action act) => Assert.Throws<RefusedException>(act)!.Refusal;
}
