using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Archiving;

public sealed class DocumentExaminationTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Judges_the_package_and_every_statement_and_proves_each_in_the_ledger()
    {
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        var examined = await ExamineAsync(package);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(examined.Package!.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(
                examined.Statements.Values.Select(each => (each.Logged.Statement.Type, each.Verdict.Indication, each.IsProven)),
                Is.EquivalentTo(new[] { StatementType.Dispatched, StatementType.Accepted, StatementType.Delivered, StatementType.SignedFor }.Select(type => (type, Indication.TotalPassed, true))));
            Assert.That(examined.IsInOrder, Is.True);
        }
    }

    [Test]
    public async Task Is_not_in_order_where_the_package_is_nowhere()
    {
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        var examined = await ExamineAsync(package);
        Assert.That((examined.Package, examined.Statements.Count, examined.IsInOrder), Is.EqualTo(((PackageVerdict?)null, 1, false)));
    }

    [Test]
    public async Task Finds_what_was_altered_in_a_package_that_is_not_archived_yet()
    {
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.ArchiveAsync(() => hub.Catalogue.Count().Archived == 1);
        await hub.RestartAfterAsync(() =>
        {
            Directory.Delete(hub.Folder.Archive, recursive: true);
            var file = Directory.EnumerateFiles(hub.Folder.Spool, "*", SearchOption.AllDirectories).Single(path => new FileInfo(path).Length == package.Bytes.Length);
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.AsSpan().IndexOf("body"u8)] ^= 1;
            File.WriteAllBytes(file, bytes);
        });
        var examined = await ExamineAsync(package);
        Assert.That((examined.Package!.Verdict.Indication, examined.IsInOrder), Is.EqualTo((Indication.TotalFailed, false)));
    }

    private async Task<ExaminedDocument> ExamineAsync(TestPackage package)
    {
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        return await hub.Get<DocumentExamination>().ExamineAsync(hub.Catalogue.Find(package.Document)!, CancellationToken.None);
    }
}
