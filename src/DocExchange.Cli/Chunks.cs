using System.Runtime.CompilerServices;
using DocExchange.Core.Operating;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
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
    public static async Task<string> SaveAsync(IAsyncStreamReader<ArchiveChunk> chunks, string path, LongWork work, CancellationToken cancellation)
    {
        var volume = "";
        ulong? announced = null;
        ulong written = 0;
        await using var file = File.Create(path);
        await foreach (var chunk in chunks.ReadAllAsync(cancellation))
        {
            if (announced is null)
            {
                announced = chunk.Size;
                work.Has((long)chunk.Size);
            }

            volume = volume.Length == 0 ? chunk.Volume : volume;
            written += (ulong)chunk.Chunk.Length;
            await file.WriteAsync(chunk.Chunk.Memory, cancellation);
            work.Add(chunk.Chunk.Length);
        }

        return written == announced
            ? volume
            : throw new FailedException("INCOMPLETE", $"应有 {announced ?? 0} 字节，收到 {written} 字节。", $"{announced ?? 0} bytes were announced, {written} came.");
    }

    /// <summary>A stream into a new file, which is removed again where it does not come whole; prints where it is.</summary>
    public static async Task<int> SaveNewAsync(Screen screen, AsyncServerStreamingCall<ArchiveChunk> call, string path, CancellationToken cancellation)
    {
        try
        {
            await LongWork.WatchAsync(screen, "保存", "Saving", work => SaveAsync(call.ResponseStream, path, work, cancellation));
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        var size = new FileInfo(path).Length;
        screen.Show(new { file = path, size }, screen.Say($"已保存 {path}，{size} 字节。", $"Saved {path}, {size} bytes."));
        return ExitCode.Ok;
    }

    /// <summary>Sends an order and then files.</summary>
    /// <returns>The answer, which also comes when the other side has heard enough before the last piece.</returns>
    public static Task<TReply> SendAsync<T, TReply>(
        AsyncClientStreamingCall<T, TReply> call, T order, IReadOnlyList<string> files, Func<ByteString, T> piece, LongWork work, CancellationToken cancellation) =>
        call.SendAsync(PiecesAsync(order, files, piece, work, cancellation), cancellation);

    /// <summary>Sends an order and then files, as long as the other side takes them: its answer is still to be read.</summary>
    /// <returns>Whether it has taken everything.</returns>
    public static Task<bool> SendAsync<T>(IClientStreamWriter<T> requests, T order, IReadOnlyList<string> files, Func<ByteString, T> piece, LongWork work, CancellationToken cancellation) =>
        requests.SendAllAsync(PiecesAsync(order, files, piece, work, cancellation), cancellation);

    /// <exception cref="FailedException">There is no such file, or it is a pipe or a device.</exception>
    public static FileName NameOf(string path)
    {
        Require(path);
        return new FileName { Name = Path.GetFileName(path), Size = (ulong)SizeOf(path) };
    }

    /// <summary>Asked before a call begins.</summary>
    /// <exception cref="FailedException">There is no such file, or it is a pipe or a device.</exception>
    public static void Require(string path)
    {
        BoundedFile.RequireReadable(path);

        // Its size is announced before its bytes, and a pipe has none.
        if (PathKinds.Of(path) == PathKind.Stream)
        {
            throw new FailedException("NOT_A_FILE", $"“{path}”是管道或设备，请先存为文件。", $"'{path}' is a pipe or a device; save it as a file first.");
        }
    }

    // A link has the size of what it leads to.
    private static long SizeOf(string path) => ((FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).Length;

    private static async IAsyncEnumerable<T> PiecesAsync<T>(
        T order, IReadOnlyList<string> files, Func<ByteString, T> piece, LongWork work, [EnumeratorCancellation] CancellationToken cancellation)
    {
        work.Has(files.Sum(SizeOf));
        yield return order;
        foreach (var file in files)
        {
            await foreach (var chunk in ReadAsync(file, cancellation))
            {
                yield return piece(chunk);
                work.Add(chunk.Length);
            }
        }
    }

    private static async IAsyncEnumerable<ByteString> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var buffer = new byte[PieceSize];
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0;)
        {
            yield return ByteString.CopyFrom(buffer, 0, read);
        }
    }
}
