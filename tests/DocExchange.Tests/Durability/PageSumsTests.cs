using DocExchange.Durability;
using DocExchange.Trust.Faults;
using LiteDB;

namespace DocExchange.Tests.Durability;

/// <summary>A byte of a database that changed on the disk is found, and named, and nothing else is taken for that.</summary>
internal sealed class PageSumsTests
{
    private const int Rows = 300;
    private const int CrashedTwice = 20;

    private const string InMemory = "/data/a.litedb";

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private string Database => folder.Under("a.litedb");

    [Test]
    public void Every_page_of_which_a_bit_changed_is_named_at_the_opening()
    {
        Fill();
        var bytes = File.ReadAllBytes(Database);
        var pages = bytes.Length / PageBuffer.PageSize;
        Assert.That(pages, Is.GreaterThan(20));
        for (var page = 0; page < pages; page++)
        {
            var at = (page * PageBuffer.PageSize) + (page * 131 % PageBuffer.PageSize);
            Change(bytes, at, 1 << (page % 8));

            var damage = Assert.Catch<PageDamagedException>(() => Open().Dispose());

            Assert.That(damage!.Message, Does.Contain($"Page {page} of '{Database}'").And.Contain("restore").IgnoreCase);
            Assert.That(FaultWords.Of(damage), Does.Contain(Database).And.Contain($"第 {page} 页").And.Contain("恢复"));
            Change(bytes, at, 1 << (page % 8));
        }

        RequireRows();
    }

    [Test]
    public void A_large_database_is_not_read_at_the_opening_and_each_page_when_it_is_asked_for()
    {
        const int Page = 5;
        Fill();
        var bytes = File.ReadAllBytes(Database);
        Change(bytes, (Page * PageBuffer.PageSize) + 4_000, 1);
        var disk = new LocalDisk();
        using var data = disk.OpenOrCreate(Database);
        using var log = disk.OpenOrCreate(DurableDatabase.LogOf(Database));

        using (var sums = PageSums.Open(disk, data, log, readWholeUpTo: data.Length - 1))
        {
            foreach (var page in Enumerable.Range(0, bytes.Length / PageBuffer.PageSize))
            {
                var offset = page * PageBuffer.PageSize;
                Assert.That(() => sums.Check(offset, bytes.AsSpan(offset, PageBuffer.PageSize)), page == Page ? Throws.TypeOf<PageDamagedException>() : Throws.Nothing);
            }
        }

        Assert.That(() => PageSums.Open(disk, data, log, readWholeUpTo: data.Length).Dispose(), Throws.TypeOf<PageDamagedException>());
    }

