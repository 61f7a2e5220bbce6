using DocExchange.Core.Refusals;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Containers;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>Packages and files of drafts on their way in and out at the socket.</summary>
internal sealed class PackageHandover(DraftShelf shelf, PackageShelf packages, IOptions<DeskOptions> options)
{
    // As much as is held in memory before it is on disk.
    private const int LargestPiece = 8 * 1024 * 1024;

    /// <summary>A package that follows in the stream, as a file that is gone afterwards unless it was taken.</summary>
    /// <exception cref="RefusedException">It is larger than allowed.</exception>
    public async Task TakeAsync(IAsyncStreamReader<Local.TakeInPackageRequest> requests, Func<string, Task> take, CancellationToken cancellation)
    {
        var path = packages.NewDraftPath();
        try
        {
            await FileChunks.SaveAsync(requests.ReadAllAsync(cancellation).Select(request => request.Chunk), path, options.Value.MaxSize, cancellation);
            await take(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The bytes of a file that follow in the stream, onto the shelf.</summary>
    /// <exception cref="RefusedException">They are more or fewer than announced.</exception>
    public async Task ReceiveAsync(string draft, DraftFileRow file, IAsyncStreamReader<Local.AddDraftFileRequest> requests, CancellationToken cancellation)
    {
        using var piece = new MemoryStream();
        var received = 0L;
        do
        {
            piece.SetLength(0);
            while (piece.Length < LargestPiece && await requests.MoveNext(cancellation))
            {
                piece.Write(requests.Current.Chunk.Span);
            }

            piece.Position = 0;
            received = await shelf.AppendAsync(draft, file, received, piece, cancellation);
        }
        while (piece.Length > 0);

        if (received != file.Size)
        {
            throw new RefusedException(Refusal.FormatFailure, $"“{file.Name}”应有 {file.Size} 字节，收到 {received} 字节。", $"'{file.Name}' was announced with {file.Size} bytes; {received} came.");
        }
    }

    /// <summary>The frozen package, one of its parts, or a file of what is not frozen.</summary>
    /// <exception cref="RefusedException">There is no such part or file, or it is not frozen or not complete.</exception>
    public async Task GiveAsync(DraftRow row, Local.SaveDraftPartRequest wanted, IServerStreamWriter<ArchiveChunk> replies, CancellationToken cancellation)
    {
        using var opened = await OpenAsync(row, wanted, cancellation);
        await FileChunks.GiveAsync(opened.Content, replies, cancellation);
    }

    private async Task<OpenedFile> OpenAsync(DraftRow row, Local.SaveDraftPartRequest wanted, CancellationToken cancellation)
    {
        if (wanted.Number > 0)
        {
            var file = DraftBook.FileOf(row, (int)Math.Min(wanted.Number, int.MaxValue));
            return shelf.Received(row.Id, file.Number) == file.Size
                ? Opened(shelf.OpenRead(row.Id, $"{file.Number}"))
                : throw new RefusedException(Refusal.WrongState, "该文件尚未传完。请在草稿中再次选择同一文件，将从中断处续传。", "The file is not complete. Choose the same file again in the draft: the upload goes on where it broke off.");
        }

        var package = row.Package ?? throw new RefusedException(Refusal.WrongState, "公文尚未定稿，没有公文包。请先在草稿中定稿。", "The draft is not frozen, so there is no package. Freeze the draft first.");
        if (wanted.Part.Length == 0)
        {
            return Opened(shelf.OpenRead(row.Id, package));
        }

        var reader = await PackageReader.OpenAsync(shelf.OpenRead(row.Id, package), DraftStandings.Limits, cancellation);
        try
        {
            return wanted.Part == PackageManifest.Path ? new OpenedFile(new MemoryStream(reader.Manifest.Bytes), reader)
                : new OpenedFile(reader.OpenEntry(reader.Entries.FirstOrDefault(entry => entry.Path == wanted.Part) ?? throw new RefusedException(Refusal.NotFound, "公文包中没有该文件。请回到公文页面，从所列文件中选取。", "The package has no such part. Go back to the document's page and choose one of the files listed.")), reader);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static OpenedFile Opened(Stream file) => new(file, file);
}
