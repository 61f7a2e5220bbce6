using DocExchange.Durability;
using DocExchange.Hub.Archiving;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Archiving;

/// <summary>The archive on a disk that stops after any operation: whatever was reported before is there afterwards.</summary>
internal sealed class ArchiveCrashTests
{
    private const string January = "2026-01";

    private static readonly ArchiveOptions Limits = new() { WholeUpTo = 20_000, PieceSize = 8_000, TransactionSize = 24_000, FreeSpaceReserve = 0 };

    private readonly FakeTimeProvider clock = new();

    [Test]
    public async Task Keeps_what_it_reported_when_killed_between_operations()
    {
        var recorded = await Work();

        for (var cut = 0; cut <= recorded.Operations.Count; cut += 3)
        {
            await RequireKept(recorded, cut, recorded.KilledAfter(cut), $"killed after operation {cut}");
        }
    }

    [Test]
    public async Task Keeps_what_it_reported_when_the_power_fails_after_any_operation()
    {
        var recorded = await Work();
        var chance = new Random(20260105);

        for (var cut = 0; cut <= recorded.Operations.Count; cut++)
        {
            await RequireKept(recorded, cut, recorded.PowerlessAfter(cut, chance), $"power failed after operation {cut}");
        }
    }

    [Test]
    public async Task Goes_on_after_the_power_failed_again_and_again_during_recovery()
    {
        var recorded = await Work();
        var chance = new Random(7);
        var checkpoints = recorded.Operations.Index().Where(step => step.Item is Operation.SetLength { Length: 0 }).Select(step => step.Index).ToList();
        Assert.That(checkpoints, Has.Count.GreaterThan(10));

        foreach (var cut in checkpoints)
        {
            var recovering = recorded.PowerlessAfter(cut, chance).Copy(); // the log is sealed, the volume file half written
            using (var archive = Open(recovering))
            {
                _ = archive.AllPackages().Count();
            }

            for (var again = recovering.Operations.Count; again >= recovering.Origin; again -= 5)
            {
                await RequireKept(recorded, cut, recovering.PowerlessAfter(again, chance), $"recovery from {cut} stopped after {again}");
            }
        }
    }

