using DocExchange.Durability;

namespace DocExchange.Node.Records;

/// <summary>Files that are either absent or complete, also after a power failure: write aside, sync, rename, sync the folder.</summary>
internal static class DurableFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Returns when file and name are on disk. A file of that name is replaced as a whole.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var aside = path + ".new";
        using (var file = Create(aside))
        {
            file.Write(content);
        }

        Publish(aside, path);
    }

    /// <summary>A new, empty file only its owner may read.</summary>
    public static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        Options = FileOptions.Asynchronous,
        UnixCreateMode = OwnerOnly,
    });

    /// <summary>Syncs a finished file and gives it its final name.</summary>
    public static void Publish(string aside, string path)
    {
        using (var handle = File.OpenHandle(aside, FileMode.Open, FileAccess.ReadWrite))
        {
            DiskSync.Data(handle, aside);
        }

        File.Move(aside, path, overwrite: true);
        DiskSync.Folder(Path.GetDirectoryName(path)!);
    }
}
