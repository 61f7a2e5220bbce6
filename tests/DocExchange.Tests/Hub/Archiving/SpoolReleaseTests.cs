using DocExchange.Core.Statements;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Archiving;

internal sealed class SpoolReleaseTests
{
    [Test]
    public async Task A_package_leaves_the_spool_when_everybody_is_done_and_a_backup_has_it()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var package = await ArchivedAsync(hub);

        await BackUpAsync(hub, folder);
        var early = hub.Get<ISpool>().Contains(package.Id.Value);
        await EndAsync(hub, package);
        var unsaved = hub.Get<ISpool>().Contains(package.Id.Value);
        await BackUpAsync(hub, folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((early, unsaved, hub.Get<ISpool>().Contains(package.Id.Value)), Is.EqualTo((true, true, false)));
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes), "from the volume");
            Assert.That(hub.Get<PackageUploads>().Query(package.Id.Value, SenderNode).Complete, Is.True);
        }

        await BackUpAsync(hub, folder);
        var restored = await HubRestore.RunAsync(folder.Under("backup"), folder.Under("restored"), null, new BackupLimits(), CancellationToken.None);
        await hub.RestartAsync(withoutCatalogue: true);
        await hub.ArchiveAsync(() => hub.Catalogue.Find(package.Document)?.Volume.Length > 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(restored.Passed, Is.True, string.Join("\n", restored.Audit.Problems));
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes), "after the catalogue was made anew");
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_node_that_was_away_gets_from_the_volume_what_the_spool_has_lost(bool withoutCatalogue)
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await ArchivedAsync(hub);
        await hub.RestartAfterAsync(() =>
        {
            Directory.Delete(hub.Folder.Spool, recursive: true);
            if (withoutCatalogue)
            {
                CatalogueFiles.Delete(hub.Folder);
            }
        });
        await hub.ArchiveAsync(() => hub.Catalogue.Find(package.Document)?.Volume.Length > 0);

        var mailbox = await hub.MailboxAsync(DistrictNode);
        var fetched = await hub.FetchAsync(package.Id, DistrictNode);
        var rest = await hub.FetchAsync(package.Id, DistrictNode, package.Bytes.Length / 2);
        await hub.DeliverAsync(package, Dongcheng);
        var signed = await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Get<ISpool>().Contains(package.Id.Value), Is.False);
            Assert.That(mailbox.Select(entry => entry.Statement.Type), Does.Contain(StatementType.Accepted));
            Assert.That(fetched, Is.EqualTo(package.Bytes));
            Assert.That(rest, Is.EqualTo(package.Bytes[(package.Bytes.Length / 2)..]), "a transfer that was cut off");
            Assert.That(signed.Effect.IsEffective, Is.True);
        }
    }

    [Test]
    public async Task It_stays_where_the_backup_found_a_fault_and_where_the_site_wants_it()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var package = await ArchivedAsync(hub);
        await EndAsync(hub, package);
        var file = Directory.EnumerateFiles(hub.Folder.Spool, "*.asice", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var done = await BackUpAsync(hub, folder);
        Assert.That((done.Problems, File.Exists(file)), Is.EqualTo((1, true)));

        await File.WriteAllBytesAsync(file, package.Bytes);
        await hub.RestartAfterAsync(() =>
        {
            var settings = HubSettings.Read(hub.Folder.Settings);
            settings.KeepSpool = true;
            settings.Write(hub.Folder.Settings);
        });
        done = await BackUpAsync(hub, folder);
        Assert.That((done.Problems, File.Exists(file)), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task It_stays_and_the_backup_is_made_where_the_volume_does_not_give_it_back()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var package = await ArchivedAsync(hub);
        await EndAsync(hub, package);
        await hub.RestartAfterAsync(() =>
        {
            var volume = Directory.EnumerateFiles(hub.Folder.Archive, "*.litedb").Single(file => !file.EndsWith("-log.litedb", StringComparison.Ordinal));
            var bytes = File.ReadAllBytes(volume);
            var at = bytes.AsSpan().IndexOf(package.Bytes.AsSpan(200, 32));
            Assert.That(at, Is.Positive);
            bytes[at] ^= 1;
            File.WriteAllBytes(volume, bytes);
        });

        var done = await BackUpAsync(hub, folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.Files, Is.Positive);
            Assert.That(done.Problems, Is.Zero, "only the reading of the package can have kept it");
            Assert.That(hub.Get<ISpool>().Contains(package.Id.Value), Is.True);
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
        }
    }

    private static async Task<TestPackage> ArchivedAsync(HubUnderTest hub)
    {
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.ArchiveAsync(() => hub.Catalogue.Find(package.Document)?.Volume.Length > 0);
        return package;
    }

    private static async Task EndAsync(HubUnderTest hub, TestPackage package)
    {
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("文件有误"), package.Document);
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        Assert.That(hub.Catalogue.Find(package.Document)!.IsFinal, Is.True);
    }

    private static async Task<(int Problems, ulong Files)> BackUpAsync(HubUnderTest hub, TemporaryFolder folder)
    {
        var steps = new StreamedReplies<Wire.BackupStep>();
        await hub.Get<BackupDesk>().RunAsync(new Wire.BackupRequest { To = folder.Under("backup") }, steps, CancellationToken.None);
        var done = steps.Messages[^1].Done;
        return (done.Problems.Count, done.Files);
    }
}
