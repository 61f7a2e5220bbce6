using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace DocExchange.EndToEndTests;

/// <summary>
/// A node (n2) asks for far more than a hub with small limits can give, or takes nothing of what it asked for. The hub's memory
/// stays bounded, the documents of the others go on, n2 is told when to try again, and nothing has to be started again.
/// </summary>
internal sealed class OverloadTests
{
    private const int MostCalls = 40;
    private const int AttachmentSize = 3 * 1024 * 1024;

    // Of a hub that serves three nodes some 150 MiB; what a node may have under way adds to that, whatever it asks for.
    private const long MostMemoryMiB = 600;

    private static readonly TimeSpan ServedWithin = TimeSpan.FromSeconds(30);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    private TestSite site = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        site = await TestSite.StartAsync("intl", ["a"], ["b"]);
        Assert.That(await site.StopHubAsync(), Is.Zero);
        var path = Path.Combine(site.HubFolder, "hub.json");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        (settings["maxCallsOfNode"], settings["keepAliveSeconds"]) = (MostCalls, 2);
        await File.WriteAllTextAsync(path, settings.ToJsonString());
        await site.StartHubAsync();
        await Task.WhenAll(Enumerable.Range(0, site.Nodes.Count).Select(WaitForLinkAsync));
    }

    [TearDown]
    public void Measure()
    {
        TestContext.Out.WriteLine($"The hub took {site.Hub.PeakResidentMiB} MiB at most.");
        Assert.That(site.Hub.PeakResidentMiB, Is.LessThan(MostMemoryMiB));
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [Test]
    public async Task Streams_that_nobody_reads_are_so_many_and_hold_up_nobody_else()
    {
        var large = await SendAsync(AttachmentSize);
        await site.WaitForAsync(large, board => board.Summary.Delivered == 2);
        var package = ByteString.CopyFrom(Digest.Parse((await site.Administration.GetAsync(new GetDocumentRequest { DocumentId = large })).Summary.PackageId).Span);
        var channels = Enumerable.Range(0, 5).Select(_ => site.ChannelAs(site.Nodes[2])).ToList();

        var calls = channels.SelectMany(channel => Enumerable.Range(0, 3 * MostCalls).Select(_ => new Exchange.ExchangeClient(channel).Fetch(new FetchRequest { PackageId = package }))).ToList();
        var answers = await Task.WhenAll(calls.Select(BeginAsync));
        await RequireServedAsync();

        var refused = answers.Where(answer => answer is not null).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Length - refused.Count, Is.InRange(1, MostCalls));
            Assert.That(refused.Select(answer => answer!.StatusCode), Is.All.EqualTo(StatusCode.ResourceExhausted));
            Assert.That(refused.Select(answer => answer!.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay.Seconds), Is.All.GreaterThan(0));
        }

        calls.ForEach(call => call.Dispose());
        channels.ForEach(channel => channel.Dispose());
        using var again = site.ChannelAs(site.Nodes[2]);
        await Eventually.TrueAsync(async () => await FetchAsync(again, package) > AttachmentSize, () => "the package, once nobody holds the streams any more: " + site.Hub.Output);
    }

    [Test]
    public async Task A_thousand_connections_that_say_nothing_hold_up_nobody_and_of_one_node_there_are_so_many()
    {
        var silent = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => ConnectAsync()));
        await RequireServedAsync();
        foreach (var socket in silent)
        {
            socket.Dispose();
        }

        var channels = Enumerable.Range(0, 100).Select(_ => site.ChannelAs(site.Nodes[2])).ToList();
        var outcomes = await Task.WhenAll(channels.Select(channel => TryAsync(channel)));
        await RequireServedAsync();
        channels.ForEach(channel => channel.Dispose());

        using var again = site.ChannelAs(site.Nodes[2]);
        Assert.That(outcomes.Count(isIn => isIn), Is.InRange(1, 64));
        await Eventually.TrueAsync(() => TryAsync(again), () => "a connection of n2, once it has closed the others: " + site.Hub.Output);
    }

    [Test]
    public async Task A_node_that_stands_still_is_seen_to_and_has_everything_once_when_it_goes_on()
    {
        await site.Nodes[2].Process.SuspendAsync();
        var sent = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            sent.Add(await SendAsync());
        }

        await Task.WhenAll(sent.Select(document => site.Nodes[1].WaitForArrivalAsync("a", document)));
        await Eventually.TrueAsync(async () => !await IsOnTheLineAsync(2), () => "that the hub sees that n2 stands still: " + site.Hub.Output);
        await site.Nodes[2].Process.ResumeAsync();

        await Task.WhenAll(sent.Select(document => site.Nodes[2].WaitForArrivalAsync("b", document)));
        Assert.That((await site.Nodes[2].InboxAsync("b")).Count(listed => sent.Contains(listed.Summary.DocumentId)), Is.EqualTo(sent.Count));
    }

    [Test]
    public async Task A_flood_of_statements_holds_up_nobody_and_a_hub_that_is_stopped_in_it_has_all_it_acknowledged()
    {
        using var end = new CancellationTokenSource();
        var channels = Enumerable.Range(0, 3).Select(_ => site.ChannelAs(site.Nodes[2])).ToList();
        var flood = Enumerable.Range(0, 30).Select(number => FloodAsync(channels[number % channels.Count], number, end.Token)).ToList();
        await RequireServedAsync();
        await RequireServedAsync();

        var taken = new List<string>();
        var sending = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                taken.Add(await SendAsync());
            }
        });
        await Eventually.TrueAsync(() => Task.FromResult(taken.Count >= 3), () => "documents of the sender");
        Measure();
        var stopped = await site.StopHubAsync();
        await end.CancelAsync();
        await sending;
        var posted = (await Task.WhenAll(flood)).Sum();
        channels.ForEach(channel => channel.Dispose());

        await site.StartHubAsync();
        foreach (var document in taken)
        {
            await site.WaitForAsync(document, board => board.Summary.Delivered == 2);
        }

        TestContext.Out.WriteLine($"{posted} statements in the flood.");
        var inbox = (await site.Nodes[1].InboxAsync("a")).Select(listed => listed.Summary.DocumentId).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stopped, Is.Zero);
            Assert.That(posted, Is.GreaterThan(1_000));
            Assert.That(taken, Is.SubsetOf(inbox));
            Assert.That(inbox, Is.Unique);
        }
    }

    private async Task<string> SendAsync(int attachment = 0)
    {
        var pattern = new byte[attachment];
        new Random(attachment).NextBytes(pattern);
        (string, Func<Stream>, long)[] files = [("通知.pdf", () => new MemoryStream(Body), Body.Length), ("附件.bin", () => new MemoryStream(pattern), attachment)];
        return (await site.General.SendAsync(TestSite.Notice("照常收发"), attachment > 0 ? files : files[..1])).DocumentId;
    }

    private async Task RequireServedAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        var sent = await SendAsync();
        await site.Nodes[1].WaitForArrivalAsync("a", sent);
        var taken = Stopwatch.GetElapsedTime(begun);
        TestContext.Out.WriteLine($"A document of another node took {taken.TotalSeconds:0.0} s.");
        Assert.That(taken, Is.LessThan(ServedWithin));
    }

    private Task WaitForLinkAsync(int node) => Eventually.TrueAsync(() => IsOnTheLineAsync(node), () => $"the link of {site.Nodes[node].Id}: {site.Nodes[node].Process.Output}");

    private async Task<bool> IsOnTheLineAsync(int node) => (await site.Administration.GetStatusAsync(new GetHubStatusRequest())).Nodes.Single(each => each.Node == $"test/~{site.Nodes[node].Id}").Watching;

    /// <summary>Reads the first piece and no more.</summary>
    /// <returns>Null where there is one.</returns>
    private static async Task<RpcException?> BeginAsync(AsyncServerStreamingCall<PackageChunk> call)
    {
        try
        {
            return await call.ResponseStream.MoveNext(CancellationToken.None) ? null : throw new InvalidOperationException("An empty package.");
        }
        catch (RpcException refused)
        {
            return refused;
        }
    }

    private static async Task<long> FetchAsync(GrpcChannel channel, ByteString package)
    {
        try
        {
            using var call = new Exchange.ExchangeClient(channel).Fetch(new FetchRequest { PackageId = package });
            var size = 0L;
            await foreach (var chunk in call.ResponseStream.ReadAllAsync())
            {
                size += chunk.Chunk.Length;
            }

            return size;
        }
        catch (RpcException busy) when (busy.StatusCode == StatusCode.ResourceExhausted)
        {
            return 0;
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(site.HubAddress));
        return socket;
    }

    private static async Task<bool> TryAsync(GrpcChannel channel)
    {
        try
        {
            await new Ledger.LedgerClient(channel).GetCheckpointAsync(new GetCheckpointRequest());
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    /// <summary>Statements that are none, as fast as the hub takes them; the answers are left where they are.</summary>
    /// <returns>How many it took.</returns>
    private static async Task<int> FloodAsync(GrpcChannel channel, int seed, CancellationToken end)
    {
        var garbage = new byte[40 * 1024];
        new Random(seed).NextBytes(garbage);
        var posted = 0;
        try
        {
            using var call = new Exchange.ExchangeClient(channel).Post(cancellationToken: end);
            while (true)
            {
                BitConverter.TryWriteBytes(garbage, posted);
                await call.RequestStream.WriteAsync(new PostRequest { Statement = ByteString.CopyFrom(garbage) }, end);
                posted++;
            }
        }
        catch (Exception over) when (over is RpcException or OperationCanceledException or InvalidOperationException or IOException)
        {
            return posted;
        }
    }
}
