using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.StoreContracts;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Catalogue;

internal sealed class LiteDbCatalogueTests : CatalogueContract
{
    private TemporaryFolder folder = null!;
    private int made;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Is_not_opened_with_days_that_begin_at_another_hour()
    {
        await Open().DisposeAsync();
        var zone = TimeZoneInfo.CreateCustomTimeZone("+08:00", TimeSpan.FromHours(8), null, null);

        Assert.That(() => new LiteDbCatalogue(folder.Under("catalogue.db"), zone), Throws.InstanceOf<FormatException>());
    }

    [Test]
    public async Task Made_anew_from_the_ledger_it_gives_the_answers_it_gave()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var first = await TestPackage.MakeAsync(TestPackage.Metadata() with { SignBy = Start.AddDays(3) }, "first");
        var second = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "second");
        var rival = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "rival");
        await hub.DispatchAsync(first);
        await hub.DispatchAsync(second);
        Assert.That((await hub.DispatchAsync(rival)).Statement.Type, Is.EqualTo(StatementType.Rejected));
        await hub.DeliverAsync(first, Dongcheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: first.Document);
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("有误"), second.Document);
        var before = await AnswersAsync(hub);

        await hub.RestartAsync(withoutCatalogue: true);

        Assert.That(before, Has.Count.EqualTo(8).And.Some.Contains("Voided"));
        Assert.That(await AnswersAsync(hub), Is.EqualTo(before));
    }

    [Test]
    public async Task Adds_up_any_days_as_one_by_one_whether_they_make_whole_months_and_years_or_not()
    {
        await using var catalogue = Open();
        var first = new DateOnly(2023, 11, 28);
        var days = Enumerable.Range(0, 1_200).Select(first.AddDays).ToList();
        catalogue.Add([.. days.Select((day, place) => ReceivedOn(day, place))]);
        await catalogue.WaitForAsync(days.Count, CancellationToken.None);
        var random = new Random(7);
        List<(DateOnly From, DateOnly Until)> asked =
        [
            (first, days[^1]), (new(2024, 1, 1), new(2025, 12, 31)), (new(2024, 2, 1), new(2024, 2, 29)), (new(2023, 12, 1), new(2026, 1, 31)), (new(2024, 3, 31), new(2024, 4, 1)), (new(2024, 12, 31), new(2026, 1, 1)),
            (DateOnly.MinValue, DateOnly.MaxValue), .. Enumerable.Range(0, 300).Select(_ => days[random.Next(days.Count)]).Select(from => (from, from.AddDays(random.Next(900)))),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (from, until) in asked)
            {
                var received = catalogue.Receptions(from, until).Values.Sum(tally => tally.Received);
                Assert.That(received, Is.EqualTo(days.Count(day => day >= from && day <= until)), $"{from:yyyy-MM-dd} to {until:yyyy-MM-dd}");
            }
        }
    }

    [Test]
    public async Task Reads_a_thousand_days_of_figures_from_few_rows()
    {
        var catalogue = Open();
        var first = new DateOnly(2023, 1, 1);
        catalogue.Add([.. Enumerable.Range(0, 1_096).Select(day => ReceivedOn(first.AddDays(day), day))]);
        await catalogue.WaitForAsync(1_096, CancellationToken.None);
        await catalogue.DisposeAsync();
        RemoveDays();

        await using var again = Open();
        Assert.That(again.Receptions(first, first.AddDays(1_095)).Values.Single().Received, Is.EqualTo(1_096), "Three whole years have rows of their own.");
        Assert.That(again.Receptions(first.AddMonths(1), first.AddMonths(3).AddDays(-1)).Values.Single().Received, Is.EqualTo(59), "And so have months.");
    }

    [Test]
    public async Task Pages_through_the_documents_whose_numbers_begin_alike_however_many_they_are()
    {
        await using var catalogue = Open();
        catalogue.Add([.. Enumerable.Range(0, 2_500).Select(place => Numbered(place, place % 2 == 0 ? $"京政发〔2026〕{place + 1}号" : $"别政发〔2026〕{place + 1}号"))]);
        await catalogue.WaitForAsync(2_500, CancellationToken.None);
        var found = new List<long>();
        for (long? before = null, next = 0; next is not null; before = next)
        {
            var page = catalogue.Search(Anything with { Number = "京政发〔2026〕", PageSize = 200, Before = before });
            found.AddRange(page.Documents.Select(document => document.DispatchedIndex));
            next = page.Next;
        }

        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 1_250).Select(place => (long)(2 * place)).Reverse()));
    }

    protected override ICatalogue Open() => new LiteDbCatalogue(folder.Under("catalogue.db"), TimeZoneInfo.Utc);

    protected override ICatalogue OpenAnew() => new LiteDbCatalogue(folder.Under($"catalogue-{++made}.db"), TimeZoneInfo.Utc);

    private static CatalogueRow ReceivedOn(DateOnly day, int place)
    {
        var sent = new DateTimeOffset(day.ToDateTime(new TimeOnly(9, 0)), TimeSpan.Zero);
        return new CatalogueRow(place, SampleEntries.Statement(place), StatementType.SignedFor, new ChainPosition("bj/dc#1", place + 1, null), true, true, [], [], null)
        {
            Duties = [new DutyChange(null, new Duty(SampleEntries.Id(place), Dongcheng, sent, null, false, sent.AddHours(1), null))],
        };
    }

    private static CatalogueRow Numbered(int place, string number)
    {
        var document = SampleEntries.Rows.Select(row => row.Document).OfType<DocumentSnapshot>().First() with { Id = SampleEntries.Id(place), Package = SampleEntries.Package(place), Number = number, DispatchedIndex = place };
        return new CatalogueRow(place, SampleEntries.Statement(place), StatementType.Dispatched, new ChainPosition("bj/dc#1", place + 1, null), true, true, [], [], document);
    }

    // Only what stands for whole months and years is left.
    private void RemoveDays()
    {
        using var files = new DurableDatabase(new LocalDisk(), folder.Under("catalogue.db"), CatalogueTables.Mapper());
        files.Write(() => files.Database.GetCollection("tallies").DeleteMany(Field.Below(Field.Id, "a")));
    }

    // Which volume holds a document, the archiver says when it comes to it; the rest follows from the ledger.
    private static async Task<List<string>> AnswersAsync(HubUnderTest hub)
    {
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        var page = hub.Catalogue.Search(new SearchQuery("京政发〔2026〕", ["防汛"], [Dongcheng.ToString()], Start, Start.AddDays(1), null, [Dongcheng.ToString(), Government.ToString()], 10, null));
        return
        [
            .. page.Documents.Select(document => $"{document.Id} {document.Number} {document.Phase} {document.AcceptedAt:O} {document.Delivered} {document.SignedFor} {document.IsFinal} {document.AwaitedBy:O}"),
            $"{page.IndexedSize} {page.Next}",
            $"{hub.Catalogue.HolderOfNumber(Government.ToString(), "京政发〔2026〕1号")} {hub.Catalogue.HolderOfNumber(Government.ToString(), "京政发〔2026〕2号")}",
            $"{hub.Catalogue.FindHead(GeneralOffice + "#1")} {hub.Catalogue.FindHead(Dongcheng + "#1")}",
            string.Join(' ', hub.Catalogue.Mailbox(DistrictNode.ToString(), 0, 1_000)),
            string.Join(' ', hub.Catalogue.Receptions(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)).OrderBy(each => each.Key).Select(each => $"{each.Key} {each.Value.Received} {each.Value.Signed}")),
        ];
    }
}
