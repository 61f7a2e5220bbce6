using System.Text;
using System.Text.Json;
using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Cli;

/// <summary>Registers, numbers and reports by command, at a node that runs.</summary>
internal sealed class RegisterVerbsTests
{
    private DeskAccountVerbs verbs = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        verbs = await DeskAccountVerbs.StartAsync();
        verbs.Desk.Open("feng10", "冯十", new Grant("bgs", Roles.Archivist), new Grant("bgs", Roles.Supervisor));
    }

    [OneTimeTearDown]
    public async Task Close() => await verbs.DisposeAsync();

    [Test]
    public async Task Take_the_registers_away_as_files()
    {
        var document = (await verbs.Arrivals.ReceiveAsync("=关于导出的\"通知\"")).ToString();
        await SignForAsync(document);
        await verbs.RunAsync("li4", "fgw", "desk", "archive-number", document, "--number", "2026-WS-7");
        await verbs.RunAsync("feng10", "bgs", "desk", "archive-number", document, "--number", "2026-FW-3", "--sent");

        var received = await ExportAsync("li4", "fgw", "received.csv", "received", "--words", "导出");
        var sent = await ExportAsync("feng10", "bgs", "sent.csv", "sent", "--words", "导出", "--type", "通知");
        var board = await ExportAsync("zhang3", "bgs", "board.csv", "board", document);
        var seals = await ExportAsync("feng10", "bgs", "seals.csv", "sealing");
        var book = Path.Combine(verbs.Desk.Site.Folder.Root, "received.xlsx");
        await verbs.RunAsync("li4", "fgw", "desk", "export", "received", "--out", book);
        var sheet = MiniExcelLibs.MiniExcel.Query(book, useHeaderRow: true).Cast<IDictionary<string, object>>().ToList();
        var unknownForm = await verbs.TryAsync("li4", "fgw", "desk", "export", "received", "--out", book + ".pdf");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(received[0], Does.StartWith("收文编号,收文时间,来文机关"));
            Assert.That(received, Has.Length.EqualTo(2), "the filter lets one through");
            Assert.That(received[1], Does.Contain("\"'=关于导出的\"\"通知\"\"\"").And.EndWith("2026-WS-7"));
            Assert.That(sent, Has.Length.EqualTo(2));
            Assert.That(sent[1], Does.EndWith("2026-FW-3"));
            Assert.That(board, Has.Length.EqualTo(2));
            Assert.That(board[1], Does.StartWith("fgw,主送,"));
            Assert.That(seals.Single(), Does.Contain("批准"));
            Assert.That(sheet.Select(row => row["标题"]), Has.Some.EqualTo("=关于导出的\"通知\""));
            Assert.That(unknownForm.ExitCode, Is.EqualTo(64));
            Assert.That(await verbs.RefusedAsync("qian1", "fgw", "desk", "export", "received", "--out", book + ".csv"), Is.EqualTo("PERMISSION_DENIED"));
            Assert.That(File.Exists(book + ".csv"), Is.False);
        }
    }

    [Test]
    public async Task Suggest_the_next_register_number_and_give_each_to_one_document()
    {
        var (first, second) = ((await verbs.Arrivals.ReceiveAsync()).ToString(), (await verbs.Arrivals.ReceiveAsync()).ToString());
        await SignForAsync(first);
        await SignForAsync(second);
        await verbs.RunAsync("li4", "fgw", "desk", "number-form", "收〔{年}〕{号}号");
        var suggested = await SuggestAsync(first);
        await RegisterAsync(first, suggested);
        var taken = await RegisterAsync(second, suggested);
        var next = await SuggestAsync(second);
        var kept = await SuggestAsync(first);
        var corrected = await RegisterAsync(first, "收〔2026〕90号");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(suggested, Is.EqualTo("收〔2026〕1号"));
            Assert.That(taken.Output, Does.Contain("NUMBER_TAKEN"));
            Assert.That((next, kept), Is.EqualTo(("收〔2026〕2号", suggested)));
            Assert.That(corrected.ExitCode, Is.Zero, corrected.Output);
            Assert.That(await SuggestAsync(first), Is.EqualTo("收〔2026〕90号"));
            Assert.That(await verbs.RefusedAsync("li4", "fgw", "desk", "number-form", "收文"), Is.EqualTo("FORMAT_FAILURE"));
            Assert.That(await verbs.RefusedAsync("li4", "fgw", "desk", "suggest-number", new string('0', 64)), Is.EqualTo("UNKNOWN_DOCUMENT"));
        }
    }

    [Test]
    public async Task Give_a_register_number_to_one_document_also_when_two_ask_for_it_at_once()
    {
        var documents = new List<string>();
        for (var number = 0; number < 6; number++)
        {
            documents.Add((await verbs.Arrivals.ReceiveAsync()).ToString());
            await SignForAsync(documents[^1]);
        }

        var runs = await Task.WhenAll(documents.Select(document => Task.Run(() => RegisterAsync(document, "合订本甲"))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(runs.Count(run => run.ExitCode == 0), Is.EqualTo(1));
            Assert.That(runs.Count(run => run.Output.Contains("NUMBER_TAKEN", StringComparison.Ordinal)), Is.EqualTo(documents.Count - 1));
        }
    }

    [TestCase("received", "--state", "signedfor", 64)]
    [TestCase("received", "--year", "9999", 1)]
    [TestCase("sent", "--from", "2026-1-1", 64)]
    [TestCase("sent", "--to", "2026-02-30", 64)]
    [TestCase("sent", "--type", "8", 1)]
    public async Task Refuse_a_filter_that_cannot_be_read_and_save_nothing(string register, string option, string value, int exitCode)
    {
        var path = Path.Combine(verbs.Desk.Site.Folder.Root, "filtered.csv");
        var account = register == "sent" ? ("feng10", "bgs") : ("li4", "fgw");

        var refused = await verbs.TryAsync(account.Item1, account.Item2, "desk", "export", register, "--out", path, option, value);

        Assert.That((refused.ExitCode, refused.Json.GetProperty("error").GetString()), Is.EqualTo((exitCode, exitCode == 64 ? "USAGE" : "FORMAT_FAILURE")));
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public async Task Save_the_verification_report()
    {
        var document = (await verbs.Arrivals.ReceiveAsync("关于核验的通知")).ToString();
        var path = Path.Combine(verbs.Desk.Site.Folder.Root, "report.html");
        await verbs.RunAsync("li4", "fgw", "desk", "report", document, "--out", path);
        Assert.That(await File.ReadAllTextAsync(path), Does.StartWith("<!").And.Contain("关于核验的通知").And.Contain("TOTAL_PASSED"));
    }

    [Test]
    public async Task Read_the_words_of_a_body_and_be_named_as_who_opened_it()
    {
        var document = await verbs.Arrivals.ReceiveAsync("关于阅看的通知", body: "请各单位认真组织学习。\u001b[2J");
        var read = await verbs.RunAsync("li4", "fgw", "desk", "preview", document.ToString());
        await verbs.RunAsync("li4", "fgw", "desk", "preview", document.ToString());
        var opened = verbs.Desk.Part<NodeRecords>().Queue.FindAll().Where(row => row.Document == document.ToString()).Select(row => verbs.Desk.Part<StatementQueue>().Read(row).Statement).Where(each => each.Actor is not null).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.GetProperty("text").GetString(), Does.StartWith("请各单位认真组织学习。[2J"));
            Assert.That(opened.Select(each => (each.Type, each.Actor)), Is.EqualTo(new[] { (StatementType.Opened, new Actor("li4", "李四", Roles.Clerk, "password")) }));
            Assert.That(await verbs.RefusedAsync("qian1", "fgw", "desk", "preview", document.ToString()), Is.EqualTo("PERMISSION_DENIED"));
        }
    }

    [Test]
    public async Task Save_the_sheets_once_it_is_signed_for()
    {
        var document = (await verbs.Arrivals.ReceiveAsync("关于<签收单>的通知")).ToString();
        var path = Path.Combine(verbs.Desk.Site.Folder.Root, "sheets.html");
        var tooEarly = await verbs.RefusedAsync("li4", "fgw", "desk", "sheets", document, "--out", path);
        await SignForAsync(document);
        await verbs.RunAsync("li4", "fgw", "desk", "sheets", document, "--out", path);
        var page = await File.ReadAllTextAsync(path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tooEarly, Is.EqualTo("PERMISSION_DENIED"));
            Assert.That(page, Does.Contain("签收单").And.Contain("收文处理单").And.Contain("李四").And.Contain(document));
            Assert.That(page, Does.Contain("table.form").And.Not.Contain("<签收单>").And.Not.Contain("href="));
        }
    }

    [Test]
    public async Task Take_notice_of_what_is_extra_urgent()
    {
        var document = await verbs.Arrivals.ReceiveAsync("关于防汛的特急通知", Urgency.ExtraUrgent);
        var alarms = verbs.Desk.Part<ReceivedList>();
        var before = alarms.Alarms("demo/fgw", 9).Select(row => row.Document).ToList();
        await verbs.RunAsync("li4", "fgw", "desk", "acknowledge", document.ToString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Does.Contain(document.ToString()));
            Assert.That(alarms.Alarms("demo/fgw", 9).Select(row => row.Document), Does.Not.Contain(document.ToString()));
            Assert.That(verbs.Desk.Part<NodeRecords>().Acknowledged.FindAll().Select(row => row.Name), Does.Contain("李四"));
        }
    }

    [Test]
    public async Task File_only_what_the_office_sent_or_received()
    {
        var document = (await verbs.Arrivals.ReceiveAsync()).ToString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await verbs.RefusedAsync("feng10", "bgs", "desk", "archive-number", document, "--number", "1"), Is.EqualTo("UNKNOWN_DOCUMENT"), "bgs has not received it");
            Assert.That(await verbs.RefusedAsync("li4", "fgw", "desk", "archive-number", document, "--number", "1", "--sent"), Is.EqualTo("PERMISSION_DENIED"));
            Assert.That(await verbs.RefusedAsync("li4", "fgw", "desk", "archive-number", document, "--number", new string('9', 61)), Is.EqualTo("FORMAT_FAILURE"));
        }
    }

    private Task SignForAsync(string document) => DoneAsync("sign-for", document);

    private Task<CommandLine> RegisterAsync(string document, string number) => TypeAsync("register", document, "--text", number);

    private async Task DoneAsync(params string[] args)
    {
        var run = await TypeAsync(args);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }

    private Task<CommandLine> TypeAsync(params string[] args) => CommandLine.RunAsync([.. args, "--office", "fgw", "--as", "li4:李四", "--node", verbs.Desk.Site.Folder.Root, "--format", "json"]);

    private async Task<string> SuggestAsync(string document) => (await verbs.RunAsync("li4", "fgw", "desk", "suggest-number", document)).GetProperty("registerNumber").GetString()!;

    private async Task<string[]> ExportAsync(string account, string office, string name, params string[] what)
    {
        var path = Path.Combine(verbs.Desk.Site.Folder.Root, name);
        await verbs.RunAsync(account, office, ["desk", "export", .. what, "--out", path]);
        var bytes = await File.ReadAllBytesAsync(path);
        Assert.That(bytes.Take(3), Is.EqualTo(Encoding.UTF8.GetPreamble()));
        return Encoding.UTF8.GetString(bytes.AsSpan(3)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
