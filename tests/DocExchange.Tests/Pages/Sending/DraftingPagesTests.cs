using System.Net;
using System.Text.Json;
using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Node.Records;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>拟发 as a dispatcher does it in a browser.</summary>
internal sealed class DraftingPagesTests
{
    private TestDesk desk = null!;
    private PagesClient browser = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        browser = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Keeps_what_is_typed_and_says_beside_each_field_what_is_wrong()
    {
        var draft = await NewAsync();
        var saved = await WriteAsync(draft, ("title", "关于上报情况的报告"), ("type", "0A"), ("act", "save"));
        var shown = await browser.GetAsync(draft);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(saved.Status, Is.EqualTo(HttpStatusCode.SeeOther));
            Assert.That(shown.Html, Does.Contain("关于上报情况的报告"));
            Assert.That(shown.Text, Does.Contain("上行文应当标注签发人姓名").And.Contain("尚未上传正文").And.Contain("尚未选择主送单位"));
        }
    }

    [Test]
    public async Task Begins_a_draft_from_the_list_of_sent_documents()
    {
        var begun = await browser.SubmitAsync("/o/bgs/outbox", "/o/bgs/drafts");

        Assert.That(begun.Location, Does.Match("^/o/bgs/drafts/[0-9a-f]{16}$"), begun.Text);
    }

    [Test]
    public async Task Shows_a_title_with_markup_as_text()
    {
        var draft = await NewAsync();
        await WriteAsync(draft, ("title", "</textarea><script>alert(1)</script>"), ("act", "save"));

        Assert.That((await browser.GetAsync(draft)).Html, Does.Not.Contain("<script>alert"));
    }

    [Test]
    public async Task Overwrites_nothing_that_somebody_else_saved_meanwhile_and_keeps_what_was_typed()
    {
        var draft = await NewAsync();
        var id = draft.Split('/')[^1];
        desk.Part<DraftBook>().Change(NodeSite.Sender, id, SendingDesk.Writer with { Name = "李四" }, null, (_, fields) => fields.Title = "先保存的");

        var late = await WriteAsync(draft, ("version", "1"), ("title", "后保存的"), ("act", "save"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(late.Text, Does.Contain("李四刚刚保存过").And.Contain("后保存的"));
            Assert.That(DraftBook.FieldsOf(desk.Part<DraftBook>().Find(NodeSite.Sender, id)).Title, Is.EqualTo("先保存的"));
        }
    }

    [Test]
    public async Task Suggests_the_next_number_and_shows_the_gaps()
    {
        var records = desk.Part<NodeRecords>();
        foreach (var value in new[] { 1, 2, 5 })
        {
            records.Write(() => records.Numbers.Insert(new NumberRow { Id = $"示政发〔2026〕{value}号", Series = "示政发〔2026〕", Value = value, Document = NodeSite.Document(value).ToString() }));
        }

        var draft = await NewAsync();
        await WriteAsync(draft, ("title", "关于值班的通知"), ("code", "示政发"), ("act", "save"));

        Assert.That((await browser.GetAsync(draft)).Text, Does.Contain("示政发〔2026〕 下一号为 6").And.Contain("断号：3、4"));
    }

    [Test]
    public async Task Counts_and_names_whom_it_goes_to_and_refuses_what_the_directory_does_not_know()
    {
        var draft = await NewAsync();
        var chosen = await browser.SubmitAsync(draft + "/recipients", "recipients", ("main", "bm"), ("copy", "czj"), ("act", "preview"));
        var unknown = await browser.SubmitAsync(draft + "/recipients", "recipients", ("main", "市长"), ("act", "preview"));
        using (Assert.EnterMultipleScope())
        {
            // The sender itself is left out of the group.
            Assert.That(chosen.Text, Does.Contain("主送 1").And.Contain("抄送 1").And.Contain("1 个单位尚未开通"));
            Assert.That(unknown.Text, Does.Contain("没有单位或分组“市长”"));
        }
    }

    [Test]
    public async Task An_upload_comes_in_pieces_and_goes_on_where_it_broke_off()
    {
        var files = await NewAsync() + "/files";
        var token = await TokenAsync();
        var announced = await browser.SendAsync(HttpMethod.Post, $"{files}/new?name=body.pdf&size=10&kind=body", null, token);
        var number = JsonDocument.Parse(announced.Html).RootElement.GetProperty("number").GetInt32();
        await PutAsync(files, number, 0, "01234", token);
        var wrong = await PutAsync(files, number, 9, "9", token);
        var standing = await browser.SendAsync(HttpMethod.Head, $"{files}/{number}");
        var again = await browser.SendAsync(HttpMethod.Post, $"{files}/new?name=body.pdf&size=10&kind=body", null, token);
        await PutAsync(files, number, 5, "56789", token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong.Status, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(standing.Answer.Headers.GetValues("Upload-Offset").Single(), Is.EqualTo("5"));
            Assert.That(JsonDocument.Parse(again.Html).RootElement.GetProperty("received").GetInt32(), Is.EqualTo(5));
            Assert.That(await browser.GetBytesAsync($"{files}/{number}"), Is.EqualTo("0123456789"u8.ToArray()));
        }
    }

    [Test]
    public async Task A_piece_without_the_token_of_the_person_is_refused()
    {
        var files = await NewAsync() + "/files";

        var refused = await browser.SendAsync(HttpMethod.Post, $"{files}/new?name=body.pdf&size=10&kind=body");

        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("../../x.pdf")]
    [TestCase("a\u202Efdp.exe")]
    [TestCase("CON.pdf")]
    public async Task A_file_name_that_misleads_is_refused(string name)
    {
        var files = await NewAsync() + "/files";

        var refused = await browser.SendAsync(HttpMethod.Post, $"{files}/new?name={Uri.EscapeDataString(name)}&size=10&kind=body", null, await TokenAsync());

        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest), refused.Text);
    }

    [Test]
    public async Task Minutes_of_the_own_office_are_frozen_at_once_and_can_be_taken_back()
    {
        var id = await SendingDesk.DraftAsync(desk);
        var frozen = await WriteAsync($"/o/bgs/drafts/{id}", ("title", "市政府常务会议纪要"), ("type", "0F"), ("code", "示政发"), ("seal", "none"), ("host", "bgs"), ("act", "freeze"));
        var shown = await browser.GetAsync($"/o/bgs/drafts/{id}/frozen");
        var row = desk.Part<DraftBook>().Find(NodeSite.Sender, id);
        var back = await browser.SubmitAsync($"/o/bgs/drafts/{id}/frozen", "reopen");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(frozen.Location, Is.EqualTo($"/o/bgs/drafts/{id}/frozen"), frozen.Text);
            Assert.That(shown.Text, Does.Contain("将发给 1 个单位（主送 1、抄送 0）").And.Contain(row.Document));
            Assert.That(DraftBook.FieldsOf(row).Number, Is.EqualTo("示政发〔2026〕1号"));
            Assert.That(back.Location, Is.EqualTo($"/o/bgs/drafts/{id}"));
            Assert.That(desk.Part<DraftBook>().Find(NodeSite.Sender, id).Stage, Is.EqualTo(DraftStage.Editing));
        }
    }

    private async Task<string> NewAsync() => (await browser.SubmitAsync("/o/bgs/drafts", "new-draft")).Location!;

    private Task<Shown> WriteAsync(string draft, params (string Name, string Value)[] fields) => browser.SubmitAsync(draft, "draft", fields);

    private async Task<(string, string)> TokenAsync() => ("RequestVerificationToken", (await browser.TokenAsync()).Value);

    private Task<Shown> PutAsync(string files, int number, int offset, string piece, (string, string) token) =>
        browser.SendAsync(HttpMethod.Put, $"{files}/{number}?offset={offset}", new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(piece)), token);
}
