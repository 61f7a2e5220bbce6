using System.Diagnostics;
using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.FullText;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Hub.FullText;

/// <summary>
/// Search and supervision over as many documents as a city has in years; the environment variable
/// DOCEXCHANGE_MANY_DOCUMENTS says how many.
/// </summary>
public sealed class ManyDocumentsTests
{
    private const int Offices = 141;
    private const int Received = 5;
    private const string Alphabet = "市区县人民政府关于做好防汛工作的通知各委办局落实责任制加强领导检查安全生产森林火灾信息公开财政预算教育卫生交通规划建设环境保护统计审计档案管理办法意见报告请示批复函纪要";

    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(100);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 1, 0, 0, TimeSpan.Zero);

    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("DOCEXCHANGE_MANY_DOCUMENTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var many) ? many : 100_000;

    private TemporaryFolder folder = null!;
    private LiteDbCatalogue catalogue = null!;
    private FullTextIndex index = null!;
    private Random random = null!;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        catalogue = new LiteDbCatalogue(folder.Under("catalogue.litedb"), CalendarText.ParseZone("+08:00"));
        index = new FullTextIndex(folder.Under("index"));
        random = new Random(20010116);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        index.Dispose();
        await catalogue.DisposeAsync();
        folder.Dispose();
    }

    [Explicit("A measurement, for a machine that does nothing else.")]
    [Test]
    public async Task Ninety_five_of_a_hundred_searches_and_figures_take_less_than_a_tenth_of_a_second()
    {
        await FillAsync(Count);
        var searches = Late(Search());
        var byFields = Late(SearchByFields());
        var inProgress = Late([.. Enumerable.Range(0, 50).Select(_ => Time(() => catalogue.InProgress(long.MaxValue, 51)))]);
        var month = Late([.. Enumerable.Range(0, 50).Select(_ => Time(() => catalogue.Receptions(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31))))]);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count} documents, p95: full text {searches.TotalMilliseconds:0.0} ms, title, type and dates {byFields.TotalMilliseconds:0.0} ms, in progress {inProgress.TotalMilliseconds:0.0} ms, ranking of a month {month.TotalMilliseconds:0.0} ms"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(searches, Is.LessThan(Most));
            Assert.That(byFields, Is.LessThan(Most));
            Assert.That(inProgress, Is.LessThan(Most));
        }
    }

    private static SearchQuery Everything() => new(null, [], [], null, null, null, null, 50, null);

    private List<TimeSpan> Search()
    {
        var search = new FullTextSearch(index, new IndexProposals(index, catalogue));
        var asking = new Random(8);
        return [.. Enumerable.Range(0, 200).Select(asked =>
        {
            var text = Sentence(asking, asking.Next(2, 5)) + (asked % 3 == 0 ? " " + Sentence(asking, 2) : "");
            var query = Everything() with { Offices = asked % 4 == 0 ? [OfficeOf(asked % Offices).ToString()] : [], Parties = asked % 2 == 0 ? [OfficeOf(asked % Offices).ToString()] : null };
            return Time(() => search.Search(query, text));
        })];
    }

    private List<TimeSpan> SearchByFields()
    {
        var search = new FieldSearch(index, new IndexProposals(index, catalogue), catalogue);
        var asking = new Random(9);
        return [.. Enumerable.Range(0, 200).Select(asked =>
        {
            var query = Everything() with { Parties = asked % 2 == 0 ? [OfficeOf(asked % Offices).ToString()] : null };
            return Time(() => search.Search((asked % 4) switch
            {
                0 => query with { TitleWords = [Sentence(asking, 2)] },
                1 => query with { TitleWords = [Sentence(asking, 4), Sentence(asking, 1)] },
                2 => query with { Type = "0E" },
                _ => query with { From = Start.AddDays(asked), Until = Start.AddDays(asked + 7) },
            }));
        })];
    }

    private async Task FillAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var document = Document(number, random);
            catalogue.Add([Row(document)]);
            index.Put(document, [Sentence(random, 400), "附件" + Sentence(random, 6) + ".xls"]);
        }

        index.Commit(new FullTextProgress(count, -1, 0));
        await catalogue.WaitForAsync(count, CancellationToken.None);
    }

    private static DocumentSnapshot Document(int number, Random random)
    {
        var parties = Enumerable.Range(0, Received).Select(_ => OfficeOf(random.Next(Offices))).Distinct().ToList();
        var at = Start.AddMinutes(number);
        return new DocumentSnapshot
        {
            Id = new DocumentId(DigestOf("d", number)),
            Package = new PackageId(DigestOf("p", number)),
            PackageSize = 100_000,
            Number = $"京政发〔2026〕{number + 1}号",
            Title = "关于" + Sentence(random, 10) + "的通知",
            Type = number % 1_000 == 0 ? "0E" : "08",
            Urgency = "",
            Sender = OfficeOf(0).ToString(),
            Issuers = [OfficeOf(0).ToString()],
            Parties = [.. parties.Append(OfficeOf(0)).Distinct().Select(id => id.ToString())],
            Phase = DocumentPhase.Accepted,
            DispatchedAt = at,
            AcceptedAt = at,
            DispatchedIndex = number,
            Recipients = parties.Count,
            Delivered = parties.Count,
            SignedFor = number % 10 == 0 ? 0 : parties.Count,
            Returned = 0,
            IsFinal = number % 10 != 0,
            HoldsNumber = true,
            AwaitedBy = null,
            SignBy = at.AddHours(3),
            Withdrawn = [],
        };
    }

    private static CatalogueRow Row(DocumentSnapshot document)
    {
        var index = document.DispatchedIndex;
        return new CatalogueRow(index, new StatementId(DigestOf("s", index)), StatementType.Accepted, new ChainPosition("hub#1", index + 1, null), true, true, [], [], document)
        {
            Duties = [.. document.Parties.Skip(1).Select(office => new DutyChange(null, new Duty(
                document.Id, PartyId.Parse(office), document.DispatchedAt, document.SignBy, !document.IsFinal, document.IsFinal ? document.DispatchedAt.AddMinutes(index % 300) : null, null)))],
        };
    }

    private static PartyId OfficeOf(int number) => PartyId.Office("bj", $"o{number}");

    private static Digest DigestOf(string kind, long number) => Digest.Of(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{number}")));

    private static string Sentence(Random random, int length) => string.Create(length, random, (text, from) =>
    {
        var at = from.Next(Alphabet.Length);
        for (var place = 0; place < text.Length; place++)
        {
            // Runs of the alphabet, as words come again.
            text[place] = Alphabet[at % Alphabet.Length];
            at = from.Next(4) == 0 ? from.Next(Alphabet.Length) : at + 1;
        }
    });

    private static TimeSpan Time(Action act)
    {
        var running = Stopwatch.StartNew();
        act();
        return running.Elapsed;
    }

    private static TimeSpan Late(List<TimeSpan> times) => times.Order().ElementAt(times.Count * 95 / 100);
}
