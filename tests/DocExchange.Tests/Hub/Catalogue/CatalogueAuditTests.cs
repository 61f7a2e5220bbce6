using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using LiteDB;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Catalogue;

/// <summary>What differs between a hub's catalogue and its ledger is named, however it came about.</summary>
internal sealed class CatalogueAuditTests
{
    private HubUnderTest hub = null!;
    private TestPackage package = null!;

    [SetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);
        await hub.DeliverAsync(package, Xicheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        await Waiting.UntilAsync("all is archived", () => hub.Catalogue.StatementsArchivedTo == hub.Ledger.Size);
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Finds_nothing_in_a_catalogue_that_is_what_one_made_anew_would_be()
    {
        var second = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "2");
        await hub.DispatchAsync(second);
        await hub.ActAsync(StatementType.Withdrawn, GeneralOffice, new PlainBody("有误"), second.Document);
        await Waiting.UntilAsync("all is archived", () => hub.Catalogue.Unarchived(1).Count == 0 && hub.Catalogue.StatementsArchivedTo == hub.Ledger.Size);

        Assert.That(await AuditAfterAsync(() => { }), Is.Empty);
    }

    [Test]
    public async Task Names_the_row_and_the_field_of_a_byte_that_changed_on_the_disk_and_a_rebuild_makes_it_good()
    {
        var title = Encoding.UTF8.GetBytes(hub.Catalogue.Find(package.Document)!.Title);

        var problems = await AuditAfterAsync(() => FlipIn(hub.Folder.Catalogue, title));
        await hub.RestartAsync(withoutCatalogue: true);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems, Has.Count.EqualTo(1));
            Assert.That(problems[0].English, Does.Contain("documents").And.Contain("title").And.Contain(package.Document.ToString()).And.Contain("docex hub rebuild"));
            Assert.That(problems[0].Chinese, Does.Contain(package.Document.ToString()).And.Contain("docex hub rebuild"));
            Assert.That(await AuditAfterAsync(() => { }), Is.Empty);
        }
    }

    [Test]
    public async Task Names_rows_that_are_missing_and_rows_that_nothing_in_the_ledger_accounts_for()
    {
        var gone = "";
        var problems = await AuditAfterAsync(() =>
        {
            using var database = new LiteDatabase(hub.Folder.Catalogue);
            var mailboxes = database.GetCollection("mailboxes");
            gone = mailboxes.FindAll().First()["_id"].AsString;
            mailboxes.Delete(gone);
            database.GetCollection("numbers").Insert(new BsonDocument { ["_id"] = "x|京政发〔2026〕99号", ["document"] = package.Document.ToString() });
        });

        Assert.That(problems.Select(problem => problem.English), Is.EqualTo(new[]
        {
            $"The catalogue's numbers have 'x|京政发〔2026〕99号', for which there is nothing in the ledger. Run 'docex hub rebuild'.",
            $"The catalogue's mailboxes lack '{gone}'. Run 'docex hub rebuild'.",
        }));
    }

    [Test]
    public async Task Says_so_when_the_catalogue_cannot_be_read_at_all()
    {
        var problems = await AuditAfterAsync(() => File.WriteAllBytes(hub.Folder.Catalogue, [.. Enumerable.Repeat((byte)7, 64 * 1024)]));

        Assert.That(problems.Single().English, Does.Contain("damaged"));
    }

    private async Task<IReadOnlyList<AuditProblem>> AuditAfterAsync(Action change)
    {
        IReadOnlyList<AuditProblem> problems = [];
        await hub.RestartAfterAsync(() =>
        {
            change();
            problems = CatalogueAudit.RunAsync(hub.Folder, null, CancellationToken.None).GetAwaiter().GetResult();
        });
        return problems;
    }

    private static void FlipIn(string path, byte[] text)
    {
        var bytes = File.ReadAllBytes(path);
        var flipped = 0;
        for (int at, from = 0; (at = bytes.AsSpan(from).IndexOf(text)) >= 0; from += at + 1, flipped++)
        {
            bytes[from + at + text.Length - 1] ^= 1;
        }

        Assert.That(flipped, Is.GreaterThan(0), "The title is in the file.");
        File.WriteAllBytes(path, bytes);
    }
}
