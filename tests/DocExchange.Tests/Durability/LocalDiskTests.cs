using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

internal sealed class LocalDiskTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    [Platform("Linux")]
    public void Says_what_and_where_when_the_disk_is_full()
    {
        using var full = new LocalDisk().OpenOrCreate("/dev/full"); // answers every write with ENOSPC

        Assert.That(() => full.Write(0, [1]), Throws.InstanceOf<StorageFullException>().With.Property("Path").EqualTo("/dev/full").And.Message.Contains("1 bytes at 0"));
    }

    [Test]
    public void Publishes_into_a_folder_it_made()
    {
        var disk = new LocalDisk();
        disk.MakeFolder(folder.Under("a/b"));
        using (var file = disk.OpenOrCreate(folder.Under("part")))
        {
            file.Write(0, [1, 2, 3]);
            file.Sync();
        }

        disk.Publish(folder.Under("part"), folder.Under("a/b/whole"));

        Assert.That(File.ReadAllBytes(folder.Under("a/b/whole")), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(disk.Exists(folder.Under("part")), Is.False);
    }

    [Test]
    public void Names_a_folder_that_cannot_be_synced() =>
        Assert.That(() => new LocalDisk().SyncFolder(folder.Under("missing")), Throws.InstanceOf<IOException>().With.Message.Contains("missing"));

    [Test]
    public void Opens_a_file_for_one_writer_only()
    {
        var disk = new LocalDisk();
        using var first = disk.OpenOrCreate(folder.Under("file"));

        Assert.That(() => disk.OpenOrCreate(folder.Under("file")), Throws.InstanceOf<IOException>());
    }
}
