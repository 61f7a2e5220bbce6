namespace DocExchange.Durability;

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
