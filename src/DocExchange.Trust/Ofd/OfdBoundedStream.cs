using DocExchange.Trust.Containers;

namespace DocExchange.Trust.Ofd;

/// <summary>Passes on at most as many bytes as the directory says, so that nothing unpacks for ever.</summary>
internal sealed class OfdBoundedStream(Stream inner, long size) : ForwardStream
{
    private long taken;
    private bool hasMore;

    public override long Length => size;

    protected override long Passed => taken;

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
}
