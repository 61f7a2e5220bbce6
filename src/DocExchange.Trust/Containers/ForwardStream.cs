namespace DocExchange.Trust.Containers;

/// <summary>
/// A stream that is read once, from its beginning to its end. Whoever derives from it says how long it is, how much was read, and
/// how to go on; reading that only goes one way, with or without waiting, leaves the other refused.
/// </summary>
public abstract class ForwardStream : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Position
    {
        get => Passed;
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that were read.</summary>
    protected abstract long Passed { get; }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
