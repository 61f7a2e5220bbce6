using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class EntryBookTests
{
    [Test]
    public async Task Names_after_a_crash_what_was_kept_and_not_followed_up()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        await arrivals.ReceiveAsync();
        desk.Part<EntryBook>().MarkFollowed();
        var second = await arrivals.ReceiveAsync();

        var afterCrash = Anew(desk).NotFollowed();

        Assert.That(afterCrash, Is.EqualTo(new[] { second }));
    }

    // As the next process opens it.
    private static EntryBook Anew(TestDesk desk) => new(
        desk.Part<NodeRecords>(), desk.Part<ObjectFolder>(), desk.Part<DirectoryCopy>(), desk.Part<TrustedAuthorities>(), desk.Part<DocumentStates>(), desk.Part<Listing>(), desk.Part<AlarmBell>());
}
