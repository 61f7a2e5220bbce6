using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DocExchange.Hub.Ledger;
using DocExchange.Tests.Trust.Merkle;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.StoreContracts;

/// <summary>The plainest store that keeps the contract, for tests of what stands on a ledger. Its disk is a list.</summary>
internal sealed class InMemoryLedgerStore(InMemoryLedgerStore.Disk disk) : ILedgerStore
{
    public long Size => disk.Entries.Length;

    public bool MustReopen => false;

    public ReadOnlyMemory<byte>? LatestCheckpoint => disk.Checkpoint is { } note ? note : default(ReadOnlyMemory<byte>?);

    public Task AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        BatchRule.LengthOf(entries);
        cancellation.ThrowIfCancellationRequested();
        disk.Entries = [.. disk.Entries, .. entries.Select(entry => entry.ToArray())];
        return Task.CompletedTask;
    }

    public ReadOnlyMemory<byte> Read(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        return disk.Entries[index];
    }

    public async IAsyncEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> ReadFrom(long index, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        await Task.Yield();
        for (var size = Size; index < size; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return (index, Read(index));
        }
    }

    public Digest Root(long size) => MerkleTree.Root(Checked(size), Tree());

    public IReadOnlyList<Digest> InclusionProof(long index, long size) => MerkleTree.InclusionProof(index, Checked(size), Tree());

    public IReadOnlyList<Digest> ConsistencyProof(long oldSize, long newSize) => MerkleTree.ConsistencyProof(oldSize, Checked(newSize), Tree());

    public ReadOnlyMemory<byte> Tile(int level, long index, int width)
    {
        TileShape.Require(level, index, width, Size);
        var tree = Tree();
        return Enumerable.Range(0, width).SelectMany(i => tree.Hash(8 * level, (index * 256) + i).ToArray()).ToArray();
    }

    public ReadOnlyMemory<byte> EntryBundle(long index, int width)
    {
        TileShape.Require(0, index, width, Size);
        return Enumerable.Range(0, width).Select(i => Read((index * 256) + i)).SelectMany(entry =>
        {
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
            return length.Concat(entry.ToArray());
        }).ToArray();
    }

    public void SaveCheckpoint(byte[] note)
    {
        CheckpointRule.Require(note, disk.Checkpoint is { } latest ? CheckpointLog.Parse(latest) : null, Size, Root);
        disk.Checkpoint = note;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private long Checked(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return size;
    }

    private ReferenceTree Tree() => new(disk.Entries);

    internal sealed class Disk
    {
        public byte[][] Entries { get; set; } = [];

        public byte[]? Checkpoint { get; set; }
    }
}
