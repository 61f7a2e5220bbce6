namespace DocExchange.Durability;

/// <summary>
/// A file as LiteDB wants to see it: it locks the stream around position and access, so one serves many readers. Pages are
/// handed to the file when LiteDB flushes or reads, or when many wait.
/// </summary>
internal abstract class PageStream(IDiskFile file, PageGate gate, PageFault fault, int pagesHeld) : Stream
{
    private readonly PageBuffer held = new(file, pagesHeld);
    private bool isSynced = true;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Math.Max(file.Length, held.End);

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        WriteOut();
        var read = file.Read(Position, buffer.AsSpan(offset, count));
        Position += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        fault.Throw();
        if (PageBuffer.IsPage(Position, count))
        {
            held.Put(Position, buffer.AsSpan(offset, count));
            Position += count;
            if (held.IsFull)
            {
                WriteOut();
            }
        }
        else
        {
            WriteOut();
            WriteThrough(buffer.AsSpan(offset, count).ToArray());
        }
    }

    public override void SetLength(long value)
    {
        WriteOut();
        Attempt(() => gate.Overwrite(() =>
        {
            isSynced = false;
            file.SetLength(value);
        }));
    }

    public override void Flush() => Sync();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <summary>How a write is let through the gate.</summary>
    protected abstract void Pass(Action write);

    /// <summary>To the file at once; nothing may be held.</summary>
    protected void WriteThrough(byte[] bytes) => Attempt(() => Pass(() =>
    {
        isSynced = false;
        file.Write(Position, bytes);
        Position += bytes.Length;
    }));

    /// <summary>Everything written is on disk when this returns.</summary>
    protected void Sync()
    {
        WriteOut();
        Attempt(() =>
        {
            if (!isSynced)
            {
                file.Sync();
                isSynced = true;
            }
        });
    }

    private void WriteOut()
    {
        if (!held.IsEmpty)
        {
            Attempt(() => Pass(() =>
            {
                isSynced = false;
                held.WriteOut();
            }));
        }
    }

    private void Attempt(Action write)
    {
        fault.Throw();
        try
        {
            write();
        }
        catch (Exception failure)
        {
            fault.Note(failure);
            throw;
        }
    }
}
