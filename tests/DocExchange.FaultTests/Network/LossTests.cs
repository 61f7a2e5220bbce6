using DocExchange.FaultTests.Live;
using DocExchange.Tests;

namespace DocExchange.FaultTests.Network;

/// <summary>
/// A line that loses one packet in fifty. Above TCP nothing is missing, but everything behind the lost one waits until it is sent
/// again: 200 ms, or seconds where that is lost too. Hub and nodes have the keep-alive they have by default.
/// </summary>
internal sealed class LossTests
{
    private const int Seed = 20010116;
    private const double Loss = 0.02;
    private const int AttachmentSize = 3 * 1024 * 1024;
    private const int Documents = 12;

    [Test]
    public async Task Through_two_percent_of_loss_documents_a_large_package_and_receipts_arrive_once_over_the_connections_there_are()
    {
        await using var exchange = await LiveExchange.StartAsync();
        await using var fromSender = Line.To(exchange.Hub.Address, Seed);
        await using var toRecipient = Line.To(exchange.Hub.Address, Seed + 1);
        foreach (var (node, line) in new[] { (exchange.Sending, fromSender), (exchange.Receiving, toRecipient) })
        {
            line.Loss = Loss;
            await node.StopAsync();
            node.HubAddress = line.Address;
            await node.StartAsync();
        }

        var pattern = new byte[AttachmentSize];
        new Random(Seed).NextBytes(pattern);
        var large = exchange.Sending.SendAsync("大附件", () => new MemoryStream(pattern), pattern.Length);
        var small = await Task.WhenAll(Enumerable.Range(1, Documents).Select(number => exchange.Sending.SendAsync($"第{number}件")));
        var sent = small.Append(await large).Select(reply => reply.DocumentId).ToList();
        foreach (var document in sent)
        {
            await Waiting.UntilAsync($"{document} is in the inbox", async () => (await exchange.Receiving.InboxAsync()).Any(listed => listed.Summary.DocumentId == document && listed.State == "Delivered"));
            await exchange.Receiving.SignForAsync(document);
        }

        await Waiting.UntilAsync("the hub has all receipts", async () => (await Task.WhenAll(sent.Select(exchange.Hub.FindAsync))).All(found => found is { Summary.SignedFor: 1 }));
        await Waiting.UntilAsync("the sender's desk shows them", async () => (await exchange.Sending.OutboxAsync()).Count(listed => sent.Contains(listed.Summary.DocumentId) && listed.State == "SignedFor") == sent.Count);

        var inbox = (await exchange.Receiving.InboxAsync()).Select(listed => listed.Summary.DocumentId).ToList();
        TestContext.Out.WriteLine($"{fromSender.Stalls} and {toRecipient.Stalls} pieces came late.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(inbox, Is.EquivalentTo(sent));
            Assert.That(fromSender.Stalls, Is.GreaterThan(2));
            Assert.That(toRecipient.Stalls, Is.GreaterThan(2));
            Assert.That(fromSender.Connections, Is.EqualTo(1), "Connections of the sender's node.");
            Assert.That(toRecipient.Connections, Is.EqualTo(1), "Connections of the recipient's node.");
        }

        await exchange.Sending.StopAsync();
        await exchange.Receiving.StopAsync();
        await exchange.Hub.StopAsync();
        LedgerPromises.RequireOnce(await LedgerPromises.ReadAsync(exchange.Hub));
    }
}
