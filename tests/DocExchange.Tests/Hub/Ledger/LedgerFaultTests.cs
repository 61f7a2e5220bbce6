using DocExchange.Hub.Ledger;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Hub.Ledger;

internal sealed class LedgerFaultTests
{
    [Test]
    public async Task A_failed_batch_is_not_seen_and_the_next_one_takes_its_place(
        [Values(DiskStep.BeforeWrite, DiskStep.AfterWrite, DiskStep.BeforeSync, DiskStep.AfterSync)] DiskStep at)
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        FailOnce(disk, at);
        await Assert.ThrowsAsync<IOException>(async () => await store.AppendAsync([new byte[] { 1 }, new byte[] { 2 }], CancellationToken.None));
        Assert.That(store.Size, Is.EqualTo(3));
        await store.AppendNext(2);
        store.RequireWhole();
        await using var reopened = LedgerFixture.Open(disk.AfterKill());
        Assert.That(reopened.Size, Is.EqualTo(5));
        reopened.RequireWhole();
    }

    [Test]
    public async Task Takes_nothing_more_when_it_cannot_know_what_is_on_disk()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        disk.Step = (step, _) => throw new IOException("no space left on device");
        await Assert.ThrowsAsync<IOException>(async () => await store.AppendNext(2));
        disk.Step = null;
        var refused = await Assert.ThrowsAsync<IOException>(async () => await store.AppendNext(2));
        Assert.That(refused!.Message, Does.Contain("open it again").And.Contain("no space left on device"));
        store.RequireWhole();
        await using var reopened = LedgerFixture.Open(disk.AfterKill());
        reopened.RequireWhole();
        await reopened.AppendNext(1);
    }

    [Test]
    public async Task A_segment_that_cannot_be_begun_fails_the_batch_and_is_begun_by_the_next(
        [Values(DiskStep.BeforeReplace, DiskStep.AfterReplace, DiskStep.BeforeTruncate, DiskStep.BeforeFolderSync)] DiskStep at)
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk, segmentSize: 300);
        await store.AppendNext(10);
        FailOnce(disk, at);
        await Assert.ThrowsAsync<IOException>(async () => await store.AppendNext(10));
        await store.AppendNext(10);
        store.RequireWhole();
        await using var reopened = LedgerFixture.Open(disk.AfterKill(), segmentSize: 300);
        Assert.That(reopened.Size, Is.EqualTo(20));
        reopened.RequireWhole();
    }

    [Test]
    public async Task Tiles_that_are_damaged_or_missing_are_made_again()
    {
        var disk = new MemoryDisk();
        await using (var store = LedgerFixture.Open(disk, segmentSize: 100_000))
        {
            for (var batch = 0; batch < 70; batch++)
            {
                await store.AppendNext(1000);
            }
        }

        var tiles = disk.Names().Where(name => name.StartsWith("tile/", StringComparison.Ordinal)).ToList();
        var contents = tiles.ToDictionary(name => name, disk.Content);
        Assert.That(tiles, Has.Member("tile/1/000").And.Member("tile/0/272").And.Count.EqualTo(274));
        disk.Delete("tile/1/000");
        disk.Set("tile/0/000", new byte[8192]);
        disk.Set("tile/0/001", new byte[17]);
        disk.Delete("tile/0/255");

        await using var reopened = LedgerFixture.Open(disk, segmentSize: 100_000);
        foreach (var index in new long[] { 0, 300, 65_400, 69_999 })
        {
            var proof = reopened.InclusionProof(index, 70_000);
            Assert.That(MerkleTree.VerifyInclusion(MerkleHash.Leaf(LedgerFixture.Entry(index)), index, 70_000, proof, reopened.Root(70_000)), Is.True);
            Assert.That(reopened.Tile(0, index / 256, 1).Length, Is.EqualTo(32));
        }

        foreach (var name in new[] { "tile/1/000", "tile/0/000", "tile/0/001", "tile/0/255" })
        {
            Assert.That(disk.Content(name), Is.EqualTo(contents[name]), name);
        }
    }

    [Test]
    public async Task A_tile_that_cannot_be_written_stops_no_batch()
    {
        var disk = new MemoryDisk { Step = (step, name) => { if (step == DiskStep.BeforeReplace && name.StartsWith("tile/", StringComparison.Ordinal)) { throw new IOException("full"); } } };
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(1000);
        store.RequireWhole();
    }

    [Test]
    public async Task Opens_without_or_with_damaged_seals([Values] bool isMissing)
    {
        var disk = new MemoryDisk();
        await using (var store = LedgerFixture.Open(disk, LedgerFixture.SmallSegments))
        {
            for (var batch = 0; batch < 30; batch++)
            {
                await store.AppendNext(20);
            }

            store.SignAndSave();
        }

        var seals = disk.Names().Where(name => name.EndsWith(".seal", StringComparison.Ordinal)).ToList();
        Assert.That(seals, Has.Count.GreaterThan(3));
        foreach (var seal in seals)
        {
            var bytes = disk.Content(seal).ToArray();
            bytes[20] ^= 1;
            disk.Set(seal, bytes);
            if (isMissing)
            {
                disk.Delete(seal);
            }
        }

        await using var reopened = LedgerFixture.Open(disk, LedgerFixture.SmallSegments);
        Assert.That(reopened.Size, Is.EqualTo(600));
        reopened.RequireWhole();
    }

    [Test]
    public async Task Thins_old_checkpoints_and_keeps_the_newest()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        for (var i = 0; i < 12_000; i++)
        {
            if (i % 100 == 0)
            {
                await store.AppendNext(1);
            }

            store.SignAndSave();
        }

        Assert.That(disk.Content(CheckpointLog.FileName), Has.Length.InRange(1, CheckpointLog.MaxLength));
        await using var reopened = LedgerFixture.Open(disk.AfterKill());
        Assert.That(reopened.LatestCheckpoint!.Value.ToArray(), Is.EqualTo(store.LatestCheckpoint!.Value.ToArray()));
        Assert.That(CheckpointLog.ReadAll(disk.Open(CheckpointLog.FileName)).Select(note => CheckpointLog.Parse(note).Size), Is.Ordered.And.Some.LessThan(60));
    }

    [Test]
    public async Task Only_one_process_has_the_ledger()
    {
        var folder = Directory.CreateTempSubdirectory("ledger").FullName;
        try
        {
            await using var store = FileLedgerStore.Open(folder);
            Assert.That(() => FileLedgerStore.Open(folder), Throws.InstanceOf<IOException>().With.Message.Contains("in use by another process"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void FailOnce(MemoryDisk disk, DiskStep at) => disk.Step = (step, _) =>
    {
        if (step == at)
        {
            disk.Step = null;
            throw new IOException("the disk failed");
        }
    };
}
