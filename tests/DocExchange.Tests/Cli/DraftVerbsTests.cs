using System.Security.Cryptography;
using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Core.Statements;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Tests.Pages;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Cli;

/// <summary>拟稿 by command, against a node that runs: from the first word to the Dispatched.</summary>
internal sealed class DraftVerbsTests
{
    private DeskAccountVerbs verbs = null!;

    [OneTimeSetUp]
    public async Task Open() => verbs = await DeskAccountVerbs.StartAsync();

    [OneTimeTearDown]
    public async Task Close() => await verbs.DisposeAsync();

    [Test]
    public async Task Write_freeze_sign_and_send_a_document()
    {
        var body = verbs.Write("纪要.pdf");
        var begun = await DraftAsync("draft", "new", "--type", "纪要", "--title", "第一次会议纪要", "--attach", verbs.Write("名单.txt"));
        var draft = Text(begun, "draft");
        var missing = Remarks(begun);
        var tooEarly = await verbs.RefusedAsync("zhang3", "bgs", "draft", "freeze", draft);
        var edited = await DraftAsync("draft", "edit", draft, "--issuer", "fgw", "--agency", "示发改", "--to", "bm", "--no-seal", "--body", body, "--sign-by", "2026-03-09T17:00");
        var listed = (await DraftAsync("draft", "list")).GetProperty("drafts").EnumerateArray().Single(each => Text(each, "draft") == draft);
        var frozen = await DraftAsync("draft", "freeze", draft);
        var document = Text(frozen, "documentId");
        var notYet = await verbs.TryAsync("zhang3", "bgs", "draft", "send", draft, "--document", document);
        await verbs.RunAsync("qian1", "fgw", "sealing", "approve", draft, "--document", document);
        var other = await verbs.TryAsync("zhang3", "bgs", "draft", "send", draft, "--document", new string('0', 64));
        var sent = await DraftAsync("draft", "send", draft, "--document", document);

        var queued = verbs.Desk.Part<NodeRecords>().Queue.FindAll().Where(row => row.Document == document).Select(row => verbs.Desk.Part<StatementQueue>().Read(row).Statement).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(missing, Has.Some.EqualTo("files").And.Some.EqualTo("recipients"));
            Assert.That(tooEarly, Is.EqualTo("WRONG_STATE"));
            Assert.That(Text(edited.GetProperty("fields"), "title"), Is.EqualTo("第一次会议纪要"), "what is not given stays");
            Assert.That(Text(edited.GetProperty("fields"), "signBy"), Does.StartWith("2026-03-09T17:00:00"));
            Assert.That(edited.GetProperty("files").EnumerateArray().Select(file => (Text(file, "name"), file.GetProperty("isBody").GetBoolean())), Is.EqualTo(new[] { ("纪要.pdf", true), ("名单.txt", false) }));
            Assert.That(Text(edited.GetProperty("series"), "nextNumber"), Is.EqualTo("示发改〔2026〕1号"));
            Assert.That((Text(listed, "stage"), Text(listed, "changedBy")), Is.EqualTo(("Editing", "张三")));
            Assert.That(Text(frozen, "stage"), Is.EqualTo("Sealing"));
            Assert.That(frozen.GetProperty("parts").EnumerateArray().Select(part => Text(part, "path")), Does.Contain("body/纪要.pdf"));
            Assert.That(new[] { notYet, other }.Select(refused => Text(refused.Json, "error")), Is.All.EqualTo("WRONG_STATE"));
            Assert.That(Text(notYet.Json, "message"), Is.EqualTo("公文尚未完成会签用印：fgw。"));
            Assert.That(Text(other.Json, "message"), Does.Contain("标识有误"));
            Assert.That((Text(sent, "documentId"), Text(sent, "number")), Is.EqualTo((document, "示发改〔2026〕1号")));
            Assert.That((queued.Type, queued.Actor), Is.EqualTo((StatementType.Dispatched, new Actor("zhang3", "张三", Roles.Dispatcher, "password"))));
            Assert.That((await verbs.RunAsync("zhang3", "bgs", "draft", "list")).GetProperty("drafts").EnumerateArray().Select(each => Text(each, "draft")), Does.Not.Contain(draft));
        }
    }

    [Test]
    public async Task Leave_no_draft_behind_whose_body_is_refused()
    {
        var before = (await DraftAsync("draft", "list")).GetProperty("drafts").GetArrayLength();

        var refused = await verbs.RefusedAsync("zhang3", "bgs", "draft", "new", "--title", "不收的类型", "--body", verbs.Write("正文.docx"));

        Assert.That(refused, Is.Not.Empty);
        Assert.That((await DraftAsync("draft", "list")).GetProperty("drafts").GetArrayLength(), Is.EqualTo(before));
    }

    [Test]
    public async Task Save_exactly_the_bytes_that_are_signed_take_them_back_and_throw_them_away()
    {
        var draft = Text(await CompleteAsync(), "draft");
        var file = Path.Combine(verbs.Desk.Site.Folder.Root, "before.pdf");
        await DraftAsync("draft", "save", draft, "--file", "1", "--out", file);
        var frozen = await DraftAsync("draft", "freeze", draft);
        var manifest = Path.Combine(verbs.Desk.Site.Folder.Root, draft + ".xml");
        await DraftAsync("draft", "save", draft, "--part", "META-INF/ASiCManifest.xml", "--out", manifest);
        var asked = manifest + ".asked";
        await verbs.RunAsync("qian1", "fgw", "sealing", "save", draft, "--part", "META-INF/ASiCManifest.xml", "--out", asked);
        var held = await verbs.RefusedAsync("zhang3", "bgs", "draft", "edit", draft, "--title", "改");
        var kept = await verbs.RefusedAsync("zhang3", "bgs", "draft", "discard", draft);
        var open = await DraftAsync("draft", "take-back", draft);
        var less = await DraftAsync("draft", "detach", draft, "--file", "1");
        await DraftAsync("draft", "discard", draft);
        var gone = await verbs.RefusedAsync("zhang3", "bgs", "draft", "show", draft);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("%PDF-1.4 一"));
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(manifest))), Is.EqualTo(Text(frozen, "documentId")));
            Assert.That(await File.ReadAllBytesAsync(asked), Is.EqualTo(await File.ReadAllBytesAsync(manifest)));
            Assert.That((held, kept, gone), Is.EqualTo(("WRONG_STATE", "WRONG_STATE", "NOT_FOUND")));
            Assert.That((Text(open, "stage"), Text(open, "documentId")), Is.EqualTo(("Editing", "")));
            Assert.That(less.GetProperty("files").GetArrayLength(), Is.Zero);
        }
    }

    [Test]
    public async Task Correct_a_document_and_draft_one_again()
    {
        var sent = (await verbs.Arrivals.ReceiveAsync("关于更正的通知")).ToString();

        var correction = await DraftAsync("draft", "correct", sent, "--reason", "附件有误");
        var again = await DraftAsync("draft", "again", sent);
        var silent = await verbs.RefusedAsync("zhang3", "bgs", "draft", "correct", sent, "--reason", "");
        var foreign = await verbs.RefusedAsync("zhang3", "bgs", "draft", "again", new string('0', 64));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((Text(correction.GetProperty("fields"), "replaces"), Text(correction, "replaceReason")), Is.EqualTo((sent, "附件有误")));
            Assert.That(Text(correction.GetProperty("fields"), "title"), Is.EqualTo("关于更正的通知"));
            Assert.That((Text(again.GetProperty("fields"), "replaces"), Text(again.GetProperty("fields"), "title")), Is.EqualTo(("", "关于更正的通知")));
            Assert.That((silent, foreign), Is.EqualTo(("REASON_MISSING", "UNKNOWN_DOCUMENT")));
        }

        await DraftAsync("draft", "edit", Text(correction, "draft"), "--title", "关于更正的通知（更正）");
        var after = await DraftAsync("draft", "show", Text(correction, "draft"));
        Assert.That(Text(after.GetProperty("fields"), "replaces"), Is.EqualTo(sent), "what it replaces is not for the form to change");
    }

    [Test]
    public async Task Tell_the_next_number_and_the_gaps()
    {
        verbs.Desk.Part<NodeRecords>().Write(() =>
        {
            foreach (var number in new[] { 2, 4 })
            {
                verbs.Desk.Part<NumberRegister>().Take(DocExchange.Core.Documents.DocumentNumber.Of("示政发", 2025, number), DocExchange.Tests.Node.NodeSite.Document(number), null);
            }
        });

        var series = await DraftAsync("draft", "numbers", "--agency", "示政发", "--year", "2025");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(series, "nextNumber"), Is.EqualTo("示政发〔2025〕5号"));
            Assert.That(series.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetInt32()), Is.EqualTo(new[] { 1, 3 }));
            Assert.That(await verbs.RefusedAsync("zhang3", "bgs", "draft", "numbers", "--agency", "京政发"), Is.EqualTo("NOT_FOUND"));
        }
    }

    [Test]
    public async Task Leave_no_file_behind_that_did_not_come_whole()
    {
        var draft = Text(await DraftAsync("draft", "new", "--title", "尚未传完"), "draft");
        var empty = await DraftAsync("draft", "edit", draft, "--attach", verbs.Write("空.txt", ""));
        var absent = await verbs.RefusedAsync("zhang3", "bgs", "draft", "edit", draft, "--attach", "无此文件.pdf");
        using var socket = LocalSocket.ToNode(verbs.Desk.Site.Folder.Root);
        using var call = new Local.Drafting.DraftingClient(socket.Channel).AddDraftFile(DeskAccountVerbs.Basic("zhang3", TestDesk.Password));
        await call.RequestStream.WriteAsync(new Local.AddDraftFileRequest { File = new Local.NewDraftFile { Office = "bgs", Draft = draft, File = new Local.FileName { Name = "一半.pdf", Size = 10 }, IsBody = true } });
        await call.RequestStream.WriteAsync(new Local.AddDraftFileRequest { Chunk = Google.Protobuf.ByteString.CopyFrom(1, 2, 3) });
        await call.RequestStream.CompleteAsync();
        var half = (await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await call))!.ToRefusal();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(empty.GetProperty("files")[0].GetProperty("size").GetInt64(), Is.Zero);
            Assert.That(absent, Is.EqualTo("NOT_FOUND"));
            Assert.That(half?.Refusal, Is.EqualTo(DocExchange.Core.Refusals.Refusal.FormatFailure));
            Assert.That((await DraftAsync("draft", "show", draft)).GetProperty("files").GetArrayLength(), Is.EqualTo(1));
        }
    }

    private Task<JsonElement> CompleteAsync() => DraftAsync(
        "draft", "new", "--type", "纪要", "--title", "会议纪要", "--issuer", "fgw", "--agency", "示发改", "--to", "fgw", "--no-seal", "--body", verbs.Write("纪要.pdf"));

    private Task<JsonElement> DraftAsync(params string[] args) => verbs.RunAsync("zhang3", "bgs", args);

    private static IEnumerable<string?> Remarks(JsonElement sheet) => sheet.GetProperty("remarks").EnumerateArray().Where(remark => remark.GetProperty("isInTheWay").GetBoolean()).Select(remark => remark.GetProperty("field").GetString());

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
