using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

internal sealed class DataStreamTests
{
    private const string Path = "/data/node.litedb";

    [Test]
    public void Writes_the_last_version_of_each_page_once_and_those_side_by_side_together()
    {
        var disk = new RecordingDisk();
        using var data = Open(disk);
        Write(data, page: 4, 1);
        Write(data, page: 0, 2);
        Write(data, page: 1, 3);
        Write(data, page: 4, 4);
        Write(data, page: 0, 5);
        Assert.That(disk.Operations.OfType<Operation.Write>(), Is.Empty);

        data.Flush();

        var writes = disk.Operations.OfType<Operation.Write>().ToList();
        Assert.That(writes.Select(write => (write.Offset / PageBuffer.PageSize, write.Bytes.Length / PageBuffer.PageSize)), Is.EqualTo(new[] { (0L, 2), (4L, 1) }));
        Assert.That(writes.SelectMany(write => write.Bytes.Where((_, at) => at % PageBuffer.PageSize == 0)), Is.EqualTo(new byte[] { 5, 3, 4 }));
        Assert.That(disk.Operations[^1], Is.InstanceOf<Operation.Sync>());
    }

    [Test]
    public void What_was_written_is_read_and_counts_for_the_length_before_it_is_flushed()
    {
        var disk = new RecordingDisk();
        using var data = Open(disk);
        Write(data, page: 2, 7);
        Assert.That(data.Length, Is.EqualTo(3 * PageBuffer.PageSize));

        var read = new byte[PageBuffer.PageSize];
        data.Position = 2 * PageBuffer.PageSize;
        Assert.That(data.Read(read, 0, read.Length), Is.EqualTo(read.Length));
        Assert.That(read[0], Is.EqualTo(7));
        Assert.That(data.Length, Is.EqualTo(3 * PageBuffer.PageSize));
        Assert.That(disk.Operations.OfType<Operation.Write>(), Is.Empty, "nothing is written for a reader");
    }

    [Test]
    public void What_could_not_be_written_is_still_read()
    {
        var disk = new RecordingDisk();
        using var data = Open(disk);
        Write(data, page: 3, 7);
        disk.Before = _ => throw new IOException("The disk is gone.");
        Assert.That(data.Flush, Throws.TypeOf<IOException>());
        Assert.That(() => Write(data, page: 4, 8), Throws.TypeOf<IOException>());

        var read = new byte[PageBuffer.PageSize];
        data.Position = 3 * PageBuffer.PageSize;
        Assert.That(data.Read(read, 0, read.Length), Is.EqualTo(read.Length));
        Assert.That(read[0], Is.EqualTo(7));
    }

    [Test]
    public void Holds_no_more_than_a_checkpoint_has()
    {
        var disk = new RecordingDisk();
        using var data = Open(disk);
        for (var page = 0; page < 1024; page++)
        {
            Assert.That(disk.Operations.OfType<Operation.Write>(), Is.Empty);
            Write(data, page, 1);
        }

        Assert.That(disk.Operations.OfType<Operation.Write>().Sum(write => write.Bytes.Length), Is.EqualTo(1024 * PageBuffer.PageSize));
    }

    [Test]
    public void A_part_of_a_page_is_written_at_once_and_behind_what_was_held()
    {
        var disk = new RecordingDisk();
        using var data = Open(disk);
        Write(data, page: 0, 1);
        data.Position = 191;
        data.Write([9], 0, 1);

        Assert.That(disk.Operations.OfType<Operation.Write>().Select(write => (write.Offset, write.Bytes.Length)), Is.EqualTo(new[] { (0L, PageBuffer.PageSize), (191L, 1) }));
    }

    // The checksums are on a disk of their own.
    private DataStream Open(RecordingDisk disk)
    {
        var (data, elsewhere) = (disk.OpenOrCreate(Path), new RecordingDisk());
        return new DataStream(data, PageSums.Open(elsewhere, data, elsewhere.OpenOrCreate("/data/log")), new PageGate(), new PageFault(() => { }));
    }

    private static void Write(DataStream data, int page, byte first)
    {
        var bytes = new byte[PageBuffer.PageSize];
        bytes[0] = first;
        data.Position = page * (long)PageBuffer.PageSize;
        data.Write(bytes, 0, bytes.Length);
    }
}
