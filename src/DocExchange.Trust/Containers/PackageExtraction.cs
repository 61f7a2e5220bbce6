namespace DocExchange.Trust.Containers;

/// <summary>
/// Writes entries as files. Names have passed <see cref="EntryNames"/>; every file is created, never opened, so that
/// neither an existing file nor a link is written through.
/// </summary>
internal static class PackageExtraction
{
    public static async Task ExtractAsync(PackageReader reader, Stream zip, string folder, CancellationToken cancellation)
    {
        var root = new DirectoryInfo(folder);
        var isNew = !root.Exists;
        if (File.Exists(folder) || root.LinkTarget is not null || (!isNew && root.EnumerateFileSystemInfos().Any()))
        {
            throw new PackageFormatException(
                PackageFaults.FolderNotEmpty, $"文件夹“{folder}”不是新的或空的文件夹，或是一个链接。", $"The folder '{folder}' is not new or empty, or is a link. Name another one.");
        }

        root.Create();
        try
        {
            foreach (var located in reader.AllEntries)
            {
                await WriteAsync(reader, zip, located, root.FullName, cancellation);
            }
        }
        catch
        {
            Remove(root, isNew);
            throw;
        }
    }

    private static async Task WriteAsync(PackageReader reader, Stream zip, LocatedEntry located, string root, CancellationToken cancellation)
    {
        var path = Path.Combine(root, located.Entry.Path.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var content = new EntryStream(zip, located.Offset, located.Entry.Size))
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
        {
            await content.CopyToAsync(file, PartHash.BufferSize, cancellation);
        }

        if (reader.Manifest.Entries.FirstOrDefault(entry => entry.Path == located.Entry.Path) is { } listed)
        {
            await using var written = File.OpenRead(path);
            await DemandAsync(listed, written, cancellation);
        }
    }

    // Compares what is on disk, not what was meant to be written.
    private static async Task DemandAsync(ManifestEntry listed, Stream written, CancellationToken cancellation)
    {
        if (await Digests.Digest.OfAsync(written, cancellation) != listed.Sha256)
        {
            var name = EntryNames.Quote(listed.Path);
            throw new PackageFormatException(
                PackageFaults.PartAltered, $"“{name}”已被改动，未取出任何文件。", $"'{name}' has been altered: its SHA-256 value is not the one in the manifest. Nothing was extracted.");
        }
    }

    private static void Remove(DirectoryInfo root, bool isNew)
    {
        if (isNew)
        {
            root.Delete(recursive: true);
            return;
        }

        foreach (var entry in root.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
