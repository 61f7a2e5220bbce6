using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>Hub and node are started on a folder that is really mounted read-only.</summary>
internal sealed class ReadOnlyFolderTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    [Platform("Linux")]
    public async Task Hub_and_node_on_a_read_only_folder_say_so_and_start_with_everything_when_it_is_writable()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var node = site.Nodes[1];
        var sent = await SendAsync(site);
        await node.KillAsync();
        Assert.That(await site.StopHubAsync(), Is.Zero);

        foreach (var (folder, project) in new[] { (site.HubFolder, "DocExchange.Hub"), (node.Folder, "DocExchange.Node") })
        {
            var chinese = await ProductProcess.RunOnReadOnlyAsync(folder, project, "run", "--data", folder);
            var english = await ProductProcess.RunOnReadOnlyAsync(folder, project, "run", "--data", folder, "--lang", "en");
            if (chinese is null || english is null)
            {
                Assert.Ignore("This machine does not let the tests mount a folder: run them as root.");
            }

            using (Assert.EnterMultipleScope())
            {
                Assert.That(chinese!.Value.ExitCode, Is.EqualTo(1), chinese.Value.Output);
                Assert.That(chinese.Value.Output, Does.Contain(folder).And.Contain("只读").And.Contain("mount -o remount,rw"));
                Assert.That(english!.Value.ExitCode, Is.EqualTo(1), english.Value.Output);
                Assert.That(english.Value.Output, Does.Contain(folder).And.Contain("read-only").And.Contain("mount -o remount,rw"));
                Assert.That(english.Value.Output, Does.Not.Contain("in use"));
            }
        }

        await site.StartHubAsync();
        await node.StartAsync();
        var next = await SendAsync(site);
        Assert.That((await node.InboxAsync("a")).Select(listed => listed.Summary.DocumentId), Is.EquivalentTo(new[] { sent, next }));
    }

    private static async Task<string> SendAsync(TestSite site)
    {
        var sent = await site.General.SendAsync(TestSite.Notice("只读"), ("通知.pdf", () => new MemoryStream(Body), Body.Length));
        await site.Nodes[1].WaitForArrivalAsync("a", sent.DocumentId);
        return sent.DocumentId;
    }
}
