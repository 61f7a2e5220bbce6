using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Dossiers;

/// <summary>Sends a dossier in pieces as it is written; the first says how many bytes there will be.</summary>
internal sealed class ChunkStream(IAsyncStreamWriter<Wire.ArchiveChunk> chunks, IssuedDossier dossier, CancellationToken calling) : Stream
{
    private const int ChunkSize = 256 * 1024;

    private readonly byte[] buffer = new byte[ChunkSize];
    private int filled;
    private bool isFirst = true;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        while (!data.IsEmpty)
        {
            var piece = Math.Min(data.Length, ChunkSize - filled);
            data[..piece].CopyTo(buffer.AsMemory(filled));
            (data, filled) = (data[piece..], filled + piece);
            if (filled == ChunkSize)
            {
                await FlushAsync(cancellationToken);
            }
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (filled > 0)
        {
            // A message may still be in flight when the next is filled: each has its own copy.
            await chunks.WriteAsync(Piece(ByteString.CopyFrom(buffer, 0, filled)), calling);
            (filled, isFirst) = (0, false);
        }
    }

    private Wire.ArchiveChunk Piece(ByteString bytes) => isFirst
        ? new Wire.ArchiveChunk { Size = checked((ulong)dossier.Size), Name = dossier.FileName, Chunk = bytes }
        : new Wire.ArchiveChunk { Chunk = bytes };

    public override Task WriteAsync(byte[] data, int offset, int count, CancellationToken cancellationToken) => WriteAsync(data.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] data, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] data, int offset, int count) => throw new NotSupportedException();
}
