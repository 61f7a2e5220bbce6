using System.Buffers.Binary;
using System.Text;
using DocExchange.Hub.Ledger;
using DocExchange.Tests.Hub.Ledger;
using DocExchange.Tests.Trust.Merkle;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.StoreContracts;

/// <summary>What every ledger store promises.</summary>
internal abstract class LedgerStoreContract
{
    private readonly NoteSigner signer = NoteSigner.Generate("bj.example/2001", NoteKeyType.Ed25519);
    private ILedgerStore store = null!;

    /// <summary>Opens the one ledger of this test, which is empty at first.</summary>
    protected abstract ILedgerStore Open();

    [SetUp]
    public void OpenStore() => store = Open();

    [TearDown]
    public async Task CloseStore() => await store.DisposeAsync();

    [OneTimeTearDown]
    public void DisposeSigner() => signer.Dispose();

    [Test]
    public void Is_empty_at_first()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Size, Is.Zero);
            Assert.That(store.Root(0), Is.EqualTo(MerkleHash.Empty));
            Assert.That(store.LatestCheckpoint.HasValue, Is.False);
            Assert.That(() => store.Read(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task Gives_back_every_entry_also_after_opening_again()
    {
        var entries = await Append(700);
        await Reopen();
        Assert.That(store.Size, Is.EqualTo(700));
        for (var index = 0; index < 700; index++)
        {
            Assert.That(store.Read(index).ToArray(), Is.EqualTo(entries[index]), $"entry {index}");
        }
    }

    [Test]
    public async Task Streams_entries_from_any_index([Values(0, 1, 255, 699, 700, 5000)] int from)
    {
        var entries = await Append(700);
        var index = from;
        await foreach (var (at, entry) in store.ReadFrom(from, CancellationToken.None))
        {
            Assert.That(at, Is.EqualTo(index));
            Assert.That(entry.ToArray(), Is.EqualTo(entries[index]));
            index++;
        }

        Assert.That(index, Is.EqualTo(Math.Max(from, 700)));
    }

    [Test]
    public async Task Roots_and_proofs_of_every_size_are_those_of_RFC_6962()
    {
        var tree = new ReferenceTree(await Append(600));
        await Reopen();
        using (Assert.EnterMultipleScope())
        {
            for (var size = 1; size <= 600; size += size < 20 ? 1 : 29)
            {
                Assert.That(store.Root(size), Is.EqualTo(tree.Root(size)), $"root of {size}");
                Assert.That(store.InclusionProof(size / 2, size), Is.EqualTo(MerkleTree.InclusionProof(size / 2, size, tree)), $"entry {size / 2} in {size}");
                Assert.That(store.ConsistencyProof(size / 3, size), Is.EqualTo(MerkleTree.ConsistencyProof(size / 3, size, tree)), $"{size / 3} to {size}");
            }
        }
    }

    [TestCase(0, 0, 256)]
    [TestCase(0, 0, 3)]
    [TestCase(0, 1, 256)]
    [TestCase(0, 2, 88)]
    [TestCase(0, 2, 1)]
    [TestCase(1, 0, 2)]
    public async Task Gives_the_tiles_of_tlog_tiles(int level, long index, int width)
    {
        var tree = new ReferenceTree(await Append(600));
        var expected = Enumerable.Range(0, width).SelectMany(i => tree.Hash(8 * level, (index * 256) + i).ToArray());
        Assert.That(store.Tile(level, index, width).ToArray(), Is.EqualTo(expected));
    }

    [TestCase(0, 2, 89)]
    [TestCase(0, 3, 1)]
    [TestCase(1, 0, 3)]
    [TestCase(2, 0, 1)]
    [TestCase(40, 0, 1)]
    [TestCase(0, 0, 0)]
    [TestCase(0, 0, 257)]
    [TestCase(-1, 0, 1)]
    [TestCase(0, -1, 1)]
    public async Task Has_no_tile_beyond_its_size(int level, long index, int width)
    {
        await Append(600);
        Assert.That(() => store.Tile(level, index, width), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Gives_entry_bundles_with_lengths()
    {
        var entries = await Append(300);
        var bundle = store.EntryBundle(1, 44).Span;
        for (var index = 256; index < 300; index++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle);
            Assert.That(bundle.Slice(2, length).ToArray(), Is.EqualTo(entries[index]));
            bundle = bundle[(2 + length)..];
        }

        Assert.That(bundle.Length, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(LedgerLimits.MaxEntry + 1)]
    public async Task Refuses_a_batch_with_an_entry_beyond_the_limits(int length)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync([new byte[] { 1 }, new byte[length]], CancellationToken.None));
        Assert.That(store.Size, Is.Zero);
    }

    [Test]
    public async Task Takes_the_largest_entry_and_refuses_too_many()
    {
        await store.AppendAsync([new byte[LedgerLimits.MaxEntry]], CancellationToken.None);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(
            [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[1], LedgerLimits.MaxBatchEntries + 1)], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(
            [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[LedgerLimits.MaxEntry], 1025)], CancellationToken.None));
        Assert.That(store.Read(0).Length, Is.EqualTo(LedgerLimits.MaxEntry));
        Assert.That(store.Size, Is.EqualTo(1));
    }

    [Test]
    public async Task An_empty_batch_changes_nothing()
    {
        await store.AppendAsync([], CancellationToken.None);
        Assert.That(store.Size, Is.Zero);
    }

    [Test]
    public async Task A_cancelled_append_writes_nothing()
    {
        await Assert.ThatAsync(async () => await store.AppendAsync([new byte[] { 1 }], new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await Reopen();
        Assert.That(store.Size, Is.Zero);
    }

    [Test]
    public async Task Keeps_the_newest_checkpoint()
    {
        await Append(10);
        store.SaveCheckpoint(Sign(10));
        await Append(10);
        var newest = Sign(20);
        store.SaveCheckpoint(newest);
        Assert.That(store.LatestCheckpoint!.Value.ToArray(), Is.EqualTo(newest));
        await Reopen();
        Assert.That(store.LatestCheckpoint!.Value.ToArray(), Is.EqualTo(newest));
    }

    [Test]
    public async Task Refuses_a_checkpoint_that_is_not_of_this_ledger_or_goes_back()
    {
        await Append(10);
        store.SaveCheckpoint(Sign(10));
        await Append(10);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => store.SaveCheckpoint(Sign(9)), Throws.ArgumentException);
            Assert.That(() => store.SaveCheckpoint(Sign(21, Digest.Of([1]))), Throws.ArgumentException);
            Assert.That(() => store.SaveCheckpoint(Sign(20, Digest.Of([1]))), Throws.ArgumentException);
            Assert.That(() => store.SaveCheckpoint(Encoding.UTF8.GetBytes("no note")), Throws.ArgumentException);
            Assert.That(CheckpointLog.Parse(store.LatestCheckpoint!.Value.Span).Size, Is.EqualTo(10));
        }
    }

    [Test]
    public async Task Readers_see_whole_entries_and_true_roots_while_the_writer_appends()
    {
        using var done = new CancellationTokenSource();
        var frontier = new MerkleFrontier();
        var roots = new System.Collections.Concurrent.ConcurrentDictionary<long, Digest>();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () => await ReadUntil(done.Token, roots))).ToArray();
        for (var batch = 0; batch < 100; batch++)
        {
            var entries = Enumerable.Range(batch * 7, 7).Select(Entry).ToList();
            entries.ForEach(entry => frontier.Append(entry));
            roots[frontier.Size] = frontier.Root;
            await store.AppendAsync([.. entries.Select(entry => new ReadOnlyMemory<byte>(entry))], CancellationToken.None);
        }

        await done.CancelAsync();
        Assert.That(await Task.WhenAll(readers), Is.All.GreaterThan(0));
    }

    protected static byte[] Entry(int number) => Encoding.UTF8.GetBytes($"entry {number} " + new string('x', number * 37 % 200));

    private async Task<int> ReadUntil(CancellationToken done, System.Collections.Concurrent.ConcurrentDictionary<long, Digest> roots)
    {
        for (var rounds = 1; ; rounds++)
        {
            var isLast = done.IsCancellationRequested;
            var size = store.Size;
            Assert.That(size == 0 || store.Root(size) == roots[size], Is.True, $"root of {size}");
            await foreach (var (index, entry) in store.ReadFrom(Math.Max(0, size - 20), CancellationToken.None))
            {
                Assert.That(entry.Span.SequenceEqual(Entry((int)index)), Is.True, $"entry {index}");
            }

            if (isLast)
            {
                return rounds;
            }
        }
    }

    private async Task Reopen()
    {
        await store.DisposeAsync();
        store = Open();
    }

    private async Task<IReadOnlyList<byte[]>> Append(int count)
    {
        var from = (int)store.Size;
        var entries = Enumerable.Range(from, count).Select(Entry).ToList();
        foreach (var batch in entries.Chunk(90))
        {
            await store.AppendAsync([.. batch.Select(entry => new ReadOnlyMemory<byte>(entry))], CancellationToken.None);
        }

        return entries;
    }

    private byte[] Sign(long size) => Sign(size, store.Root(size));

    private byte[] Sign(long size, Digest root) => new Checkpoint("bj.example/2001", size, root).SignedBy(signer).ToBytes();
}

internal sealed class InMemoryLedgerStoreTests : LedgerStoreContract
{
    private readonly InMemoryLedgerStore.Disk disk = new();

    protected override ILedgerStore Open() => new InMemoryLedgerStore(disk);

    [SetUp]
    public void Forget() => (disk.Entries, disk.Checkpoint) = ([], null);
}

/// <summary>On a real disk.</summary>
internal sealed class FileLedgerStoreContractTests : LedgerStoreContract
{
    private string folder = "";

    protected override ILedgerStore Open()
    {
        if (folder.Length == 0)
        {
            folder = Directory.CreateTempSubdirectory("ledger").FullName;
        }

        return FileLedgerStore.Open(folder);
    }

    [TearDown]
    public async Task RemoveFolder()
    {
        await CloseStore();
        Directory.Delete(folder, recursive: true);
        folder = "";
    }
}

/// <summary>With segments so small that almost every batch begins one.</summary>
internal sealed class SmallSegmentsContractTests : LedgerStoreContract
{
    private MemoryDisk disk = new();

    protected override ILedgerStore Open() => FileLedgerStore.Open(disk = disk.AfterKill(), segmentSize: 16_000);

    [TearDown]
    public void Forget() => disk = new MemoryDisk();
}
