using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Durability.Backups;
using DocExchange.Durability.Upgrades;
using DocExchange.Node;
using DocExchange.Node.Backups;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol.V1;
using DocExchange.Tests.Core.Operating;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Durability.Upgrades;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Directory = System.IO.Directory;

namespace DocExchange.Tests.Node.Records;

/// <summary>Which data a node's program works on, and how it comes to its own.</summary>
[NonParallelizable]
internal sealed class NodeDataTests
{
    private const string Later = "2\nDocExchange node 9.9.0\n";

    private NodeSite site = null!;

    [SetUp]
    public void Make() => site = new NodeSite();

    [TearDown]
    public void Remove() => site.Dispose();

    [TestCase("run")]
    [TestCase("audit")]
    [TestCase("trail")]
    [TestCase("create-admin --user root --name 张三")]
    [TestCase("add-users --file none.csv")]
    [TestCase("backup --to none")]
    [TestCase("token list --office bgs")]
    public async Task No_verb_touches_data_of_a_later_version(string verb)
    {
        await File.WriteAllTextAsync(site.Folder.DataVersion, Later);
        await File.WriteAllTextAsync(site.Folder.NodeFile, "as the later version writes it");
        var before = FolderContents.Of(site.Folder.Root);

        var (code, _, error) = await RunAsync([.. verb.Split(' '), "--data", site.Folder.Root]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(error, Does.Contain("[DATA_VERSION]").And.Contain("请安装 DocExchange node 9.9.0 或更高版本"));
            Assert.That(FolderContents.Of(site.Folder.Root), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task A_backup_of_a_later_version_is_not_restored()
    {
        using var folder = new TemporaryFolder();
        await BackupVerbs.RunAsync(site.Folder, folder.Under("backup"), CancellationToken.None);
        var isKnown = BackupReader.Open(folder.Under("backup"), BackupDescription.OfNode, new BackupLimits()).DataVersion.Number;
        foreach (var mark in Directory.EnumerateFiles(folder.Under("backup"), DataVersion.FileName, SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(mark, Later);
        }

        var (code, _, error) = await RunAsync("restore", "--from", folder.Under("backup"), "--data", folder.Under("r"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((isKnown, code), Is.EqualTo((1, 1)));
            Assert.That(error, Does.Contain("[DATA_VERSION]").And.Contain(folder.Under("backup")));
            Assert.That(Directory.Exists(folder.Under("r")), Is.False);
        }
    }

    [Test]
    public void Lines_of_before_data_were_marked_are_found_where_they_were_sent()
    {
        PutUnplaced(new LocalDisk(), site.Folder);
        File.Delete(site.Folder.DataVersion);

        site.Folder.Claim().Dispose();

        RequirePlaced(new LocalDisk(), site.Folder);
        Assert.That(File.ReadAllText(site.Folder.DataVersion), Is.EqualTo($"1\nDocExchange node {NodeOverview.Version}\n"));
        Assert.That(Directory.EnumerateFiles(site.Folder.Root, "*before-upgrade*"), Is.Empty);
    }

    [Test]
    public async Task A_node_whose_data_cannot_be_upgraded_does_not_start_and_keeps_them()
    {
        PutUnplaced(new LocalDisk(), site.Folder);
        File.Delete(site.Folder.DataVersion);
        await File.WriteAllTextAsync(site.Folder.Settings, """{ "Desk": { "TimeZone": "Asia/Nowhere" } }""");
        var before = FolderContents.Of(site.Folder.Root);

        var (code, _, error) = await RunAsync("run", "--data", site.Folder.Root);
        var after = FolderContents.Of(site.Folder.Root);
        File.Delete(site.Folder.Settings);
        site.Folder.Claim().Dispose();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(error, Does.Contain("[UPGRADE_FAILED]").And.Contain("Asia/Nowhere").And.Contain("数据已恢复原状"));
            Assert.That(after.Where(file => file.Key != "lock"), Is.EquivalentTo(before));
        }

        RequirePlaced(new LocalDisk(), site.Folder);
    }

    [Test]
    public void Its_database_is_upgraded_once_wherever_the_power_failed_before()
    {
        var folder = new DataFolder("/data");
        var disk = OldDisk(folder);
        new DataUpgrade(folder.Root, NodeData.Form, disk).Run();
        for (var count = disk.Origin; count <= disk.Operations.Count; count += 5)
        {
            var left = disk.PowerlessAfter(count, new Random(count));

            new DataUpgrade(folder.Root, NodeData.Form, left).Run();

            RequirePlaced(left, folder);
            Assert.That(left.Files(folder.Root).Where(path => path.Contains("before-upgrade", StringComparison.Ordinal)), Is.Empty, $"after {count} of {disk.Operations.Count}");
        }
    }

    [Test]
    public void Its_database_is_upgraded_once_wherever_it_was_killed_before()
    {
        var folder = new DataFolder("/data");
        var disk = OldDisk(folder);
        new DataUpgrade(folder.Root, NodeData.Form, disk).Run();
        for (var count = disk.Origin; count <= disk.Operations.Count; count += 5)
        {
            var left = disk.KilledAfter(count);

            new DataUpgrade(folder.Root, NodeData.Form, left).Run();

            RequirePlaced(left, folder);
            Assert.That(left.Files(folder.Root).Where(path => path.Contains("before-upgrade", StringComparison.Ordinal)), Is.Empty, $"after {count} of {disk.Operations.Count}");
        }
    }

    [Test]
    public void A_write_that_fails_in_its_upgrade_leaves_its_database_to_the_byte()
    {
        var folder = new DataFolder("/data");
        var whole = OldDisk(folder);
        new DataUpgrade(folder.Root, NodeData.Form, whole).Run();
        var undone = 0;
        for (var failing = 0; failing < whole.Operations.Count - whole.Origin; failing += 3)
        {
            var (disk, count) = (OldDisk(folder), 0);
            var before = ContentsOf(disk, folder);
            var at = failing;
            disk.Before = _ =>
            {
                if (Interlocked.Increment(ref count) == at + 1)
                {
                    throw new IOException("The test's disk failed.");
                }
            };
            undone += RequireEither(disk, folder, before, $"write {failing} failed");
        }

        Assert.That(undone, Is.GreaterThan(10));
    }

    [Test]
    public void A_disk_that_fills_in_its_upgrade_leaves_its_database_to_the_byte()
    {
        var folder = new DataFolder("/data");
        var whole = OldDisk(folder);
        var taken = ContentsOf(whole, folder).Values.Sum(content => (long)content.Length);
        var undone = 0;
        for (var room = 0L; room < 2 * taken; room += 32 * 1024)
        {
            var disk = OldDisk(folder);
            var before = ContentsOf(disk, folder);
            disk.Capacity = taken + room;
            undone += RequireEither(disk, folder, before, $"room for {room}");
        }

        Assert.That(undone, Is.GreaterThan(3));
    }

    // As the version before would find it where it failed; upgraded where it did not, or once what was in the way is away.
    private static int RequireEither(RecordingDisk disk, DataFolder folder, Dictionary<string, byte[]> before, string when)
    {
        IOException? failed = null;
        try
        {
            new DataUpgrade(folder.Root, NodeData.Form, disk).Run();
        }
        catch (IOException fault)
        {
            failed = fault;
        }

        (disk.Before, disk.Capacity) = (null, long.MaxValue);
        var isUndone = failed is UpgradeException { Reason: "UPGRADE_FAILED" } && !disk.Exists(folder.DataVersion);
        if (isUndone)
        {
            Assert.That(ContentsOf(disk, folder), Is.EqualTo(before), $"{when}: {failed!.Message}");
        }

        new DataUpgrade(folder.Root, NodeData.Form, disk).Run();
        RequirePlaced(disk, folder);
        return isUndone ? 1 : 0;
    }

    private static RecordingDisk OldDisk(DataFolder folder)
    {
        var made = new RecordingDisk();
        PutUnplaced(made, folder);
        return made.Copy();
    }

    // Without what the failed one has left of the copy, which counts for nothing and goes at the next start.
    private static Dictionary<string, byte[]> ContentsOf(RecordingDisk disk, DataFolder folder) => disk.Files(folder.Root)
        .Where(path => !path.Contains("before-upgrade", StringComparison.Ordinal) && !path.EndsWith(".new", StringComparison.Ordinal)).ToDictionary(path => path, disk.Read);

    // As it was written before lists went by keys and numbers by places.
    private static void PutUnplaced(IDisk disk, DataFolder folder)
    {
        using var records = new NodeRecords(folder, disk);
        records.Write(() => records.Outbox.InsertBulk(Enumerable.Range(1, 3).Select(number => new ListedRow
        {
            Id = (long.MaxValue - NodeSite.Now.AddHours(number).ToUnixTimeMilliseconds()).ToString("D19", System.Globalization.CultureInfo.InvariantCulture) + NodeSite.Document(number),
            Document = NodeSite.Document(number).ToString(),
            Office = NodeSite.Sender.ToString(),
            State = number == 3 ? nameof(DocExchange.Core.Routing.DocumentPhase.Voided) : nameof(DocExchange.Core.Routing.DeliveryState.SignedFor),
            Summary = new DocumentSummary { Title = $"第{number}件", Number = $"示政发〔2026〕{number}号", AcceptedAt = "2026-03-02T08:00:00.000Z" }.ToByteArray(),
        })));
    }

    private static void RequirePlaced(IDisk disk, DataFolder folder)
    {
        using var records = new NodeRecords(folder, disk);
        var page = new OutboxBook(records, new PackageShelf(folder), new FakeTimeProvider(NodeSite.Now)).Page(NodeSite.Sender, new OutboxFilter(OutboxView.All), "", 50);
        Assert.That(page.Lines.Select(line => (line.Summary.Title, line.Sent.Serial)), Is.EqualTo(new[] { ("第3件", 3), ("第2件", 2), ("第1件", 1) }));
        Assert.That(new NumberRegister(records).NextOf("示政发", 2026).Number, Is.EqualTo(4));
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) =>
        CapturedConsole.RunAsync(() => new Verbs(new VerbLanguage(IsEnglish: false)).InvokeAsync(args));
}
