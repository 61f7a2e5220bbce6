namespace DocExchange.Durability;

/// <summary>A file as LiteDB wants to see it: it locks the stream around position and access, so one serves many readers.</summary>
internal class PageStream(IDiskFile file, PageGate gate, PageFault fault) : Stream
{
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

    public override void Write(byte[] buffer, int offset, int count) => Attempt(() => Pass(() =>
    {
        isSynced = false;
        file.Write(Position, buffer.AsSpan(offset, count));
        Position += count;
    }));

    public override void SetLength(long value) => Attempt(() => gate.Overwrite(() =>
    {
        isSynced = false;
        file.SetLength(value);
    }));

    public override void Flush() => Sync();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <summary>By default a write goes over pages that are there.</summary>
    protected virtual void Pass(Action write) => gate.Overwrite(write);

    protected void Sync() => Attempt(() =>
    {
        if (!isSynced)
        {
            file.Sync();
            isSynced = true;
        }
    });

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
