using System.Net;
using DocExchange.Core.Statements;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>签收情况 of a document that is still on its way, and what each role may do about it.</summary>
internal sealed class BoardPagesTests
{
    private static readonly string Document = NodeSite.Document(1).ToString();

    private TestDesk desk = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        await desk.Part<StatementQueue>().AddAsync([NodeSite.Dispatch(1)], null, default);
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Shows_every_recipient_and_that_the_ledger_does_not_have_it_yet()
    {
        var browser = await desk.SignInAsync("r1", Roles.Reader, "bgs");

        var shown = await browser.GetAsync($"/o/bgs/out/{Document}");

        Assert.That(shown.Text, Does.Contain("关于示例的通知").And.Contain("0/1").And.Contain("尚在本节点").And.Contain("待发送"));
    }

    [TestCase(Roles.Reader, "void", "void-reason")]
    [TestCase(Roles.Reader, "urge-all", "text")]
    [TestCase(Roles.Supervisor, "withdraw", "withdraw-reason")]
    [TestCase(Roles.Archivist, "correct", "correct-reason")]
    public async Task An_act_by_a_role_without_the_right_is_refused_and_leaves_nothing(string role, string act, string field)
    {
        var browser = await desk.SignInAsync("r2", role, "bgs");

        var refused = await browser.SubmitAsync($"/o/bgs/out/{Document}", "act", ("act", act), (field, "理由"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Text, Does.Contain("您在本单位没有该角色"));
            Assert.That(Queued, Is.EqualTo(new[] { nameof(StatementType.Dispatched) }));
        }
    }

    [Test]
    public async Task A_supervisor_urges_all_that_are_open()
    {
        var browser = await desk.SignInAsync("r3", Roles.Supervisor, "bgs");

        var urged = await browser.SubmitAsync($"/o/bgs/out/{Document}", "act", ("act", "urge-all"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(urged.Status, Is.EqualTo(HttpStatusCode.SeeOther), urged.Text);
            Assert.That(Queued[^1], Is.EqualTo(nameof(StatementType.Urged)));
            Assert.That((await browser.GetAsync($"/o/bgs/out/{Document}")).Text, Does.Contain("1 次"));
        }
    }

    [Test]
    public async Task Urging_those_ticked_asks_for_a_tick()
    {
        var browser = await desk.SignInAsync("r4", Roles.Dispatcher, "bgs");

        Assert.That((await browser.SubmitAsync($"/o/bgs/out/{Document}", "act", ("act", "urge-chosen"))).Text, Does.Contain("请先在下表勾选单位"));
    }

    [Test]
    public async Task What_was_refused_stays_unfolded_with_what_was_typed_and_ticked()
    {
        var browser = await desk.SignInAsync("r7", Roles.Dispatcher, "bgs");
        var page = $"/o/bgs/out/{Document}";

        var unticked = await browser.SubmitAsync(page, "act", ("act", "urge-chosen"), ("text", "请今日内签收"));
        var tooLong = await browser.SubmitAsync(page, "act", ("act", "urge-chosen"), ("text", new string('长', 10_000)), ("office", "demo/fgw"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unticked.Html, Does.Match("(?s)<details class=\"act\" open>[^ä]{0,600}请今日内签收</textarea>"));
            Assert.That(tooLong.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(tooLong.Html, Does.Match("value=\"demo/fgw\" checked").And.Contain("长长长</textarea>"));
            Assert.That((await browser.GetAsync(page)).Html, Does.Not.Contain("<details class=\"act\" open"));
        }
    }

    [Test]
    public async Task A_document_another_office_sent_is_none_of_this_one()
    {
        var browser = await desk.SignInAsync("r5", Roles.Dispatcher, "fgw");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync($"/o/fgw/out/{Document}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await browser.GetAsync($"/o/fgw/out/{Document}/package")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await browser.GetAsync($"/o/fgw/out/{Document}/board.xlsx")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task The_board_and_the_register_are_workbooks_too()
    {
        var browser = await desk.SignInAsync("r6", Roles.Dispatcher, "bgs");
        using (Assert.EnterMultipleScope())
        {
            foreach (var address in new[] { $"/o/bgs/out/{Document}/board.xlsx", "/o/bgs/registers/out.xlsx?from=2026-01-01&type=08" })
            {
                Assert.That((await browser.GetBytesAsync(address)).AsSpan(0, 2).ToArray(), Is.EqualTo("PK"u8.ToArray()), address);
            }
        }
    }

    private string[] Queued => [.. desk.Part<NodeRecords>().Queue.FindAll().OrderBy(row => row.Id).Select(row => row.Type)];
}
