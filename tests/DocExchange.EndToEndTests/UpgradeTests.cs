using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>From an earlier version to this one, with what its own programs wrote: tools/upgrade.sh.</summary>
internal sealed class UpgradeTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();
    private static readonly string[] Closed = ["Accepted", "Delivered", "Delivered", "Dispatched", "SignedFor", "SignedFor"];

    private string earlier = null!;
    private TestSite site = null!;

    private TestNode First => site.Nodes[1];

    private TestNode Second => site.Nodes[2];

    private string Roots => Path.Combine(site.HubFolder, "authority", "trust.pem");

    [SetUp]
    public async Task StartAsync()
    {
        earlier = PreviousVersion.Programs;
        site = await TestSite.StartEarlierAsync(earlier, "intl", ["a"], ["b"]);
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (site is not null)
        {
            await site.DisposeAsync();
        }
    }

    [Test]
    public async Task Nothing_an_earlier_version_wrote_is_missing_or_there_twice_and_what_waited_goes_on()
    {
        var closed = await SendAsync("已办结的一份");
        await site.SignForAllAsync(closed);
        await site.WaitForAsync(closed, board => board.Summary is { SignedFor: 2, Volume.Length: > 0 });
        var package = await site.PackageFromArchiveAsync(closed);
        var dossier = Path.Combine(site.Folder, "dossier.zip");
        await EarlierAsync("DocExchange.Cli", "dossier", closed, "--node", site.General.Folder, "--out", dossier);
        var unsigned = await SendAsync("待签收的一份");
        await site.WaitForAsync(unsigned, board => board.Summary.Delivered == 2);
        Assert.That(await Second.StopAsync(), Is.Zero);
        var underWay = await SendAsync("在途的一份");
        await First.WaitForArrivalAsync("a", underWay);
        await site.WaitForAsync(underWay, board => board.Summary.Delivered == 1);
        Assert.That(await site.StopHubAsync(), Is.Zero);
        await First.ActAsync("a", underWay, "SignedFor");
        var waiting = await SendAsync("中心停机时的一份");
        Assert.That((await site.General.StopAsync(), await First.StopAsync()), Is.EqualTo((0, 0)));

        await UpgradeHubAsync();
        await Task.WhenAll(site.Nodes.Select(UpgradeAsync));
        string[] documents = [closed, unsigned, underWay, waiting];
        await site.WaitForAsync(underWay, board => board.Summary is { SignedFor: 1, Delivered: 2 });
        await Second.SignForAsync("b", underWay);
        await site.SignForAllAsync(unsigned);
        await site.SignForAllAsync(waiting);
        var later = await SendAsync("升级后的一份");
        await site.SignForAllAsync(later);

        await GoBackAsync(First);
        var last = await SendAsync("退回原版本后的一份");
        await site.SignForAllAsync(last);
        await First.StopAsync();
        await UpgradeAsync(First);

        await RequireClosedAsync([.. documents, later, last]);
        Assert.That(await site.PackageFromArchiveAsync(closed), Is.EqualTo(package));
        await Docex.RunAsync("verify", dossier, "--trust", Roots);
        await RequireSoundAsync();
    }

    [Test]
    public async Task Nodes_of_an_earlier_version_work_with_the_new_hub_and_with_new_nodes()
    {
        var before = await SendAsync("升级前的一份");
        await site.SignForAllAsync(before);
        await site.WaitForAsync(before, board => board.Summary.SignedFor == 2);
        Assert.That(await site.StopHubAsync(), Is.Zero);
        await UpgradeHubAsync();

        var amongEarlier = await SendAsync("旧节点之间的一份");
        await site.SignForAllAsync(amongEarlier);
        await site.WaitForAsync(amongEarlier, board => board.Summary.SignedFor == 2);
        await First.StopAsync();
        await UpgradeAsync(First);
        var toBoth = await SendAsync("旧节点发往新旧节点的一份");
        await site.SignForAllAsync(toBoth);
        await site.WaitForAsync(toBoth, board => board.Summary.SignedFor == 2);
        await site.General.StopAsync();
        await UpgradeAsync(site.General);
        var fromNew = await SendAsync("新节点发往新旧节点的一份");
        await site.SignForAllAsync(fromNew);
        await site.WaitForAsync(fromNew, board => board.Summary.SignedFor == 2);
        var returned = await SendAsync("被旧节点退回的一份");
        await Second.WaitForArrivalAsync("b", returned);
        await Second.ActAsync("b", returned, "Returned", "非本单位职责");
        var board = await site.WaitForAsync(returned, each => each.Recipients.Any(recipient => recipient.State == "Returned"));
        await First.SignForAsync("a", returned);
        await Second.StopAsync();
        await UpgradeAsync(Second);

        Assert.That(board.Recipients.Single(recipient => recipient.State == "Returned").Office, Does.EndWith("b"));
        await RequireClosedAsync([before, amongEarlier, toBoth, fromNew], others: 1);
        await RequireSoundAsync();
    }

    [Test]
    public async Task Backups_of_an_earlier_version_are_restored()
    {
        var document = await SendAsync("备份中的一份");
        await site.SignForAllAsync(document);
        await site.WaitForAsync(document, board => board.Summary is { SignedFor: 2, Volume.Length: > 0 });
        await EarlierAsync("DocExchange.Cli", "node", "backup", "--node", First.Folder, "--to", Path.Combine(site.Folder, "node-backup"));
        await EarlierAsync("DocExchange.Cli", "hub", "backup", "--hub", site.HubFolder, "--to", Path.Combine(site.Folder, "hub-backup"));
        await site.KillHubAsync();
        await First.KillAsync();
        Directory.Delete(site.HubFolder, recursive: true);
        Directory.Delete(First.Folder, recursive: true);

        await Docex.RunAsync("hub", "restore", "--from", Path.Combine(site.Folder, "hub-backup"), "--data", site.HubFolder);
        await Docex.RunAsync("node", "restore", "--from", Path.Combine(site.Folder, "node-backup"), "--data", First.Folder);
        await UpgradeHubAsync();
        await UpgradeAsync(First);
        var later = await SendAsync("恢复后的一份");
        await site.SignForAllAsync(later);

        await RequireClosedAsync([document, later]);
    }

    private async Task<string> SendAsync(string title) => (await site.General.SendAsync(TestSite.Notice(title), ("意见.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId;

    private async Task EarlierAsync(string project, params string[] arguments)
    {
        var (code, output) = await ProductProcess.RunAsync(earlier, project, arguments);
        Assert.That(code, Is.Zero, output);
    }

    private Task UpgradeHubAsync()
    {
        site.HubPrograms = null;
        return site.StartHubAsync();
    }

    private static Task UpgradeAsync(TestNode node)
    {
        node.Programs = null;
        return node.StartAsync();
    }

    // It works on the data, or it says that it does not know them and leaves them alone.
    private async Task GoBackAsync(TestNode node)
    {
        await node.StopAsync();
        try
        {
            node.Programs = earlier;
            await node.StartAsync();
        }
        catch (InvalidOperationException refused) when (refused.Message.Contains("[DATA_VERSION]", StringComparison.Ordinal))
        {
            await UpgradeAsync(node);
        }
    }

    // Every act once in the ledger, every document once with sender and recipients, and the proofs the sender holds are good.
    private async Task RequireClosedAsync(string[] documents, int others = 0)
    {
        foreach (var document in documents)
        {
            await site.WaitForAsync(document, board => board.Summary is { SignedFor: 2, Volume.Length: > 0 });
            Assert.That((await TypesAsync(document)).Order(StringComparer.Ordinal), Is.EqualTo(Closed), document);
            await Docex.RunAsync("ledger", "proof", document, "--node", site.General.Folder);
        }

        foreach (var (node, office) in site.Recipients)
        {
            await Eventually.TrueAsync(
                async () => (await node.InboxAsync(office)).Count(listed => listed.State == "SignedFor") >= documents.Length, () => $"the receipts of {office}: {node.Process.Output}");
            Assert.That((await node.InboxAsync(office)).Select(listed => listed.Summary.DocumentId).Intersect(documents), Is.EquivalentTo(documents), office);
            Assert.That(await node.InboxAsync(office), Has.Count.EqualTo(documents.Length + others), office);
        }

        var sent = (await site.General.Desk.ListOutboxAsync(new ListRequest { Office = TestSite.Sender })).Documents.Select(listed => listed.Summary).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent, Has.Count.EqualTo(documents.Length + others));
            Assert.That(sent.Select(summary => summary.DocumentId), Is.SupersetOf(documents));
            Assert.That(sent.Select(summary => summary.Number), Is.Unique);
        }
    }

    private async Task<List<string>> TypesAsync(string document)
    {
        using var call = site.Administration.GetStory(new GetDocumentRequest { DocumentId = document });
        var types = new List<string>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            types.Add(call.ResponseStream.Current.Type);
        }

        return types;
    }

    private async Task RequireSoundAsync()
    {
        foreach (var node in site.Nodes)
        {
            Assert.That((await node.Desk.GetStatusAsync(new GetNodeStatusRequest())).Alarms, Is.Empty, node.Id);
            Assert.That(await node.StopAsync(), Is.Zero);
            await Docex.RunAsync("node", "audit", "--data", node.Folder);
        }

        Assert.That(await site.StopHubAsync(), Is.Zero);
        Assert.That(await Docex.RunAsync("hub", "audit", "--data", site.HubFolder), Does.Contain("审计通过。"));
        Assert.That(new[] { site.HubFolder }.Concat(site.Nodes.Select(node => node.Folder)).Select(folder => File.ReadLines(Path.Combine(folder, "data-version.txt")).First()), Is.All.EqualTo("1"));
    }
}
