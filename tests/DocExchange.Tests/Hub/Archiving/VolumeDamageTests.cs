using DocExchange.Hub.Archiving;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Archiving;

internal sealed class VolumeDamageTests
{
    private const string January = "2026-01";
    private const string VolumeFile = "/archive/2026-01.litedb";

    private readonly byte[] package = new byte[120_000];
    private RecordingDisk disk = null!;

    private Digest PackageId => Digest.Of(package);

    [SetUp]
    public async Task Archive()
    {
        new Random(3).NextBytes(package);
        disk = new RecordingDisk();
        using var archive = Open();
        await archive.AddPackageAsync(Offered(), January, default);
        await archive.AddStatementsAsync([new ArchiveStatement(5, PackageId, "SignedFor", package.AsMemory(0, 500))], January, default);
    }

    [Test]
    public async Task Names_the_package_of_a_flipped_byte_and_does_not_hand_it_out()
    {
        disk.Overwrite(VolumeFile, Where(package.AsSpan(60_000, 32)), (byte)~package[60_000]);
        using var archive = Open();

        var problems = await archive.VerifyVolumeAsync(January, default);

        Assert.That(problems.Single().PackageId, Is.EqualTo(PackageId));
        await using var stream = archive.OpenPackage(PackageId)!;
        await Assert.ThrowsAsync<ArchiveDamagedException>(() => stream.CopyToAsync(Stream.Null));
    }

    [Test]
    public async Task Writes_a_damaged_package_anew_when_it_is_offered_again()
    {
        disk.Overwrite(VolumeFile, Where(package.AsSpan(60_000, 32)), (byte)~package[60_000]);
        using var archive = Open();

        await archive.AddPackageAsync(Offered(), January, default);

        Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty);
    }

    [Test]
    public async Task Names_the_statement_of_a_flipped_byte()
    {
        var bytes = disk.Read(VolumeFile);
        disk.Overwrite(VolumeFile, bytes.AsSpan().LastIndexOf(package.AsSpan(100, 32)), (byte)~package[100]);
        using var archive = Open();

        var problems = await archive.VerifyVolumeAsync(January, default);

        Assert.That(problems.Single().What, Does.Contain($"{PackageId}/0000000000000000005"));
    }

    [Test]
    public async Task Finds_any_flipped_byte_in_a_closed_volume()
    {
        using (var archive = Open())
        {
            await archive.CloseVolumeAsync(January, default);
        }

        var size = disk.Read(VolumeFile).Length;
        for (var offset = 0; offset < size; offset += 1009)
        {
            var was = disk.Read(VolumeFile)[offset];
            disk.Overwrite(VolumeFile, offset, (byte)~was);
            using (var archive = Open())
            {
                Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Not.Empty, $"byte {offset}");
            }

            disk.Overwrite(VolumeFile, offset, was);
        }

        using var restored = Open();
        Assert.That(await restored.VerifyVolumeAsync(January, default), Is.Empty);
    }

    private static LiteDbArchive OpenOn(RecordingDisk disk) =>
        new("/archive", disk, new FakeTimeProvider(), new ArchiveOptions { WholeUpTo = 40_000, PieceSize = 16_000, TransactionSize = 64_000, FreeSpaceReserve = 0 });

    private LiteDbArchive Open() => OpenOn(disk);

    private ArchivePackage Offered() => new(PackageId, PackageId, package.Length, () => new MemoryStream(package), "1号", "通知", "办公厅", "2026-01-05T08:00:00Z");

    private int Where(ReadOnlySpan<byte> bytes)
    {
        var offset = disk.Read(VolumeFile).AsSpan().IndexOf(bytes);
        Assert.That(offset, Is.Positive);
        return offset;
    }
}
