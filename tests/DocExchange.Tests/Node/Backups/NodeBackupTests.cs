using System.Text;
using DocExchange.Core.Operating;
using DocExchange.Durability.Backups;
using DocExchange.Node.Auditing;
using DocExchange.Node.Backups;
using DocExchange.Node.Records;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Backups;

internal sealed class NodeBackupTests
{
    [Test]
    public async Task One_that_fails_is_in_the_audit_trail_as_asked_for_and_as_failed()
    {
        using var site = new NodeSite();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Under("other"));
        await File.WriteAllTextAsync(folder.Under("other/letter.txt"), "not a backup");

        await Assert.ThrowsAsync<BackupException>(() => BackupVerbs.RunAsync(site.Folder, folder.Under("other"), CancellationToken.None));

        var lines = await File.ReadAllLinesAsync(site.Folder.AuditTrail);
        Assert.That(lines.Select(line => (line.Contains("\"act\":\"Backup\"", StringComparison.Ordinal), line.Contains("\"step\":\"asked\"", StringComparison.Ordinal), line.Contains("\"step\":\"failed\"", StringComparison.Ordinal))), Is.EqualTo(new[] { (true, true, false), (true, false, true) }));
    }

    [Test]
    public async Task A_node_comes_back_with_its_keys_packages_drafts_and_records()
    {
        using var site = new NodeSite();
        using var folder = new TemporaryFolder();
        var package = Digest.Of("a package"u8).ToString();
        await File.WriteAllTextAsync(Path.Combine(site.Folder.Packages, package), "a package");
        await File.WriteAllTextAsync(Path.Combine(site.Folder.Packages, package + ".part"), "half of one");
        Directory.CreateDirectory(Path.Combine(site.Folder.Drafts, "d1"));
        await File.WriteAllTextAsync(Path.Combine(site.Folder.Drafts, "d1", "1"), "a draft's body");
        using (var records = new NodeRecords(site.Folder))
        {
            records.Write(() => records.Set("something", 7, Encoding.UTF8.GetBytes("kept")));
        }

        await using (File.Open(Path.Combine(site.Folder.Drafts, "d1", "2"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            var first = await BackupVerbs.RunAsync(site.Folder, folder.Under("backup"), CancellationToken.None);
            var second = await BackupVerbs.RunAsync(site.Folder, folder.Under("backup"), CancellationToken.None);
            Assert.That(first.Problems.Concat(second.Problems), Is.Empty);
            Assert.That(second.CopiedFiles, Is.LessThanOrEqualTo(4), "audit trail, description, and what opening the database wrote");
        }

        var backup = BackupReader.Open(folder.Under("backup"), BackupDescription.OfNode, new BackupLimits());
        backup.Verify(CancellationToken.None);
        var restored = new DataFolder(folder.Under("r"));
        backup.RestoreTo(restored.Root, "node.json", CancellationToken.None);
        restored.Create();
        var audit = await StoreAudit.RunAsync(restored, CancellationToken.None);
        using var again = new NodeRecords(restored);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(audit.Problems, Is.Empty);
            Assert.That(again.Setting("something")?.Number, Is.EqualTo(7));
            Assert.That(Directory.EnumerateFiles(restored.Packages).Select(Path.GetFileName), Is.EqualTo(new[] { package }));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(restored.Drafts, "d1", "1")), Is.EqualTo("a draft's body"));
            Assert.That(File.Exists(Path.Combine(restored.Drafts, "d1", "2")), Is.False, "being uploaded: it begins again");
            Assert.That(Directory.EnumerateFiles(restored.Keys).Select(Path.GetFileName), Is.EquivalentTo(Directory.EnumerateFiles(site.Folder.Keys).Select(Path.GetFileName)));
        }
    }

    [Test]
    public async Task Restoring_shows_how_much_was_verified_and_restored()
    {
        using var site = new NodeSite();
        using var folder = new TemporaryFolder();
        var package = Digest.Of("a package"u8).ToString();
        await File.WriteAllTextAsync(Path.Combine(site.Folder.Packages, package), "a package");
        await BackupVerbs.RunAsync(site.Folder, folder.Under("backup"), CancellationToken.None);
        var screen = new StringWriter();
        using var bar = new WorkBar(new VerbAnswer(isJson: false, isEnglish: false), screen, new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) });

        var audit = await BackupVerbs.RestoreAsync(BackupReader.Open(folder.Under("backup"), BackupDescription.OfNode, new BackupLimits()), new DataFolder(folder.Under("r")), bar, CancellationToken.None);

        Assert.That(audit.Problems, Is.Empty);
        Assert.That(screen.ToString(), Does.Match(@"核验备份 ┄+ 0%(.|\n)*核验备份 ━+┄+ [1-9]\d?%(.|\n)*核验备份 ━+ 100%(.|\n)*恢复文件 ━+┄+ [1-9]\d?%(.|\n)*核验存证 ┄+ 0%(.|\n)*核验文件 ━+ 100%"));
    }
}
