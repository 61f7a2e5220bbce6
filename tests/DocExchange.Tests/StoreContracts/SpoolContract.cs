using DocExchange.Hub.Submission;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.StoreContracts;

/// <summary>What every spool promises.</summary>
internal abstract class SpoolContract
{
    protected static readonly SpoolOptions Limits = new() { MaxPackageSize = 100_000, FreeSpaceReserve = 0, MaxUploads = 3 };

    /// <summary>The spool, over what earlier calls in the same test left behind.</summary>
    protected abstract ISpool Open();

    [Test]
    public async Task Gives_back_a_package_uploaded_in_chunks()
    {
        var bytes = Bytes(1, 50_000);
        var spool = Open();

        Assert.That(await Upload(spool, bytes), Is.InstanceOf<CommitResult.Stored>());

        spool = Open();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(spool, Digest.Of(bytes)), Is.EqualTo(bytes));
            Assert.That(spool.Contains(Digest.Of(bytes)), Is.True);
            Assert.That(spool.Size(Digest.Of(bytes)), Is.EqualTo(50_000));
            Assert.That(spool.All(), Is.EqualTo(new[] { Digest.Of(bytes) }));
        }
    }

    [Test]
    public async Task Resumes_an_upload_where_it_stopped()
    {
        var bytes = Bytes(2, 50_000);
        await using (var first = await Open().BeginAsync(Digest.Of(bytes), bytes.Length, default))
        {
            await first.WriteAsync(bytes.AsMemory(0, 20_000), default);
            Assert.That(await first.CommitAsync(default), Is.EqualTo(new CommitResult.Incomplete(20_000, 50_000)));
        }

        var spool = Open();
        Assert.That(spool.Contains(Digest.Of(bytes)), Is.False);
        await using var second = await spool.BeginAsync(Digest.Of(bytes), bytes.Length, default);
        Assert.That(second.Offset, Is.EqualTo(20_000));
        await second.WriteAsync(bytes.AsMemory(20_000), default);
        Assert.That(await second.CommitAsync(default), Is.InstanceOf<CommitResult.Stored>());
        Assert.That(Read(spool, Digest.Of(bytes)), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Stores_a_package_once_however_often_it_is_uploaded()
    {
        var bytes = Bytes(3, 1000);
        var spool = Open();
        await Upload(spool, bytes);

        await using var again = await spool.BeginAsync(Digest.Of(bytes), bytes.Length, default);

        Assert.That(again.Offset, Is.EqualTo(1000));
        Assert.That(await again.CommitAsync(default), Is.InstanceOf<CommitResult.Stored>());
        Assert.That(await again.CommitAsync(default), Is.InstanceOf<CommitResult.Stored>());
        Assert.That(spool.All().Count(), Is.EqualTo(1));
        await again.DisposeAsync();
        Assert.That((await Assert.ThrowsAsync<UploadRefusedException>(() => spool.BeginAsync(Digest.Of(bytes), 999, default)))!.Reason, Is.EqualTo(UploadRefusal.SizeDiffers));
    }

    [Test]
    public async Task Destroys_bytes_that_are_not_the_package_and_starts_again()
    {
        var bytes = Bytes(4, 1000);
        var spool = Open();
        await using var upload = await spool.BeginAsync(Digest.Of(bytes), bytes.Length, default);
        await upload.WriteAsync(Bytes(5, 1000), default);

        var result = await upload.CommitAsync(default);

        Assert.That(result, Is.EqualTo(new CommitResult.Different(Digest.Of(bytes), Digest.Of(Bytes(5, 1000)))));
        Assert.That(upload.Offset, Is.Zero);
        Assert.That(spool.Contains(Digest.Of(bytes)), Is.False);
        await upload.WriteAsync(bytes, default);
        Assert.That(await upload.CommitAsync(default), Is.InstanceOf<CommitResult.Stored>());
        Assert.That(Read(spool, Digest.Of(bytes)), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Keeps_nothing_of_a_chunk_beyond_the_announced_size()
    {
        var bytes = Bytes(6, 1000);
        await using var upload = await Open().BeginAsync(Digest.Of(bytes), bytes.Length, default);
        await upload.WriteAsync(bytes.AsMemory(0, 600), default);

        var refused = await Assert.ThrowsAsync<UploadRefusedException>(() => upload.WriteAsync(new byte[401], default));

        Assert.That(refused!.Reason, Is.EqualTo(UploadRefusal.BeyondAnnouncedSize));
        await upload.WriteAsync(bytes.AsMemory(600), default);
        Assert.That(await upload.CommitAsync(default), Is.InstanceOf<CommitResult.Stored>());
    }

    [Test]
    public async Task Refuses_a_second_upload_of_a_package_while_one_runs()
    {
        var spool = Open();
        var packageId = Digest.Of(Bytes(7, 10));
        var first = await spool.BeginAsync(packageId, 10, default);

        var refused = await Assert.ThrowsAsync<UploadRefusedException>(() => spool.BeginAsync(packageId, 10, default));

        Assert.That(refused!.Reason, Is.EqualTo(UploadRefusal.InProgress));
        await first.DisposeAsync();
        await using var next = await spool.BeginAsync(packageId, 10, default);
        Assert.That(next.Offset, Is.Zero);
    }

    [Test]
    public async Task Refuses_more_uploads_at_a_time_than_its_limit()
    {
        var spool = Open();
        for (byte number = 0; number < 3; number++)
        {
            await spool.BeginAsync(Digest.Of([number]), 1, default);
        }

        var refused = await Assert.ThrowsAsync<UploadRefusedException>(() => spool.BeginAsync(Digest.Of([9]), 1, default));

        Assert.That(refused!.Reason, Is.EqualTo(UploadRefusal.TooManyUploads));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(100_001)]
    public async Task Refuses_a_size_out_of_range(long size)
    {
        var refused = await Assert.ThrowsAsync<UploadRefusedException>(() => Open().BeginAsync(Digest.Of([1]), size, default));

        Assert.That(refused!.Reason, Is.EqualTo(UploadRefusal.SizeOutOfRange));
    }

    [Test]
    public async Task Forgets_a_deleted_package()
    {
        var bytes = Bytes(8, 100);
        var spool = Open();
        await Upload(spool, bytes);

        spool.Delete(Digest.Of(bytes));
        spool.Delete(Digest.Of(bytes));

        Assert.That(spool.OpenRead(Digest.Of(bytes)), Is.Null);
        Assert.That(spool.All(), Is.Empty);
        Assert.That(() => spool.Size(Digest.Of(bytes)), Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public async Task Removes_uploads_long_silent_but_not_those_running_or_finished()
    {
        var spool = Open();
        var stored = Bytes(9, 100);
        await Upload(spool, stored);
        await (await spool.BeginAsync(Digest.Of([1]), 1, default)).DisposeAsync();
        await using var running = await spool.BeginAsync(Digest.Of([2]), 1, default);
        var past = new FakeTimeProvider(new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var future = new FakeTimeProvider(new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.That(spool.RemoveAbandoned(TimeSpan.FromDays(7), past), Is.Zero);
        Assert.That(spool.RemoveAbandoned(TimeSpan.FromDays(7), future), Is.EqualTo(1));
        Assert.That(spool.RemoveAbandoned(TimeSpan.FromDays(7), future), Is.Zero);
        Assert.That(spool.Contains(Digest.Of(stored)), Is.True);
    }

    protected static byte[] Bytes(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static async Task<CommitResult> Upload(ISpool spool, byte[] bytes)
    {
        await using var upload = await spool.BeginAsync(Digest.Of(bytes), bytes.Length, default);
        foreach (var chunk in bytes.Skip((int)upload.Offset).Chunk(7000))
        {
            await upload.WriteAsync(chunk, default);
        }

        return await upload.CommitAsync(default);
    }

    protected static byte[]? Read(ISpool spool, Digest packageId)
    {
        using var stream = spool.OpenRead(packageId);
        using var bytes = new MemoryStream();
        stream?.CopyTo(bytes);
        return stream is null ? null : bytes.ToArray();
    }
}
