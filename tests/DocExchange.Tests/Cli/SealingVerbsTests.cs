using System.Text.Json;
using DocExchange.Core.Statements;
using DocExchange.Durability.Auditing;
using DocExchange.Node.Drafts;
using DocExchange.Node.Records;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Node;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;

namespace DocExchange.Tests.Cli;

/// <summary>会签用印 by command: who decides is an account with its password, and two are two accounts.</summary>
internal sealed class SealingVerbsTests
{
    private DeskAccountVerbs verbs = null!;
    private string draft = null!;
    private string document = null!;

    [SetUp]
    public async Task Open()
    {
        verbs = await DeskAccountVerbs.StartAsync(twoPersons: true);
        draft = await SendingDesk.DraftAsync(verbs.Desk, "fgw");
        document = (await verbs.Desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, draft, SendingDesk.Writer, default)).Document!;
    }

    [TearDown]
    public async Task Close() => await verbs.DisposeAsync();

    [Test]
    public async Task One_person_is_not_two_whatever_they_call_themselves()
    {
        MarkSealed();
        var waiting = await verbs.RunAsync("qian1", "fgw", "sealing", "list");
        var first = await ApproveAsync("qian1");
        var again = await RefusedAsync("qian1");
        var spelt = await RefusedAsync(" QIAN1 ");
        var stillOpen = Row.Steps[0];
        var second = await ApproveAsync("sun2");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.GetProperty("twoPersons").GetBoolean(), Is.True);
            Assert.That(waiting.GetProperty("waiting").EnumerateArray().Select(line => line.GetProperty("draft").GetString()), Is.EqualTo(new[] { draft }));
            Assert.That((first, again, spelt), Is.EqualTo((false, "WRONG_STATE", "WRONG_STATE")));
            Assert.That((stillOpen.IsDone, stillOpen.Approvals.Count), Is.EqualTo((false, 1)));
            Assert.That(second, Is.True);
            Assert.That(Row.Steps[0].IsDone, Is.True);
        }
    }

    [Test]
    public async Task Nobody_approves_without_the_account_its_password_and_the_role()
    {
        var wrong = verbs.Write("wrong", "Correct-horse-8");
        var withWrong = await verbs.TryWithAsync(wrong, "sun2", "fgw", Approve);
        var withoutRole = await RefusedAsync("li4");
        var elsewhere = await verbs.RefusedAsync("qian1", "bgs", Approve);
        var unknown = await RefusedAsync("nobody");
        var unnamed = await CommandLine.RunAsync([.. Approve, "--office", "fgw", "--node", verbs.Desk.Site.Folder.Root]);
        var claimed = await CommandLine.RunAsync([.. Approve, "--office", "fgw", "--as", "qian1:钱一", "--node", verbs.Desk.Site.Folder.Root]);
        var fresh = verbs.Desk.Part<Registry>().Open("zhao6", "赵六", [new Grant("fgw", Roles.SealKeeper)]).OneTimePassword;
        var oneTime = await verbs.TryWithAsync(verbs.Write("fresh", fresh), "zhao6", "fgw", Approve);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { withWrong.Json.GetProperty("error").GetString(), withoutRole, elsewhere, unknown, oneTime.Json.GetProperty("error").GetString() }, Is.All.EqualTo("PERMISSION_DENIED"));
            Assert.That(oneTime.Output, Does.Contain("一次性密码"));
            Assert.That(new[] { unnamed.ExitCode, claimed.ExitCode }, Is.All.EqualTo(64));
            Assert.That(Row.Steps[0].Approvals, Is.Empty);
        }
    }

    [Test]
    public async Task Wrong_passwords_lock_the_account_for_socket_and_pages_alike()
    {
        var wrong = verbs.Write("wrong", "Correct-horse-8");
        for (var tried = 0; tried < 5; tried++)
        {
            await verbs.TryWithAsync(wrong, "qian1", "fgw", Approve);
        }

        var locked = await verbs.TryAsync("qian1", "fgw", Approve);
        var trail = new TrailReader(verbs.Desk.Site.Folder.AuditTrail).Forwards().Select(each => each.Entry).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(locked.Output, Does.Contain("PERMISSION_DENIED").And.Contain("已锁定"));
            Assert.That(verbs.Desk.Part<AccountBook>().Find("qian1")!.LockedUntil, Is.Not.Null);
            Assert.That(trail.Count(entry => entry is { Act: "SignIn", Step: "refused" } && entry.Who.StartsWith("qian1 钱一 ", StringComparison.Ordinal)), Is.EqualTo(6));
        }
    }

    [Test]
    public async Task Approves_and_refuses_what_was_looked_at_and_nothing_else()
    {
        var other = await verbs.TryAsync("qian1", "fgw", "sealing", "approve", draft, "--document", new string('0', 64));
        var silent = await verbs.RefusedAsync("qian1", "fgw", "sealing", "refuse", draft, "--document", document, "--reason", " ");
        await verbs.RunAsync("qian1", "fgw", "sealing", "refuse", draft, "--document", document, "--reason", "附件不全");
        var back = await verbs.RunAsync("zhang3", "bgs", "draft", "show", draft);
        var gone = await verbs.RefusedAsync("qian1", "fgw", "sealing", "show", draft);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((silent, gone), Is.EqualTo(("REASON_MISSING", "NOT_FOUND")));
            Assert.That((other.ExitCode, other.Json.GetProperty("error").GetString()), Is.EqualTo((1, "WRONG_STATE")));
            Assert.That(other.Json.GetProperty("message").GetString(), Does.Contain(new string('0', 64)).And.Contain("标识有误").And.Not.Contain("刷新"));
            Assert.That((back.GetProperty("stage").GetString(), back.GetProperty("sentBack").GetString()), Is.EqualTo(("Editing", "fgw 钱一：附件不全")));
        }
    }

    [Test]
    public async Task What_is_done_stands_in_the_trail_with_the_account_that_did_it_and_no_password()
    {
        await ApproveAsync("qian1");
        var trail = new TrailReader(verbs.Desk.Site.Folder.AuditTrail).Forwards().Select(each => each.Entry).Where(entry => entry.Act == "ApproveSealing").ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(trail.Select(entry => entry.Step), Is.EqualTo(new[] { "asked", "done" }));
            Assert.That(trail.Select(entry => entry.Who), Is.All.StartWith("qian1 钱一 uid "));
            Assert.That(trail[0].What["document_id"], Is.EqualTo(document));
            Assert.That(await File.ReadAllTextAsync(verbs.Desk.Site.Folder.AuditTrail), Does.Not.Contain(TestDesk.Password));
        }
    }

    [Test]
    public async Task A_joint_document_of_another_node_is_taken_in_signed_and_given_back()
    {
        var package = Path.Combine(verbs.Desk.Site.Folder.Root, "1.asice");
        await verbs.RunAsync("zhang3", "bgs", "draft", "save", draft, "--out", package);
        var taken = await verbs.RunAsync("qian1", "fgw", "sealing", "take-in", package);
        var own = taken.GetProperty("draft").GetString()!;
        var tooEarly = await verbs.RefusedAsync("qian1", "fgw", "sealing", "close", own);
        await verbs.RunAsync("qian1", "fgw", "sealing", "approve", own, "--document", document);
        var signed = Path.Combine(verbs.Desk.Site.Folder.Root, "2.asice");
        await verbs.RunAsync("qian1", "fgw", "sealing", "save", own, "--out", signed);
        await verbs.RunAsync("qian1", "fgw", "sealing", "close", own);
        var notOurs = await verbs.RefusedAsync("qian1", "fgw", "sealing", "close", draft);
        var back = await verbs.RunAsync("zhang3", "bgs", "draft", "take-in", draft, "--package", signed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.GetProperty("isForeign").GetBoolean(), Is.True);
            Assert.That((tooEarly, notOurs), Is.EqualTo(("WRONG_STATE", "WRONG_STATE")));
            Assert.That(back.GetProperty("stage").GetString(), Is.EqualTo("Ready"));
        }
    }

    [Test]
    public async Task A_deadline_that_has_passed_is_told_before_the_seal_is_set_and_keeps_nobody()
    {
        var late = await SendingDesk.LateDraftAsync(verbs.Desk, "fgw");
        var before = await verbs.RunAsync("qian1", "fgw", "sealing", "show", late.Id);
        verbs.Desk.Clock.Advance(TimeSpan.FromDays(2));
        var listed = (await verbs.RunAsync("qian1", "fgw", "sealing", "list")).GetProperty("waiting").EnumerateArray().Single(line => line.GetProperty("draft").GetString() == late.Id);
        var shown = await verbs.RunAsync("qian1", "fgw", "sealing", "show", late.Id);
        var other = await verbs.TryAsync("qian1", "fgw", "sealing", "approve", late.Id, "--document", new string('0', 64));
        var approved = await verbs.TryAsync("qian1", "fgw", "sealing", "approve", late.Id, "--document", late.Document!);
        var ready = await verbs.RunAsync("zhang3", "bgs", "draft", "show", late.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.GetProperty("remarks").GetArrayLength(), Is.Zero);
            Assert.That(new[] { listed.GetProperty("warnings"), shown.GetProperty("remarks"), approved.Json.GetProperty("warnings") }.Select(Told), Is.All.EqualTo("签收期限 2026-03-03 17:00 已过；仍可签署用印，如须改期请退回拟稿单位。"));
            Assert.That(other.Error, Does.Contain("! 签收期限 2026-03-03 17:00 已过"), "told before anything is set");
            Assert.That((approved.Error.Trim(), approved.Json.GetProperty("isDone").GetBoolean()), Is.EqualTo(("! 签收期限 2026-03-03 17:00 已过；仍可签署用印，如须改期请退回拟稿单位。", true)));
            Assert.That(ready.GetProperty("stage").GetString(), Is.EqualTo("Ready"));
            Assert.That(ready.GetProperty("remarks").EnumerateArray().Where(remark => remark.GetProperty("field").GetString() == "sign-by").Select(remark => remark.GetProperty("isInTheWay").GetBoolean()), Is.EqualTo(new[] { false }));
        }
    }

    [Test]
    public async Task Whoever_countersigns_for_another_node_is_told_of_a_passed_deadline_too()
    {
        var late = await SendingDesk.LateDraftAsync(verbs.Desk, "fgw");
        var package = Path.Combine(verbs.Desk.Site.Folder.Root, "late.asice");
        await verbs.RunAsync("zhang3", "bgs", "draft", "save", late.Id, "--out", package);
        var taken = await verbs.RunAsync("qian1", "fgw", "sealing", "take-in", package);
        verbs.Desk.Clock.Advance(TimeSpan.FromDays(2));
        var shown = await verbs.RunAsync("qian1", "fgw", "sealing", "show", taken.GetProperty("draft").GetString()!);
        var looked = await CommandLine.RunAsync("countersign", package, "--office", "fgw", "--node", verbs.Desk.Site.Folder.Root, "--as", "qian1:钱一", "--format", "json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.GetProperty("remarks").GetArrayLength(), Is.Zero);
            Assert.That(Told(shown.GetProperty("remarks")), Does.StartWith("签收期限 2026-03-03 17:00 已过"));
            Assert.That(looked.ExitCode, Is.Zero, looked.Output + looked.Error);
            Assert.That(looked.Json.GetProperty("warnings").EnumerateArray().Single().GetString(), Does.StartWith("SIGN_BY_PASSED: 签收期限 2026-03-03 17:00 已过；仍可签署用印"));
        }
    }

    [Test]
    public async Task Shows_every_use_of_a_seal()
    {
        verbs.Desk.Part<NodeRecords>().Write(() => verbs.Desk.Part<NodeRecords>().SealUses.Upsert(new SealUseRow
        {
            Id = KeyRange.Newest("demo/fgw", 1, document),
            Office = "demo/fgw",
            At = 1,
            Document = document,
            Number = "示发改〔2026〕1号",
            Title = "会议纪要",
            Seal = "发改委（1）",
            AskedBy = "张三",
            ApprovedBy = "钱一、孙二",
        }));

        var register = await verbs.RunAsync("qian1", "fgw", "sealing", "register");
        var use = register.GetProperty("uses").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((use.GetProperty("approvedBy").GetString(), use.GetProperty("documentId").GetString()), Is.EqualTo(("钱一、孙二", document)));
            Assert.That(await verbs.RefusedAsync("li4", "fgw", "sealing", "register"), Is.EqualTo("PERMISSION_DENIED"));
        }
    }

    [TestCase("--from 2026-03-02", "后")]
    [TestCase("--to 2026-03-01", "前")]
    [TestCase("--seal 合同", "前")]
    [TestCase("--person 钱一", "前")]
    [TestCase("--person 李四", "后")]
    [TestCase("--words 〔2026〕2号", "后")]
    [TestCase("--words 的通知", "后 前")]
    [TestCase("--words 的通知 --seal 发改委 --person 孙二", "后")]
    [TestCase("--seal 无此章", "")]
    public async Task Uses_of_seals_are_found_by_period_seal_person_and_document(string asked, string expected)
    {
        var records = verbs.Desk.Part<NodeRecords>();
        records.Write(() =>
        {
            records.SealUses.Upsert(Use(new DateTimeOffset(2026, 3, 1, 12, 0, 0, verbs.Desk.Clock.LocalTimeZone.GetUtcOffset(NodeSite.Now)), 1, "前", "合同章（1）", "张三", "钱一"));
            records.SealUses.Upsert(Use(new DateTimeOffset(2026, 3, 2, 0, 0, 0, verbs.Desk.Clock.LocalTimeZone.GetUtcOffset(NodeSite.Now)), 2, "后", "发改委（2）", "李四", "孙二"));
        });
        string[] filter = asked.Split(' ');

        var register = await verbs.RunAsync("qian1", "fgw", ["sealing", "register", .. filter]);
        var file = Path.Combine(verbs.Desk.Site.Folder.Root, "uses.csv");
        await verbs.RunAsync("qian1", "fgw", ["desk", "export", "sealing", .. filter, "--out", file]);
        var browser = verbs.Desk.Browser();
        await browser.SignInAsync("qian1", TestDesk.Password);
        var fields = asked.Split("--", StringSplitOptions.RemoveEmptyEntries).Select(each => each.Trim().Split(' ')).Select(each => $"{(each[0] == "words" ? "q" : each[0])}={Uri.EscapeDataString(each[1])}");
        var page = await browser.GetAsync("/o/fgw/sealing/register?" + string.Join('&', fields));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Join(' ', register.GetProperty("uses").EnumerateArray().Select(use => use.GetProperty("title").GetString()![..1])), Is.EqualTo(expected));
            Assert.That(string.Join(' ', (await File.ReadAllLinesAsync(file)).Skip(1).Select(line => line.Split(',')[2].Trim('"')[..1])), Is.EqualTo(expected), "the file");
            Assert.That(string.Join(' ', new[] { "后", "前" }.Where(title => page.Text.Contains(title + "的通知", StringComparison.Ordinal))), Is.EqualTo(expected), "the page");
        }
    }

    private static SealUseRow Use(DateTimeOffset at, int number, string title, string seal, string askedBy, string approvedBy) => new()
    {
        Id = KeyRange.Newest("demo/fgw", at.ToUnixTimeMilliseconds(), NodeSite.Document(number).ToString()),
        Office = "demo/fgw",
        At = at.ToUnixTimeMilliseconds(),
        Document = NodeSite.Document(number).ToString(),
        Number = $"示发改〔2026〕{number}号",
        Title = title + "的通知",
        Seal = seal,
        AskedBy = askedBy,
        ApprovedBy = approvedBy,
    };

    private static string? Told(JsonElement remarks) => remarks.EnumerateArray().Single() is { ValueKind: JsonValueKind.Object } remark && !remark.GetProperty("isInTheWay").GetBoolean() ? remark.GetProperty("chinese").GetString() : null;

    private string[] Approve => ["sealing", "approve", draft, "--document", document];

    private DraftRow Row => verbs.Desk.Part<DraftBook>().Find(NodeSite.Sender, draft);

    private async Task<bool> ApproveAsync(string account) => (await verbs.RunAsync(account, "fgw", Approve)).GetProperty("isDone").GetBoolean();

    private Task<string?> RefusedAsync(string account) => verbs.RefusedAsync(account, "fgw", Approve);

    // The site of these tests has no seals; whether one is needed is all that counts here.
    private void MarkSealed()
    {
        var row = Row;
        row.Steps[0].NeedsSeal = true;
        verbs.Desk.Part<NodeRecords>().Write(() => verbs.Desk.Part<NodeRecords>().Drafts.Update(row));
    }
}
