using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Merkle;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Backups;

[NonParallelizable]
internal sealed class HubBackupTests
{
    private static readonly BackupLimits Limits = new();

    [Test]
    public async Task A_hub_comes_back_with_everything_and_its_audit_is_clean()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.ArchiveAsync(() => hub.Get<IArchiveStore>().Contains(package.Id.Value));
        await hub.DeliverAsync(package, Dongcheng);
        var note = Parse(hub.Ledger.LatestCheckpoint!.Value);

        var result = await hub.Get<HubBackup>().RunAsync(folder.Under("backup"), null, CancellationToken.None);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        var later = Parse(hub.Ledger.LatestCheckpoint!.Value);
        var restored = await HubRestore.RunAsync(folder.Under("backup"), folder.Under("restored"), note, Limits, CancellationToken.None);
        var lacking = await HubRestore.RunAsync(folder.Under("backup"), folder.Under("again"), later, Limits, CancellationToken.None);
        var other = await HubRestore.RunAsync(folder.Under("backup"), folder.Under("third"), new Checkpoint(note.Origin, note.Size, later.Root), Limits, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Problems, Is.Empty);
            Assert.That(result.Description.LedgerSize, Is.GreaterThanOrEqualTo(note.Size));
            Assert.That(restored.Passed, Is.True, string.Join("\n", restored.Audit.Problems));
            Assert.That(restored.Audit.Entries, Is.EqualTo(result.Description.LedgerSize));
            Assert.That((restored.Missing, lacking.Missing, lacking.Passed), Is.EqualTo((0L, later.Size - result.Description.LedgerSize, false)));
            Assert.That(other.CheckpointProblem?.English, Does.Contain("another history"));
        }

        using var archive = new LiteDbArchive(new HubFolder(folder.Under("restored")).Archive, new DocExchange.Durability.LocalDisk(), hub.Clock);
        await using var stream = archive.OpenPackage(package.Id.Value)!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        Assert.That(bytes.ToArray(), Is.EqualTo(package.Bytes));
    }

    [Test]
    public async Task The_restored_folder_is_one_a_hub_works_in()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.Get<HubBackup>().RunAsync(folder.Under("backup"), null, CancellationToken.None);

        await hub.RestartAfterAsync(() =>
        {
            Directory.Delete(hub.Folder.Root, recursive: true);
            HubRestore.RunAsync(folder.Under("backup"), hub.Folder.Root, null, Limits, CancellationToken.None).GetAwaiter().GetResult();
        });

        await hub.DeliverAsync(package, Dongcheng);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Get<ICatalogue>().Find(package.Document), Is.Not.Null);
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
        }
    }

    [Test]
    public async Task The_next_run_copies_only_what_is_new_and_leaves_out_what_can_be_made_again()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var backup = hub.Get<HubBackup>();
        await hub.DispatchAsync(await TestPackage.MakeAsync());
        await backup.RunAsync(folder.Under("backup"), null, CancellationToken.None);
        var nothing = await backup.RunAsync(folder.Under("backup"), null, CancellationToken.None);

        await hub.DispatchAsync(await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕7号"), "second"));
        var second = await backup.RunAsync(folder.Under("backup"), null, CancellationToken.None);

        var names = File.ReadAllLines(folder.Under("backup/SHA256SUMS")).Select(line => line[66..]).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(nothing.CopiedFiles, Is.LessThanOrEqualTo(3), "its description, and what the archiver wrote meanwhile");
            Assert.That(names.Count(name => name.EndsWith(".asice", StringComparison.Ordinal)), Is.EqualTo(2));
            Assert.That(names.Count(name => name.StartsWith("000001/spool", StringComparison.Ordinal)), Is.EqualTo(1), "it lies where the first run put it");
            Assert.That(second.CopiedFiles, Is.LessThan(12));
            Assert.That(names.Where(name => name.Contains("catalogue", StringComparison.Ordinal) || name.Contains("search/", StringComparison.Ordinal) || name.Contains("/tile/", StringComparison.Ordinal)), Is.Empty);
            Assert.That(names.Select(name => name[7..]), Does.Contain("keys/ledger.p8").And.Contain("secrets/key-password").And.Contain("site.litedb").And.Contain("audit.log"));
        }
    }

    [Test]
    public async Task A_damaged_package_is_named_and_the_rest_is_backed_up()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        var file = Directory.EnumerateFiles(hub.Folder.Spool, "*.asice", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var result = await hub.Get<HubBackup>().RunAsync(folder.Under("backup"), null, CancellationToken.None);

        Assert.That(result.Problems.Single().English, Does.Contain(package.Id.ToString()).And.Contain("was not backed up"));
    }

    [Test]
    public async Task A_stopped_hub_is_backed_up_in_its_folder_and_a_running_one_is_not_touched_there()
    {
        using var folder = new TemporaryFolder();
        (await ExchangeSite.GetAsync()).CopyTo(Directory.CreateDirectory(folder.Under("hub")).FullName);
        var hub = new HubFolder(folder.Under("hub"));

        var result = await BackupVerbs.RunAsync(hub, folder.Under("backup"), CancellationToken.None);
        var restored = await HubRestore.RunAsync(folder.Under("backup"), folder.Under("restored"), null, Limits, CancellationToken.None);

        Assert.That(restored.Audit.Problems, Is.Empty);
        Assert.That(restored.Audit.Entries, Is.EqualTo(result.Description.LedgerSize).And.GreaterThan(0));
        using var running = DocExchange.Durability.SingleProcess.Claim(hub.Root);
        await Assert.ThrowsAsync<FolderInUseException>(() => BackupVerbs.RunAsync(hub, folder.Under("backup"), CancellationToken.None));
    }

    [Test]
    public async Task A_checkpoint_is_read_as_a_node_prints_it()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        var note = Encoding.UTF8.GetString(hub.Ledger.LatestCheckpoint!.Value.Span);
        var texts = new[]
        {
            note,
            note + "签名有效，账本密钥 beijing/1+c0ffee\n尚无检查点得到 2 份见证\n",
            System.Text.Json.JsonSerializer.Serialize(new { origin = "x", note }),
        };

        foreach (var text in texts)
        {
            await File.WriteAllTextAsync(folder.Under("note"), text);
            Assert.That(GivenCheckpoint.Read(folder.Under("note")), Is.EqualTo(Parse(hub.Ledger.LatestCheckpoint!.Value)));
        }

        await File.WriteAllTextAsync(folder.Under("note"), "{}");
        Assert.That(() => GivenCheckpoint.Read(folder.Under("note")), Throws.TypeOf<BackupException>());
        Assert.That(() => GivenCheckpoint.Read(folder.Under("nothing")), Throws.TypeOf<BackupException>());
    }

    [Test]
    public async Task A_checkpoint_of_another_exchange_is_refused_before_anything_is_restored()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var folder = new TemporaryFolder();
        await hub.Get<HubBackup>().RunAsync(folder.Under("backup"), null, CancellationToken.None);
        var strange = new Checkpoint("tianjin/1", 3, default);

        var refused = await Assert.ThrowsAsync<BackupException>(() => HubRestore.RunAsync(folder.Under("backup"), folder.Under("restored"), strange, Limits, CancellationToken.None));

        Assert.That(refused!.English, Does.Contain("tianjin/1"));
        Assert.That(Directory.Exists(folder.Under("restored")), Is.False);
    }

    private static Checkpoint Parse(ReadOnlyMemory<byte> note) => CheckpointLog.Parse(note.Span);
}
