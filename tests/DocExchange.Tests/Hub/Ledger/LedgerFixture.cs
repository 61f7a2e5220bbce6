using System.Text;
using DocExchange.Hub.Ledger;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Hub.Ledger;

/// <summary>A ledger on a disk of memory, with entries that can be told from one another.</summary>
internal static class LedgerFixture
{
    public const long SmallSegments = 2_000;

    public static readonly NoteSigner Signer = NoteSigner.Generate("bj.example/2001", NoteKeyType.Ed25519);

    public static byte[] Entry(long number) => Encoding.UTF8.GetBytes($"entry {number} " + new string('x', (int)(number * 7 % 23)));

    public static FileLedgerStore Open(MemoryDisk disk, long segmentSize = FileLedgerStore.DefaultSegmentSize) => FileLedgerStore.Open(disk, segmentSize);

    public static Task AppendNext(this FileLedgerStore store, int count)
    {
        var from = store.Size;
        return store.AppendAsync([.. Enumerable.Range(0, count).Select(i => new ReadOnlyMemory<byte>(Entry(from + i)))], CancellationToken.None);
    }

    public static void SignAndSave(this FileLedgerStore store) =>
        store.SaveCheckpoint(new Checkpoint("bj.example/2001", store.Size, store.Root(store.Size)).SignedBy(Signer).ToBytes());

    /// <summary>Every entry is the one that was appended at its place, and the root is theirs.</summary>
    public static void RequireWhole(this FileLedgerStore store)
    {
        var frontier = new MerkleFrontier();
        for (var index = 0L; index < store.Size; index++)
        {
            Assert.That(store.Read(index).Span.SequenceEqual(Entry(index)), Is.True, $"entry {index}");
            frontier.Append(Entry(index));
        }

        Assert.That(store.Root(store.Size), Is.EqualTo(frontier.Root));
    }
}
