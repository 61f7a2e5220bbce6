using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Hub.Catalogue;
using static DocExchange.Tests.StoreContracts.SampleEntries;

namespace DocExchange.Tests.StoreContracts;

/// <summary>What every catalogue promises.</summary>
internal abstract class CatalogueContract
{
    internal static readonly SearchQuery Anything = new(null, [], [], null, null, null, null, 100, null);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The catalogue, over what earlier calls in the same test left behind.</summary>
    protected abstract ICatalogue Open();

    /// <summary>One with nothing in it, beside the other.</summary>
    protected abstract ICatalogue OpenAnew();

    [Test]
    public async Task Finds_what_is_asked_for_newest_first_and_nothing_else()
    {
        await using var catalogue = await FilledAsync(Open());
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, query, expected) in Questions())
            {
                var page = catalogue.Search(query);
                Assert.That(NumbersOf(page.Documents), Is.EqualTo(expected), name);
                Assert.That(page.IndexedSize, Is.EqualTo(Rows.Count), name);
            }
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public async Task Gives_every_document_once_in_pages_of_any_size(int size)
    {
        await using var catalogue = await FilledAsync(Open());
        var query = Anything with { Offices = [Government], PageSize = size };
        var found = new List<int>();
        for (long? before = null, next = 0; next is not null; before = next)
        {
            var page = catalogue.Search(query with { Before = before });
            Assert.That(page.Documents, Has.Count.AtMost(size));
            found.AddRange(NumbersOf(page.Documents));
            next = page.Next;
        }

        Assert.That(found, Is.EqualTo(new[] { 6, 5, 4, 2, 1 }));
    }

    [Test]
    public async Task Answers_the_writer_at_once_before_anything_is_projected()
    {
        await using var catalogue = Open();
        foreach (var row in Rows)
        {
            catalogue.Add([row]);

            Assert.That(catalogue.FindHead(row.Chain.ChainId), Is.EqualTo(new ChainHead(row.Chain.ChainId, row.Chain.Number, row.Statement)));
            Assert.That(catalogue.FindPosition(row.Chain.ChainId, row.Chain.Number), Is.EqualTo(new[] { (row.Statement, row.Index) }));
            if (row is { Document: { } document, Numbers: [var number] })
            {
                Assert.That(catalogue.HolderOfNumber(document.Sender, document.Number), Is.EqualTo(number.Holder));
                Assert.That(catalogue.EntriesOf(document.Id), Is.EqualTo(Rows.Where(each => each.Index <= row.Index && each.Document?.Id == document.Id).Select(each => each.Index)));
            }
        }

        Assert.That(catalogue.RejectionOf(Rejected.Statement, Rejected.Sender), Is.EqualTo(Rows[^1].Index));
    }

    [Test]
    public async Task Knows_nothing_of_what_it_was_not_given()
    {
        await using var catalogue = await FilledAsync(Open());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(catalogue.Find(Id(9)), Is.Null);
            Assert.That(catalogue.EntriesOf(Id(9)), Is.Empty);
            Assert.That(catalogue.FindByPackage(Package(9)), Is.Empty);
            Assert.That(catalogue.FindHead("bj/yq#1"), Is.Null);
            Assert.That(catalogue.FindPosition(SenderChain, 99), Is.Empty);
            Assert.That(catalogue.HolderOfNumber(Dongcheng, "京政发〔2026〕1号"), Is.Null, "Numbers are each issuer's own.");
            Assert.That(catalogue.Mailbox("bj/~n-other", 0, 100), Is.EqualTo(new[] { Rows.Count - 1L }), "Only what concerns everyone.");
            Assert.That(catalogue.RejectionOf(Statement(0), Rejected.Sender), Is.Null);
            Assert.That(catalogue.RejectionOf(Rejected.Statement, PartyId.Parse(SenderNode)), Is.Null, "Rejected when another node sent it.");
        }
    }

    [Test]
    public async Task Shows_a_mailbox_what_was_added_at_once_and_all_of_it_whatever_is_projected_meanwhile()
    {
        await using var catalogue = Open();
        var expected = new List<long>();
        foreach (var row in Rows)
        {
            catalogue.Add([row]);
            expected.AddRange(row.Mailboxes.Contains(DistrictNode) || row.Mailboxes.Contains(CatalogueRow.Everyone) ? [row.Index] : []);

            Assert.That(catalogue.AddedSize, Is.EqualTo(row.Index + 1));
            Assert.That(catalogue.Mailbox(DistrictNode, 0, 100), Is.EqualTo(expected));
        }

        await catalogue.WaitForAddedAsync(Rows.Count, default).WaitAsync(Patience);
        var projected = ProjectedAsync(catalogue, Rows.Count);
        do
        {
            Assert.That(catalogue.Mailbox(DistrictNode, 0, 100), Is.EqualTo(expected));
            Assert.That(catalogue.Mailbox(DistrictNode, expected[^1], 100), Is.EqualTo(expected.TakeLast(1)));
        }
        while (!projected.IsCompleted);

        await projected;
        Assert.That(catalogue.Mailbox(DistrictNode, expected[^2], 100), Is.EqualTo(expected.TakeLast(2)));
    }

    [Test]
    public async Task Gives_a_mailbox_in_ledger_order_from_any_entry_on()
    {
        await using var catalogue = await FilledAsync(Open());
        var all = Rows.Where(row => row.Mailboxes.Contains(DistrictNode) || row.Mailboxes.Contains(CatalogueRow.Everyone)).Select(row => row.Index).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(catalogue.Mailbox(DistrictNode, 0, 100), Is.EqualTo(all));
            Assert.That(catalogue.Mailbox(DistrictNode, all[1] + 1, 2), Is.EqualTo(all.Skip(2).Take(2)));
            Assert.That(catalogue.Mailbox(DistrictNode, Rows.Count, 100), Is.Empty);
        }
    }

    [Test]
    public async Task Keeps_what_was_archived_and_what_is_left_to_archive()
    {
        var catalogue = Open();
        catalogue.Add([.. Rows.Take(8)]);
        await ProjectedAsync(catalogue, 8);
        Assert.That(NumbersOf(catalogue.Unarchived(100)), Is.EqualTo(new[] { 1, 2, 3 }));

        catalogue.MarkArchived([(Id(1), "2026-03"), (Id(9), "2026-03")]);
        catalogue.StatementsArchivedTo = 5;
        await FilledAsync(catalogue);
        await catalogue.DisposeAsync();

        await using var again = Open();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(NumbersOf(again.Unarchived(100)), Is.EqualTo(new[] { 2, 3, 6 }));
            Assert.That((again.CountUnarchived(100), again.CountUnarchived(2)), Is.EqualTo((3, 2)), "counting ends where it is told to");
            Assert.That(Enum.GetValues<DocumentPhase>().Select(again.CountInPhase), Is.EqualTo(Enum.GetValues<DocumentPhase>().Select(phase => again.InPhase(phase).Count)).And.Some.GreaterThan(1));
            Assert.That(again.Find(Id(1))!.Volume, Is.EqualTo("2026-03"), "What was entered of it later takes nothing from the volume.");
            Assert.That(again.Count(), Is.EqualTo((6L, 1L)));
            Assert.That(again.StatementsArchivedTo, Is.EqualTo(5));
        }
    }

    [Test]
    public async Task Tells_who_owes_an_answer_and_how_each_office_received()
    {
        await using var catalogue = await FilledAsync(Open());
        var day = DateOnly.FromDateTime(AcceptedAt(1).UtcDateTime);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(NumbersOf(catalogue.InProgress(long.MaxValue, 100)), Is.EqualTo(new[] { 6, 3, 1 }));
            Assert.That(catalogue.CountInProgress(), Is.EqualTo(3));
            Assert.That(NumbersOf(catalogue.Awaited(2)), Is.EqualTo(new[] { 6, 3 }), "The earliest deadline is the last document's.");
            Assert.That(catalogue.Overdue(SignBy(1), 100).Select(each => (each.Document, each.Office.ToString())), Is.EqualTo(new[] { (Id(6), Dongcheng), (Id(3), Dongcheng) }));
            Assert.That(catalogue.Receptions(day, day).ToDictionary(each => each.Key, each => (each.Value.Received, each.Value.Signed)), Is.EquivalentTo(new Dictionary<string, (long, long)> { [Dongcheng] = (1, 1), [Xicheng] = (1, 0) }));
            Assert.That(catalogue.Receptions(day.AddDays(1), day.AddDays(1)), Is.Empty, "Nothing was to be received of what was voided before anybody answered.");
        }
    }

    [Test]
    public async Task The_same_entry_again_changes_nothing()
    {
        var catalogue = await FilledAsync(Open());
        var before = Everything(catalogue);

        catalogue.Add(Rows);
        catalogue.Add([Rows[0]]);
        catalogue.Add([]);
        await catalogue.DisposeAsync();

        await using var again = Open();
        again.Add([.. Rows.Skip(3).Take(4)]);
        await ProjectedAsync(again, Rows.Count);
        Assert.That(Everything(again), Is.EqualTo(before));
    }

    [Test]
    public async Task Answers_alike_whether_entries_came_one_by_one_or_together_and_when_made_anew()
    {
        await (await FilledAsync(Open())).DisposeAsync();
        await using var opened = Open();
        await using var anew = OpenAnew();
        foreach (var row in Rows)
        {
            anew.Add([row]);
            await ProjectedAsync(anew, row.Index + 1);
        }

        Assert.That(Everything(anew), Is.EqualTo(Everything(opened)));
    }

    private static async Task<ICatalogue> FilledAsync(ICatalogue catalogue)
    {
        catalogue.Add(Rows);
        await ProjectedAsync(catalogue, Rows.Count);
        return catalogue;
    }

    private static Task ProjectedAsync(ICatalogue catalogue, long size) => catalogue.WaitForAsync(size, default).WaitAsync(Patience);

    /// <summary>What is asked of <see cref="Rows"/>, and the documents that answer.</summary>
    internal static IEnumerable<(string Name, SearchQuery Query, int[] Expected)> Questions()
    {
        yield return ("by nothing newest first", Anything, [6, 5, 4, 3, 2, 1]);
        yield return ("by its whole number", Anything with { Number = "京政发〔2026〕1号" }, [1]);
        yield return ("by the beginning of its number", Anything with { Number = "京政发〔2026〕1" }, [5, 4, 1]);
        yield return ("by a number nobody has", Anything with { Number = "沪府发〔2026〕1号" }, []);
        yield return ("by a word of its title", Anything with { TitleWords = ["防汛"] }, [6, 4, 2, 1]);
        yield return ("by all of several words of its title", Anything with { TitleWords = ["通知", "防汛"] }, [6, 4, 1]);
        yield return ("by a word in small letters", Anything with { TitleWords = ["it"] }, [3]);
        yield return ("by its sender", Anything with { Offices = [GeneralOffice] }, [3]);
        yield return ("by a recipient", Anything with { Offices = [Haidian] }, [2]);
        yield return ("by either of several offices", Anything with { Offices = [Haidian, GeneralOffice] }, [3, 2]);
        yield return ("by an office without documents", Anything with { Offices = ["bj/yq"] }, []);
        yield return ("from the very moment it was accepted", Anything with { From = AcceptedAt(3) }, [6, 5, 4, 3]);
        yield return ("until before the moment it was accepted", Anything with { Until = AcceptedAt(3) }, [2, 1]);
        yield return ("between two dates by when it was dispatched if it was not accepted", Anything with { From = DispatchedAt(4), Until = AcceptedAt(4) }, [4]);
        yield return ("by its type", Anything with { Type = Letter }, [2]);
        yield return ("by everything at once", new SearchQuery("京政发", ["防汛"], [Dongcheng], AcceptedAt(1), AcceptedAt(6), Notice, [Dongcheng], 100, null), [1]);
        yield return ("of a recipient only what was accepted", Anything with { Parties = [Dongcheng] }, [6, 3, 1]);
        yield return ("of a sender whatever became of it", Anything with { Parties = [Government] }, [6, 5, 4, 2, 1]);
        yield return ("of several offices what one of them may see", Anything with { Parties = [Haidian, GeneralOffice] }, [3, 2]);
        yield return ("of one office what another has to do with", Anything with { Parties = [Xicheng], Offices = [Dongcheng] }, [1]);
    }

    internal static IEnumerable<int> NumbersOf(IEnumerable<DocumentSnapshot> documents) =>
        documents.Select(document => Enumerable.Range(1, 6).Single(number => Id(number) == document.Id));

    private static List<string> Everything(ICatalogue catalogue) =>
    [
        $"size {catalogue.ProjectedSize} count {catalogue.Count()} in progress {catalogue.CountInProgress()}",
        .. catalogue.Search(Anything).Documents.Concat(catalogue.DispatchedAfter(-1, 100)).Select(Line),
        .. Enum.GetValues<DocumentPhase>().Select(phase => $"{phase} {string.Join(' ', NumbersOf(catalogue.InPhase(phase)))}"),
        .. Enumerable.Range(1, 6).Select(number => $"entries {string.Join(' ', catalogue.EntriesOf(Id(number)))} package {string.Join(' ', NumbersOf(catalogue.FindByPackage(Package(number))))}"),
        .. Rows.Select(row => $"{catalogue.FindHead(row.Chain.ChainId)} {string.Join(' ', catalogue.FindPosition(row.Chain.ChainId, row.Chain.Number))}"),
        .. Rows.Select(row => row.Document).OfType<DocumentSnapshot>().Select(document => $"{document.Number} {catalogue.HolderOfNumber(document.Sender, document.Number)}"),
        .. new[] { SenderNode, DistrictNode }.Select(node => string.Join(' ', catalogue.Mailbox(node, 0, 100))),
        $"{string.Join(' ', NumbersOf(catalogue.Awaited(100)))} | {string.Join(' ', NumbersOf(catalogue.InProgress(100, 100)))} | {string.Join(' ', catalogue.Overdue(SignBy(1).AddDays(9), 100))}",
        .. catalogue.Receptions(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)).OrderBy(each => each.Key).Select(each => $"{each.Key} {each.Value} {string.Join(' ', each.Value.Times)}"),
    ];

    private static string Line(DocumentSnapshot document) =>
        document with { Issuers = [], Parties = [], Withdrawn = [] } + string.Join(' ', [.. document.Issuers, "|", .. document.Parties, "|", .. document.Withdrawn]);
}
