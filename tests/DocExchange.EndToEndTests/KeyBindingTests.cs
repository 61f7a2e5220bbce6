using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Certificates;
using Grpc.Core;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>New keys for old ones, a node that is cut off, and what people get to see of it.</summary>
internal sealed class KeyBindingTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task A_node_renews_its_keys_with_its_old_ones_and_goes_on()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var node = site.Nodes[1];
        var first = await SendAsync(site, "换钥之前");
        await node.SignForAsync("a", first);
        await Eventually.TrueAsync(async () => (await node.Desk.GetStatusAsync(new())).WaitingStatements == 0, () => node.Process.Output);
        var old = Certificate.Parse(await File.ReadAllBytesAsync(Path.Combine(node.Folder, "keys", "a.document.cer")));
        var invitation = await InviteAsync(site, "n1", "a");
        await node.Process.StopAsync();

        await Docex.RunAsync("node", "enrol", "--data", node.Folder, "--invitation", invitation, "--renew");
        await node.StartAsync();
        var second = await SendAsync(site, "换钥之后");
        await node.SignForAsync("a", second);
        await site.WaitForAsync(second, board => board.Summary.SignedFor == 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Certificate.Parse(await File.ReadAllBytesAsync(Path.Combine(node.Folder, "keys", "a.document.cer"))).PublicKeyFingerprint, Is.Not.EqualTo(old.PublicKeyFingerprint));
            Assert.That((await node.Desk.GetStatusAsync(new())).Alarms, Is.Empty);
            Assert.That((await node.InboxAsync("a")).Select(listed => listed.Summary.DocumentId), Is.EquivalentTo(new[] { first, second }));
            Assert.That(Directory.Exists(Path.Combine(node.Folder, "keys-before-1")), Is.True);
        }
    }

    [Test]
    public async Task A_lost_node_comes_back_with_two_administrators_and_the_old_one_is_cut_off_and_says_so()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var node = site.Nodes[1];
        var password = Path.Combine(site.Folder, "password");
        await File.WriteAllTextAsync(password, "a password of the administrators\n");
        foreach (var id in new[] { "wang", "chen" })
        {
            await Docex.RunAsync("hub", "admin", "add", id, "--name", "管理员 " + id, "--role", "security", "--out", KeyOf(site, id), "--password-file", password, "--hub", site.HubFolder);
        }

        var invitation = await InviteAsync(site, "n1", "a");
        var folder = Path.Combine(site.Folder, "n1-anew");
        Directory.CreateDirectory(folder);
        string[] enrol = ["node", "enrol", "--data", folder, "--invitation", invitation];
        var (waiting, message) = await Docex.TryAsync(enrol);
        var change = System.Text.Json.JsonDocument.Parse(await Docex.RunAsync("hub", "bindings", "--hub", site.HubFolder, "--format", "json")).RootElement[0].GetProperty("id").GetString()!;
        await Docex.RunAsync("hub", "approve-binding", change, "--as", "wang", "--key", KeyOf(site, "wang"), "--password-file", password, "--hub", site.HubFolder);
        var (twice, again) = await Docex.TryAsync("hub", "approve-binding", change, "--as", "wang", "--key", KeyOf(site, "wang"), "--password-file", password, "--hub", site.HubFolder);
        var (one, stillWaiting) = await Docex.TryAsync(enrol);
        await Docex.RunAsync("hub", "approve-binding", change, "--as", "chen", "--key", KeyOf(site, "chen"), "--password-file", password, "--hub", site.HubFolder);
        await Docex.RunAsync(enrol);

        // The old machine is still on the line with the old keys.
        await Eventually.TrueAsync(async () => (await node.Desk.GetStatusAsync(new())).LinkProblem.Contains("NOT_BOUND"), () => node.Process.Output);
        await Eventually.TrueAsync(async () => (await node.Desk.GetStatusAsync(new())).Alarms.Count > 0, () => node.Process.Output);
        var alarms = (await node.Desk.GetStatusAsync(new())).Alarms;
        await node.Process.StopAsync();
        await using var anew = new TestNode("n1", folder, ["a"]);
        await anew.StartAsync();
        await anew.WaitForDirectoryAsync();
        await anew.SignForAsync("a", await SendAsync(site, "新机器"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((waiting, twice, one), Is.EqualTo((2, 1, 2)), message + again + stillWaiting);
            Assert.That(again, Does.Contain("WRONG_STATE"));
            Assert.That(alarms, Is.Not.Empty);
            Assert.That((await anew.Desk.GetStatusAsync(new())).Alarms, Is.Empty);
        }
    }

    [Test]
    public async Task An_open_watch_ends_with_a_reason_when_its_node_is_unbound()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var node = site.Nodes[1];
        using var channel = site.ChannelAs(node);
        using var watch = new Exchange.ExchangeClient(channel).Watch(new WatchRequest());
        Assert.That(await watch.ResponseStream.MoveNext(CancellationToken.None), Is.True);
        var tls = Certificate.Parse(await File.ReadAllBytesAsync(Path.Combine(node.Folder, "keys", "tls.cer")));

        await site.Administration.RevokeCertificateAsync(new RevokeCertificateRequest { Fingerprint = tls.Fingerprint.ToString(), Reason = "keyCompromise" });
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (await watch.ResponseStream.MoveNext(limit.Token))
            {
            }
        });

        await Eventually.TrueAsync(async () => (await node.Desk.GetStatusAsync(new())).LinkProblem.Contains("NOT_BOUND"), () => node.Process.Output);
        var seen = (await site.Administration.GetStatusAsync(new GetHubStatusRequest())).Nodes.Single(each => each.Node == "test/~n1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended!.StatusCode, Is.EqualTo(StatusCode.PermissionDenied));
            Assert.That(ended.Status.Detail, Does.Contain("no longer, bound to a node"));
            Assert.That(seen.Watching, Is.False);
        }
    }

    private static string KeyOf(TestSite site, string id) => Path.Combine(site.Folder, id + ".p12");

    private static async Task<string> InviteAsync(TestSite site, string node, string office)
    {
        var path = Path.Combine(site.Folder, node + ".again.json");
        await Docex.RunAsync("hub", "invite", "--hub", site.HubFolder, "--node", node, "--name", node, "--office", office, "--out", path);
        return path;
    }

    private static async Task<string> SendAsync(TestSite site, string title) =>
        (await site.General.SendAsync(TestSite.Notice(title), ("通知.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId;
}
