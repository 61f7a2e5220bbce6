using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.V1;

namespace DocExchange.EndToEndTests;

/// <summary>What was acknowledged survives, and nothing happens twice.</summary>
internal sealed class CrashTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task The_hub_killed_in_the_middle_of_a_dispatch_to_141_offices_loses_and_doubles_nothing()
    {
        var districts = Enumerable.Range(1, 18).Select(number => $"d{number}").ToArray();
        var departments = Enumerable.Range(1, 123).Select(number => $"b{number}").ToArray();
        await using var site = await TestSite.StartAsync("intl", districts, departments);
        var others = site.Nodes[2].Process;

        // While they stand still the hub cannot be done.
        await others.SuspendAsync();
        var sent = await site.General.SendAsync(TestSite.Notice("断电演练"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        var half = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered > 10, Limit);
        await site.KillHubAsync();
        await others.ResumeAsync();
        await site.StartHubAsync();
        await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 141, Limit);
        await others.SuspendAsync();
        var signing = site.SignForAllAsync(sent.DocumentId);
        var halfSigned = await site.WaitForAsync(sent.DocumentId, board => board.Summary.SignedFor > 10, Limit);
        await site.KillHubAsync();
        await others.ResumeAsync();
        await site.StartHubAsync();
        await signing;
        Assert.That(half.Summary.Delivered, Is.LessThanOrEqualTo(districts.Length));
        Assert.That(halfSigned.Summary.SignedFor, Is.LessThanOrEqualTo(districts.Length));
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 141, Volume.Length: > 0 }, Limit);

        await AssertOnceEachAsync(site, sent.DocumentId, board);
        Assert.That(await site.StopHubAsync(), Is.Zero, "exit code after SIGTERM");
        var (code, audit) = await ProductProcess.RunAsync("DocExchange.Hub", "audit", "--data", site.HubFolder);
        Assert.That(code, Is.Zero, audit);
        Assert.That(audit, Does.Contain("审计通过。"));
    }

    [Test]
    public async Task What_a_node_took_before_it_was_killed_is_sent_after_it_starts_again()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        await site.StopHubAsync();
        var sent = await site.General.SendAsync(TestSite.Notice("离线发文"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        await site.General.KillAsync();

        await site.StartHubAsync();
        await site.General.StartAsync();

        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 4, Limit);
        Assert.That(board.Summary.Title, Is.EqualTo("离线发文"));
        site.GiveBack();
    }

    [Test]
    public async Task Without_spool_and_catalogue_the_archive_and_the_ledger_give_the_same_answers()
    {
        await using var site = await TestSite.StartAsync("intl", ["a", "b"]);
        var sent = await site.General.SendAsync(TestSite.Notice("档案重建"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        await site.WaitForAsync(sent.DocumentId, board => board.Summary is { Delivered: 2 });
        await site.SignForAllAsync(sent.DocumentId);
        var before = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 2, Volume.Length: > 0 });
        var package = await site.PackageFromArchiveAsync(sent.DocumentId);

        await site.StopHubAsync();
        System.IO.Directory.Delete(Path.Combine(site.HubFolder, "spool"), recursive: true);
        var (code, rebuilt) = await ProductProcess.RunAsync("DocExchange.Hub", "rebuild", "--data", site.HubFolder, "--format", "json");
        await site.StartHubAsync();
        var ofVerb = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Volume.Length > 0);
        await site.StopHubAsync();
        File.Delete(Path.Combine(site.HubFolder, "catalogue.litedb"));
        await site.StartHubAsync();

        var after = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Volume.Length > 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero, rebuilt);
            Assert.That(rebuilt, Does.Contain("rebuiltEntries"));
            Assert.That(ofVerb, Is.EqualTo(before), "by docex hub rebuild");
            Assert.That(after, Is.EqualTo(before), "at the start, without a catalogue");
            Assert.That(await site.PackageFromArchiveAsync(sent.DocumentId), Is.EqualTo(package));
            Assert.That((await site.Administration.SearchAsync(new SearchRequest { Title = "重建" })).Documents, Has.Count.EqualTo(1));
        }
    }

    private static async Task AssertOnceEachAsync(TestSite site, string document, ArchivedDocument board)
    {
        using var call = site.Administration.GetStory(new GetDocumentRequest { DocumentId = document });
        var types = new List<string>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            types.Add(call.ResponseStream.Current.Type);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(board.Recipients, Has.Count.EqualTo(141));
            Assert.That(types.Count(type => type == "Dispatched"), Is.EqualTo(1));
            Assert.That(types.Count(type => type == "Accepted"), Is.EqualTo(1));
            Assert.That(types.Count(type => type == "Delivered"), Is.EqualTo(141));
            Assert.That(types.Count(type => type == "SignedFor"), Is.EqualTo(141));
            foreach (var (node, office) in site.Recipients)
            {
                Assert.That(await node.InboxAsync(office), Has.Count.EqualTo(1), office);
            }
        }
    }
}
