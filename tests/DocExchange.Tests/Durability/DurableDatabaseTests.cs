using DocExchange.Durability;
using LiteDB;

namespace DocExchange.Tests.Durability;

internal sealed class DurableDatabaseTests
{
    private const string Path = "/data/node.litedb";
    private const int Transactions = 12;
    private const int RowsOfOne = 3;

    [Test]
    public void A_transaction_takes_two_syncs_however_many_pages_it_has()
    {
        var disk = new RecordingDisk();
        using var files = new DurableDatabase(disk, Path);
        Write(files, 1);
        var before = disk.Operations.Count;

        Write(files, 2);

        var done = disk.Operations.Skip(before).ToList();
        Assert.That(done.OfType<Operation.Write>().First().Bytes, Has.Length.GreaterThan(3 * PageBuffer.PageSize), "its pages");
        Assert.That(done.OfType<Operation.Write>().Skip(1).Single().Bytes, Has.Length.EqualTo(1), "what confirms them");
        Assert.That(done.OfType<Operation.Sync>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Whatever_was_committed_is_there_after_a_power_failure_and_nothing_is_there_by_halves()
    {
        var disk = Written();
        var chance = new Random(20010116);
        for (var count = 1; count <= disk.Operations.Count; count++)
        {
            var promised = disk.Operations.Take(count).OfType<Operation.Promise>().Count();
            if (promised > 0)
            {
                RequireWhole(disk.PowerlessAfter(count, chance), promised, $"after {count} operations");
            }
        }
    }

    // More pages than are held of a log, and more in a checkpoint than go to the file in one write.
    [Test]
    public void Nothing_of_a_large_transaction_is_there_by_halves([Values] bool isPowerFailure)
    {
        var disk = new RecordingDisk();
        var files = new DurableDatabase(disk, Path);
        Write(files, 1);
        disk.Note("1");
        var before = disk.Operations.Count;
        files.Write(() => Enumerable.Range(2, 100).Sum(number => Add(files.Database, number)));
        files.Database.Checkpoint();

        var writes = disk.Operations.Skip(before).OfType<Operation.Write>().ToList();
        Assert.That(writes.Sum(write => write.Bytes.Length / PageBuffer.PageSize), Is.GreaterThan(2 * 64));
        Assert.That(writes.Count(write => write.Bytes.Length == 32 * PageBuffer.PageSize), Is.GreaterThan(3));
        var chance = new Random(20010116);
        for (var count = before; count <= disk.Operations.Count; count++)
        {
            for (var round = 0; round < (isPowerFailure ? 5 : 1); round++)
            {
                var rows = RequireWhole(isPowerFailure ? disk.PowerlessAfter(count, chance) : disk.KilledAfter(count), promised: 1, $"after {count} operations");
                Assert.That(rows, Is.EqualTo(1).Or.EqualTo(101), $"after {count} operations");
            }
        }

        Assert.That(RequireWhole(disk.KilledAfter(disk.Operations.Count), promised: 101, "at the end"), Is.EqualTo(101));
    }

    [Test]
    public void A_checkpoint_that_fails_loses_nothing()
    {
        var disk = new RecordingDisk();
        using var files = new DurableDatabase(disk, Path);
        Write(files, 1);
        disk.Before = operation => _ = operation is Operation.Write ? throw new IOException("The disk is gone.") : true;
        Assert.That(files.Database.Checkpoint, Throws.InstanceOf<Exception>());
        disk.Before = null;

        Assert.That(files.Broken.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)), Is.True);
        RequireWhole(disk.KilledAfter(disk.Operations.Count), promised: 1, "opened again");
    }

    [Test]
    public void Whatever_was_committed_is_there_after_a_kill()
    {
        var disk = Written();
        for (var count = 1; count <= disk.Operations.Count; count++)
        {
            var promised = disk.Operations.Take(count).OfType<Operation.Promise>().Count();
            if (promised > 0)
            {
                RequireWhole(disk.KilledAfter(count), promised, $"after {count} operations");
            }
        }
    }

