using DocExchange.Core.Statements;
using DocExchange.Hub.Delivery;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Delivery;

internal sealed class MailboxFeedTests
{
    [Test]
    public async Task A_node_that_nothing_concerns_gets_one_checkpoint_a_second_however_much_is_logged()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var end = new CancellationTokenSource();
        using var told = new SemaphoreSlim(0);
        var events = new StreamedReplies<Wire.WatchEvent>(message => _ = message.Checkpoint.Length > 0 ? told.Release() : 0);
        var feed = hub.Get<MailboxFeed>().FollowAsync(OtherNode, hub.Ledger.Size, events, end.Token);
        await told.WaitAsync();

        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await hub.ActAsync(StatementType.Urged, GeneralOffice, new RecipientsBody(new RecipientList([Dongcheng], [])), package.Document);
            await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        }

        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        await told.WaitAsync();
        await end.CancelAsync();
        await feed;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(events.Messages, Has.Count.EqualTo(2), "the one at the beginning, and that of the second");
            Assert.That(events.Messages.Where(message => message.Entry is not null), Is.Empty);
            Assert.That(events.Messages[^1].Checkpoint.ToByteArray(), Is.EqualTo(hub.Writer.Checkpoint.ToBytes()));
        }
    }
}
