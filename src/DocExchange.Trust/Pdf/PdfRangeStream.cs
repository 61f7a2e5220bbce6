namespace DocExchange.Trust.Pdf;

/// <summary>The bytes a PDF signature covers: from the start to its Contents, and from behind it to the end of its range.</summary>
internal sealed class PdfRangeStream(Stream file, PdfSignatureField signature) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => signature.GapStart + signature.End - signature.GapEnd;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var isFirst = position < signature.GapStart;
        var left = isFirst ? signature.GapStart - position : Length - position;
        if (left == 0)
        {
            return 0;
        }

        file.Position = isFirst ? position : position + signature.GapEnd - signature.GapStart;
        var read = await file.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        position += read;
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
