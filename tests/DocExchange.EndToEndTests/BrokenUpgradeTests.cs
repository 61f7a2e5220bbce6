using System.Text.Json.Nodes;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.V1;

namespace DocExchange.EndToEndTests;

/// <summary>Real processes that get SIGKILL in the midst of bringing their data to their own form; the next start completes it.</summary>
internal sealed class BrokenUpgradeTests
{
    private const int Rounds = 4;

    // Where the machine was busy elsewhere in the moment that is waited for, there are further ones.
    private const int MostRounds = 20;

    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_node_killed_in_its_upgrade_has_everything_after_the_next_start()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var documents = await FillAsync(site);
        var node = site.Nodes[1];
        var before = await InboxAsync(node);
        var (mark, begun) = (Path.Combine(node.Folder, "data-version.txt"), Path.Combine(node.Folder, "before-upgrade.txt"));
        var killed = 0;
        for (var round = 0; round < Rounds || (killed == 0 && round < MostRounds); round++)
        {
            await node.StopAsync();
            File.Delete(mark);
            await using (var upgrading = ProductProcess.Start("DocExchange.Node", "run", "--data", node.Folder))
            {
                await UntilAsync(() => File.Exists(begun) || File.Exists(mark) || upgrading.HasExited, "the node begins its upgrade");
                await PauseAsync(round % Rounds);
                await upgrading.KillAsync();
                killed += File.Exists(begun) ? 1 : 0;
            }

            await node.StartAsync();
            Assert.That((await File.ReadAllLinesAsync(mark))[0], Is.EqualTo("1"));
            Assert.That(System.IO.Directory.EnumerateFiles(node.Folder, "*before-upgrade*"), Is.Empty);
            Assert.That(await InboxAsync(node), Is.EqualTo(before), $"round {round}");
        }

        Assert.That(killed, Is.GreaterThan(0), "none was killed in the midst");
        Assert.That(await node.StopAsync(), Is.Zero);
        await Docex.RunAsync("node", "audit", "--data", node.Folder);
        Assert.That(before, Has.Count.EqualTo(documents.Count));
    }

    [Test]
    public async Task A_hub_killed_while_its_catalogue_is_made_in_another_form_gives_the_same_answers_after_the_next_start()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        await FillAsync(site);
        var before = await AnswersAsync(site);
        var catalogue = Path.Combine(site.HubFolder, "catalogue.litedb");
        var killed = 0;
        for (var round = 0; round < Rounds || (killed == 0 && round < MostRounds); round++)
        {
            await site.StopHubAsync();
            File.Delete(Path.Combine(site.HubFolder, "data-version.txt"));
            await AlterFormAsync(site.HubFolder, round % 2 == 0 ? "+00:00" : "+08:00");
            var whole = new FileInfo(catalogue).Length;
            await using (var making = ProductProcess.Start("DocExchange.Hub", "run", "--data", site.HubFolder))
            {
                await UntilAsync(() => new FileInfo(catalogue) is not { Exists: true } file || file.Length < whole || IsReady(making) || making.HasExited, "the hub makes its catalogue anew");
                await PauseAsync(round % Rounds);
                await making.KillAsync();
                killed += IsReady(making) ? 0 : 1;
                Assert.That(making.Output, Does.Contain("目录库按账本重建"));
            }

            await site.StartHubAsync();
            Assert.That(await AnswersAsync(site), Is.EqualTo(before), $"round {round}");
            Assert.That(JsonNode.Parse(await Docex.RunAsync("hub", "status", "--hub", site.HubFolder, "--format", "json"))!["dataVersion"]!.GetValue<int>(), Is.EqualTo(1));
        }

        Assert.That(killed, Is.GreaterThan(0), "none was killed in the midst");
        Assert.That(await Docex.RunAsync("hub", "status", "--hub", site.HubFolder), Does.Match(@"数据第 1 版（DocExchange hub \S+），目录库第 \d+ 式"));
        Assert.That((await Docex.TryAsync("doctor", "--hub", site.HubFolder)).Output, Does.Match(@"✓ 数据第 1 版（DocExchange hub \S+）"));
        Assert.That(await site.StopHubAsync(), Is.Zero);
        Assert.That(await Docex.RunAsync("hub", "audit", "--catalogue", "--data", site.HubFolder), Does.Contain("审计通过。"));
    }

    // Its days are another zone's, as those of another form are another version's: it is made anew for either reason in the same way.
    private static async Task AlterFormAsync(string folder, string zone)
    {
        var path = Path.Combine(folder, "hub.json");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        settings["timeZone"] = zone;
        await File.WriteAllTextAsync(path, settings.ToJsonString());
    }

    private static async Task<IReadOnlyList<string>> FillAsync(TestSite site)
    {
        var documents = new List<string>();
        foreach (var number in Enumerable.Range(1, 3))
        {
            documents.Add((await site.General.SendAsync(TestSite.Notice($"第{number}件"), ("意见.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId);
            await site.SignForAllAsync(documents[^1]);
            await site.WaitForAsync(documents[^1], board => board.Summary is { SignedFor: 1, Volume.Length: > 0 });
        }

        return documents;
    }

    private static async Task<IReadOnlyList<string>> InboxAsync(TestNode node) => [.. (await node.InboxAsync("a")).Select(listed => $"{listed.Summary} {listed.State}").Order(StringComparer.Ordinal)];

    private static async Task<IReadOnlyList<string>> AnswersAsync(TestSite site)
    {
        var found = (await site.Administration.SearchAsync(new SearchRequest { Title = "件" })).Documents.Select(document => document.DocumentId).ToList();
        var answers = new List<string>();
        foreach (var document in found)
        {
            var board = await site.WaitForAsync(document, each => each.Summary.Volume.Length > 0);
            answers.Add(board.ToString());
        }

        Assert.That(answers, Has.Count.EqualTo(3));
        return answers;
    }

    // Another moment each round, from at once on.
    private static async Task PauseAsync(int round)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1 + (20 * round)));
        await timer.WaitForNextTickAsync();
    }

    private static bool IsReady(ProductProcess process) => process.Output.Contains("ready ", StringComparison.Ordinal);

    private static Task UntilAsync(Func<bool> isSo, string what)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var spinner = default(SpinWait);
        while (!isSo())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Limit), what);
            spinner.SpinOnce();
        }

        return Task.CompletedTask;
    }
}
