using System.Globalization;
using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability.Auditing;
using DocExchange.Node.Desk;
using DocExchange.Node.HubLink;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Tests.Node;
using DocExchange.Tests.Node.HubLink;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Cli;

/// <summary>The verbs of dispatchers and clerks, typed against a node that runs, without its hub; bgs and fgw are both here.</summary>
internal sealed class NodeVerbsTests
{
    private TestDesk desk = null!;
    private Arrivals arrivals = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        desk = await TestDesk.StartAsync();
        arrivals = Arrivals.At(desk);
    }

    [OneTimeTearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task List_show_and_save_what_was_sent_and_received()
    {
        var document = (await arrivals.ReceiveAsync("关于列示的通知")).ToString();
        var file = Path.Combine(desk.Site.Folder.Root, "saved.asice");

        var sent = await RunAsync("outbox", "--office", "bgs");
        var received = await RunAsync("inbox", "--office", "fgw", "--state", "Sent");
        var shown = await RunAsync("show", document, "--office", "fgw");
        var saved = await RunAsync("save", document, "--out", file);
        var again = await TryAsync("save", document, "--out", file);
        var unknown = await TryAsync("show", new string('0', 64));
        string[][] mistyped = [
            ["show", "abc"], ["search", "--from", "1/2/2026"], ["sent-register", "--to", "today"], ["supersede", document, "--office", "bgs", "--by", "abc", "--reason", "x"],
            ["outbox", "--state", "delivered"], ["inbox", "--state", "Superseded"],
            ["send", "--office", "bgs", "--type", "通知", "--title", "关于更正的通知", "--to", "fgw", "--body", file, "--replaces", "abc"]];
        var codes = await Task.WhenAll(mistyped.Select(async line => (await TryAsync(line)).ExitCode));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(sent, document).GetProperty("title").GetString(), Is.EqualTo("关于列示的通知"));
            Assert.That(Of(sent, document).GetProperty("recipients").GetInt32(), Is.EqualTo(1));
            Assert.That((Text(Of(received, document), "sender"), Text(Of(received, document), "office")), Is.EqualTo(("demo/bgs", "demo/fgw")));
            Assert.That((Text(shown, "documentId"), Text(shown, "indication"), Text(shown, "phase")), Is.EqualTo((document, "TOTAL_PASSED", "Accepted")));
            Assert.That(shown.GetProperty("parts").EnumerateArray().Select(part => Text(part, "path")), Does.Contain("body/通知.txt"));
            Assert.That((Text(saved, "file"), saved.GetProperty("size").GetInt64()), Is.EqualTo((file, new FileInfo(file).Length)));
            Assert.That((again.ExitCode, unknown.ExitCode), Is.EqualTo((1, 1)));
            Assert.That(codes, Is.All.EqualTo(64));
        }
    }

    [Test]
    public async Task Status_tells_the_versions_of_program_and_data_to_people_and_scripts()
    {
        var status = await RunAsync("node", "status");
        var told = await CommandLine.RunAsync("node", "status", "--node", desk.Site.Folder.Root);
        var english = await CommandLine.RunAsync("node", "status", "--node", desk.Site.Folder.Root, "--lang", "en");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((Text(status, "version"), status.GetProperty("dataVersion").GetInt32(), Text(status, "dataProgram")), Is.EqualTo((NodeOverview.Version, 1, $"DocExchange node {NodeOverview.Version}")));
            Assert.That(told.Output, Does.Contain($"数据第 1 版（DocExchange node {NodeOverview.Version}）"));
            Assert.That(english.Output, Does.Contain($"Data version 1 (DocExchange node {NodeOverview.Version})"));
        }
    }

    [Test]
    public async Task List_alarms_and_close_one_as_the_security_administrator_alone()
    {
        desk.Part<AlarmBell>().Raise("matter", "出事了", "It happened");
        var open = await TryAsync("node", "alarms");
        var number = open.Json.GetProperty("alarms")[0].GetProperty("number").ToString();
        using var socket = LocalSocket.ToNode(desk.Site.Folder.Root);
        var bySystem = new Local.CloseAlarmRequest { Number = uint.Parse(number, CultureInfo.InvariantCulture), Note = "已核实", Person = new Local.Person { Id = "wang5", Name = "王五", Role = Roles.System } };
        var refused = (await Assert.ThrowsAsync<RpcException>(() => new Local.Desk.DeskClient(socket.Channel).CloseAlarmAsync(bySystem).ResponseAsync))!.ToRefusal();
        Assert.That((await TryAsync("node", "alarms")).ExitCode, Is.EqualTo(1), "it is open as before");

        await RunAsync("node", "close-alarm", number, "--note", "已核实", "--as", "sun7:孙七");

        var text = await CommandLine.RunAsync("node", "alarms", "--node", desk.Site.Folder.Root);
        var kept = (await RunAsync("node", "alarms", "--all")).GetProperty("alarms")[0];
        var trail = new TrailReader(desk.Site.Folder.AuditTrail).Forwards().Select(each => each.Entry).Where(entry => entry.Act == "CloseAlarm").Select(entry => entry.Step);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((open.ExitCode, Text(open.Json.GetProperty("alarms")[0], "chinese")), Is.EqualTo((1, "出事了")));
            Assert.That(refused!.Refusal, Is.EqualTo(Refusal.PermissionDenied));
            Assert.That((text.ExitCode, text.Output.Trim()), Is.EqualTo((0, "没有未关闭的告警。")));
            Assert.That((Text(kept, "closedBy"), Text(kept, "note")), Is.EqualTo(("孙七 (sun7)", "已核实")));
            Assert.That(trail, Is.EqualTo(new[] { "asked", "refused", "asked", "done" }));
        }
    }

    [Test]
    public async Task Show_no_checkpoint_before_the_node_has_seen_one_and_overwrite_no_file_with_a_proof()
    {
        var refused = await TryAsync("ledger", "checkpoint");
        var there = Path.Combine(desk.Site.Folder.Root, "node.json");
        var before = await File.ReadAllBytesAsync(there);
        var overwriting = await TryAsync("ledger", "proof", "--entry", "0", "--out", there);

        Assert.That((refused.ExitCode, refused.Error.Contains("[NO_CHECKPOINT]", StringComparison.Ordinal)), Is.EqualTo((1, true)), refused.Output + refused.Error);
        Assert.That((overwriting.ExitCode, overwriting.Error.Contains("[EXISTS]", StringComparison.Ordinal)), Is.EqualTo((1, true)), overwriting.Output + overwriting.Error);
        Assert.That(await File.ReadAllBytesAsync(there), Is.EqualTo(before));
    }

    [Test]
    public async Task Carry_a_document_through_its_reception()
    {
        var document = await arrivals.ReceiveAsync();

        await ActAsync("urge", document, "bgs", StatementType.Urged, "--reason", "请速签收");
        await ActAsync("open", document, "fgw", StatementType.Opened);
        await ActAsync("sign-for", document, "fgw", StatementType.SignedFor);
        await ActAsync("register", document, "fgw", StatementType.Registered, "--text", "收〔2026〕15号");
        await ActAsync("hand-over", document, "fgw", StatementType.HandedOver, "--text", "市政府 OA");
        await ActAsync("complete", document, "fgw", StatementType.Completed, "--reason", "已阅处");

        Assert.That(Bodies(document).OfType<RegisteredBody>().Single().RegisterNumber, Is.EqualTo("收〔2026〕15号"));
        Assert.That(Bodies(document).OfType<HandedOverBody>().Single().System, Is.EqualTo("市政府 OA"));
    }

    [Test]
    public async Task Take_back_add_to_replace_and_end_what_was_sent()
    {
        var (ended, returned, successor) = (await arrivals.ReceiveAsync(), await arrivals.ReceiveAsync(), await arrivals.ReceiveAsync());

        await ActAsync("resend", ended, "bgs", StatementType.Resent, "--cc", "bgs");
        await ActAsync("withdraw", ended, "bgs", StatementType.Withdrawn, "--reason", "发错附件");
        await ActAsync("void", ended, "bgs", StatementType.Voided, "--reason", "文件有误");
        await ActAsync("return", returned, "fgw", StatementType.Returned, "--reason", "附件不全");
        await ActAsync("return-received", returned, "bgs", StatementType.ReturnReceived, "--recipient", "fgw");
        await ActAsync("supersede", returned, "bgs", StatementType.Superseded, "--by", successor.ToString(), "--reason", "补附件");

        var late = await TryAsync("withdraw", ended.ToString(), "--office", "bgs", "--reason", "再撤");
        var unhosted = await TryAsync("resend", successor.ToString(), "--office", "bgs", "--recipient", "czj");
        var itself = await TryAsync("supersede", successor.ToString(), "--office", "bgs", "--by", successor.ToString(), "--reason", "自身");
        var silent = await TryAsync("void", successor.ToString(), "--office", "bgs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Bodies(returned).OfType<SupersededBody>().Single(), Is.EqualTo(new SupersededBody(successor, "补附件")));
            Assert.That(Bodies(ended).OfType<RecipientsBody>().Single().Recipients.Copies, Is.EqualTo(new[] { NodeSite.Sender }));
            Assert.That(new[] { late, unhosted, itself, silent }.Select(each => each.ExitCode), Is.EqualTo(new[] { 1, 1, 1, 64 }));
            Assert.That(late.Error + late.Output, Does.Contain("WRONG_STATE"));
            Assert.That(unhosted.Error + unhosted.Output, Does.Contain("UNKNOWN_RECIPIENT"));
            Assert.That(itself.Error + itself.Output, Does.Contain("WRONG_STATE"));
            Assert.That(Bodies(successor), Has.None.InstanceOf<SupersededBody>());
        }
    }

    [Test]
    public async Task Acknowledge_every_return_that_is_named_or_all_that_wait()
    {
        var (named, all) = (await ReturnedByBothAsync("关于退文的通知"), await ReturnedByBothAsync("关于全部退文的通知"));

        var two = await RunAsync("return-received", named.ToString(), "--office", "bgs", "--recipient", "fgw", "--recipient", "czj");
        var again = await TryAsync("return-received", named.ToString(), "--office", "bgs", "--recipient", "czj");
        var stranger = await TryAsync("return-received", all.ToString(), "--office", "bgs", "--recipient", "fgw", "--recipient", "bgs");
        Assert.That(Subjects(all), Is.Empty, "one that is not a recipient spoils it whole");
        await RunAsync("return-received", all.ToString(), "--office", "bgs");
        var none = await TryAsync("return-received", all.ToString(), "--office", "bgs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Subjects(named), Has.Count.EqualTo(2).And.Unique.And.None.Null);
            Assert.That(two.GetProperty("statementIds").GetArrayLength(), Is.EqualTo(2));
            Assert.That(Subjects(all), Has.Count.EqualTo(2).And.Unique.And.None.Null);
            Assert.That(new[] { again, stranger, none }.Select(each => each.ExitCode), Is.All.EqualTo(1));
            Assert.That(again.Error + again.Output, Does.Contain("WRONG_STATE").And.Contain("demo/czj"));
            Assert.That(stranger.Error + stranger.Output, Does.Contain("UNKNOWN_RECIPIENT").And.Contain("demo/bgs"));
            Assert.That(none.Error + none.Output, Does.Contain("WRONG_STATE"));
        }

        List<StatementId?> Subjects(DocumentId document) => [.. Queued(document).Where(statement => statement.Type == StatementType.ReturnReceived).Select(statement => statement.Subject)];

        async Task<DocumentId> ReturnedByBothAsync(string title)
        {
            var document = (await arrivals.AnnounceAsync(title, recipients: [NodeSite.Recipient, NodeSite.Stranger])).Document;
            foreach (var office in new[] { NodeSite.Recipient, NodeSite.Stranger })
            {
                await arrivals.DeliverAsync(document, office);
                await arrivals.ActAsync(StatementType.Returned, document, "附件不全", office);
            }

            return document;
        }
    }

    [Test]
    public async Task Status_says_when_each_step_was_taken()
    {
        var document = await arrivals.ReceiveAsync("关于时间的通知");
        await arrivals.OpenAsync(document, "李四");
        await arrivals.ActAsync(StatementType.SignedFor, document);
        await arrivals.ActAsync(StatementType.Registered, document, body: new RegisteredBody("收1号"));
        await arrivals.ActAsync(StatementType.HandedOver, document, body: new HandedOverBody("OA"));
        await arrivals.ActAsync(StatementType.Completed, document);

        var row = (await RunAsync("status", document.ToString(), "--office", "bgs")).GetProperty("rows")[0];
        Assert.That(
            new[] { "signedForAt", "registeredAt", "handedOverAt", "completedAt", "returnReceivedAt" }.Select(name => Text(row, name) is { Length: > 0 }), Is.EqualTo(new[] { true, true, true, true, false }), row.ToString());
    }

    [Test]
    public async Task Count_by_the_last_answer_of_a_recipient_whatever_ends_the_document()
    {
        var document = await arrivals.ReceiveAsync("关于计数的通知");
        var sender = await desk.SignInAsync("counting", Roles.Reader, "bgs");
        async Task<(int Signed, int Returned, string Board)> CountsAsync()
        {
            var status = await RunAsync("status", document.ToString(), "--office", "bgs");
            var board = await sender.GetAsync($"/o/bgs/out/{document}");
            return (status.GetProperty("signedFor").GetInt32(), status.GetProperty("returned").GetInt32(), System.Text.RegularExpressions.Regex.Match(board.Text, @"\d/1 已签收 \d+%").Value);
        }

        await arrivals.OpenAsync(document, "李四");
        await arrivals.ActAsync(StatementType.SignedFor, document);
        Assert.That(await CountsAsync(), Is.EqualTo((1, 0, "1/1 已签收 100%")));
        await arrivals.ActAsync(StatementType.Returned, document, "附件不全");
        Assert.That(await CountsAsync(), Is.EqualTo((0, 1, "0/1 已签收 0%")));
        await arrivals.ActAsync(StatementType.Voided, document, "文件有误");
        Assert.That(await CountsAsync(), Is.EqualTo((0, 1, "0/1 已签收 0%")), "and when it is void");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await sender.GetAsync($"/o/bgs/out/{document}?show=Signed")).Html, Does.Not.Contain("value=\"demo/fgw\"").And.Not.Contain("附件不全"));
            Assert.That((await sender.GetAsync($"/o/bgs/out/{document}?show=Returned")).Text, Does.Contain("附件不全"));
            var seen = await RunAsync("status", document.ToString(), "--office", "fgw");
            Assert.That(seen.GetProperty("recipients").GetInt32(), Is.EqualTo(1));
            Assert.That(seen.GetProperty("signedFor").ValueKind, Is.EqualTo(JsonValueKind.Null), "a recipient is not told of the others");
        }
    }

    [Test]
    public async Task Say_who_is_here_and_whom_a_list_stands_for()
    {
        var list = await RunAsync("office", "list");
        var preview = await RunAsync("office", "preview", "--to", "fgw", "--cc", "czj");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.GetProperty("offices").EnumerateArray().Select(office => Text(office, "office")), Is.EquivalentTo(new[] { "demo/bgs", "demo/fgw" }));
            Assert.That(list.GetProperty("directoryVersion").GetInt64(), Is.EqualTo(1));
            Assert.That(Text(preview.GetProperty("main")[0], "office"), Is.EqualTo("demo/fgw"));
            Assert.That((Text(preview.GetProperty("copies")[0], "office"), preview.GetProperty("copies")[0].GetProperty("enrolled").GetBoolean()), Is.EqualTo(("demo/czj", false)));
            Assert.That((await TryAsync("office", "preview", "--to", "nobody")).ExitCode, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Search_the_hubs_archive_while_there_is_a_link_to_it()
    {
        var without = await TryAsync("search", "--title", "防汛");
        var archive = new ArchiveHub();
        var (listening, channel) = await HubSocket.ServeAsync(archive);
        await using (listening)
        using (channel)
        {
            desk.Part<LinkStatus>().Channel = channel;
            var text = await CommandLine.RunAsync("search", "--title", "防汛", "--node", desk.Site.Folder.Root);
            var found = await RunAsync("search", "--title", "防汛", "--from", "2026-03-01", "--limit", "7");
            desk.Part<LinkStatus>().Channel = null;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(without.ExitCode, Is.EqualTo(1));
                Assert.That((archive.Asked!.Title, archive.Asked.From, archive.Asked.PageSize), Is.EqualTo(("防汛", "2026-03-01", 7u)));
                Assert.That((Text(found.GetProperty("documents")[0], "title"), Text(found, "next")), Is.EqualTo(("关于防汛的通知", "more")));
                Assert.That(Enumerable.Range(0, 2).Select(at => found.GetProperty("documents")[at].GetProperty("signedFor").ToString()), Is.EqualTo(new[] { "", "0" }), "null where it may not be known");
                Assert.That(found.GetProperty("documents")[0].GetProperty("returned").ValueKind, Is.EqualTo(JsonValueKind.Null));
                Assert.That(text.Output, Does.Contain("签收 –/141").And.Contain("签收 0/2"));
            }
        }
    }

    private async Task ActAsync(string verb, DocumentId document, string office, StatementType type, params string[] more)
    {
        var reply = await RunAsync([verb, document.ToString(), "--office", office, "--as", "li4:李四", .. more]);
        var queued = Queued(document)[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((reply.GetProperty("acknowledged").GetBoolean(), reply.GetProperty("effective").GetBoolean()), Is.EqualTo((false, true)), verb);
            Assert.That((queued.Type, queued.Actor!.Name, queued.Issuer.Local), Is.EqualTo((type, "李四", office)), verb);
            Assert.That(Text(reply, "statementId"), Is.EqualTo(StatementXml.IdOf(StatementXml.Write(queued, out _)).ToString()), verb);
        }
    }

    private List<Statement> Queued(DocumentId document) =>
        [.. desk.Part<NodeRecords>().Queue.FindAll().Where(row => row.Document == document.ToString()).OrderBy(row => row.Id).Select(row => desk.Part<StatementQueue>().Read(row).Statement)];

    private IEnumerable<StatementBody> Bodies(DocumentId document) => Queued(document).Select(statement => statement.Body);

    private static JsonElement Of(JsonElement list, string document) => list.GetProperty("documents").EnumerateArray().Single(each => Text(each, "documentId") == document);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<JsonElement> RunAsync(params string[] args)
    {
        var run = await TryAsync(args);
        Assert.That(run.ExitCode, Is.Zero, $"docex {string.Join(' ', args)}\n{run.Output}{run.Error}");
        return run.Json;
    }

    private Task<CommandLine> TryAsync(params string[] args) => CommandLine.RunAsync([.. args, "--node", desk.Site.Folder.Root, "--format", "json"]);

    private sealed class ArchiveHub : Wire.Archive.ArchiveBase
    {
        public Wire.SearchRequest? Asked { get; private set; }

        public override Task<Wire.SearchReply> Search(Wire.SearchRequest request, ServerCallContext context)
        {
            Asked = request;
            return Task.FromResult(new Wire.SearchReply { Documents = { new Wire.DocumentSummary { Title = "关于防汛的通知", Recipients = 141 }, new Wire.DocumentSummary { Title = "本单位所发", Recipients = 2, SignedFor = 0, Returned = 0 } }, NextPage = "more" });
        }
    }
}
