using System.Runtime.CompilerServices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Records;
using DocExchange.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DocExchange.Node.Desk;

/// <summary>Files as they travel between the desk and its people, piece by piece.</summary>
internal static class FileChunks
{
    private const int Size = 256 * 1024;

    /// <summary>At least one piece, so that an empty file arrives too.</summary>
    public static async IAsyncEnumerable<ByteString> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var buffer = new byte[Size];
        var isFirst = true;
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0 || isFirst; isFirst = false)
        {
            yield return ByteString.CopyFrom(buffer, 0, read);
        }
    }

    /// <summary>Hands a stream out, with its size in the first piece.</summary>
    public static async Task GiveAsync(Stream content, IServerStreamWriter<ArchiveChunk> replies, CancellationToken cancellation)
    {
        var isFirst = true;
        await foreach (var chunk in ReadAsync(content, cancellation))
        {
            await replies.WriteAsync(new ArchiveChunk { Size = isFirst ? (ulong)content.Length : 0, Chunk = chunk }, cancellation);
            isFirst = false;
        }
    }

    /// <summary>Takes in a package somebody hands over, as a new file.</summary>
    /// <exception cref="RefusedException">It is larger than allowed.</exception>
    public static async Task SaveAsync(IAsyncEnumerable<ByteString> chunks, string path, long maxSize, CancellationToken cancellation)
    {
        await using var file = DurableFile.Create(path);
        await foreach (var chunk in chunks.WithCancellation(cancellation))
        {
            if (file.Position + chunk.Length > maxSize)
            {
                throw new RefusedException(Refusal.TooLarge, $"公文包超过 {maxSize} 字节。", $"The package is larger than {maxSize} bytes.");
            }

            await file.WriteAsync(chunk.Memory, cancellation);
        }
    }
}
