using System.Runtime.ExceptionServices;

namespace DocExchange.Durability;

/// <summary>
/// A file as LiteDB wants to see it: it locks the stream around position and access, so one serves many readers. After the
/// first failed write or sync nothing is written any more: what the kernel dropped must not be taken for written.
/// </summary>
internal class PageStream(IDiskFile file) : Stream
{
    private ExceptionDispatchInfo? fault;
    private bool isSynced = true;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = file.Read(Position, buffer.AsSpan(offset, count));
        Position += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Attempt(() =>
    {
        isSynced = false;
        file.Write(Position, buffer.AsSpan(offset, count));
        Position += count;
    });

    public override void SetLength(long value) => Attempt(() =>
    {
        isSynced = false;
        file.SetLength(value);
    });

    public override void Flush() => Sync();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    protected void Sync() => Attempt(() =>
    {
        if (!isSynced)
        {
            file.Sync();
            isSynced = true;
        }
    });

    protected void ThrowIfFaulted() => fault?.Throw();

    private void Attempt(Action write)
    {
        ThrowIfFaulted();
        try
        {
            write();
        }
        catch (Exception failure)
        {
            fault = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }
}

/// <summary>
/// LiteDB's log. A transaction counts when its last page says so. That page goes to disk together with all before it, not
/// saying so yet; then the one byte that does, which no power failure can tear. LiteDB asks for a sync after every page;
/// none of these is needed.
/// </summary>
internal sealed class LogStream : PageStream
{
    // A page and its header, as LiteDB 5 writes them.
    private const int PageSize = 8192;
    private const int IsConfirmed = 18;

    private static readonly TimeSpan LookForFaults = TimeSpan.FromSeconds(1);

    private readonly byte[] unconfirmed = new byte[PageSize];
    private readonly object gate = new();
    private long confirmed;

    public LogStream(IDiskFile file)
        : base(file) => CutUnfinished(file);

    /// <summary>Transactions confirmed since the file was opened.</summary>
    public long Confirmed
    {
        get
        {
            lock (gate)
            {
                return confirmed;
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
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
        base.Write(buffer, offset + IsConfirmed, 1);
        Sync();
        Position = start + count;
        lock (gate)
        {
            confirmed++;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Returns when another transaction than the first so many is confirmed, and on disk.</summary>
    public void WaitForMoreThan(long count)
    {
        lock (gate)
        {
            while (confirmed <= count)
            {
                ThrowIfFaulted();
                Monitor.Wait(gate, LookForFaults);
            }
        }
    }

    public override void Flush()
    {
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
}
