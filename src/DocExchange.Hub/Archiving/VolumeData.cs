using System.Runtime.ExceptionServices;
using DocExchange.Durability;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// A file as LiteDB wants to see it. LiteDB locks the stream around position and access, so it serves many readers.
/// After the first failed write nothing is written any more, whatever LiteDB tries: the file is left to recovery.
/// </summary>
internal abstract class VolumeStream(IDiskFile file) : Stream
{
    private readonly Lock gate = new();
    private ExceptionDispatchInfo? fault;

    /// <summary>What stopped this stream; LiteDB may have hidden it behind an error of its own.</summary>
    public Exception? Fault => fault?.SourceException;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = file.Read(Position, buffer.AsSpan(offset, (int)Math.Clamp(Length - Position, 0, count)));
        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <summary>No write from here on.</summary>
    public void Stop(Exception reason) => fault ??= ExceptionDispatchInfo.Capture(reason);

    /// <summary>A page of LiteDB's on its way to the file; it writes whole pages only.</summary>
    protected void Put(PageBuffer held, ReadOnlySpan<byte> page)
    {
        if (!PageBuffer.IsPage(Position, page.Length))
        {
            throw new InvalidOperationException($"LiteDB wrote {page.Length} bytes at {Position} of {file.Path}, which is no page.");
        }

        held.Put(Position, page);
        Position += page.Length;
    }

    /// <summary>Null where it is not a page held.</summary>
    protected int? ReadHeld(PageBuffer held, Span<byte> into)
    {
        if (!held.TryRead(Position, into))
        {
            return null;
        }

        Position += into.Length;
        return into.Length;
    }

    protected void Attempt(Action write)
    {
        lock (gate)
        {
            fault?.Throw();
            try
            {
                write();
            }
            catch (Exception failure)
            {
                Stop(failure);
                throw;
            }
        }
    }
}

/// <summary>
/// The volume file. Its pages change only while <see cref="IsOpenForPages"/>, that is during a checkpoint, and after
/// <see cref="BeforePages"/> has brought the log with all of them to disk: a torn page is written again from there.
/// </summary>
internal sealed class VolumeData(IDiskFile file, bool isReadOnly) : VolumeStream(file)
{
    private const int PagesHeld = 256;

    private readonly IDiskFile file = file;
    private readonly PageBuffer held = new(file, PagesHeld);
    private bool isSynced = true;

    public bool IsOpenForPages { get; set; }

    /// <summary>Called before each page; the first time, it seals the log.</summary>
    public Action? BeforePages { get; set; }

    public override bool CanWrite => !isReadOnly;

    public override long Length => Math.Max(file.Length, held.End);

    public override int Read(byte[] buffer, int offset, int count) => ReadHeld(held, buffer.AsSpan(offset, count)) ?? base.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => Attempt(() =>
    {
        Guard();
        BeforePages?.Invoke();
        Put(held, buffer.AsSpan(offset, count));
        if (held.IsFull)
        {
            WriteOut();
        }
    });

    public override void SetLength(long value) => Attempt(() =>
    {
        Guard();
        WriteOut();
        isSynced = false;
        file.SetLength(value);
    });

    public override void Flush() => Attempt(() =>
    {
        WriteOut();
        if (!isSynced)
        {
            file.Sync();
            isSynced = true;
        }
    });

    private void WriteOut()
    {
        if (!held.IsEmpty)
        {
            isSynced = false;
            held.WriteOut();
        }
    }

    private void Guard()
    {
        if (!IsOpenForPages)
        {
            throw new InvalidOperationException($"LiteDB tried to change {file.Path} outside a checkpoint.");
        }
    }
}
