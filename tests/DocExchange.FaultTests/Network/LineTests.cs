using DocExchange.FaultTests.Live;
using DocExchange.Node.HubLink;
using DocExchange.Protocol.V1;
using DocExchange.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.FaultTests.Network;

/// <summary>A bad line between the nodes and the hub: transfers go on, nothing comes twice, and the desk says how it stands.</summary>
internal sealed class LineTests
{
    private const int AttachmentSize = 3 * 1024 * 1024;

    private LiveExchange exchange = null!;
    private Line fromSender = null!;
    private Line toRecipient = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        exchange = await LiveExchange.StartAsync();
        (fromSender, toRecipient) = (Line.To(exchange.Hub.Address), Line.To(exchange.Hub.Address));
        await PutBetweenAsync(exchange.Sending, fromSender);
        await PutBetweenAsync(exchange.Receiving, toRecipient);
    }

    [SetUp]
    public Task ConnectAsync() => Waiting.UntilAsync("both are connected", async () => (await exchange.Sending.StatusAsync()).Link == "Connected" && (await exchange.Receiving.StatusAsync()).Link == "Connected");

    [TearDown]
    public void Mend()
    {
        (fromSender.Delay, toRecipient.Delay) = (TimeSpan.Zero, TimeSpan.Zero);
        fromSender.Mend();
        toRecipient.Mend();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await exchange.Sending.DisposeAsync();
        await exchange.Receiving.DisposeAsync();
        await fromSender.DisposeAsync();
        await toRecipient.DisposeAsync();
        await exchange.Hub.StopAsync();
        LedgerPromises.RequireOnce(await LedgerPromises.ReadAsync(exchange.Hub));
        await exchange.DisposeAsync();
    }

    [Test]
    public async Task A_desk_says_that_a_document_waits_while_the_line_is_cut_and_sends_it_when_it_is_back()
    {
        fromSender.Cut();
        await Waiting.UntilAsync("the desk says that the link is away", async () => await exchange.Sending.StatusAsync() is { Link: "Connecting", LinkProblem.Length: > 0 });
        var sent = await exchange.Sending.SendAsync("线路中断时所发");
        var waiting = await exchange.Sending.StatusAsync();
        var state = await StateAsync(sent.DocumentId);

        fromSender.Mend();
        await DeliveredAsync(sent.DocumentId);
        await Waiting.UntilAsync("the desk says that all is well", async () => await exchange.Sending.StatusAsync() is { Link: "Connected", LinkProblem: "", WaitingStatements: 0, WaitingPackages: 0 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.WaitingStatements, Is.EqualTo(1));
            Assert.That(waiting.WaitingPackages, Is.EqualTo(1));
            Assert.That(state, Is.EqualTo("Queued"));
        }

        await Waiting.UntilAsync("the desk shows it as delivered", async () => await StateAsync(sent.DocumentId) == "Delivered");
    }

    [Test]
    public async Task A_line_that_swallows_everything_is_noticed_and_what_was_said_meanwhile_arrives_once()
    {
        fromSender.Swallow();
        var sent = await exchange.Sending.SendAsync("线路无声时所发");
        Assert.That(await StateAsync(sent.DocumentId), Is.EqualTo("Queued"));
        await Waiting.UntilAsync("the desk notices that the hub is silent", async () => (await exchange.Sending.StatusAsync()).Link == "Connecting");

        fromSender.Mend();
        await DeliveredAsync(sent.DocumentId);
    }

    [Test]
    public async Task A_line_that_breaks_off_again_and_again_brings_a_package_whole([Values] bool isUpload)
    {
        var line = isUpload ? fromSender : toRecipient;
        var before = line.Connections;
        var pattern = new byte[AttachmentSize];
        new Random(AttachmentSize).NextBytes(pattern);
        line.BreakEvery(AttachmentSize / 5);

        var sent = await exchange.Sending.SendAsync($"线路时断时续所发 {isUpload}", () => new MemoryStream(pattern), pattern.Length);
        await DeliveredAsync(sent.DocumentId);

        Assert.That(line.Connections - before, Is.GreaterThan(3));
        Assert.That((await exchange.Receiving.InboxAsync()).Count(listed => listed.Summary.DocumentId == sent.DocumentId), Is.EqualTo(1));
    }

    [Test]
    public async Task A_slow_line_brings_it_too()
    {
        (fromSender.Delay, toRecipient.Delay) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
        var sent = await exchange.Sending.SendAsync("线路缓慢时所发");
        await DeliveredAsync(sent.DocumentId);
        await exchange.Receiving.SignForAsync(sent.DocumentId);
        await Waiting.UntilAsync("the receipt is in the ledger", async () => (await exchange.Hub.Administration.GetAsync(new GetDocumentRequest { DocumentId = sent.DocumentId })).Summary.SignedFor == 1);
    }

    private static async Task PutBetweenAsync(LiveNode node, Line line)
    {
        await node.StopAsync();
        node.HubAddress = line.Address;
        node.Adapt = services => services.Configure<HubLinkOptions>(options => (options.LongestSilence, options.CallDeadline) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)));
        await node.StartAsync();
    }

    private async Task<string?> StateAsync(string document) => (await exchange.Sending.OutboxAsync()).FirstOrDefault(listed => listed.Summary.DocumentId == document)?.State;

    private Task DeliveredAsync(string document) => Waiting.UntilAsync($"{document} is delivered", async () => await exchange.Hub.FindAsync(document) is { Summary.Delivered: 1 });
}