    [Test]
    public void A_database_that_LiteDB_wrote_by_itself_is_read_and_LiteDB_reads_what_was_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Under("node.litedb");
        using (var plain = new LiteDatabase(path))
        {
            Add(plain, 1);
        }

        using (var files = new DurableDatabase(new LocalDisk(), path))
        {
            Write(files, 2);
        }

        using var again = new LiteDatabase(path);
        Assert.That(Rows(again).Count(), Is.EqualTo(2 * RowsOfOne));
    }

    [Test]
    public void The_log_of_a_removed_file_does_not_come_back_in_a_new_one()
    {
        var disk = Written();
        var killed = disk.KilledAfter(disk.Operations.Count);
        killed.Delete(Path);

        using var files = new DurableDatabase(killed, Path);
        Assert.That(Rows(files.Database).Count(), Is.Zero);
    }

    [Test]
    public void Says_so_and_writes_nothing_more_after_a_write_that_failed([Values] bool atSync)
    {
        var disk = new RecordingDisk();
        using var files = new DurableDatabase(disk, Path);
        Write(files, 1);
        Assert.That(files.Broken.IsCancellationRequested, Is.False);

        disk.Before = operation => _ = operation is Operation.Sync == atSync ? throw new IOException("The disk is gone.") : true;
        Assert.That(() => Write(files, 2), Throws.TypeOf<IOException>().With.Message.EqualTo("The disk is gone."));
        disk.Before = null;
        Assert.That(files.Broken.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)), Is.True);

        var before = disk.Operations.Count;
        Assert.That(() => Write(files, 3), Throws.InstanceOf<IOException>().With.Message.EqualTo("The disk is gone."));
        Assert.That(disk.Operations, Has.Count.EqualTo(before));
        RequireWhole(disk.KilledAfter(before), promised: 1, "opened again");
    }

    [Test]
    public void Writes_again_what_an_earlier_process_may_not_have_brought_to_disk()
    {
        var disk = new RecordingDisk();
        Write(new DurableDatabase(disk, Path), 1);
        var log = disk.Read(DurableDatabase.LogOf(Path));
        Assert.That(log, Is.Not.Empty);
        var killed = disk.KilledAfter(disk.Operations.Count);

        using var files = new DurableDatabase(killed, Path);

        var again = killed.Operations.OfType<Operation.Write>().First();
        Assert.That(again.Offset, Is.Zero);
        Assert.That(again.Bytes, Is.EqualTo(log));
        Assert.That(killed.Operations.SkipWhile(operation => operation != again).OfType<Operation.Sync>().First().File, Is.SameAs(again.File));
    }

    // Small checkpoints, so that several fall among the transactions; the process then ends without a goodbye.
    private static RecordingDisk Written()
    {
        var disk = new RecordingDisk();
        var files = new DurableDatabase(disk, Path);
        files.Database.CheckpointSize = 20;
        for (var number = 1; number <= Transactions; number++)
        {
            Write(files, number);
            disk.Note($"{number}");
        }

        return disk;
    }

    private static void Write(DurableDatabase files, int number) => files.Write(() => Add(files.Database, number));

    private static int Add(LiteDatabase database, int number) =>
        Rows(database).Insert(Enumerable.Range(0, RowsOfOne).Select(part => new BsonDocument { ["_id"] = (number * RowsOfOne) + part, ["text"] = new string((char)('a' + number), 3_000) }));

    private static int RequireWhole(RecordingDisk disk, int promised, string when)
    {
        using var files = new DurableDatabase(disk, Path);
        var rows = Rows(files.Database).FindAll().GroupBy(row => row["_id"].AsInt32 / RowsOfOne).ToDictionary(group => group.Key, group => group.ToList());
        Assert.That(rows, Has.Count.GreaterThanOrEqualTo(promised), when);
        foreach (var (number, of) in rows)
        {
            Assert.That(of, Has.Count.EqualTo(RowsOfOne), when);
            Assert.That(of.Select(row => row["text"].AsString), Is.All.EqualTo(new string((char)('a' + number), 3_000)), when);
        }

        return rows.Count;
    }

    private static ILiteCollection<BsonDocument> Rows(LiteDatabase database) => database.GetCollection("rows");
}
