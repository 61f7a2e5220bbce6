using System.Buffers.Binary;

namespace DocExchange.Durability;

/// <summary>
/// LiteDB's log. A transaction counts when its last page says so. That page goes to disk together with all before it, not
/// saying so yet; then the one byte that does, which no power failure can tear. LiteDB asks for a sync after every page;
/// none of these is needed.
/// </summary>
internal sealed class LogStream : PageStream
{
    private const int PagesHeld = 64;

    // A page's header, as LiteDB 5 writes it.
    private const int PageSize = PageBuffer.PageSize;
    private const int TransactionNumber = 14;
    private const int IsConfirmed = 18;

    private static readonly TimeSpan LookForFaults = TimeSpan.FromSeconds(1);

    private readonly byte[] unconfirmed = new byte[PageSize];
    private readonly object gate = new();
    private readonly PageFault fault;
    private byte[]? awaited;
    private uint? carrier;

    public LogStream(IDiskFile file, PageGate copies, PageFault fault)
        : base(file, copies, fault, PagesHeld, copies.Append)
    {
        this.fault = fault;
        CutUnfinished(file);
        WriteAgain(file);
    }

    /// <summary>
    /// Says which transaction <see cref="Wait"/> will wait for: the one that writes these bytes. LiteDB confirms others too,
    /// in the same queue and of its own accord: to make an index, to set a pragma, to give back the pages of a rollback.
    /// </summary>
    public void Await(byte[] mark)
    {
        lock (gate)
        {
            awaited = mark;
            carrier = null;
        }
    }

    // A fault must not end LiteDB's writing thread: the engine would shut down between the pages of a transaction, wait for
    // the thread for ever, or throw in a finalizer. It is kept, and Wait throws it.
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            Append(buffer, offset, count);
        }
        catch (Exception) when (fault.IsThere)
        {
            lock (gate)
            {
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Returns when the transaction that was to be awaited is confirmed, and on disk.</summary>
    /// <exception cref="IOException">The disk failed; whether it is there is known when the database is opened again.</exception>
    public void Wait()
    {
        lock (gate)
        {
            while (awaited is not null)
            {
                fault.Throw();
                Monitor.Wait(gate, LookForFaults);
            }
        }
    }

    public override void Flush()
    {
    }

    // Transactions are numbered from 0 again: what a disk kept of the old ones must not be taken for the new.
    public override void SetLength(long value)
    {
        base.SetLength(value);
        Sync();
    }

    private void Append(byte[] buffer, int offset, int count)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(offset + TransactionNumber));
        LookForMark(buffer.AsSpan(offset, count), number);
        if (buffer[offset + IsConfirmed] == 0)
        {
            base.Write(buffer, offset, count);
            return;
        }

        var start = Position;
        buffer.AsSpan(offset, count).CopyTo(unconfirmed);
        unconfirmed[IsConfirmed] = 0;
        base.Write(unconfirmed, 0, count);
        Sync();
        Position = start + IsConfirmed;
        WriteThrough([buffer[offset + IsConfirmed]]);
        Sync();
        Position = start + count;
        lock (gate)
        {
            if (carrier == number)
            {
                awaited = null;
                Monitor.PulseAll(gate);
            }
        }
    }

    private void LookForMark(ReadOnlySpan<byte> page, uint number)
    {
        lock (gate)
        {
            if (carrier is null && awaited is not null && page.IndexOf(awaited) >= 0)
            {
                carrier = number;
            }
        }
    }

    // What follows the last confirmed page belongs to a transaction that nobody was told of.
    private static void CutUnfinished(IDiskFile file)
    {
        var end = file.Length / PageSize * PageSize;
        Span<byte> confirmed = stackalloc byte[1];
        while (end > 0 && (file.Read(end - PageSize + IsConfirmed, confirmed) == 0 || confirmed[0] == 0))
        {
            end -= PageSize;
        }

        if (end < file.Length)
        {
            file.SetLength(end);
            file.Sync();
        }
    }

    // After a failed sync the kernel may call pages clean that are not on disk, and the next sync of them succeeds. So what
    // is found counts only when it was written here.
    private static void WriteAgain(IDiskFile file)
    {
        var buffer = new byte[128 * PageSize];
        var offset = 0L;
        for (int read; (read = file.Read(offset, buffer)) > 0; offset += read)
        {
            file.Write(offset, buffer.AsSpan(0, read));
        }

        if (offset > 0)
        {
            file.Sync();
        }
    }
}