    [Test]
    public void A_page_that_changes_while_the_database_is_open_is_no_answer_and_ends_it()
    {
        var disk = new RecordingDisk();
        WriteAll(disk);
        using var files = new DurableDatabase(disk = disk.KilledAfter(disk.Operations.Count), InMemory);
        using (var behind = disk.OpenForReading(InMemory))
        {
            var page = new byte[1];
            for (long offset = PageBuffer.PageSize + 4_000; behind.Read(offset, page) == 1; offset += PageBuffer.PageSize)
            {
                disk.Overwrite(InMemory, (int)offset, (byte)(page[0] ^ 1));
            }
        }

        Assert.That(() => files.Database.GetCollection("rows").FindAll().ToList(), Throws.InstanceOf<Exception>());
        Assert.That(files.Broken.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)), Is.True);
        Assert.That(DurableDatabase.MustStartAgain("hub", files.Fault), Is.TypeOf<PageDamagedException>());
        Assert.That(() => files.Write(() => true), Throws.TypeOf<PageDamagedException>());
    }

    [Test]
    public void A_database_that_has_none_yet_gets_them_and_what_somebody_else_wrote_counts([Values] bool isWithoutFile)
    {
        using (var database = new LiteDatabase(Database))
        {
            database.GetCollection("rows").Insert(Row(-1));
        }

        Open().Dispose();
        if (isWithoutFile)
        {
            File.Delete(PageSums.Of(Database));
        }

        using (var older = new LiteDatabase(Database))
        {
            older.GetCollection("rows").Insert(Enumerable.Range(0, Rows).Select(Row));
        }

        using (var files = Open())
        {
            Assert.That(files.Database.GetCollection("rows").Count(), Is.EqualTo(Rows + 1));
        }

        Change(File.ReadAllBytes(Database), PageBuffer.PageSize + 4_000, 1);
        Assert.Catch<PageDamagedException>(() => Open().Dispose());
    }

    [Test]
    public void A_damaged_file_of_checksums_stops_nothing_and_is_made_good()
    {
        Fill();
        var sums = File.ReadAllBytes(PageSums.Of(Database));
        for (var at = 0; at < sums.Length; at += 100)
        {
            var changed = sums.ToArray();
            changed[at] ^= 1;
            File.WriteAllBytes(PageSums.Of(Database), changed);

            RequireRows();
        }

        Change(File.ReadAllBytes(Database), PageBuffer.PageSize + 4_000, 1);
        Assert.Catch<PageDamagedException>(() => Open().Dispose());
    }

    [Test]
    public void A_transaction_writes_none_and_a_checkpoint_a_sector_for_a_hundred_pages_and_one_sync()
    {
        var disk = new RecordingDisk();
        using var files = new DurableDatabase(disk, InMemory);
        files.Database.CheckpointSize = 0;
        var before = disk.Operations.Count;
        files.Write(() => files.Database.GetCollection("rows").Insert(Enumerable.Range(0, Rows).Select(Row)));
        var transaction = disk.Operations.Skip(before).ToList();
        files.Database.Checkpoint();
        var checkpoint = disk.Operations.Skip(before + transaction.Count).ToList();
        var sums = disk.Operations.OfType<Operation.Create>().Single(operation => operation.Path == PageSums.Of(InMemory)).File;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(transaction.OfType<Operation.Write>().Where(write => write.File == sums), Is.Empty);
            Assert.That(checkpoint.OfType<Operation.Write>().Where(write => write.File == sums).Sum(write => write.Bytes.Length), Is.InRange(2 * 512, 4 * 512));
            Assert.That(checkpoint.OfType<Operation.Sync>().Count(sync => sync.File == sums), Is.EqualTo(1));
        }
    }

    // Nothing is written of when: a disk in memory has no times, so that nothing is forgiven for them.
    [Test]
    public void Nothing_that_two_crashes_leave_is_taken_for_damage([Values] bool isPowerFailure)
    {
        var chance = new Random(20010116);
        var disk = new RecordingDisk();
        new DurableDatabase(disk, InMemory).Write(() => true);
        disk = disk.KilledAfter(disk.Operations.Count).Copy();
        WriteAll(disk);
        for (var round = 0; round < CrashedTwice; round++)
        {
            var crashed = Crash(disk);
            WriteAll(crashed);
            var twice = Crash(crashed);

            Assert.DoesNotThrow(() => WriteAll(twice), $"round {round}");
            using var files = new DurableDatabase(twice.KilledAfter(twice.Operations.Count), InMemory);
            Assert.That(files.Database.GetCollection("rows").FindAll().Count(), Is.EqualTo(Rows), $"round {round}");
        }

        RecordingDisk Crash(RecordingDisk before)
        {
            var count = chance.Next(before.Origin, before.Operations.Count + 1);
            return (isPowerFailure ? before.PowerlessAfter(count, chance) : before.KilledAfter(count)).Copy();
        }
    }

    [Test]
    public void What_a_power_failure_left_at_the_end_of_the_log_may_name_any_page()
    {
        var disk = new RecordingDisk();
        WriteAll(disk);
        var crashed = disk.KilledAfter(disk.Operations.Count);
        using (var log = crashed.OpenOrCreate(DurableDatabase.LogOf(InMemory)))
        {
            log.Write(log.Length, [0xff, 0xff, 0xff, 0xff, .. new byte[PageBuffer.PageSize - 4]]);
        }

        using var files = new DurableDatabase(crashed, InMemory);
        Assert.That(files.Database.GetCollection("rows").Count(), Is.EqualTo(Rows));
    }

    // The process ends without a goodbye.
    private static void WriteAll(RecordingDisk disk)
    {
        var files = new DurableDatabase(disk, InMemory);
        for (var part = 0; part < 3; part++)
        {
            var rows = Enumerable.Range(part * Rows / 3, Rows / 3).Select(Row);
            files.Write(() => files.Database.GetCollection("rows").Upsert(rows));
            if (part != 1)
            {
                files.Database.Checkpoint();
            }
        }
    }

    private DurableDatabase Open() => new(new LocalDisk(), Database);

    private void Fill()
    {
        using var files = Open();
        for (var part = 0; part < 3; part++)
        {
            files.Write(() => files.Database.GetCollection("rows").Insert(Enumerable.Range(part * Rows / 3, Rows / 3).Select(Row)));
            files.Database.Checkpoint();
        }
    }

    private void RequireRows()
    {
        using var files = Open();
        Assert.That(files.Database.GetCollection("rows").FindAll().Count(), Is.EqualTo(Rows));
    }

    private static BsonDocument Row(int number) => new() { ["_id"] = number, ["text"] = new string((char)('a' + (number & 7)), 900) };

    // As a disk changes it: nobody wrote, so the file's times are what they were.
    private void Change(byte[] bytes, int at, int bits)
    {
        bytes[at] ^= (byte)bits;
        var written = File.GetLastWriteTimeUtc(Database);
        File.WriteAllBytes(Database, bytes);
        File.SetLastWriteTimeUtc(Database, written);
    }
}
