using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.FaultTests.Disks;
using DocExchange.FaultTests.Live;
using DocExchange.Tests;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.FaultTests.Writing;

/// <summary>
/// Writes to a node's database and audit trail fail, before or after they persisted. The node that cannot go on ends and is
/// started again; a person whose call broke off tries anew. What the desk took reaches the recipient, once. A start costs much
/// more than a write: some of them fail, drawn, always the same, each at a drawn moment; with DOCEX_EVERY_WRITE=1
/// every one of them at both.
/// </summary>
internal sealed class NodeWriteTests
{
    private static readonly bool IsEvery = Environment.GetEnvironmentVariable("DOCEX_EVERY_WRITE") == "1";

    private const int MostAttempts = 20;

    private WriteFault fault = null!;
    private LiveExchange exchange = null!;

    [SetUp]
    public async Task StartAsync()
    {
        fault = new WriteFault();
        exchange = await LiveExchange.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await exchange.DisposeAsync();

    [Test]
    public async Task Of_the_sender()
    {
        await PutFaultAsync(exchange.Sending);
        var taken = new List<string>();
        await EachWriteFailsAsync(exchange.Sending, async number =>
        {
            var sent = await InsistAsync(exchange.Sending, attempt => exchange.Sending.SendAsync($"第{number}件第{attempt}次"));
            taken.Add(sent.DocumentId);
            await DeliveredAsync(sent.DocumentId);
        });
        await RequireArrivedAsync(taken);
    }

    [Test]
    public async Task Of_the_recipient()
    {
        await PutFaultAsync(exchange.Receiving);
        var taken = new List<string>();
        await EachWriteFailsAsync(exchange.Receiving, async number =>
        {
            var sent = await exchange.Sending.SendAsync($"第{number}件");
            taken.Add(sent.DocumentId);
            await DeliveredAsync(sent.DocumentId);
            await InsistAsync(exchange.Receiving, async _ => await HasSignedAsync(sent.DocumentId) || (await exchange.Receiving.SignForAsync(sent.DocumentId)) is not null);
            await UntilAsync("the ledger has the receipt", async () => (await exchange.Hub.FindAsync(sent.DocumentId))?.Summary.SignedFor == 1);
        });
        var statements = await RequireArrivedAsync(taken);
        Assert.That(statements.Count(statement => statement.Type == StatementType.SignedFor), Is.EqualTo(taken.Count));
    }

    private async Task PutFaultAsync(LiveNode node)
    {
        await node.StopAsync();
        node.Adapt = services => services.AddSingleton<IDisk>(new FaultyDisk(fault));
        await node.StartAsync();
    }

    private async Task EachWriteFailsAsync(LiveNode node, Func<int, Task> act)
    {
        var (acts, failed, chance) = (0, 0, new Random(20010116));
        foreach (var only in IsEvery ? [Moment.Before, Moment.After] : new Moment?[] { null })
        {
            var isHit = true;
            for (var write = 0; isHit; write += IsEvery ? 1 : chance.Next(1, 5))
            {
                fault.Arm(write, only ?? (Moment)chance.Next(2));
                await act(++acts);
                await UntilAsync("the node comes to rest", async () => await node.StatusAsync() is { WaitingStatements: 0, WaitingPackages: 0, Link: "Connected" });
                fault.Disarm();
                isHit = fault.Failed is not null;
                failed += isHit ? 1 : 0;
            }
        }

        Assert.That(failed, Is.GreaterThan(5));
        TestContext.Out.WriteLine($"{failed} writes failed, {node.Restarts} restarts.");
    }

    private Task DeliveredAsync(string document) => UntilAsync($"{document} is delivered", async () => (await exchange.Hub.FindAsync(document))?.Summary.Delivered == 1);

    private async Task<bool> HasSignedAsync(string document) =>
        (await exchange.Receiving.InboxAsync()).Any(listed => listed.Summary.DocumentId == document && listed.State == "SignedFor");

    // Everything the desk took is in the inbox once, and of calls that broke off nothing is there twice.
    private async Task<IReadOnlyList<Statement>> RequireArrivedAsync(List<string> taken)
    {
        var arrived = (await exchange.Receiving.InboxAsync()).Select(listed => listed.Summary.DocumentId).ToList();
        Assert.That(taken, Is.SubsetOf(arrived));
        Assert.That(arrived, Is.Unique);
        Assert.That((await exchange.Sending.StatusAsync()).Alarms.Concat((await exchange.Receiving.StatusAsync()).Alarms), Is.Empty);
        await exchange.Sending.StopAsync();
        await exchange.Receiving.StopAsync();
        await exchange.Hub.StopAsync();
        var statements = await LedgerPromises.ReadAsync(exchange.Hub);
        LedgerPromises.RequireOnce(statements);
        return statements;
    }

    private async Task<T> InsistAsync<T>(LiveNode node, Func<int, Task<T>> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await node.StartIfGivenUpAsync();
                return await act(attempt);
            }
            catch (Exception broken) when (broken is RpcException or HttpRequestException or IOException && attempt < MostAttempts)
            {
                // The call broke off: what it wanted is done or not.
                await Task.Delay(10);
            }
        }
    }

    private Task UntilAsync(string what, Func<Task<bool>> isSo) => Waiting.UntilAsync($"{what}, after: {fault.Failed}", async () =>
    {
        try
        {
            await exchange.Sending.StartIfGivenUpAsync();
            await exchange.Receiving.StartIfGivenUpAsync();
            return await isSo();
        }
        catch (RpcException)
        {
            return false;
        }
    });
}
