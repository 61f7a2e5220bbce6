using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>紧急程度 decides which package is brought next, either way; of equal ones the oldest is. Document 1 is the oldest here.</summary>
internal sealed class UrgentFirstTests
{
    public const int Count = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string?[] Urgencies = ["特急", null, "加急"];
    private static readonly int[] Expected = [3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13];

    private NodeSite site = null!;
    private WebApplication node = null!;
    private PackageHub hub = null!;
    private WebApplication listening = null!;
    private HubChannel channel = null!;

    [SetUp]
    public async Task Open()
    {
        site = new NodeSite();
        node = NodeApplication.Build(site.Folder, site.Node, new PagesSettings());
        hub = new PackageHub();
        (listening, channel) = await HubSocket.ServeAsync(hub);
    }

    [TearDown]
    public async Task Close()
    {
        channel.Dispose();
        await listening.DisposeAsync();
        await node.DisposeAsync();
        site.Dispose();
    }

    [Test]
    public async Task Uploads_the_most_urgent_next_and_of_equal_ones_the_oldest()
    {
        for (var number = Count; number > 0; number--)
        {
            Wait(number, UrgencyOf(number));
        }

        await UploadAsync(Count);

        Assert.That(hub.Asked, Is.EqualTo(Expected));
        Assert.That(Records.Uploads.Count(), Is.Zero);
    }

    [Test]
    public async Task Uploads_what_becomes_urgent_meanwhile_before_all_that_waited_longer()
    {
        Wait(1, null);
        Wait(2, null);
        Wait(4, "加急");
        hub.Meanwhile = number =>
        {
            if (number == 4)
            {
                Wait(5, "特急");
            }
        };

        await UploadAsync(4);

        Assert.That(hub.Asked, Is.EqualTo(new[] { 4, 5, 1, 2 }));
    }

