using System.Text.Json;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>
/// From a draft to a verified package with nothing but the command line: a seal that a maker of its own made, two seal keepers,
/// each with an account and a password.
/// </summary>
internal sealed class SealedByCommandTests
{
    private const string SealNumber = "11010000000042";

    private TestSite site = null!;

    [SetUp]
    public async Task Start() => site = await TestSite.StartAsync("intl", ["a"]);

    [TearDown]
    public async Task End() => await site.DisposeAsync();

    [Test]
    public async Task A_draft_is_frozen_sealed_by_two_keepers_sent_signed_for_and_verified_by_command_alone()
    {
        var general = site.General.Folder;
        await OpenDeskAsync(site.General, "zhang,张文,zf:dispatcher", "qian,钱一,zf:seal-keeper", "sun,孙二,zf:seal-keeper");
        await TakeSealAsync("zf", "市人民政府");
        var body = Path.Combine(site.Folder, "通知.pdf");
        await File.WriteAllBytesAsync(body, "%PDF-1.4 body"u8.ToArray());

        var draft = Text(await ByAsync("zhang", "draft", "new", "--title", "关于加强公文交换工作的通知", "--type", "通知", "--agency", "京政发", "--to", "a", "--body", body), "draft");
        var document = Text(await ByAsync("zhang", "draft", "freeze", draft), "documentId");
        var asked = await ByAsync("qian", "sealing", "show", draft);
        var first = await ByAsync("qian", "sealing", "approve", draft, "--document", document);
        var twice = await TryAsync("qian", "sealing", "approve", draft, "--document", document);
        var early = await TryAsync("zhang", "draft", "send", draft, "--document", document);
        var second = await ByAsync("sun", "sealing", "approve", draft, "--document", document);
        var uses = (await ByAsync("qian", "sealing", "register")).GetProperty("uses").EnumerateArray().Single();
        var sent = await ByAsync("zhang", "draft", "send", draft, "--document", document);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(asked, "seal"), Is.EqualTo($"市人民政府（{SealNumber}）"));
            Assert.That((first.GetProperty("isDone").GetBoolean(), second.GetProperty("isDone").GetBoolean()), Is.EqualTo((false, true)));
            Assert.That((twice.ExitCode, early.ExitCode), Is.EqualTo((1, 1)));
            Assert.That(twice.Output + early.Output, Does.Contain("须由另一名印章管理员再次批准").And.Contain("公文尚未完成会签用印"));
            Assert.That((Text(uses, "approvedBy"), Text(uses, "documentId")), Is.EqualTo(("钱一、孙二", document)));
            Assert.That(Text(uses, "seal"), Does.Contain(SealNumber));
            Assert.That(Text(sent, "documentId"), Is.EqualTo(document));
        }

        await VerifyReceivedAsync(document);
        await LookAtHubAsync(document);
        Assert.That(await Docex.RunAsync("status", document, "--office", "zf", "--node", general), Does.Contain("单位a"));

        Task<JsonElement> ByAsync(string account, params string[] verb) => RunAsync([.. verb, .. As(account)]);
        Task<(int ExitCode, string Output)> TryAsync(string account, params string[] verb) => Docex.TryAsync([.. verb, .. As(account)]);
        string[] As(string account) => ["--office", "zf", "--account", account, "--password-file", general + "." + account, "--node", general];
    }

    private async Task VerifyReceivedAsync(string document)
    {
        var (recipient, received) = (site.Nodes[1], Path.Combine(site.Folder, "received.asice"));
        await recipient.WaitForArrivalAsync("a", document);
        await Docex.RunAsync("sign-for", document, "--office", "a", "--as", "li:李四", "--node", recipient.Folder);
        await Docex.RunAsync("save", document, "--out", received, "--node", recipient.Folder);
        var authority = Path.Combine(site.HubFolder, "authority");
        var judged = await RunAsync("verify", received, "--trust", Path.Combine(authority, "trust.pem"), "--crl", Path.Combine(authority, "crl.pem"));
        var sealing = judged.GetProperty("signatures").EnumerateArray().Single(signature => Text(signature, "kind") == "seal");
        var seal = sealing.GetProperty("seal");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(judged, "indication"), Is.EqualTo("TOTAL_PASSED"), judged.ToString());
            Assert.That((Text(seal, "name"), Text(seal, "esId"), Text(sealing, "indication")), Is.EqualTo(("市人民政府", SealNumber, "TOTAL_PASSED")));
            Assert.That(Text(seal, "maker"), Does.Contain("市印章制作中心"));
        }
    }

    // What the console shows an archivist.
    private async Task LookAtHubAsync(string document)
    {
        var (hub, saved, received) = (site.HubFolder, Path.Combine(site.Folder, "archived.asice"), Path.Combine(site.Folder, "received.asice"));
        await site.WaitForAsync(document, board => board.Summary.SignedFor == 1);
        await Eventually.TrueAsync(
            async () => (await RunAsync("hub", "search", "--title", "公文交换工作", "--hub", hub)).GetProperty("documents").EnumerateArray().Select(each => Text(each, "documentId")).SequenceEqual([document]), () => site.Logs());
        var shown = await RunAsync("hub", "show", document, "--hub", hub);
        var printed = await Docex.RunAsync("hub", "show", document, "--hub", hub);
        await Docex.RunAsync("hub", "save", document, "--out", saved, "--hub", hub);
        var story = shown.GetProperty("story").EnumerateArray().Select(each => (Text(each, "type"), Text(each, "issuer"), Text(each, "actor"))).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(story, Is.SupersetOf(new[] { ("Dispatched", "test/zf", "张文"), ("Accepted", "test/~hub", ""), ("SignedFor", "test/a", "李四") }));
            Assert.That(shown.GetProperty("rows").EnumerateArray().Select(row => (Text(row, "office"), Text(row, "state"))), Is.EqualTo(new[] { ("test/a", "SignedFor") }));
            Assert.That(printed, Does.Contain("凭证：").And.Match("  [0-9]+  [0-9T:-]+Z  签收  test/a 李四"));
            Assert.That(await File.ReadAllBytesAsync(saved), Is.EqualTo(await File.ReadAllBytesAsync(received)));
        }
    }

    // While the node is stopped, as README says.
    private static async Task OpenDeskAsync(TestNode node, params string[] users)
    {
        Assert.That(await node.StopAsync(), Is.Zero);
        var list = node.Folder + ".users.csv";
        await File.WriteAllLinesAsync(list, users);
        foreach (var user in (await RunAsync("node", "add-users", "--data", node.Folder, "--file", list, "--lasting")).EnumerateArray())
        {
            await File.WriteAllTextAsync($"{node.Folder}.{Text(user, "user")}", Text(user, "password") + "\n");
        }

        await File.WriteAllTextAsync(Path.Combine(node.Folder, "settings.json"), """{ "Desk": { "TwoPersonSealing": true } }""");
        await node.StartAsync();
        await node.WaitForDirectoryAsync();
    }

    // A maker certified by the site's authority, its seal for the office's present key, and the hub that takes it in.
    private async Task TakeSealAsync(string office, string name)
    {
        var (authority, seal) = (Path.Combine(site.HubFolder, "authority"), InFolder("zf.esl"));
        string[] locked = ["--password-file", Path.Combine(site.HubFolder, "secrets", "key-password")];
        await Docex.RunAsync(["pki", "request", "--key", InFolder("maker.p8"), "--request", InFolder("maker.csr"), "--algorithm", "sm2", "--name", "市印章制作中心", .. locked]);
        await Docex.RunAsync(["pki", "issue", "--ca", authority, "--request", InFolder("maker.csr"), "--out", InFolder("maker.pem"), "--profile", "seal-maker", "--name", "市印章制作中心", .. locked]);
        await Docex.RunAsync(["pki", "import", "--key", InFolder("maker.p8"), "--certificate", InFolder("maker.pem"), "--out", InFolder("maker.p12"), .. locked]);
        await Docex.RunAsync(
            ["seal", "make", "--name", name, "--maker", InFolder("maker.p12"), "--holder", Path.Combine(site.General.Folder, "keys", office + ".seal.cer"), "--id", SealNumber, "--out", seal, .. locked]);
        await Docex.RunAsync("hub", "renew-seal", "--hub", site.HubFolder, "--office", office, "--seal", seal);
        var own = Path.Combine(site.General.Folder, "keys", office + ".seal");
        await Eventually.TrueAsync(async () => Convert.ToHexString(await File.ReadAllBytesAsync(own)) == Convert.ToHexString(await File.ReadAllBytesAsync(seal)), () => "the new seal at the node: " + site.Logs());

        string InFolder(string file) => Path.Combine(site.Folder, file);
    }

    private static async Task<JsonElement> RunAsync(params string[] verb) => JsonDocument.Parse(await Docex.RunAsync([.. verb, "--format", "json"])).RootElement;

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;
}
