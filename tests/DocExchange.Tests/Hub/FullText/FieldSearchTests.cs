using DocExchange.Core.Supervision;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.FullText;
using DocExchange.Tests.Durability;
using DocExchange.Tests.StoreContracts;
using static DocExchange.Tests.StoreContracts.SampleEntries;

namespace DocExchange.Tests.Hub.FullText;

/// <summary>Whatever the index has of the documents, the answers are those of the catalogue.</summary>
public sealed class FieldSearchTests
{
    private TemporaryFolder folder = null!;
    private LiteDbCatalogue catalogue = null!;
    private FullTextIndex index = null!;
    private FieldSearch search = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        folder = new TemporaryFolder();
        catalogue = new LiteDbCatalogue(folder.Under("catalogue.litedb"), CalendarText.ParseZone("+08:00"));
        catalogue.Add(Rows);
        await catalogue.WaitForAsync(Rows.Count, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        index = new FullTextIndex(folder.Under("index"));
        search = new FieldSearch(index, new IndexProposals(index, catalogue), catalogue);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        index.Dispose();
        await catalogue.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public void Finds_nothing_twice_where_the_index_has_more_than_it_says()
    {
        for (var size = 0; size <= Rows.Count; size++)
        {
            FillTo(Rows.Count, size);
            using (Assert.EnterMultipleScope())
            {
                foreach (var (name, query, expected) in CatalogueContract.Questions())
                {
                    Assert.That(CatalogueContract.NumbersOf(search.Search(query).Documents), Is.EqualTo(expected), $"{name}, {size} entries said");
                    Assert.That(Paged(query), Is.EqualTo(expected), $"{name}, {size} entries said, one by one");
                }
            }
        }
    }

    [Test]
    public void Finds_the_same_however_far_the_index_is()
    {
        for (var size = 0; size <= Rows.Count; size++)
        {
            FillTo(size);
            using (Assert.EnterMultipleScope())
            {
                foreach (var (name, query, expected) in CatalogueContract.Questions())
                {
                    var page = search.Search(query);
                    Assert.That(CatalogueContract.NumbersOf(page.Documents), Is.EqualTo(expected), $"{name}, {size} entries in the index");
                    Assert.That(page.IndexedSize, Is.EqualTo(Rows.Count), name);
                    Assert.That(Paged(query), Is.EqualTo(expected), $"{name}, {size} entries in the index, one by one");
                }
            }
        }
    }

    [TestCase("汛", new[] { 6, 4, 2, 1 })]
    [TestCase("做好防汛工作的通知", new[] { 1 })]
    [TestCase("汛工", new[] { 6, 1 })]
    [TestCase("T", new[] { 3 })]
    [TestCase("工作通知", new int[0])]
    [TestCase("关 系统", new[] { 3 })]
    [TestCase("（防汛）", new int[0])]
    [TestCase("*", new int[0])]
    [TestCase("鿏", new int[0])]
    public void Finds_titles_that_contain_the_words_in_any_script(string words, int[] expected)
    {
        FillTo(Rows.Count);

        var query = CatalogueContract.Anything with { TitleWords = words.Split(' ') };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CatalogueContract.NumbersOf(search.Search(query).Documents), Is.EqualTo(expected));
            Assert.That(CatalogueContract.NumbersOf(catalogue.Search(query).Documents), Is.EqualTo(expected), "Without the index.");
        }
    }

    [TestCase("第12号", true)]
    [TestCase("第1号", false)]
    [TestCase("第2号", false)]
    [TestCase("第12", true)]
    [TestCase("第1", true)]
    [TestCase("第2", false)]
    [TestCase("2号", true)]
    [TestCase("1号", false)]
    [TestCase("3abC", true)]
    [TestCase("第123ABCD号", true)]
    [TestCase("第123ABC号", false)]
    [TestCase("件1,000", true)]
    [TestCase("1,000件", true)]
    [TestCase("00件", true)]
    [TestCase("件1,00件", false)]
    [TestCase("v1.5版", true)]
    [TestCase("5版", true)]
    [TestCase("版v1", true)]
    public async Task Finds_letters_and_digits_of_titles_wherever_they_stand(string words, bool isFound)
    {
        var sample = Rows.Select(row => row.Document).OfType<DocumentSnapshot>().First();
        var document = sample with { Id = Id(50), Package = Package(50), DispatchedIndex = Rows.Count, Title = "关于件1,000件、第12号、第123abcd号的版v1.5版" };
        catalogue.Add([Rows[0] with { Index = Rows.Count, Statement = Statement(500), Document = document }]);
        await catalogue.WaitForAsync(Rows.Count + 1, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        index.Put(catalogue.Find(Id(50))!, []);
        index.Commit(new FullTextProgress(Rows.Count + 1, -1, 0));

        var query = CatalogueContract.Anything with { TitleWords = [words] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(search.Search(query).Documents.Any(found => found.Id == Id(50)), Is.EqualTo(isFound));
            Assert.That(catalogue.Search(query).Documents.Any(found => found.Id == Id(50)), Is.EqualTo(isFound), "Without the index.");
        }
    }

    [Test]
    public void Asks_the_index_for_so_many_parts_of_a_title_and_finds_the_same()
    {
        FillTo(Rows.Count);

        var query = CatalogueContract.Anything with { TitleWords = [string.Concat(Enumerable.Repeat("防i", 2_000)), "防汛"] };
        Assert.That(search.Search(query).Documents, Is.Empty);
        Assert.That(search.Search(query with { TitleWords = [.. Enumerable.Repeat("防汛", 2_000)] }).Documents, Has.Count.EqualTo(4));
    }

    [Test]
    public void Asks_the_index_and_not_the_catalogue_for_words_of_titles()
    {
        FillTo(Rows.Count);
        index.Put(Rows.Select(row => row.Document).OfType<DocumentSnapshot>().Last(document => document.Id == Id(1)) with { Title = "别的" }, []);
        index.Commit(new FullTextProgress(Rows.Count, -1, 0));

        Assert.That(CatalogueContract.NumbersOf(search.Search(CatalogueContract.Anything with { TitleWords = ["防汛"] }).Documents), Is.EqualTo(new[] { 6, 4, 2 }));
    }

    [TestCase(1)]
    [TestCase(50)]
    [TestCase(400)]
    public async Task Pages_through_the_newest_and_all_that_is_older_and_leaves_nothing_out(int every)
    {
        const int Count = 400;
        var sample = Rows.Select(row => row.Document).OfType<DocumentSnapshot>().First();
        var documents = Enumerable.Range(0, Count).Select(place => sample with { Id = Id(100 + place), Package = Package(100 + place), DispatchedIndex = Rows.Count + place, Type = place % every == 0 ? "0F" : "0E" }).ToList();
        catalogue.Add([.. documents.Select((document, place) => Rows[0] with { Index = Rows.Count + place, Statement = Statement(500 + place), Document = document })]);
        await catalogue.WaitForAsync(Rows.Count + Count, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        documents.ForEach(document => index.Put(document, []));
        index.Commit(new FullTextProgress(Rows.Count + Count, -1, 0));
        var found = new List<long>();
        for (long? before = null, next = 0; next is not null; before = next)
        {
            var page = search.Search(CatalogueContract.Anything with { Type = "0F", PageSize = 60, Before = before });
            found.AddRange(page.Documents.Select(document => document.DispatchedIndex));
            next = page.Next;
        }

        Assert.That(found, Is.EqualTo(documents.Where(document => document.Type == "0F").Select(document => document.DispatchedIndex).Reverse()));
    }

    [Test]
    public void Asks_the_index_for_the_beginning_of_a_number_and_the_catalogue_for_a_whole_one()
    {
        FillTo(Rows.Count);
        var first = Rows.Select(row => row.Document).OfType<DocumentSnapshot>().Last(document => document.Id == Id(1));
        var beginning = first.Number[..(first.Number.IndexOf('〕') + 1)];
        Assert.That(CatalogueContract.NumbersOf(search.Search(CatalogueContract.Anything with { Number = beginning }).Documents), Has.Some.EqualTo(1));

        index.Put(first with { Number = "别的" }, []);
        index.Commit(new FullTextProgress(Rows.Count, -1, 0));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CatalogueContract.NumbersOf(search.Search(CatalogueContract.Anything with { Number = beginning }).Documents), Has.None.EqualTo(1), "Of a beginning there may be many.");
            Assert.That(CatalogueContract.NumbersOf(search.Search(CatalogueContract.Anything with { Number = first.Number }).Documents), Has.Some.EqualTo(1));
        }
    }

    /// <param name="says">How far the index says to be; as far as it is, where not given. Made anew, and between two commits, it has more.</param>
    private void FillTo(int size, int? says = null)
    {
        index.Clear();
        foreach (var document in Rows.Take(size).Select(row => row.Document).OfType<DocumentSnapshot>().GroupBy(document => document.Id).Select(states => states.Last()))
        {
            index.Put(document, document.AcceptedAt is null ? null : []);
        }

        index.Commit(new FullTextProgress(says ?? size, -1, 0));
    }

    private List<int> Paged(SearchQuery query)
    {
        var found = new List<int>();
        for (long? before = null; ;)
        {
            var page = search.Search(query with { PageSize = 1, Before = before });
            found.AddRange(CatalogueContract.NumbersOf(page.Documents));
            Assert.That(found, Has.Count.LessThan(1_000), "pages go back");
            if (page.Next is null)
            {
                return found;
            }

            before = page.Next;
        }
    }
}
