using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Node.Records;

namespace DocExchange.Node.Drafts;

/// <summary>The files of drafts, one folder each. A file grows by pieces in order, each on disk when it was taken.</summary>
internal sealed class DraftShelf(DataFolder folder)
{
    private const int BufferSize = 128 * 1024;

    public string PathOf(string draft, int file) => Path.Combine(FolderOf(draft), $"{file}");

    public string PathOf(string draft, string package) => Path.Combine(FolderOf(draft), package);

    /// <summary>Bytes of a file that are here.</summary>
    public long Received(string draft, int file) => new FileInfo(PathOf(draft, file)) is { Exists: true } found ? found.Length : 0;

    /// <summary>What speaks against what a body holds; null where nothing does, or where it is not all here.</summary>
    public (string Chinese, string English)? FaultOf(string draft, DraftFileRow body)
    {
        if (Received(draft, body.Number) != body.Size)
        {
            return null;
        }

        try
        {
            using var content = body.Size == 0 ? Stream.Null : File.OpenRead(PathOf(draft, body.Number));
            return BodyKinds.FaultOf(body.Name, content);
        }
        catch (IOException)
        {
            // Just being written, or taken away: looked at again with the next change.
            return null;
        }
    }

    /// <summary>Takes the next bytes of a file, up to its full size.</summary>
    /// <returns>Bytes that are here now, and on disk.</returns>
    /// <exception cref="RefusedException">They do not follow what is here, are too many, or another request is writing the file.</exception>
    public async Task<long> AppendAsync(string draft, DraftFileRow file, long offset, Stream content, CancellationToken cancellation)
    {
        Create(draft);
        await using var target = Open(PathOf(draft, file.Number));
        if (offset != target.Length)
        {
            throw new RefusedException(
                Refusal.OutOfSequence, $"应从第 {target.Length} 字节续传，收到的是第 {offset} 字节。", $"The upload goes on at byte {target.Length}, not at {offset}.");
        }

        target.Position = offset;
        var buffer = new byte[BufferSize];
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (target.Position + read > file.Size)
            {
                target.SetLength(offset);
                throw new RefusedException(Refusal.TooLarge, $"“{file.Name}”的内容多于所报的 {file.Size} 字节。", $"'{file.Name}' has more than the {file.Size} bytes announced.");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        await target.FlushAsync(cancellation);
        DiskSync.Data(target.SafeFileHandle, target.Name);
        return target.Length;
    }

    public FileStream OpenRead(string draft, string package) =>
        new(PathOf(draft, package), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous);

    public void Remove(string draft, int file)
    {
        // A draft without a file has no folder yet.
        if (Directory.Exists(FolderOf(draft)))
        {
            File.Delete(PathOf(draft, file));
        }
    }

    public void Remove(string draft)
    {
        if (Directory.Exists(FolderOf(draft)))
        {
            Directory.Delete(FolderOf(draft), recursive: true);
        }
    }

    public void Create(string draft) => Directory.CreateDirectory(FolderOf(draft), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>At the start, before anything else uses it: removes what no draft names, as a crash leaves it behind.</summary>
    public void Sweep(NodeRecords records)
    {
        foreach (var kept in Directory.EnumerateDirectories(folder.Drafts).ToList())
        {
            var row = records.Drafts.FindById(Path.GetFileName(kept));
            if (row is null)
            {
                Directory.Delete(kept, recursive: true);
                continue;
            }

            foreach (var file in Directory.EnumerateFiles(kept).Where(file => !IsNamed(row, Path.GetFileName(file))).ToList())
            {
                File.Delete(file);
            }
        }
    }

    private static bool IsNamed(DraftRow row, string name) => name == row.Package || row.Files.Any(file => $"{file.Number}" == name);

    private string FolderOf(string draft) => Path.Combine(folder.Drafts, draft);

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (IOException fault) when (fault is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new RefusedException(Refusal.Busy, "该文件正在由另一窗口上传。请等它传完，或关闭那个窗口后再试。", "Another window is uploading this file. Wait until it is done, or close that window and try again.");
        }
    }
}
