using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.FullText;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Texts;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.FullText;

/// <summary>The words of bodies and attachments' names, found by those who may, whatever became of the index.</summary>
public sealed class FullTextSearchTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Finds_what_the_body_the_title_or_an_attachments_name_says()
    {
        var flood = await SendAsync(1, [(30, 40, "各区县要落实防汛责任制"), (30, 50, "二十四小时值班")]);
        await SendAsync(2, [(30, 40, "开展森林防火检查")], attachmentName: "责任单位名单.xls");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Find("防汛责任制"), Is.EqualTo(new[] { 1 }));
            Assert.That(Find("责任"), Is.EqualTo(new[] { 2, 1 }), "In one it is the body that says so, in the other the name of an attachment.");
            Assert.That(Find("防火 名单"), Is.EqualTo(new[] { 2 }), "Each word may stand elsewhere.");
            Assert.That(Find("汛"), Is.EqualTo(new[] { 2, 1 }), "A single character, in both titles.");
            Assert.That(Find("责任制二十四小时"), Is.EqualTo(new[] { 1 }), "A sentence goes on in the next line.");
            Assert.That(Find("森林 汛责"), Is.Empty);
            Assert.That(Find("火防"), Is.Empty, "The order of characters counts.");
        }

        Assert.That(Search("防汛责任制").Documents.Single().DocumentId, Is.EqualTo(flood.Document.ToString()));
    }

    [Test]
    public async Task Goes_together_with_everything_else_that_can_be_asked_page_by_page()
    {
        for (var number = 1; number <= 5; number++)
        {
            await SendAsync(number, [(30, 40, number % 2 == 0 ? "防汛工作" : "防火工作")], number < 4 ? Dongcheng : Haidian);
        }

        var first = Search("工作", request => request.PageSize = 2);
        var second = Search("工作", request => (request.PageSize, request.Page) = (2, first.NextPage));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Numbers(first).Concat(Numbers(second)), Is.EqualTo(new[] { 5, 4, 3, 2 }));
            Assert.That(Find("防火工作", request => request.Office = Dongcheng.ToString()), Is.EqualTo(new[] { 3, 1 }));
            Assert.That(Find("工作", request => request.Number = "京政发〔2026〕4"), Is.EqualTo(new[] { 4 }));
            Assert.That(Find("工作", request => request.Title = "防汛"), Has.Length.EqualTo(5));
            Assert.That(Find("工作", request => request.Title = "别的"), Is.Empty);
            Assert.That(Find("工作", request => request.DocumentType = "03"), Is.Empty);
            Assert.That(Find("工作", request => request.Until = "2020-01-01"), Is.Empty);
            Assert.That(Find("工作", request => request.From = "2020-01-01"), Has.Length.EqualTo(5));
        }
    }

    [Test]
    public async Task Shows_an_office_only_what_it_is_party_to()
    {
        await SendAsync(1, [(30, 40, "防汛责任制")], Dongcheng);
        await SendAsync(2, [(30, 40, "防汛责任制")], Haidian);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Find("防汛责任制", node: SenderNode), Is.EqualTo(new[] { 2, 1 }));
            Assert.That(Find("防汛责任制", node: Site.Offices[Dongcheng].Node), Is.EqualTo(new[] { 1 }));
            Assert.That(Find("防汛责任制", node: Site.Offices[Haidian].Node), Is.EqualTo(new[] { 2 }));
        }
    }

    [Test]
    public async Task Lets_an_office_find_what_it_was_sent_afterwards()
    {
        var package = await SendAsync(1, [(30, 40, "防汛责任制")], Dongcheng);
        Assert.That(Find("防汛责任制", node: Site.Offices[Haidian].Node), Is.Empty);
        await hub.ActAsync(StatementType.Resent, GeneralOffice, new RecipientsBody(new RecipientList([Haidian], [])), package.Document);
        await hub.IndexAsync();
        Assert.That(Find("防汛责任制", node: Site.Offices[Haidian].Node), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Goes_on_where_it_stopped_and_says_what_it_reflects()
    {
        await SendAsync(1, [(30, 40, "防汛责任制")]);
        var size = Search("防汛").IndexedSize;
        await hub.RestartAsync();
        var after = hub.Get<FullTextIndex>().Progress;
        Assert.That(((ulong)after.Size, after.Walked), Is.EqualTo((size, -1L)), "What is there is not read again.");
        await SendAsync(2, [(30, 40, "防汛责任制")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Find("防汛责任制"), Is.EqualTo(new[] { 2, 1 }));
            Assert.That(Search("防汛").IndexedSize, Is.EqualTo((ulong)hub.Ledger.Size));
        }
    }

    [TestCase("deleted")]
    [TestCase("damaged")]
    [TestCase("of another form")]
    public async Task Is_made_anew_when_it_is(string what)
    {
        await SendAsync(1, [(30, 40, "防汛责任制")]);
        await SendAsync(2, [(30, 40, "防火责任制")]);
        await hub.RestartAfterAsync(() =>
        {
            switch (what)
            {
                case "deleted":
                    FullTextIndex.Remove(hub.Folder.Search);
                    break;
                case "damaged":
                    foreach (var file in Directory.EnumerateFiles(hub.Folder.SearchIndex, "*.si"))
                    {
                        File.WriteAllBytes(file, [1, 2, 3]);
                    }

                    break;
                default:
                    FullTextIndex.Remove(hub.Folder.Search);
                    using (var other = Lucene.Net.Store.FSDirectory.Open(hub.Folder.SearchIndex))
                    using (var writer = new Lucene.Net.Index.IndexWriter(other, new Lucene.Net.Index.IndexWriterConfig(BodyAnalyzer.Version, new BodyAnalyzer(true))))
                    {
                        writer.Commit();
                    }

                    break;
            }
        });
        await hub.IndexAsync();
        Assert.That(Find("责任制"), Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public async Task Finds_by_its_title_what_has_no_words_in_its_body()
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata(NumberOf(1)), "no pdf at all");
        await hub.DispatchAsync(package);
        await SendAsync(2, [(30, 40, "防火责任制")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Find("防汛"), Is.EqualTo(new[] { 2, 1 }));
            Assert.That(Find("防火"), Is.EqualTo(new[] { 2 }));
        }
    }

    [TestCase("")]
    [TestCase("，。")]
    public void Refuses_what_has_no_word_in_it(string text)
    {
        var request = new Wire.SearchRequest { Text = text.Length == 0 ? " " : text };
        Assert.That(() => hub.Get<ArchiveQueries>().Search(request, null), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.FormatFailure));
    }

    private ExchangeSite Site => hub.Site;

    private async Task<TestPackage> SendAsync(int number, (double X, double Y, string Text)[] page, PartyId? recipient = null, string? attachmentName = null)
    {
        var package = await TestPackage.MakeAsync(
            TestPackage.Metadata(NumberOf(number)), recipients: new RecipientList([recipient ?? Dongcheng], []), body: ("正文.ofd", SampleBodies.Ofd(page)),
            attachment: attachmentName is null ? null : () => new MemoryStream([1, 2, 3]), attachmentName: attachmentName ?? "附件.bin");
        var answer = await hub.DispatchAsync(package);
        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted));
        await hub.IndexAsync();
        return package;
    }

    private Wire.SearchReply Search(string text, Action<Wire.SearchRequest>? change = null, PartyId? node = null)
    {
        var request = new Wire.SearchRequest { Text = text };
        change?.Invoke(request);
        return hub.Get<ArchiveQueries>().Search(request, node);
    }

    private int[] Find(string text, Action<Wire.SearchRequest>? change = null, PartyId? node = null) => [.. Numbers(Search(text, change, node))];

    private static IEnumerable<int> Numbers(Wire.SearchReply reply) => reply.Documents.Select(document => DocumentNumber.Parse(document.Number).Number);

    private static string NumberOf(int number) => $"京政发〔2026〕{number}号";
}
