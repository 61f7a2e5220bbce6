namespace DocExchange.Trust.Ofd;

/// <summary>Passes on at most as many bytes as the directory says, so that nothing unpacks for ever.</summary>
internal sealed class OfdBoundedStream(Stream inner, long size) : Stream
{
    private long taken;
    private bool hasMore;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => taken;
        set => throw new NotSupportedException();
    }

    /// <summary>After it was read to its end: whether there were exactly that many bytes.</summary>
    public bool IsExact => taken == size && !hasMore;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (taken == size)
        {
            hasMore = hasMore || await inner.ReadAsync(new byte[1], cancellationToken) > 0;
            return 0;
        }

        var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, size - taken)], cancellationToken);
        taken += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
