namespace DocExchange.Durability;

/// <summary>
/// A file as LiteDB wants to see it: it locks the stream around position and access, so one serves many readers; it flushes
/// and cuts only in a checkpoint, when nobody reads. Pages are held until LiteDB flushes, or until many are.
/// </summary>
/// <param name="pass">How a write is let through the gate.</param>
internal abstract class PageStream(IDiskFile file, PageGate gate, PageFault fault, int pagesHeld, Action<Action> pass) : Stream
{
    private readonly PageBuffer held = new(file, pagesHeld);
    private bool isSynced = true;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Math.Max(file.Length, held.End);

    public override long Position { get; set; }

    // Nothing is written on a reader's behalf: it must neither wait for the disk nor meet its fault.
    public override int Read(byte[] buffer, int offset, int count)
    {
        var into = buffer.AsSpan(offset, count);
        var read = held.TryRead(Position, into) ? count : ReadFile(Position, into);
        Position += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Attempt(() =>
    {
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
            // LiteDB 5.0 writes whole pages only.
            WriteOut();
            PassOn(buffer.AsSpan(offset, count).ToArray());
        }
    });

    public override void SetLength(long value) => Attempt(() =>
    {
        WriteOut();
        gate.Overwrite(() =>
        {
            isSynced = false;
            file.SetLength(value);
        });
    });

    public override void Flush() => Sync();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <summary>Nothing is written any more after this.</summary>
    protected void Note(Exception damage) => fault.Note(damage);

    /// <summary>What is not held.</summary>
    protected virtual int ReadFile(long offset, Span<byte> into) => file.Read(offset, into);

    /// <summary>Everything that was written is on disk, and LiteDB is told so after this.</summary>
    protected virtual void OnSynced()
    {
    }

    /// <summary>To the file at once; nothing may be held.</summary>
    protected void WriteThrough(byte[] bytes) => Attempt(() => PassOn(bytes));

    /// <summary>Everything written is on disk when this returns.</summary>
    protected void Sync() => Attempt(() =>
    {
        WriteOut();
        if (!isSynced)
        {
            file.Sync();
            isSynced = true;
            OnSynced();
        }
    });

    private void PassOn(byte[] bytes) => pass(() =>
    {
        isSynced = false;
        file.Write(Position, bytes);
        Position += bytes.Length;
    });

    private void WriteOut()
    {
        if (!held.IsEmpty)
        {
            pass(() =>
            {
                isSynced = false;
                held.WriteOut();
            });
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
