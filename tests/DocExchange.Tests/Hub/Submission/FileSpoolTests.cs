using DocExchange.Durability;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Durability;
using DocExchange.Tests.StoreContracts;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Hub.Submission;

internal sealed class FileSpoolTests : SpoolContract
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Keeps_what_it_reported_when_the_power_fails_after_any_operation()
    {
        var disk = new RecordingDisk();
        var spool = new FileSpool("/spool", disk, Limits);
        for (var number = 0; number < 3; number++)
        {
            Assert.That(await Upload(spool, Bytes(number, 30_000)), Is.InstanceOf<CommitResult.Stored>());
            disk.Note(Digest.Of(Bytes(number, 30_000)).ToString());
        }

        for (var cut = 0; cut <= disk.Operations.Count; cut++)
        {
            foreach (var after in new[] { disk.KilledAfter(cut), disk.PowerlessAfter(cut, new Random(cut)) })
            {
                await RequireKept(disk.Operations.Take(cut).OfType<Operation.Promise>(), new FileSpool("/spool", after, Limits), cut);
            }
        }
    }

    [Test]
    public async Task Keeps_an_upload_resumable_on_a_full_disk()
    {
        var bytes = Bytes(1, 50_000);
        var disk = new RecordingDisk { Capacity = 20_000 };
        var spool = new FileSpool("/spool", disk, Limits);

        await Assert.ThrowsAsync<StorageFullException>(() => Upload(spool, bytes));

        disk.Capacity = long.MaxValue;
        await using (var upload = await spool.BeginAsync(Digest.Of(bytes), bytes.Length, default))
        {
            Assert.That(upload.Offset, Is.EqualTo(20_000));
        }

        Assert.That(await Upload(spool, bytes), Is.InstanceOf<CommitResult.Stored>());
        Assert.That(Read(spool, Digest.Of(bytes)), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Begins_no_upload_that_would_use_up_the_reserve()
    {
        var disk = new RecordingDisk { FreeSpaceSaid = 100_000 };
        var spool = new FileSpool("/spool", disk, Limits with { FreeSpaceReserve = 50_000 });
        await using var first = await spool.BeginAsync(Digest.Of([1]), 40_000, default);

        var full = await Assert.ThrowsAsync<StorageFullException>(() => spool.BeginAsync(Digest.Of([2]), 20_000, default));

        Assert.That(full!.Message, Does.Contain("100000 bytes are free"));
        await using var smaller = await spool.BeginAsync(Digest.Of([2]), 10_000, default);
        Assert.That(disk.Open, Has.Count.EqualTo(2));
    }

    // The kernel may have dropped what it could not write, and would call a second sync a success.
    [Test]
    public async Task Believes_nothing_of_an_upload_that_could_not_be_synced()
    {
        var bytes = Bytes(2, 1000);
        var disk = new RecordingDisk();
        var spool = new FileSpool("/spool", disk, Limits);
        await using (var upload = await spool.BeginAsync(Digest.Of(bytes), bytes.Length, default))
        {
            await upload.WriteAsync(bytes, default);
            disk.Before = operation =>
            {
                if (operation is Operation.Sync)
                {
                    throw new IOException("The test's disk failed.");
                }
            };
            await Assert.ThrowsAsync<IOException>(() => upload.CommitAsync(default));
            Assert.That(spool.Contains(Digest.Of(bytes)), Is.False);
        }

        disk.Before = null;
        Assert.That(spool.Held(Digest.Of(bytes)), Is.Zero);
        Assert.That(await Upload(spool, bytes), Is.InstanceOf<CommitResult.Stored>());
    }

    [Test]
    public async Task A_name_that_was_given_before_its_sync_failed_counts_from_the_next_start_on()
    {
        var bytes = Bytes(3, 1000);
        var disk = new RecordingDisk();
        await using (var upload = await new FileSpool("/spool", disk, Limits).BeginAsync(Digest.Of(bytes), bytes.Length, default))
        {
            await upload.WriteAsync(bytes, default);
            disk.Before = operation => _ = operation is Operation.SyncFolder ? throw new IOException("The test's disk failed.") : true;
            await Assert.ThrowsAsync<IOException>(() => upload.CommitAsync(default));
        }

        disk.Before = null;
        Assert.That(new FileSpool("/spool", disk, Limits).Contains(Digest.Of(bytes)), Is.True);

        for (var seed = 0; seed < 8; seed++)
        {
            Assert.That(new FileSpool("/spool", disk.PowerlessAfter(disk.Operations.Count, new Random(seed)), Limits).Contains(Digest.Of(bytes)), Is.True);
        }
    }

    protected override ISpool Open() => new FileSpool(folder.Under("spool"), new LocalDisk(), Limits);

    private static async Task RequireKept(IEnumerable<Operation.Promise> promises, FileSpool spool, int cut)
    {
        foreach (var promise in promises)
        {
            Assert.That(Digest.Of(Read(spool, Digest.Parse(promise.What))), Is.EqualTo(Digest.Parse(promise.What)), $"after operation {cut}");
        }

        for (var number = 0; number < 3; number++)
        {
            var bytes = Bytes(number, 30_000);
            if (await Upload(spool, bytes) is not CommitResult.Stored)
            {
                // A torn part is found out by its SHA-256; the next upload starts from 0.
                Assert.That(await Upload(spool, bytes), Is.InstanceOf<CommitResult.Stored>(), $"after operation {cut}");
            }

            Assert.That(Read(spool, Digest.Of(bytes)), Is.EqualTo(bytes), $"after operation {cut}");
        }
    }
}
