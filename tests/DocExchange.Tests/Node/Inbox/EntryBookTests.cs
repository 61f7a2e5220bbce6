using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.DependencyInjection;

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

    [Test]
    public async Task Loses_no_entry_for_want_of_a_list_whatever_the_policy_of_the_site_demands()
    {
        using var site = new NodeSite();
        await File.WriteAllTextAsync(site.Folder.Policy, """{ "revocation": { "required": true }, "algorithms": { "SHA-256": "2020-01-01" } }""");
        await using var node = NodeApplication.Build(site.Folder, site.Node, new PagesSettings());
        var xml = OfficeDirectoryXml.Write(site.Directory);
        node.Services.GetRequiredService<DirectoryCopy>().Keep(new DirectoryPublishedBody(site.Directory.Version, Digest.Of(xml)), 0, xml);
        node.Services.GetRequiredService<TrustedAuthorities>().Refresh([site.Root], [site.RevocationList], site.Directory);
        var late = NodeSite.Now.AddDays(60);
        var signed = await SignedStatement.SignAsync(
            NodeSite.Dispatch(1).At(new ChainPosition($"{NodeSite.Sender}#1", 1, null), "demo", late), site.Keys.SigningKeyOf(NodeSite.Sender), CancellationToken.None);
        var entry = ReceivedEntry.Read(1, LedgerEntry.Of(late, NodeSite.NodeId, signed.Cms).Bytes, _ => null);

        Assert.That(node.Services.GetRequiredService<EntryBook>().Judge(entry).Fault, Is.Null);
    }

    [Test]
    public async Task What_comes_back_moves_the_cursor_and_takes_no_transaction()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        await arrivals.ReceiveAsync();
        var (book, records) = (desk.Part<EntryBook>(), desk.Part<NodeRecords>());
        var onDisk = Anew(desk).Cursor;
        var own = records.Entries.FindById(onDisk - 1);
        own.Id = onDisk;
        book.KeepOwn([new OwnEntry(book.Read(own.Id, own.Entry), [], [])], () => { });

        var echo = book.Judge(book.Read(own.Id, own.Entry));
        var touched = book.Keep([echo]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(echo.IsKnown, Is.True);
            Assert.That(touched, Is.Empty);
            Assert.That(book.Cursor, Is.EqualTo(onDisk + 1));
            Assert.That(Anew(desk).Cursor, Is.EqualTo(onDisk), "it comes once more after a restart");
            Assert.That(Anew(desk).Judge(book.Read(own.Id, own.Entry)).IsKnown, Is.True);
        }

        var next = records.Entries.FindById(onDisk - 1);
        book.Keep([echo, book.Read(onDisk + 1, next.Entry)]);
        Assert.That(Anew(desk).Cursor, Is.EqualTo(onDisk + 2), "with the next that is new");
    }

    [Test]
    public async Task What_the_mailbox_brings_before_its_answer_waits_no_longer_once_it_is_answered()
    {
        await using var desk = await TestDesk.StartAsync();
        var document = await Arrivals.At(desk).ReceiveAsync();
        var (book, records, lines) = (desk.Part<EntryBook>(), desk.Part<NodeRecords>(), desk.Part<ReceivedLines>());
        bool IsWaiting() => records.Received.FindOne(row => row.Document == document.ToString()).IsWaiting;
        var draft = new StatementDraft(StatementType.Opened, NodeSite.Recipient, new Actor("2", "李四", Roles.Reader, "local"), document, new PlainBody());
        var row = (await desk.Part<StatementQueue>().AddAsync([draft], () => lines.Refresh(document), CancellationToken.None)).Single();
        var entry = ReceivedEntry.Read(book.Cursor, LedgerEntry.Of(desk.Clock.GetUtcNow(), NodeSite.NodeId, row.Cms).Bytes, _ => null);

        book.Keep([entry]);
        Assert.That(IsWaiting(), Is.True);
        book.KeepOwn([new OwnEntry(entry, [], [])], () => records.Queue.Delete(row.Id));

        Assert.That(IsWaiting(), Is.False);
    }

    [Test]
    public async Task Other_bytes_under_a_known_index_are_an_alarm_whoever_looks_first()
    {
        await using var desk = await TestDesk.StartAsync();
        await Arrivals.At(desk).ReceiveAsync();
        var (book, records) = (desk.Part<EntryBook>(), desk.Part<NodeRecords>());
        var last = book.Cursor - 1;

        var other = book.Judge(book.Read(last, records.Entries.FindById(last - 1).Entry));
        book.Keep([other]);

        Assert.That(desk.Part<AlarmBell>().Newest().Select(alarm => alarm.Key), Does.Contain($"contradiction {last}"));
        Assert.That(records.Entries.FindById(last).Entry, Is.Not.EqualTo(other.Bytes.ToArray()));
    }

    [Test]
    public async Task Entries_of_some_recipients_leave_the_lines_of_the_others_unwritten()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var elsewhere = NodeSite.Stranger;
        var document = (await arrivals.AnnounceAsync(recipients: [NodeSite.Recipient, elsewhere, NodeSite.Sender])).Document;
        var records = desk.Part<NodeRecords>();
        ListedRow Listed(PartyId office) => records.Inbox.FindOne(row => row.Office == office.ToString());
        ReceivedRow Received(PartyId office) => records.Received.FindOne(row => row.Office == office.ToString());
        var (listed, received) = (Listed(NodeSite.Sender), Received(NodeSite.Sender));
        (listed.State, received.State) = ("as it was", "as it was");
        records.Write(() => records.Inbox.Update(listed) && records.Received.Update(received));

        await arrivals.DeliverTogetherAsync(document, NodeSite.Recipient, elsewhere);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((Listed(NodeSite.Recipient).State, Received(NodeSite.Recipient).State), Is.EqualTo(("Delivered", "Delivered")));
            Assert.That((Listed(NodeSite.Sender).State, Received(NodeSite.Sender).State), Is.EqualTo(("as it was", "as it was")));
        }
    }

    // As the next process opens it.
    private static EntryBook Anew(TestDesk desk) => new(
        desk.Part<NodeRecords>(), desk.Part<ObjectFolder>(), desk.Part<DirectoryCopy>(), desk.Part<TrustedAuthorities>(), desk.Part<DocumentStates>(), desk.Part<Listing>(), desk.Part<AlarmBell>());
}
