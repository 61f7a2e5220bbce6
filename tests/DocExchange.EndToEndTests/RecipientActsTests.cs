using System.Text.Json;
using DocExchange.Core.Refusals;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.EndToEndTests;

/// <summary>What recipients do with a document, and how a sender ends or replaces it, as both sides see it.</summary>
internal sealed class RecipientActsTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task Each_recipient_goes_its_own_way_and_both_sides_see_the_same()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var (first, second) = (site.Nodes[1], site.Nodes[2]);
        var document = (await SendAsync(site, TestSite.Notice("各行其是"))).DocumentId;
        await site.WaitForAsync(document, board => board.Summary.Delivered == 4);
        await Task.WhenAll(first.WaitForArrivalAsync("a", document), first.WaitForArrivalAsync("b", document), second.WaitForArrivalAsync("c", document));

        await site.General.ActAsync(TestSite.Sender, document, "Urged", "请尽快签收");
        await Eventually.TrueAsync(async () => (await RowAsync(second, "c", document)).Urged == 1, () => "the urging at c: " + second.Process.Output);
        await second.Desk.SetLinkAsync(new SetLinkRequest { On = false });
        foreach (var (type, text) in new[] { ("Opened", ""), ("SignedFor", ""), ("Registered", "收〔2026〕15号"), ("HandedOver", "市政府 OA"), ("Completed", "") })
        {
            Assert.That((await first.ActAsync("a", document, type, text)).Effective, Is.True, type);
        }

        await first.ActAsync("b", document, "SignedFor");
        await first.ActAsync("b", document, "Returned", "附件不全");
        await site.WaitForAsync(document, board => board.Summary.Returned == 1);
        await Eventually.TrueAsync(async () => (await RowAsync(site.General, TestSite.Sender, document, "b")).State == "Returned", () => "the return at the sender: " + site.General.Process.Output);
        var received = await site.General.ActAsync(TestSite.Sender, document, "ReturnReceived", "", "b");
        await Docex.RunAsync("sent-on-paper", document, "--office", TestSite.Sender, "--recipient", "d", "--reason", "线路故障", "--node", site.General.Folder);
        var status = await Docex.RunAsync("status", document, "--office", TestSite.Sender, "--node", site.General.Folder);
        var register = await Docex.RunAsync("received-register", "--office", "a", "--words", "15号", "--node", first.Folder);
        var line = JsonDocument.Parse(await Docex.RunAsync("received-register", "--office", "b", "--state", "Returned", "--node", first.Folder, "--format", "json")).RootElement.GetProperty("lines").EnumerateArray().Single();
        var none = await Docex.RunAsync("received-register", "--office", "a", "--state", "Returned", "--node", first.Folder, "--lang", "en");
        var sent = await Docex.RunAsync("sent-register", "--office", TestSite.Sender, "--words", "各行其是", "--node", site.General.Folder);

        // c signs while cut off; the withdrawal is logged first.
        var crossing = await second.ActAsync("c", document, "SignedFor");
        var withdrawn = await site.General.ActAsync(TestSite.Sender, document, "Withdrawn", "内容有误");
        await site.WaitForAsync(document, board => board.Recipients.Single(row => row.Office == "test/c").State == "Withdrawn");
        await second.Desk.SetLinkAsync(new SetLinkRequest { On = true });
        await Eventually.TrueAsync(async () => await StatementsAsync(second, document) is var held && held.Contains("SignedFor") && held.Contains("Withdrawn"), () => "c's copy: " + second.Process.Output);
        var locked = await RefusalOfAsync(second.SaveAsync(document));
        var late = await RefusalOfAsync(second.ActAsync("c", document, "SignedFor"));

        var atHub = await site.Administration.GetAsync(new GetDocumentRequest { DocumentId = document });
        var atSender = await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = document });
        var atC = await RowAsync(second, "c", document);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(atHub.Recipients.Select(row => (row.Office, row.State)), Is.EquivalentTo(new[] { ("test/a", "Completed"), ("test/b", "Returned"), ("test/c", "Withdrawn"), ("test/d", "OnPaper") }));
            Assert.That(atSender.Document.Recipients.OrderBy(row => row.Office).Select(Essence), Is.EqualTo(atHub.Recipients.OrderBy(row => row.Office).Select(Essence)));
            Assert.That(Essence(atC), Is.EqualTo(Essence(atHub.Recipients.Single(row => row.Office == "test/c"))));
            Assert.That(atHub.Recipients.Select(row => (row.Urged, row.LastUrgedAt.Length > 0)), Is.All.EqualTo((1u, true)));
            Assert.That(atHub.Recipients.Single(row => row.Office == "test/a"), Has.Property("RegisterNumber").EqualTo("收〔2026〕15号").And.Property("OpenedAt").Not.Empty.And.Property("SignedForAt").Not.Empty);
            Assert.That(atHub.Recipients.Single(row => row.Office == "test/b"), Has.Property("ReturnReason").EqualTo("附件不全").And.Property("SignedForAt").Not.Empty);
            Assert.That((atHub.Summary.SignedFor, atHub.Summary.Returned), Is.EqualTo((1u, 1u)), "What was signed for and returned is returned, not both");
            Assert.That((atSender.Document.Summary.SignedFor, atSender.Document.Summary.Returned), Is.EqualTo((1u, 1u)));
            Assert.That(status, Does.Match("已退回  单位b .*（曾于 .* 签收）  催办 1 次  附件不全").And.Contain("签收 1，退回 1"));
            Assert.That(register, Does.Match(@"^收〔2026〕15号  \S+Z  市人民政府  京政发\S+《各行其是》  已办结  已转OA\n$"));
            Assert.That((line.GetProperty("state").GetString(), line.GetProperty("sender").GetString(), line.GetProperty("documentId").GetString()), Is.EqualTo(("Returned", "test/zf", document)));
            Assert.That(none, Is.EqualTo("Nothing here.\n"));
            Assert.That(sent, Does.Match(@"^[0-9]+  \S+Z  京政发\S+《各行其是》  主送 .*  签收 1/4\n$"));
            Assert.That(atHub.Recipients.Single(row => row.Office == "test/c").SignedForAt, Is.Empty);
            Assert.That(new[] { received.Effective, withdrawn.Effective }, Is.All.True);
            Assert.That(crossing.Acknowledged, Is.False);
            Assert.That(new[] { locked.Refusal, late.Refusal }, Is.All.EqualTo(Refusal.WrongState));
        }

        site.GiveBack();
    }

    [Test]
    public async Task A_corrected_reprint_keeps_the_number_and_supersedes_what_it_replaces()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var before = PackagesOf(site.General);
        var first = await SendAsync(site, ToA("关于节假日安排的意见"));
        await site.Nodes[1].SignForAsync("a", first.DocumentId);

        var same = ToA("关于节假日安排的另一意见");
        (same.Number, same.AgencyCode) = (first.Number, "");
        var taken = await RefusalOfAsync(SendAsync(site, same));
        var kept = PackagesOf(site.General).Except(before);
        var correction = ToA("关于节假日安排的意见（更正）");
        (correction.Number, correction.AgencyCode, correction.Replaces) = (first.Number, "", first.DocumentId);
        var second = await SendAsync(site, correction);
        await site.WaitForAsync(second.DocumentId, board => board.Summary.Delivered == 1);
        var acted = await site.General.Desk.ActAsync(new ActRequest
        {
            Office = TestSite.Sender,
            DocumentId = first.DocumentId,
            Type = "Superseded",
            Text = second.DocumentId,
            Reason = "日期有误",
            Person = new Person { Id = "li", Name = "李四", Role = "dispatcher" },
        });

        for (var save = 0; save < 5; save++)
        {
            Assert.That(await site.Nodes[1].SaveAsync(first.DocumentId, "body/通知.pdf"), Is.EqualTo(Body));
        }

        var superseded = await site.WaitForAsync(first.DocumentId, board => board.Summary.Phase == "Superseded");
        await site.Nodes[1].SignForAsync("a", second.DocumentId);
        var replacement = await site.WaitForAsync(second.DocumentId, board => board.Summary.SignedFor == 1);
        await Eventually.TrueAsync(
            async () => (await site.Nodes[1].InboxAsync("a")).Single(listed => listed.Summary.DocumentId == first.DocumentId).Summary.Phase == "Superseded",
            () => "the superseded document at a: " + site.Nodes[1].Process.Output);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Refusal, Is.EqualTo(Refusal.NumberTaken));
            Assert.That(kept, Is.EqualTo(new[] { first.PackageId }), "A refused document leaves nothing behind");
            Assert.That(acted.Effective, Is.True, acted.Remark);
            Assert.That(OpenFilesOf(site.Nodes[1]).Where(path => path.EndsWith(first.PackageId, StringComparison.Ordinal)), Is.Empty, "A saved part is closed again");
            Assert.That(superseded.Recipients.Single().State, Is.EqualTo("Voided"));
            Assert.That((replacement.Summary.Number, replacement.Summary.Phase), Is.EqualTo((first.Number, "Accepted")));
        }

        site.GiveBack();
    }

    private static Draft ToA(string title)
    {
        var draft = TestSite.Notice(title);
        draft.Addressing = new Addressing { Main = { "a" } };
        return draft;
    }

    private static IReadOnlyList<string> PackagesOf(TestNode node) => [.. System.IO.Directory.GetFiles(Path.Combine(node.Folder, "packages")).Select(path => Path.GetFileName(path))];

    private static Task<SendReply> SendAsync(TestSite site, Draft draft) => site.General.SendAsync(draft, ("通知.pdf", () => new MemoryStream(Body), Body.Length));

    private static async Task<RecipientRow> RowAsync(TestNode node, string office, string document, string? recipient = null) =>
        (await node.Desk.ShowAsync(new ShowRequest { DocumentId = document, Office = office })).Document.Recipients.Single(row => row.Office == "test/" + (recipient ?? office));

    private static async Task<IReadOnlyList<string>> StatementsAsync(TestNode node, string document)
    {
        using var call = node.Desk.ListStatements(new ShowRequest { DocumentId = document });
        var types = new List<string>();
        await foreach (var held in call.ResponseStream.ReadAllAsync())
        {
            types.Add(held.Type);
        }

        return types;
    }

    private static IEnumerable<string> OpenFilesOf(TestNode node) =>
        System.IO.Directory.EnumerateFileSystemEntries($"/proc/{node.Process.Id}/fd").Select(path => new FileInfo(path).LinkTarget ?? "");

    // Times included: both sides compute them from the same entries.
    private static string Essence(RecipientRow row) => string.Join(
        '|', row.Office, row.State, row.DeliveredAt, row.OpenedAt, row.SignedForAt, row.ReturnedAt, row.ReturnReason, row.Urged, row.LastUrgedAt, row.RegisterNumber, row.Actor);

    private static async Task<RefusedException> RefusalOfAsync(Task call) => (await Assert.ThrowsAsync<RpcException>(() => call))!.ToRefusal()!;
}
