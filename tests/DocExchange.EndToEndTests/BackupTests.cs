using System.Collections.Concurrent;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.EndToEndTests;

/// <summary>Backups of a hub and of a node at work, and what is restored from them.</summary>
internal sealed class BackupTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    private TestSite site = null!;

    private string Backup => Path.Combine(site.Folder, "backup");

    [SetUp]
    public async Task StartAsync() => site = await TestSite.StartAsync("intl", ["a"]);

    [TearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [Test]
    public async Task A_hub_backed_up_under_load_comes_back_with_everything_its_backup_covers()
    {
        var first = await SendAsync("第一份");
        await site.WaitForAsync(first, board => board.Summary.Volume.Length > 0 && board.Summary.Delivered == 1);
        var package = await site.PackageFromArchiveAsync(first);
        var before = await CheckpointAsync("before.txt", "text");

        var sent = new ConcurrentQueue<string>();
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(sent, enough.Token);
        await Eventually.TrueAsync(() => Task.FromResult(sent.Count > 2), () => "some documents: " + site.Logs());
        var done = await JsonOfAsync("hub", "backup", "--hub", site.HubFolder, "--to", Backup);
        var again = await JsonOfAsync("hub", "backup", "--hub", site.HubFolder, "--to", Backup);
        await enough.CancelAsync();
        await load;
        var covered = again.GetProperty("ledgerSize").GetInt64();
        await Eventually.TrueAsync(
            async () => SizeOf(await CheckpointAsync("after.json", "json")) > covered, () => "a checkpoint beyond the backup: " + site.Logs());
        var later = SizeOf(Path.Combine(site.Folder, "after.json"));
        var trail = await File.ReadAllTextAsync(Path.Combine(site.HubFolder, "audit.log"));
        var (same, refused) = await Docex.TryAsync("hub", "backup", "--hub", site.HubFolder, "--to", Path.Combine(site.HubFolder, "backup"), "--lang", "en");

        await site.KillHubAsync();
        Directory.Delete(site.HubFolder, recursive: true);
        var (lost, missing) = await Docex.TryAsync("hub", "restore", "--from", Backup, "--data", Path.Combine(site.Folder, "other"), "--checkpoint", Path.Combine(site.Folder, "after.json"), "--lang", "en");
        var restored = await JsonOfAsync("hub", "restore", "--from", Backup, "--data", site.HubFolder, "--checkpoint", before);
        await site.StartHubAsync();
        var audited = await JsonOfAsync("hub", "audit", "--data", site.HubFolder);
        await site.WaitForAsync(first, board => board.Summary.Volume.Length > 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.GetProperty("ledgerSize").GetInt64(), Is.GreaterThan(0).And.LessThanOrEqualTo(covered));
            Assert.That(again.GetProperty("copiedFiles").GetInt64(), Is.LessThan(again.GetProperty("files").GetInt64()));
            Assert.That(trail, Does.Contain("\"act\":\"Backup\"").And.Contain(Backup));
            Assert.That(same, Is.EqualTo(1), refused);
            Assert.That(refused, Does.Contain("lies in the other"));
            Assert.That(lost, Is.EqualTo(1), missing);
            Assert.That(missing, Does.Contain($"lacks {later - covered} entries"));
            Assert.That(restored.GetProperty("missing").GetInt64(), Is.Zero);
            Assert.That(restored.GetProperty("audit").GetProperty("problems").GetArrayLength(), Is.Zero);
            Assert.That(audited.GetProperty("problems").GetArrayLength(), Is.Zero);
            Assert.That(audited.GetProperty("entries").GetInt64(), Is.GreaterThanOrEqualTo(covered));
            Assert.That(await site.PackageFromArchiveAsync(first), Is.EqualTo(package));
        }

        // What was sent before the backup began is there to the last one.
        foreach (var document in sent.Take(2))
        {
            await site.WaitForAsync(document, board => board.Summary.DocumentId == document);
        }
    }

    [Test]
    public async Task A_stopped_hub_is_backed_up_by_the_same_command()
    {
        var document = await SendAsync("停机前的一份");
        await site.WaitForAsync(document, board => board.Summary.Delivered == 1);
        Assert.That(await site.StopHubAsync(), Is.Zero);

        var report = await Docex.RunAsync("hub", "backup", "--hub", site.HubFolder, "--to", Backup);
        Directory.Delete(site.HubFolder, recursive: true);
        await Docex.RunAsync("hub", "restore", "--from", Backup, "--data", site.HubFolder);
        await site.StartHubAsync();

        Assert.That(report, Does.Contain("已备份 test/~hub").And.Contain("私钥"));
        await site.WaitForAsync(document, board => board.Summary.Delivered == 1);
    }

    private async Task<string> SendAsync(string title) => (await site.General.SendAsync(TestSite.Notice(title), ("意见.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId;

    private async Task LoadAsync(ConcurrentQueue<string> sent, CancellationToken cancellation)
    {
        for (var number = 2; !cancellation.IsCancellationRequested; number++)
        {
            sent.Enqueue(await SendAsync($"第 {number} 份"));
        }
    }

    private async Task<string> CheckpointAsync(string file, string format)
    {
        var path = Path.Combine(site.Folder, file);
        await File.WriteAllTextAsync(path, await Docex.RunAsync("ledger", "checkpoint", "--node", site.General.Folder, "--format", format));
        return path;
    }

    private static long SizeOf(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("size").GetInt64();

    [Test]
    public async Task A_node_restored_from_an_older_backup_goes_on_in_a_new_chain_and_loses_nothing_it_received()
    {
        var node = site.Nodes[1];
        var first = await SendAsync("备份前的一份");
        await node.SignForAsync("a", first);
        var done = await JsonOfAsync("node", "backup", "--node", node.Folder, "--to", Backup);
        var second = await SendAsync("备份后的一份");
        await node.SignForAsync("a", second);
        await site.WaitForAsync(second, board => board.Summary.SignedFor == 1);

        await node.KillAsync();
        Directory.Delete(node.Folder, recursive: true);
        var restored = await JsonOfAsync("node", "restore", "--from", Backup, "--data", node.Folder);
        await node.StartAsync();
        await Eventually.TrueAsync(
            async () => (await node.InboxAsync("a")).Any(listed => listed.Summary.DocumentId == second && listed.State == "SignedFor"), () => $"the second document, signed for: {node.Process.Output}");
        await Eventually.TrueAsync(() => Task.FromResult(Directory.EnumerateFiles(Path.Combine(node.Folder, "packages")).Count() >= 2), () => $"its package, fetched again: {node.Process.Output}");
        var third = await SendAsync("恢复后的一份");
        await node.SignForAsync("a", third);
        var board = await site.WaitForAsync(third, each => each.Summary.SignedFor == 1);
        var status = await node.Desk.GetStatusAsync(new GetNodeStatusRequest());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.GetProperty("holder").GetString(), Is.EqualTo("test/~n1"));
            Assert.That(restored.GetProperty("audit").GetProperty("problems").GetArrayLength(), Is.Zero);
            Assert.That(status.Alarms, Has.Some.Contains("已另起新链"));
            Assert.That(status.Alarms, Has.None.Contains("账本可能被改动"));
            Assert.That(await node.SaveAsync(second), Is.EqualTo(await site.PackageFromArchiveAsync(second)));
            Assert.That(board.Recipients.Single().State, Is.EqualTo("SignedFor"));
        }
    }


    private static async Task<JsonElement> JsonOfAsync(params string[] arguments) =>
        JsonDocument.Parse(await Docex.RunAsync([.. arguments, "--format", "json"])).RootElement;
}