    [Test]
    public async Task Fails_with_a_full_disk_and_goes_on_when_there_is_room()
    {
        for (var room = 0; room < 400_000; room += 9_000)
        {
            var disk = new RecordingDisk();
            var small = Package(1, 5_000);
            using var archive = Open(disk);
            await archive.AddPackageAsync(small, January, default);
            disk.Capacity = disk.Read("/archive/2026-01.litedb").Length + room;
            var large = Package(2, 60_000);

            StorageFullException? full = null;
            try
            {
                await archive.AddPackageAsync(large, January, default);
            }
            catch (StorageFullException expected)
            {
                full = expected;
            }

            if (full is null)
            {
                Assert.That(archive.Contains(large.PackageId), Is.True, $"with room for {room} bytes");
            }

            Assert.That(IsReadable(archive, small.PackageId), Is.True, $"with room for {room} bytes");
            disk.Capacity = long.MaxValue;
            await archive.AddPackageAsync(large, January, default);
            Assert.That(IsReadable(archive, large.PackageId), Is.True);
            Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty);
            if (room == 0)
            {
                Assert.That(full, Is.Not.Null);
            }
        }
    }

    [Test]
    public async Task Asks_for_room_before_it_writes()
    {
        var disk = new RecordingDisk { FreeSpaceSaid = 1_000_000 };
        using var archive = new LiteDbArchive("/archive", disk, clock, Limits with { FreeSpaceReserve = 990_000 });
        await archive.AddPackageAsync(Package(1, 2_000), January, default);
        var before = disk.Operations.Count;

        await Assert.ThrowsAsync<StorageFullException>(() => archive.AddPackageAsync(Package(2, 4_000), January, default));

        Assert.That(disk.Operations, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task Takes_the_log_in_whole_however_late_LiteDB_writes_it()
    {
        var disk = new RecordingDisk { Before = operation => Thread.SpinWait(operation is Operation.Write ? 200_000 : 0) };
        using var archive = Open(disk);

        await archive.AddPackagesAsync([Package(1, 15_000), Package(2, 30_000)], January, default);

        using var after = Open(disk.PowerlessAfter(disk.Operations.Count, new Random(1)));
        Assert.That(after.AllPackages().Count(), Is.EqualTo(2));
        Assert.That(await after.VerifyVolumeAsync(January, default), Is.Empty);
    }

    [Test]
    public async Task Fails_when_the_disk_does_and_has_all_or_nothing_of_the_batch()
    {
        var whole = await Work();
        for (var failing = 0; failing < whole.Operations.Count; failing += 7)
        {
            var disk = new RecordingDisk();
            var countdown = failing;
            disk.Before = _ =>
            {
                if (countdown-- == 0)
                {
                    throw new IOException("The test's disk failed.");
                }
            };
            using var archive = Open(disk);
            try
            {
                await Fill(disk, archive);
            }
            catch (IOException)
            {
                Assert.That(countdown, Is.Negative);
            }

            disk.Before = null;
            await Fill(disk, archive);
            Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty, $"operation {failing} failed");
            Assert.That(archive.AllPackages().Count(), Is.EqualTo(7));
        }
    }

    private static ArchivePackage Package(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return new ArchivePackage(Digest.Of(bytes), Digest.Of(BitConverter.GetBytes(seed)), size, () => new MemoryStream(bytes), $"{seed}号", "通知", "办公厅", "2026-01-05T08:00:00Z");
    }

    private static bool IsReadable(LiteDbArchive archive, Digest packageId)
    {
        using var stream = archive.OpenPackage(packageId);
        stream?.CopyTo(Stream.Null); // compares
        return stream is not null;
    }

    private static async Task Fill(RecordingDisk disk, LiteDbArchive archive)
    {
        for (var round = 0; round < 3; round++)
        {
            ArchivePackage[] packages = [Package(round * 10, 3_000), Package((round * 10) + 1, round == 1 ? 50_000 : 12_000)];
            foreach (var archived in await archive.AddPackagesAsync(packages, January, default))
            {
                disk.Note(archived.PackageId.ToString());
            }

            await archive.AddStatementsAsync([.. packages.Select(package => new ArchiveStatement(round, package.DocumentId, "SignedFor", package.PackageId.ToArray()))], January, default);
            disk.Note("statement " + packages[1].DocumentId);
        }

        disk.Note((await archive.AddPackageAsync(Package(99, 100), January, default)).PackageId.ToString());
    }

    private async Task<RecordingDisk> Work()
    {
        var disk = new RecordingDisk();
        using var archive = Open(disk);
        await Fill(disk, archive);
        return disk;
    }

    private LiteDbArchive Open(RecordingDisk disk) => new("/archive", disk, clock, Limits);

    private async Task RequireKept(RecordingDisk recorded, int cut, RecordingDisk after, string when)
    {
        using (var archive = Open(after))
        {
            foreach (var promise in recorded.Operations.Take(cut).OfType<Operation.Promise>())
            {
                if (promise.What.StartsWith("statement ", StringComparison.Ordinal))
                {
                    var found = archive.Statements(Digest.Parse(promise.What["statement ".Length..]));
                    Assert.That(await found.AnyAsync(), Is.True, $"{promise.What}, {when}");
                }
                else
                {
                    Assert.That(IsReadable(archive, Digest.Parse(promise.What)), Is.True, $"{promise.What}, {when}");
                }
            }

            foreach (var volume in archive.Volumes)
            {
                Assert.That(await archive.VerifyVolumeAsync(volume, default), Is.Empty, when);
            }

            await Fill(after, archive); // and everything may be repeated
            Assert.That(archive.AllPackages().Count(), Is.EqualTo(7), when);
            Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty, when);
        }

        Assert.That(after.Open, Is.Empty, when);
    }
}
