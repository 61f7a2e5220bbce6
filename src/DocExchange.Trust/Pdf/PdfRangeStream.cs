using DocExchange.Trust.Containers;

namespace DocExchange.Trust.Pdf;

/// <summary>The bytes a PDF signature covers: from the start to its Contents, and from behind it to the end of its range.</summary>
internal sealed class PdfRangeStream(Stream file, PdfSignatureField signature) : ForwardStream
{
    private long position;

    public override long Length => signature.GapStart + signature.End - signature.GapEnd;

    protected override long Passed => position;

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
}
