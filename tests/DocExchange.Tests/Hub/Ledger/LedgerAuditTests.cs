using DocExchange.Hub.Ledger;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Hub.Ledger;

internal sealed class LedgerAuditTests
{
    private MemoryDisk disk = new();

    [SetUp]
    public async Task FillLedger()
    {
        disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk, segmentSize: 10_000);
        for (var batch = 0; batch < 30; batch++)
        {
            await store.AppendNext(50);
            store.SignAndSave();
        }
    }

    [TearDown]
    public void DisposeDisk() => disk.Dispose();

    [Test]
    public void Finds_a_sound_ledger_sound()
    {
        var frontier = new MerkleFrontier();
        for (var index = 0; index < 1500; index++)
        {
            frontier.Append(LedgerFixture.Entry(index));
        }

        var result = Audit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Problems, Is.Empty);
            Assert.That(result.IsSound, Is.True);
            Assert.That(result.Entries, Is.EqualTo(1500));
            Assert.That(result.Root, Is.EqualTo(frontier.Root));
            Assert.That(result.Checkpoints, Is.EqualTo(30));
        }
    }

    [TestCase("entries-000000.log", "entries-000000.log")]
    [TestCase("entries-000002.log", "entries-000002.log")]
    [TestCase("entries-000001.seal", "entries-000001.seal")]
    [TestCase("tile/0/003", "tile/0/003")]
    public void Names_the_file_with_a_flipped_bit(string file, string named)
    {
        var bytes = disk.Content(file).ToArray();
        bytes[bytes.Length / 2] ^= 4;
        disk.Set(file, bytes);
        var problem = Audit().Problems.First(each => each.English.Contains(named, StringComparison.Ordinal));
        Assert.That(problem.Chinese, Does.Contain(named).And.Match("[。]$").And.Not.Match("[a-z]+ [a-z]+"));
    }

    [Test]
    public void Names_a_missing_segment()
    {
        disk.Delete("entries-000001.log");
        Assert.That(Audit().Problems.Select(problem => problem.English), Has.Some.Contains("entries-000001.log"));
    }

    [Test]
    public async Task Notices_a_ledger_that_was_written_anew_under_its_checkpoints()
    {
        var forged = new MemoryDisk();
        await using (var store = LedgerFixture.Open(forged, segmentSize: 10_000))
        {
            for (var entry = 0; entry < 1500; entry++)
            {
                await store.AppendAsync([entry == 700 ? new byte[] { 1 } : LedgerFixture.Entry(entry)], CancellationToken.None);
            }
        }

        forged.Set(CheckpointLog.FileName, disk.Content(CheckpointLog.FileName));
        var result = LedgerAudit.Run(forged, CancellationToken.None);
        Assert.That(result.Problems.Select(problem => problem.English), Has.Exactly(16).Items.And.All.Contains("checkpoint"));
        Assert.That(result.Problems.Select(problem => problem.Chinese), Is.All.Contains("条的检查点的根是"));
    }

    [Test]
    public void An_unfinished_batch_is_no_problem_but_is_told()
    {
        var last = disk.Names().Last(name => name.EndsWith(".log", StringComparison.Ordinal));
        disk.Set(last, [.. disk.Content(last), 0, 0, 0, 9, 1]);
        var result = Audit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.IsSound, Is.True);
            Assert.That(result.UnfinishedBytes, Is.EqualTo(5));
        }
    }

    [Test]
    public void Missing_entries_under_a_checkpoint_are_a_problem()
    {
        var last = disk.Names().Last(name => name.EndsWith(".log", StringComparison.Ordinal));
        disk.Set(last, disk.Content(last)[..LedgerSegment.HeaderSize]);
        Assert.That(Audit().Problems.Select(problem => problem.English), Has.Some.Contains("1500"));
    }

    [Test]
    public async Task Reads_a_real_folder_beside_the_running_hub()
    {
        var folder = Directory.CreateTempSubdirectory("ledger").FullName;
        try
        {
            await using var store = FileLedgerStore.Open(folder);
            await store.AppendNext(600);
            store.SignAndSave();
            var result = LedgerAudit.Run(folder, CancellationToken.None);
            Assert.That((result.IsSound, result.Entries, result.Root), Is.EqualTo((true, 600L, store.Root(600))));
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(folder, "tile", "0", "001")), Is.EqualTo(store.Tile(0, 1, 256).ToArray()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private LedgerAuditResult Audit() => LedgerAudit.Run(disk, CancellationToken.None);
}
