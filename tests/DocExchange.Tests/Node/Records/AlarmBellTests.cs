using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;
using LiteDB;
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
    public void What_stands_as_it_did_takes_no_transaction()
    {
        Alarm standing = new("kind a", "如此", "It is so", []);
        bell.Stand("kind ", [standing]);
        bell.Raise("matter", "出事了", "It happened");
        var log = new FileInfo(DurableDatabase.LogOf(site.Folder.Database));
        var before = log.Length;

        bell.Stand("kind ", [standing]);
        bell.Stand("other ", []);
        bell.Raise("matter", "出事了", "It happened");
        log.Refresh();
        Assert.That(log.Length, Is.EqualTo(before));
        bell.Raise("other", "出事了", "It happened");
        log.Refresh();
        Assert.That(log.Length, Is.GreaterThan(before));
    }

    [Test]
    public void One_that_an_earlier_version_named_otherwise_counts_for_one_matter_and_no_other()
    {
        Alarm first = new("kind a 1", "如此", "It is so", []) { FormerKey = "kind a" };
        Alarm second = new("kind a 2", "如此", "It is so", []) { FormerKey = "kind a" };
        bell.Stand("kind ", [new("kind a", "如此", "It is so", [])]);
        bell.Close(bell.Newest().Single().Id, Security, "ok");

        bell.Stand("kind ", [first]);
        Assert.That(bell.Newest(), Is.Empty);
        bell.Stand("kind ", [first, second]);
        Assert.That(bell.Newest().Single().Key, Is.EqualTo("kind a 2"));
    }

    [Test]
    public void Shows_the_newest_hundred_that_are_open()
    {
        for (var number = 1; number <= 103; number++)
        {
            bell.Raise($"matter {number}", "出事了", $"It happened {number}");
        }

        bell.Close(bell.Newest()[0].Id, Security, "ok");
        Assert.That(bell.CountOpen(), Is.EqualTo(102));
        Assert.That(bell.Newest().Select(row => row.Key), Is.EqualTo(Enumerable.Range(3, 100).Reverse().Select(number => $"matter {number}")));
    }

    [Test]
    public void Counts_the_open_ones_without_reading_the_evidence_and_lists_them_without_that_of_closed_ones()
    {
        const int Large = 4 << 20;
        for (var number = 0; number < 3; number++)
        {
            bell.Raise($"matter {number}", "出事了", "It happened", new byte[Large]);
        }

        bell.Stand("kind ", [new("kind a", "如此", "It is so", [new byte[Large]])]);
        Assert.That(AllocatedBy(() => bell.CountOpen()), Is.LessThan(Large));
        Assert.That(AllocatedBy(() => bell.Stand("kind ", [new("kind a", "如此", "It is so", [])])), Is.LessThan(Large));
        foreach (var alarm in bell.Newest())
        {
            bell.Close(alarm.Id, Security, "ok");
        }

        Assert.That(AllocatedBy(() => bell.Newest()), Is.LessThan(Large));
        Assert.That(AllocatedBy(() => bell.Closed(int.MaxValue, 10)), Is.LessThan(Large));
    }

    [Test]
    public void Gives_closed_ones_a_page_at_a_time_the_highest_number_first()
    {
        for (var number = 1; number <= 5; number++)
        {
            bell.Raise($"matter {number}", "出事了", $"It happened {number}");
        }

        foreach (var alarm in bell.Newest().Skip(1).Reverse())
        {
            bell.Close(alarm.Id, Security, $"第 {alarm.Id} 项已核实");
        }

        var first = bell.Closed(int.MaxValue, 3);
        var last = bell.Closed(first[^1].Id, 3).Single();
        Assert.That(first.Select(row => row.Key), Is.EqualTo(new[] { "matter 4", "matter 3", "matter 2" }));
        Assert.That((last.Key, last.Chinese, last.English, last.ClosedBy, last.Note, last.IsClosed), Is.EqualTo(("matter 1", "出事了", "It happened 1", "孙七 (0801)", $"第 {last.Id} 项已核实", true)));
        Assert.That(last.ClosedAt, Is.EqualTo(bell.All()[^1].ClosedAt));
    }

    [Test]
    public void An_end_of_line_counts_as_one_character_of_a_note_however_a_browser_sends_it()
    {
        bell.Raise("matter", "出事了", "It happened");
        var number = bell.Newest().Single().Id;
        var lines = string.Join("\r\n", Enumerable.Repeat("已核", AlarmBell.MostNote / 3 + 1));
        var refused = Assert.Throws<RefusedException>(() => bell.Close(number, Security, lines + "实。"))!;
        Assert.That((refused.Refusal, refused.Message.Contains($"1 至 {AlarmBell.MostNote} 个字符（现为 {AlarmBell.MostNote + 2} 个）", StringComparison.Ordinal)), Is.EqualTo((Refusal.ReasonMissing, true)), refused.Message);

        Assert.That(bell.Close(number, Security, lines).Note, Has.Length.EqualTo(AlarmBell.MostNote).And.Not.Contain("\r"));
    }

    [Test]
    public void One_of_a_version_that_closed_none_is_open()
    {
        bell.Raise("matter", "出事了", "It happened");
        records.Dispose();
        using (var database = new LiteDatabase(new ConnectionString { Filename = site.Folder.Database, Collation = Collation.Binary }))
        {
            var rows = database.GetCollection("alarms");
            rows.DropIndex(nameof(AlarmRow.ClosedAt));
            var row = rows.FindAll().Single();
            row.Remove(nameof(AlarmRow.ClosedAt));
            rows.Update(row);
        }

        records = new NodeRecords(site.Folder);
        bell = new AlarmBell(records, time, NullLogger<AlarmBell>.Instance);
        Assert.That((bell.CountOpen(), bell.Newest().Single().Key), Is.EqualTo((1, "matter")));
        bell.Stand("matter", []);
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

    private static long AllocatedBy(Action act)
    {
        act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Refusal Refused(Action act) => Assert.Throws<RefusedException>(act)!.Refusal;
}
