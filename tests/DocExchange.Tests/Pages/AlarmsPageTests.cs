using System.Net;
using DocExchange.Core.Statements;
using DocExchange.Durability.Auditing;
using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;

namespace DocExchange.Tests.Pages;

/// <summary>The page 告警: read by the node's administrators, closed on by the security administrator.</summary>
internal sealed class AlarmsPageTests
{
    private const string Form = "close-alarm";

    private TestDesk desk = null!;

    private AlarmBell Bell => desk.Part<AlarmBell>();

    private IReadOnlyList<TrailEntry> Deeds => [.. new TrailReader(desk.Site.Folder.AuditTrail).Forwards().Select(each => each.Entry).Where(entry => entry.Act == "CloseAlarm")];

    [SetUp]
    public async Task Open() => desk = await TestDesk.StartAsync();

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task The_security_administrator_begins_there_and_closes_one_with_one_line_of_the_trail()
    {
        var (first, second) = (Raise("first"), Raise("second"));
        var security = await SecurityAsync();
        Assert.That((await security.GetAsync("/")).Location, Is.EqualTo("/alarms"));
        var before = await security.GetAsync("/alarms");
        var answer = await security.SubmitAsync("/alarms", Form, ("number", $"{first}"), ($"note-{first}", "已电话核实"), ($"note-{second}", ""));
        var after = await security.GetAsync("/alarms");

        var (open, closed) = Halves(after);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Html, Does.Contain("<span class=\"count\">2</span>"), "beside the link");
            Assert.That(before.Text.IndexOf($"第 {second} 号", StringComparison.Ordinal), Is.Positive.And.LessThan(before.Text.IndexOf($"第 {first} 号", StringComparison.Ordinal)), "the newest first");
            Assert.That(before.Text, Does.Contain("出事了 first").And.Contain("须核查后关闭"));
            Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.SeeOther, "/alarms")));
            Assert.That(open, Does.Contain($"第 {first} 号告警已关闭").And.Contain("出事了 second").And.Not.Contain("出事了 first"));
            Assert.That(closed, Does.Contain("出事了 first").And.Contain("人员sun7 (sun7)").And.Contain("已电话核实"));
            Assert.That(Bell.Closed(int.MaxValue, 9).Single().ClosedBy, Is.EqualTo("人员sun7 (sun7)"));
            Assert.That(Deeds.Select(entry => entry.Step), Is.EqualTo(new[] { "asked", "done" }));
            Assert.That(Deeds[0].Who, Does.StartWith("sun7 人员sun7"));
            Assert.That(Deeds[0].What, Is.SupersetOf(new Dictionary<string, string> { ["number"] = $"{first}", ["note"] = "已电话核实" }));
        }
    }

    [Test]
    public async Task A_note_that_is_missing_or_too_long_closes_nothing_and_everything_typed_stays()
    {
        var (first, second) = (Raise("first"), Raise("second"));
        var security = await SecurityAsync();
        var (typed, other) = (new string('查', AlarmBell.MostNote + 1), "另一项还在核查");
        var tooLong = await security.SubmitAsync("/alarms", Form, ("number", $"{first}"), ($"note-{first}", typed), ($"note-{second}", other));
        var missing = await security.SubmitAsync("/alarms", Form, ("number", $"{first}"), ($"note-{first}", "  "), ($"note-{second}", other));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tooLong.Text, Does.Contain($"关闭第 {first} 号告警须说明核查结果，1 至 2000 个字符（现为 2001 个）").And.Contain(typed).And.Contain(other));
            Assert.That(missing.Text, Does.Contain("（现为 0 个）").And.Contain(other));
            Assert.That(Bell.CountOpen(), Is.EqualTo(2));
            Assert.That(Deeds.Select(entry => entry.Step), Is.EqualTo(new[] { "asked", "refused", "asked", "refused" }));
        }
    }

    [Test]
    public async Task What_disappears_by_itself_says_so_and_cannot_be_closed()
    {
        Bell.KeepOfSeals([new Worry("fgw", "印章未能启用", "A seal could not be taken up")]);
        var number = Bell.Newest().Single().Id;
        var security = await SecurityAsync();
        var page = await security.GetAsync("/alarms");
        var refused = await security.SubmitAsync("/alarms", Form, ("number", $"{number}"), ($"note-{number}", "已核实"));
        Bell.KeepOfSeals([]);
        var gone = await security.SubmitAsync("/alarms", Form, ("number", $"{number}"), ($"note-{number}", "已核实"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Text, Does.Contain("印章未能启用").And.Contain("原因消除后自行消失"));
            Assert.That(page.Html, Does.Not.Contain("<textarea"));
            Assert.That(refused.Text, Does.Contain("自行消失，不能关闭"));
            Assert.That(gone.Text, Does.Contain($"没有第 {number} 号告警").And.Contain("没有未关闭的告警"));
        }
    }

    [Test]
    public async Task Who_comes_second_is_told_who_closed_it()
    {
        var number = Raise("first");
        var security = await SecurityAsync();
        Bell.Close(number, new Actor("0802", "周八", Roles.Security, "local"), "ok");
        Assert.That((await security.SubmitAsync("/alarms", Form, ("number", $"{number}"), ($"note-{number}", "已核实"))).Text, Does.Contain($"第 {number} 号告警已由 周八 (0802) 关闭"));
    }

    [Test]
    public async Task The_system_administrator_reads_them_and_closes_none_a_clerk_sees_nothing()
    {
        var number = Raise("first");
        var system = await desk.SignInAsync("wang5", Roles.System, "");
        var clerk = await desk.SignInAsync("li4");
        var read = await system.GetAsync("/alarms");
        var tried = await system.SubmitAsync("/alarms", Form, ("number", $"{number}"), ($"note-{number}", "已核实"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Text, Does.Contain("出事了 first").And.Contain("您只能查看"));
            Assert.That(read.Html, Does.Not.Contain("<textarea"));
            Assert.That(tried.Text, Does.Contain("安全保密管理员办理"));
            Assert.That((await system.GetAsync("/o/fgw/people")).Html, Does.Contain("本节点有 1 项未关闭的告警").And.Contain("<a href=\"/alarms\">"));
            Assert.That((await clerk.GetAsync("/alarms")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await clerk.PostAsync("/alarms", await clerk.TokenAsync(), ("_handler", Form), ("number", $"{number}"), ($"note-{number}", "已核实"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await clerk.GetAsync("/o/fgw/inbox")).Html, Does.Not.Contain("未关闭的告警").And.Not.Contain("/alarms"));
            Assert.That((Bell.CountOpen(), Deeds.Count), Is.EqualTo((1, 0)));
        }
    }

    [Test]
    public async Task Without_the_token_of_the_page_nothing_is_closed()
    {
        var number = Raise("first");
        var security = await SecurityAsync();
        var answer = await security.PostAsync("/alarms", ("_handler", Form), ("number", $"{number}"), ($"note-{number}", "已核实"));
        Assert.That((answer.Status, Bell.CountOpen()), Is.EqualTo((HttpStatusCode.BadRequest, 1)));
    }

    [Test]
    public async Task However_many_there_are_each_page_is_small_and_none_is_left_out()
    {
        var actor = new Actor("0801", "孙七", Roles.Security, "local");
        for (var number = 0; number < 45; number++)
        {
            Bell.Close(Raise($"closed {number} {new string('长', 300)}"), actor, new string('查', AlarmBell.MostNote));
        }

        for (var number = 0; number < 100; number++)
        {
            Raise($"open {number} {new string('长', 500)}");
        }

        var security = await SecurityAsync();
        Assert.That(await PageSize.CountAsync(security, "/alarms", "出事了 open", "未关闭告警翻页"), Is.EqualTo(100));
        Assert.That(await PageSize.CountAsync(security, "/alarms", "出事了 closed", "已关闭告警翻页"), Is.EqualTo(45));
    }

    [Test]
    public async Task Says_it_in_English_to_whoever_reads_English()
    {
        Raise("first");
        var security = await SecurityAsync();
        await security.PostAsync("/language", await security.TokenAsync(), ("language", "en"), ("next", "/alarms"));
        Assert.That((await security.GetAsync("/alarms")).Text, Does.Contain("It happened first").And.Contain("To be looked into and closed").And.Not.Contain("出事了"));
    }

    private Task<PagesClient> SecurityAsync() => desk.SignInAsync("sun7", Roles.Security, "");

    private int Raise(string matter)
    {
        Bell.Raise(matter, $"出事了 {matter}", $"It happened {matter}");
        return Bell.Newest()[0].Id;
    }

    private static (string Open, string Closed) Halves(Shown page)
    {
        var middle = page.Html.IndexOf("<h2 id=\"closed\">", StringComparison.Ordinal);
        return (page.Html[..middle], page.Html[middle..]);
    }
}
