using DocExchange.Core.Routing;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Outbox;

/// <summary>The list 发文 and the 发文登记簿: by office, newest first, a page at a time.</summary>
internal sealed class OutboxBookTests
{
    private NodeSite site = null!;
    private NodeRecords records = null!;
    private OutboxBook book = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        records = new NodeRecords(site.Folder);
        book = new OutboxBook(records, new PackageShelf(site.Folder), new FakeTimeProvider(NodeSite.Now));
    }

    [TearDown]
    public void Close()
    {
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public void Pages_through_all_of_one_office_and_nothing_of_another()
    {
        Put(7, NodeSite.Sender.ToString());
        Put(3, NodeSite.Recipient.ToString(), from: 100);

        var (seen, after) = (new List<string>(), (string?)"");
        for (; after is not null;)
        {
            var page = book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All), after, 3);
            seen.AddRange(page.Lines.Select(line => line.Summary.Title));
            after = page.Next;
        }

        Assert.That(seen, Is.EqualTo(new[] { "第7件", "第6件", "第5件", "第4件", "第3件", "第2件", "第1件" }));
    }

    [Test]
    public void Finds_by_words_and_by_days_with_the_last_day_whole()
    {
        Put(40, NodeSite.Sender.ToString());
        var named = book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All, "第2件"), "", 50);
        var days = book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All, Since: NodeSite.Now.AddHours(3), Until: NodeSite.Now.AddHours(6)), "", 50);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(named.Lines.Select(line => line.Summary.Title), Is.EqualTo(new[] { "第2件" }));
            Assert.That(days.Lines.Select(line => line.Summary.Title), Is.EqualTo(new[] { "第5件", "第4件", "第3件" }));
        }
    }

    [Test]
    public void Stops_looking_after_a_while_and_says_where_to_go_on()
    {
        Put(3_500, NodeSite.Sender.ToString());

        var first = book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All, "第1件"), "", 50);
        var rest = book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All, "第1件"), first.Next!, 50);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Lines, Is.Empty);
            Assert.That(rest.Lines, Has.Count.EqualTo(1));
            Assert.That(rest.Next, Is.Null);
        }
    }

    [Test]
    public void What_is_open_are_those_where_somebody_must_act()
    {
        Put(2, NodeSite.Sender.ToString());
        Put(1, NodeSite.Sender.ToString(), from: 10, state: DeliveryState.Delivered, isOpen: true);
        Put(1, NodeSite.Sender.ToString(), from: 20, state: DeliveryState.Returned);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Titles(OutboxView.Open), Is.EqualTo(new[] { "第21件", "第11件" }));
            Assert.That(Titles(OutboxView.Returned), Is.EqualTo(new[] { "第21件" }));
        }
    }

    [Test]
    public void Gives_lines_of_an_earlier_version_their_places_in_the_order_they_were_sent()
    {
        Put(3, NodeSite.Sender.ToString());
        foreach (var row in records.Outbox.FindAll().ToList())
        {
            (row.OfficeKey, row.OpenKey) = (null, null);
            records.Outbox.Update(row);
        }

        book.FillIn();
        book.FillIn();

        Assert.That(
            book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All), "", 50).Lines.Select(line => (line.Summary.Title, line.Sent.Serial)),
            Is.EqualTo(new[] { ("第3件", 3), ("第2件", 2), ("第1件", 1) }));
    }

    [Test]
    [Explicit("Measures a page among 100,000 lines.")]
    public void Takes_as_long_for_a_page_however_many_there_are()
    {
        Put(100_000, NodeSite.Sender.ToString());
        var middle = book.Page(NodeSite.Sender, new OutboxFilter(OutboxView.All, Until: NodeSite.Now.AddHours(50_000)), "", 1).Next!;
        foreach (var (name, filter, after) in new[]
        {
            ("first", new OutboxFilter(OutboxView.All), ""), ("middle", new OutboxFilter(OutboxView.All), middle), ("open", new OutboxFilter(OutboxView.Open), ""),
            ("words", new OutboxFilter(OutboxView.All, "没有"), ""), ("days", new OutboxFilter(OutboxView.All, Since: NodeSite.Now.AddHours(100), Until: NodeSite.Now.AddHours(130)), ""),
        })
        {
            _ = book.Page(NodeSite.Sender, filter, after, 50);
            var began = TimeProvider.System.GetTimestamp();
            _ = book.Page(NodeSite.Sender, filter, after, 50);
            var took = TimeProvider.System.GetElapsedTime(began);
            TestContext.Out.WriteLine($"{name} {took.TotalMilliseconds:0.0} ms");
            Assert.That(took, Is.LessThan(TimeSpan.FromMilliseconds(100)), name);
        }
    }

    private IEnumerable<string> Titles(OutboxView view) => book.Page(NodeSite.Sender, new OutboxFilter(view), "", 50).Lines.Select(line => line.Summary.Title);

    private void Put(int count, string office, int from = 0, DeliveryState state = DeliveryState.SignedFor, bool isOpen = false) => records.Write(() => records.Outbox.InsertBulk(
        Enumerable.Range(from + 1, count).Select(number =>
        {
            var (id, at) = (NodeSite.Document(number).ToString(), NodeSite.Now.AddHours(number));
            var key = KeyRange.Newest(office, at.ToUnixTimeMilliseconds(), id);
            return new ListedRow
            {
                Id = (long.MaxValue - at.ToUnixTimeMilliseconds()).ToString("D19", System.Globalization.CultureInfo.InvariantCulture) + id,
                Document = id,
                Office = office,
                State = state.ToString(),
                IsOpen = isOpen,
                OfficeKey = key,
                OpenKey = isOpen || state == DeliveryState.Returned ? key : null,
                Summary = new DocumentSummary { DocumentId = id, Title = $"第{number}件", Number = $"示政发〔2026〕{number}号" }.ToByteArray(),
            };
        })));
}