    [Test]
    public async Task Lets_what_may_not_be_uploaded_yet_keep_nothing_from_its_turn()
    {
        Wait(1, "特急", row => row.IsAnnounced = false);
        Wait(2, "特急", row => row.NotBefore = NodeSite.Now.AddSeconds(1).ToUnixTimeMilliseconds());
        Wait(3, null);

        await UploadAsync(1);

        Assert.That(hub.Asked, Is.EqualTo(new[] { 3 }));
        Assert.That(Records.Uploads.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Fetches_the_most_urgent_next_and_of_equal_ones_the_oldest()
    {
        for (var number = 1; number <= Count; number++)
        {
            await AcceptAsync(number);
        }

        // The mailbox may bring them in any order.
        await Part<Delivery>().ReconcileAsync(Enumerable.Range(1, Count).Reverse().Select(NodeSite.Document), default);
        Assert.That(Records.Packages.FindAll().Count(row => row.State == PackageState.Wanted), Is.EqualTo(Count));
        var fetches = ActivatorUtilities.CreateInstance<FetchLoop>(node.Services, new FakeTimeProvider(NodeSite.Now));
        await RunAsync(fetches.RunAsync, Count);

        Assert.That(hub.Asked, Is.EqualTo(Expected));
        Assert.That(Records.Packages.FindAll().Select(row => row.State), Has.None.EqualTo(PackageState.Wanted));
    }

    [Test]
    public async Task Leaves_an_upload_for_an_urgent_one_and_goes_on_where_it_was()
    {
        var bytes = new byte[4 << 20];
        PackageId large = new(Digest.Of(bytes));
        await ShelveAsync(large, bytes);
        Wait(1, null, row => (row.Id, row.Size) = (large.ToString(), bytes.Length));
        var uploads = ActivatorUtilities.CreateInstance<UploadLoop>(node.Services, new FakeTimeProvider(NodeSite.Now));
        hub.Large = large.Value;
        hub.MeanwhileCarrying = () =>
        {
            Wait(2, "特急");
            uploads.Wake();
            return Task.CompletedTask;
        };

        // Left, the urgent one, and the rest.
        await RunAsync(uploads.RunAsync, 3);

        Assert.That(hub.Asked, Is.EqualTo(new[] { PackageHub.LargeNumber, 2, PackageHub.LargeNumber }));
        Assert.That(hub.Held, Is.EqualTo(bytes.Length));
        Assert.That(hub.Offsets, Has.Count.EqualTo(2).And.All.LessThan(bytes.Length));
        Assert.That(hub.Offsets[1], Is.GreaterThan(hub.Offsets[0]));
    }

    [Test]
    public async Task Tries_an_upload_of_which_the_hub_takes_too_little_later_and_tells_of_it()
    {
        var bytes = new byte[1000];
        PackageId large = new(Digest.Of(bytes));
        await ShelveAsync(large, bytes);
        Wait(1, "特急", row => (row.Id, row.Size) = (large.ToString(), bytes.Length));
        (hub.Large, hub.Understates) = (large.Value, true);
        var clock = new FakeTimeProvider(NodeSite.Now);
        for (var number = 2; number <= 7; number++)
        {
            Assert.That(Part<AlarmBell>().Newest(), Is.Empty);
            Wait(number, null);
            await RunAsync(ActivatorUtilities.CreateInstance<UploadLoop>(node.Services, clock).RunAsync, 1);
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(hub.Asked.Where(number => number == PackageHub.LargeNumber), Has.Exactly(6).Items);
        Assert.That(Records.Uploads.FindAll().Single().Attempts, Is.EqualTo(6));
        Assert.That(Part<AlarmBell>().Newest().Single().Chinese, Does.Match("^公文包 .+ 上传失败：.+中心只收到 999 字节。将继续重试。$"));
    }

    [Test]
    public async Task Leaves_a_fetch_for_an_urgent_one_and_goes_on_where_it_was()
    {
        var bytes = new byte[4 << 20];
        hub.Large = Digest.Of(bytes);
        hub.MeanwhileCarrying = async () =>
        {
            await AcceptAsync(3);
            await Part<Delivery>().ReconcileAsync([NodeSite.Document(3)], default);
        };
        await AcceptAsync(1, new(hub.Large.Value), bytes.Length);
        await Part<Delivery>().ReconcileAsync([NodeSite.Document(1)], default);
        await RunAsync(ActivatorUtilities.CreateInstance<FetchLoop>(node.Services, new FakeTimeProvider(NodeSite.Now)).RunAsync, 3);

        Assert.That(hub.Asked, Is.EqualTo(new[] { PackageHub.LargeNumber, 3, PackageHub.LargeNumber }));
        Assert.That(hub.Offsets, Has.Count.EqualTo(2).And.All.LessThan(bytes.Length));
        Assert.That(hub.Offsets[1], Is.GreaterThan(hub.Offsets[0]));
        Assert.That(Records.Packages.FindAll().Select(row => row.State), Has.None.EqualTo(PackageState.Wanted));
    }

    private async Task ShelveAsync(PackageId package, byte[] bytes)
    {
        var path = Part<PackageShelf>().NewDraftPath();
        await File.WriteAllBytesAsync(path, bytes);
        Part<PackageShelf>().Publish(path, package);
    }

    private NodeRecords Records => Part<NodeRecords>();

    private static string? UrgencyOf(int number) => Urgencies[number % 3];

    private T Part<T>()
        where T : notnull => node.Services.GetRequiredService<T>();

    private void Wait(int number, string? urgency, Action<UploadRow>? change = null)
    {
        var row = new UploadRow
        {
            Id = PackageHub.Package(number).ToString(),
            Document = NodeSite.Document(number).ToString(),
            Size = 1,
            Rank = DispatchTerms.RankOf(urgency),
            Since = NodeSite.Now.AddMinutes(number).ToUnixTimeMilliseconds(),
            IsAnnounced = true,
        };
        change?.Invoke(row);
        Records.Write(() => Records.Uploads.Insert(row));
    }

    /// <summary>The ledger has a Dispatched and, later than those of lower numbers, an Accepted of the document.</summary>
    private async Task AcceptAsync(int number, PackageId? package = null, long size = 1)
    {
        var dispatch = NodeSite.Dispatch(number);
        var body = (DispatchBody)dispatch.Body with { Package = package ?? new(PackageHub.Package(number)), PackageSize = size, Urgency = UrgencyOf(number) };
        Records.Entries.Insert(await site.LoggedAsync(dispatch with { Body = body }, 2 * number));
        var accepted = new StatementDraft(StatementType.Accepted, NodeSite.NodeId, null, dispatch.Document, new AcceptedBody(body.Package, body.PackageSize));
        Records.Entries.Insert(await site.LoggedAsync(accepted, 2 * number + 1));
    }

    private Task UploadAsync(int count) =>
        RunAsync(ActivatorUtilities.CreateInstance<UploadLoop>(node.Services, new FakeTimeProvider(NodeSite.Now)).RunAsync, count);

    /// <summary>One worker, until so many packages were brought.</summary>
    private async Task RunAsync(Func<HubChannel, Action, CancellationToken, Task> loop, int count)
    {
        using var stop = new CancellationTokenSource(Patience);
        var done = 0;
        await loop(
            channel,
            () =>
            {
                if (++done == count)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        Assert.That(done, Is.EqualTo(count));
    }
}
