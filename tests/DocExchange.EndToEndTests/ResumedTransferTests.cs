using System.Security.Cryptography;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;

namespace DocExchange.EndToEndTests;

/// <summary>A large package whose way is cut goes on from where it was, not from its beginning.</summary>
internal sealed class ResumedTransferTests
{
    private const long AttachmentSize = 48L * 1024 * 1024;
    private const long CutAfter = 24L * 1024 * 1024;

    // TLS, HTTP/2, and everything else a node and the hub have to tell each other meanwhile.
    private const long Talk = 2L * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    private TestSite site = null!;
    private TestNode? behindRelay;

    [OneTimeSetUp]
    public async Task StartAsync() => site = await TestSite.StartAsync("intl", ["a"]);

    [OneTimeTearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [TestCase("node")]
    [TestCase("hub")]
    public async Task An_upload_goes_on_where_it_was_when_one_side_was_killed(string killed)
    {
        await using var relay = Relay.Start(site.HubAddress);
        await PutBetweenAsync(relay, site.General);
        var standstill = relay.Up.HoldAfter(CutAfter);

        var sent = await SendAsync();
        await standstill.WaitAsync(Limit);
        var part = Path.Combine(site.HubFolder, "spool", "tmp", sent.PackageId + ".part");
        var held = await CutAsync(relay, site.General, killed, part);

        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 1, Limit);
        await AssertWholeAsync(sent, board);
        AssertWentOn(relay.Up, board, held);
    }

    [TestCase("node")]
    [TestCase("hub")]
    public async Task A_fetch_goes_on_where_it_was_when_one_side_was_killed(string killed)
    {
        await using var relay = Relay.Start(site.HubAddress);
        var recipient = site.Nodes[1];
        await PutBetweenAsync(relay, recipient);
        var standstill = relay.Down.HoldAfter(CutAfter);

        var sent = await SendAsync();
        await standstill.WaitAsync(Limit);
        var part = Path.Combine(recipient.Folder, "packages", sent.PackageId + ".part");
        var held = await CutAsync(relay, recipient, killed, part);

        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 1, Limit);
        await AssertWholeAsync(sent, board);
        AssertWentOn(relay.Down, board, held);
    }

    private async Task PutBetweenAsync(Relay relay, TestNode node)
    {
        // The relay of the test before is gone.
        if (behindRelay is { } other && other != node)
        {
            await CallHubAtAsync(other, site.HubAddress);
        }

        behindRelay = node;
        await CallHubAtAsync(node, relay.Address);
        await node.WaitForDirectoryAsync();
        relay.Up.Reset();
        relay.Down.Reset();
    }

    private static async Task CallHubAtAsync(TestNode node, string address)
    {
        await node.KillAsync();
        node.CallHubAt(address);
        await node.StartAsync();
    }

    private Task<SendReply> SendAsync() => site.General.SendAsync(
        TestSite.Notice("附大型图纸的意见"),
        ("意见.pdf", () => new MemoryStream(Body), Body.Length),
        ("图纸.zip", () => new PatternStream(AttachmentSize), AttachmentSize));

    /// <returns>How much of the package was there when one side was killed.</returns>
    private async Task<long> CutAsync(Relay relay, TestNode node, string killed, string part)
    {
        long held = 0;
        await Eventually.TrueAsync(
            () =>
            {
                held = File.Exists(part) ? new FileInfo(part).Length : 0;
                return Task.FromResult(held > CutAfter - Talk);
            },
            () => $"{held} bytes in {part}");
        if (killed == "hub")
        {
            await site.KillHubAsync();
            relay.Cut();
            await site.StartHubAsync();
        }
        else
        {
            await node.KillAsync();
            relay.Cut();
            await node.StartAsync();
        }

        return held;
    }

    private static void AssertWentOn(Relay.Flow flow, ArchivedDocument board, long held)
    {
        TestContext.Out.WriteLine($"{held} of {board.Summary.PackageSize} bytes were there; {flow.Bytes} more crossed the line.");
        var missing = (long)board.Summary.PackageSize - held;
        Assert.That(flow.Bytes, Is.InRange(missing - Talk, missing + Talk));
    }

    private async Task AssertWholeAsync(SendReply sent, ArchivedDocument board)
    {
        using var call = site.Administration.GetStory(new GetDocumentRequest { DocumentId = sent.DocumentId });
        var types = new List<string>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            types.Add(call.ResponseStream.Current.Type);
        }

        await using var package = File.OpenRead(Path.Combine(site.Nodes[1].Folder, "packages", sent.PackageId));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(await SHA256.HashDataAsync(package)), Is.EqualTo(sent.PackageId));
            Assert.That(package.Length, Is.EqualTo((long)board.Summary.PackageSize));
            Assert.That((await site.Nodes[1].InboxAsync("a")).Count(received => received.Summary.DocumentId == sent.DocumentId), Is.EqualTo(1));
            Assert.That(types, Is.EquivalentTo(new[] { "Dispatched", "Accepted", "Delivered" }));
        }
    }
}
