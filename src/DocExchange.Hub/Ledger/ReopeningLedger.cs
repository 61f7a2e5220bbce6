using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// A ledger that outlives the failures of its disk: where the store can no longer tell what is on disk, it is opened
/// again, and what turns up then is there for the writer to read. The append that failed still fails; an empty one opens
/// the store where that is needed.
/// </summary>
/// <remarks>While the disk takes no writes at all the store that failed is kept: it reads what is on disk.</remarks>
internal sealed class ReopeningLedger : ILedgerStore
{
    private readonly Func<ILedgerStore> open;
    private readonly ReaderWriterLockSlim gate = new();
    private readonly Action probe;
    private ILedgerStore? store;
    private Exception? closedBy;
    private long lastSize;

    /// <param name="probe">Throws where the disk takes no writes at all.</param>
    public ReopeningLedger(Func<ILedgerStore> open, Action? probe = null)
    {
        this.open = open;
        this.probe = probe ?? (() => { });
        store = open();
    }

    /// <summary>While the store cannot be opened, the size it had last.</summary>
    public long Size => Ask(current => lastSize = current?.Size ?? lastSize);

    public bool MustReopen => Ask(current => current?.MustReopen ?? true);

    public ReadOnlyMemory<byte>? LatestCheckpoint => Read(current => current.LatestCheckpoint);

    public async Task AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        if (MustReopen)
        {
            await ReopenAsync();
            if (entries.Count == 0)
            {
                return;
            }

            throw new IOException("The ledger was opened again after a failure; nothing was appended this time. Repeat it.");
        }

        try
        {
            await Read(current => current).AppendAsync(entries, cancellation);
        }
        catch (Exception) when (MustReopen)
        {
            await ReopenAsync();
            throw;
        }
    }

    public ReadOnlyMemory<byte> Read(long index) => Read(current => current.Read(index));

    public IAsyncEnumerable<(long Index, ReadOnlyMemory<byte> Entry)> ReadFrom(long index, CancellationToken cancellation) => Read(current => current.ReadFrom(index, cancellation));

    public Digest Root(long size) => Read(current => current.Root(size));

    public IReadOnlyList<Digest> InclusionProof(long index, long size) => Read(current => current.InclusionProof(index, size));

    public IReadOnlyList<Digest> ConsistencyProof(long oldSize, long newSize) => Read(current => current.ConsistencyProof(oldSize, newSize));

    public ReadOnlyMemory<byte> Tile(int level, long index, int width) => Read(current => current.Tile(level, index, width));

    public ReadOnlyMemory<byte> EntryBundle(long index, int width) => Read(current => current.EntryBundle(index, width));

    public void SaveCheckpoint(byte[] note) => Read(current =>
    {
        current.SaveCheckpoint(note);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        if (Take() is { } last)
        {
            await last.DisposeAsync();
        }

        gate.Dispose();
    }

    // Closed first: a store keeps others, also its successor, from opening its folder.
    private async Task ReopenAsync()
    {
        probe();
        if (Take() is { } failed)
        {
            await CloseAsync(failed);
        }

        gate.EnterWriteLock();
        try
        {
            store = open();
        }
        catch (Exception fault)
        {
            closedBy = fault;
            throw;
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    private static async Task CloseAsync(ILedgerStore failed)
    {
        try
        {
            await failed.DisposeAsync();
        }
        catch (IOException)
        {
            // It has failed before; what it could not bring to disk was not acknowledged.
        }
    }

    private ILedgerStore? Take()
    {
        gate.EnterWriteLock();
        try
        {
            var taken = store;
            store = null;
            return taken;
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    private T Read<T>(Func<ILedgerStore, T> read) => Ask(current =>
        read(current ?? throw new IOException("The ledger could not be opened again after a failure of its disk. See to the disk; the next statement tries again.", closedBy)));

    private T Ask<T>(Func<ILedgerStore?, T> ask)
    {
        gate.EnterReadLock();
        try
        {
            return ask(store);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }
}
