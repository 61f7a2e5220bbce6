using DocExchange.Core.Statements;
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

    protected override ICatalogue Open() => new LiteDbCatalogue(folder.Under("catalogue.db"), TimeZoneInfo.Utc);

    protected override ICatalogue OpenAnew() => new LiteDbCatalogue(folder.Under($"catalogue-{++made}.db"), TimeZoneInfo.Utc);

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
