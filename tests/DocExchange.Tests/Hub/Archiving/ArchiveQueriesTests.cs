using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Archiving;

/// <summary>Searching page by page: everything once, newest first, and nothing of other people's.</summary>
public sealed class ArchiveQueriesTests
{
    private const int Documents = 7;

    private HubUnderTest hub = null!;
    private ArchiveQueries queries = null!;
    private DispatchBody dispatch = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        queries = hub.Get<ArchiveQueries>();
        dispatch = (await TestPackage.MakeAsync()).Dispatch;
        for (var number = 1; number <= Documents; number++)
        {
            await DispatchAsync(number);
        }

        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [TestCase(1u)]
    [TestCase(2u)]
    [TestCase(3u)]
    [TestCase(7u)]
    [TestCase(50u)]
    public void Pages_give_every_document_once_newest_first(uint size)
    {
        var pages = Pages(new Wire.SearchRequest { PageSize = size }, SenderNode);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pages.SelectMany(page => page.Documents).Select(each => each.Title), Is.EqualTo(Enumerable.Range(1, Documents).Reverse().Select(TitleOf)));
            Assert.That(pages.Select(page => page.Documents.Count), Is.All.LessThanOrEqualTo((int)size));
        }
    }

    [Test]
    public void Pages_of_a_filtered_search_skip_what_does_not_match()
    {
        var pages = Pages(new Wire.SearchRequest { PageSize = 2, Title = "奇数" }, SenderNode);
        Assert.That(pages.SelectMany(page => page.Documents).Select(each => each.Title), Is.EqualTo(new[] { 7, 5, 3, 1 }.Select(TitleOf)));
    }

    [Test]
    public async Task A_page_goes_on_where_the_last_one_ended_whatever_came_meanwhile()
    {
        await using var own = await HubUnderTest.StartAsync();
        (hub, var shared) = (own, hub);
        for (var number = 1; number <= 4; number++)
        {
            await DispatchAsync(number);
        }

        await own.Catalogue.WaitForAsync(own.Ledger.Size, CancellationToken.None);
        var first = own.Get<ArchiveQueries>().Search(new Wire.SearchRequest { PageSize = 2 }, SenderNode);
        await DispatchAsync(5);
        hub = shared;
        await own.Catalogue.WaitForAsync(own.Ledger.Size, CancellationToken.None);
        var second = own.Get<ArchiveQueries>().Search(new Wire.SearchRequest { PageSize = 2, Page = first.NextPage }, SenderNode);
        Assert.That(second.Documents.Select(each => each.Title), Is.EqualTo(new[] { TitleOf(2), TitleOf(1) }));
    }

    [Test]
    public void A_search_for_a_number_pages_too()
    {
        var pages = Pages(new Wire.SearchRequest { PageSize = 3, Number = "京政发" }, SenderNode);
        Assert.That(pages.SelectMany(page => page.Documents).Select(each => each.Number), Is.EqualTo(Enumerable.Range(1, Documents).Reverse().Select(number => $"京政发〔2026〕{number}号")));
    }

    [Test]
    public async Task A_day_begins_and_ends_where_the_site_is()
    {
        await using var own = await HubUnderTest.StartAsync();
        own.Clock.SetLocalTimeZone(CalendarText.ParseZone("+08:00"));
        own.Clock.Advance(TimeSpan.FromHours(17 - own.Clock.GetUtcNow().Hour + 24));
        var (utc, here) = (own.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), own.Clock.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        (hub, var shared) = (own, hub);
        await DispatchAsync(1);
        hub = shared;
        await own.Catalogue.WaitForAsync(own.Ledger.Size, CancellationToken.None);

        int Found(string day) => own.Get<ArchiveQueries>().Search(new Wire.SearchRequest { From = day, Until = day }, SenderNode).Documents.Count;
        Assert.That((Found(utc), Found(here)), Is.EqualTo((0, 1)));
    }

    [TestCase("08", true)]
    [TestCase("通知", true)]
    [TestCase("函", false)]
    public void A_search_for_a_type_takes_its_code_or_its_name(string type, bool isFound) =>
        Assert.That(queries.Search(new Wire.SearchRequest { DocumentType = type }, SenderNode).Documents, isFound ? Is.Not.Empty : Is.Empty);

    [TestCase("internal", "")]
    [TestCase("内部文件", "")]
    [TestCase("internal", "防汛")]
    public async Task Internal_documents_are_found_as_a_type_though_they_have_no_code(string type, string text)
    {
        await using var own = await HubUnderTest.StartAsync();
        var metadata = TestPackage.Metadata();
        await own.DispatchAsync(await TestPackage.MakeAsync());
        var wanted = await TestPackage.MakeAsync(metadata with { Type = DocumentType.Internal, Number = null, PrintedNumber = "第9号" }, "other");
        var word = await own.DispatchAsync(wanted);
        await own.Catalogue.WaitForAsync(own.Ledger.Size, CancellationToken.None);
        await own.IndexAsync();

        var found = own.Get<ArchiveQueries>().Search(new Wire.SearchRequest { DocumentType = type, Text = text }, null);

        Assert.That(word.Statement.Type, Is.EqualTo(StatementType.Accepted), string.Join(' ', (word.Statement.Body as RejectedBody)?.Reasons.Select(reason => reason.English) ?? []));
        Assert.That(found.Documents.Select(document => document.DocumentId), Is.EqualTo(new[] { wanted.Document.ToString() }));
    }

    [Test]
    public void A_type_that_there_is_not_is_refused_and_those_there_are_are_named() =>
        Assert.That(() => queries.Search(new Wire.SearchRequest { DocumentType = "告示" }, SenderNode), Throws.TypeOf<RefusedException>().With.Message.Contains("08 通知"));

    [Test]
    public void A_node_finds_nothing_that_its_offices_are_no_party_to()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Pages(new Wire.SearchRequest { PageSize = 2 }, OtherNode).SelectMany(page => page.Documents), Is.Empty);
            Assert.That(Pages(new Wire.SearchRequest { PageSize = 2 }, DistrictNode).SelectMany(page => page.Documents), Is.Empty, "Not accepted yet.");
            Assert.That(Pages(new Wire.SearchRequest { PageSize = 2 }, null).SelectMany(page => page.Documents).Count(), Is.EqualTo(Documents));
        }
    }

    [Test]
    public async Task A_successor_finds_its_predecessors_documents_and_sees_no_more_than_before()
    {
        await using var own = await HubUnderTest.StartAsync();
        (hub, var shared) = (own, hub);
        await DispatchAsync(1);
        hub = shared;
        await own.Get<DirectoryPublishing>().PublishAsync(
            current => current.Next(own.Clock.GetUtcNow(), successions: [new Succeeds(Xicheng, Haidian, new Period(Start)), new Succeeds(Haidian, GeneralOffice, new Period(Start))]), CancellationToken.None);
        await own.Catalogue.WaitForAsync(own.Ledger.Size, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Titles(Xicheng, null), Is.EqualTo(new[] { TitleOf(1) }));
            Assert.That(Titles(Xicheng, SenderNode), Is.EqualTo(new[] { TitleOf(1) }));
            Assert.That(Titles(Xicheng, OtherNode), Is.Empty);
            Assert.That(Titles(Unhosted, null), Is.Empty);
        }

        IEnumerable<string> Titles(PartyId office, PartyId? caller) =>
            own.Get<ArchiveQueries>().Search(new Wire.SearchRequest { Office = office.ToString() }, caller).Documents.Select(each => each.Title);
    }

    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("next")]
    [TestCase("99999999999999999999")]
    public void Refuses_a_page_it_never_gave(string page) =>
        Assert.That(() => queries.Search(new Wire.SearchRequest { Page = page }, SenderNode), Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.FormatFailure));

    [Test]
    public void Refuses_words_without_end_and_days_that_are_none()
    {
        Assert.That(() => queries.Search(new Wire.SearchRequest { Title = new string('字', 501) }, SenderNode), Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.TooLarge));
        Assert.That(() => queries.Search(new Wire.SearchRequest { From = "2026-02-30" }, SenderNode), Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.FormatFailure));
    }

    private static string TitleOf(int number) => $"第{number}件{(number % 2 == 1 ? "奇数" : "偶数")}";

    private Task DispatchAsync(int number) => hub.ActAsync(
        StatementType.Dispatched, GeneralOffice, dispatch with { Title = TitleOf(number), Number = $"京政发〔2026〕{number}号", Package = new(Digest.Of([(byte)number])) }, new DocumentId(Digest.Of([1, (byte)number])));

    private List<Wire.SearchReply> Pages(Wire.SearchRequest request, DocExchange.Core.Offices.PartyId? caller)
    {
        var pages = new List<Wire.SearchReply>();
        do
        {
            pages.Add(queries.Search(request, caller));
            request.Page = pages[^1].NextPage;
        }
        while (request.Page.Length > 0 && pages.Count < 100);
        return pages;
    }
}
