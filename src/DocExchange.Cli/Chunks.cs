using System.Runtime.CompilerServices;
using DocExchange.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DocExchange.Cli;

/// <summary>A file that comes in pieces.</summary>
internal static class Chunks
{
    private const int PieceSize = 512 * 1024;

    /// <returns>The archive volume it came from; empty where it came from elsewhere.</returns>
    /// <exception cref="FailedException">Fewer or more bytes came than announced.</exception>
    public static async Task<string> SaveAsync(IAsyncStreamReader<ArchiveChunk> chunks, string path, CancellationToken cancellation)
    {
        var volume = "";
        ulong? announced = null;
        ulong written = 0;
        await using var file = File.Create(path);
        await foreach (var chunk in chunks.ReadAllAsync(cancellation))
        {
            announced ??= chunk.Size;
            volume = volume.Length == 0 ? chunk.Volume : volume;
            written += (ulong)chunk.Chunk.Length;
            await file.WriteAsync(chunk.Chunk.Memory, cancellation);
        }

        return written == announced
            ? volume
            : throw new FailedException("INCOMPLETE", $"应有 {announced ?? 0} 字节，收到 {written} 字节。", $"{announced ?? 0} bytes were announced, {written} came.");
    }

    /// <summary>The pieces of a file to be sent.</summary>
    public static async IAsyncEnumerable<ByteString> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var buffer = new byte[PieceSize];
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0;)
        {
            yield return ByteString.CopyFrom(buffer, 0, read);
        }
    }
}
