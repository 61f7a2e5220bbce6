using CsCheck;
using DocExchange.Hub.Ledger;

namespace DocExchange.Tests.Hub.Ledger;

internal sealed class LedgerCrashTests
{
    private const string First = "entries-000000.log";

    [Test]
    public async Task A_tail_torn_at_any_byte_is_cut_and_what_lies_before_stays()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        store.SignAndSave();
        var durable = disk.Content(First).Length;
        await store.AppendNext(4);
        var whole = disk.Content(First);
        for (var length = durable; length <= whole.Length; length++)
        {
            var torn = disk.AfterKill();
            torn.Set(First, whole[..length]);
            await using var reopened = LedgerFixture.Open(torn);
            reopened.RequireWhole();
            var expected = 3 + Enumerable.Range(3, 4).TakeWhile(i => RecordsUpTo(i) <= length).Count();
            Assert.That(reopened.Size, Is.EqualTo(expected), $"cut at {length}");
            await reopened.AppendNext(2);
            await using var again = LedgerFixture.Open(torn.AfterKill());
            again.RequireWhole();
            Assert.That(again.Size, Is.EqualTo(expected + 2), $"cut at {length}");
        }
    }

    [Test]
    public async Task Never_cuts_what_a_checkpoint_covers()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        store.SignAndSave();
        var whole = disk.Content(First);
        for (var length = 0; length < whole.Length; length++)
        {
            var torn = disk.AfterKill();
            torn.Set(First, whole[..length]);
            Assert.That(() => LedgerFixture.Open(torn), Throws.InstanceOf<LedgerCorruptException>().With.Property("File").EqualTo(First), $"cut at {length}");
            Assert.That(torn.Content(First), Has.Length.EqualTo(length), "nothing may be changed");
        }
    }

    [Test]
    public async Task Names_file_and_place_of_every_flipped_bit_below_a_checkpoint()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        store.SignAndSave();
        var whole = disk.Content(First);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = disk.AfterKill();
            var bytes = whole.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            damaged.Set(First, bytes);
            var place = bit / 8 < LedgerSegment.HeaderSize ? 0 : Enumerable.Range(-1, 3).Select(RecordsUpTo).Last(start => start <= bit / 8);
            Assert.That(
                () => LedgerFixture.Open(damaged),
                Throws.InstanceOf<LedgerCorruptException>().With.Property("File").EqualTo(First).And.Property("Offset").EqualTo(place).And.Property("Chinese").Contains("与写入时不符"),
                $"bit {bit}");
        }
    }

    [Test]
    public async Task Keeps_a_copy_of_what_was_cut()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(2);
        var end = disk.Content(First).Length;
        disk.Set(First, [.. disk.Content(First), 1, 2, 3]);
        await using var reopened = LedgerFixture.Open(disk);
        Assert.That(disk.Content($"torn-000000-{end}"), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_finished_segment_that_was_damaged_is_noticed_when_read()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk, LedgerFixture.SmallSegments);
        for (var batch = 0; batch < 20; batch++)
        {
            await store.AppendNext(20);
        }

        Assert.That(disk.Names(), Has.Member("entries-000003.log"));
        var bytes = disk.Content(First).ToArray();
        bytes[^1] ^= 1;
        disk.Set(First, bytes);
        await using var reopened = LedgerFixture.Open(disk, LedgerFixture.SmallSegments);
        var last = Enumerable.Range(0, 400).Last(i => RecordsUpTo(i) == bytes.Length);
        Assert.That(() => reopened.Read(last), Throws.InstanceOf<LedgerCorruptException>().With.Property("File").EqualTo(First));
        Assert.That(reopened.Read(last + 1).ToArray(), Is.EqualTo(LedgerFixture.Entry(last + 1)));
    }

    [TestCase("entries-000001.log")]
    [TestCase("entries-000000.log")]
    public async Task Names_a_segment_that_is_missing(string name)
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk, LedgerFixture.SmallSegments);
        for (var batch = 0; batch < 20; batch++)
        {
            await store.AppendNext(20);
        }

        disk.Delete(name);
        Assert.That(() => LedgerFixture.Open(disk, LedgerFixture.SmallSegments), Throws.InstanceOf<LedgerCorruptException>().With.Property("File").EqualTo(name));
    }

    [Test]
    public async Task Refuses_entries_that_do_not_have_the_root_of_the_checkpoint()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        store.SignAndSave();
        var foreign = new MemoryDisk();
        await using var other = LedgerFixture.Open(foreign);
        await other.AppendAsync([new byte[] { 1 }, new byte[] { 2 }, new byte[] { 3 }], CancellationToken.None);
        disk.Set(First, foreign.Content(First));
        Assert.That(() => LedgerFixture.Open(disk), Throws.InstanceOf<LedgerCorruptException>());
    }

    [Test]
    public async Task A_torn_checkpoint_leaves_the_one_before()
    {
        var disk = new MemoryDisk();
        await using var store = LedgerFixture.Open(disk);
        await store.AppendNext(3);
        store.SignAndSave();
        var before = disk.Content(CheckpointLog.FileName).Length;
        await store.AppendNext(1);
        store.SignAndSave();
        var whole = disk.Content(CheckpointLog.FileName);
        for (var length = before; length <= whole.Length; length++)
        {
            var torn = disk.AfterKill();
            torn.Set(CheckpointLog.FileName, whole[..length]);
            await using var reopened = LedgerFixture.Open(torn);
            Assert.That(CheckpointLog.Parse(reopened.LatestCheckpoint!.Value.Span).Size, Is.EqualTo(length == whole.Length ? 4 : 3));
            reopened.SignAndSave();
            await using var again = LedgerFixture.Open(torn.AfterKill());
            Assert.That(CheckpointLog.Parse(again.LatestCheckpoint!.Value.Span).Size, Is.EqualTo(4));
        }
    }

    /// <summary>
    /// Appends and saves checkpoints at random, lets the power go before or after a random step of the disk, and opens what
    /// is left: everything that was acknowledged is there, every checkpoint that could have been handed out still holds.
    /// </summary>
    [Test]
    public void No_power_loss_at_any_step_loses_what_was_acknowledged() =>
        (from seed in Gen.Int from steps in Gen.Int[1, 60] from batches in Gen.Int[1, 5].Array[1, 40] select (seed, steps, batches)).Sample(
            (seed, steps, batches) => PowerLoss(new Random(seed), steps, batches).GetAwaiter().GetResult(), iter: 2000);

    private static async Task<bool> PowerLoss(Random chance, int steps, int[] batches)
    {
        var disk = new MemoryDisk();
        MemoryDisk? left = null;
        disk.Step = (_, _) => left ??= --steps <= 0 ? disk.AfterPowerLoss(chance) : null;
        var (acknowledged, signed) = (0L, default(DocExchange.Trust.Merkle.Checkpoint));
        var store = LedgerFixture.Open(disk, segmentSize: 400);
        foreach (var count in batches)
        {
            await store.AppendNext(count);
            if (left is not null)
            {
                break;
            }

            acknowledged = store.Size;
            signed = new("bj.example/2001", store.Size, store.Root(store.Size));
            store.SignAndSave();
            if (left is not null)
            {
                break;
            }
        }

        await using var reopened = LedgerFixture.Open(left ?? disk.AfterPowerLoss(chance), segmentSize: 400);
        reopened.RequireWhole();
        Assert.That(reopened.Size, Is.GreaterThanOrEqualTo(acknowledged));
        Assert.That(signed is null || reopened.Root(signed.Size) == signed.Root, Is.True);
        await reopened.AppendNext(3);
        reopened.SignAndSave();
        reopened.RequireWhole();
        return true;
    }

    /// <summary>The offset behind the record of an entry; of entry -1, the end of the header.</summary>
    private static long RecordsUpTo(int last) =>
        LedgerSegment.HeaderSize + Enumerable.Range(0, last + 1).Sum(i => (long)LedgerRecord.SizeOf(LedgerFixture.Entry(i)));
}
