using DocExchange.Durability;
using DocExchange.Hub.Archiving;
using DocExchange.Tests.Durability;
using DocExchange.Tests.StoreContracts;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Archiving;

internal sealed class LiteDbArchiveTests : ArchiveStoreContract
{
    private readonly FakeTimeProvider clock = new();
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Leaves_an_empty_log_between_batches()
    {
        using var archive = (LiteDbArchive)Open();

        await archive.AddPackagesAsync([Package(1, 100_000).Package, Package(2, 100).Package], January, default);

        Assert.That(new FileInfo(folder.Under("archive/2026-01.litedb-log")).Length, Is.Zero);
    }

    [Test]
    public async Task Leaves_one_read_only_file_and_a_manifest_of_a_closed_volume()
    {
        using var archive = (LiteDbArchive)Open();
        await archive.AddPackageAsync(Package(1, 1000).Package, January, default);

        var manifest = await archive.CloseVolumeAsync(January, default);

        var files = Directory.GetFiles(folder.Under("archive")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.That(files, Is.EqualTo(new[] { "2026-01.litedb", "2026-01.litedb.json" }));
        Assert.That(File.GetAttributes(folder.Under("archive/2026-01.litedb")) & FileAttributes.ReadOnly, Is.EqualTo(FileAttributes.ReadOnly));
        Assert.That(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(folder.Under("archive/2026-01.litedb")))), Is.EqualTo(manifest.Sha256));
    }

    protected override IArchiveStore Open() => new LiteDbArchive(folder.Under("archive"), new LocalDisk(), clock, SmallLimits);

    protected override void Close(IArchiveStore archive) => ((LiteDbArchive)archive).Dispose();
}
