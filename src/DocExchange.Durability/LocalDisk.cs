using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace DocExchange.Durability;

/// <summary>A file system of this machine, on Linux: fdatasync for contents, fsync on the folder for names.</summary>
public sealed class LocalDisk : IDisk
{
    private readonly ConcurrentDictionary<string, bool> syncedFolders = new(StringComparer.Ordinal);

    public IDiskFile OpenOrCreate(string path) =>
        Guarded(path, "a file could not be opened", () => new LocalFile(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)));

    public IDiskFile OpenShared(string path) =>
        Guarded(path, "a file could not be opened", () => new LocalFile(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read)));

    public IDiskFile OpenForReading(string path) =>
        new LocalFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    public bool Exists(string path) => File.Exists(path);

    public void Publish(string from, string to)
    {
        Guarded(to, "a file could not get its name", () => File.Move(from, to, overwrite: true));
        SyncFolder(Parent(to));
        if (Parent(from) != Parent(to))
        {
            SyncFolder(Parent(from));
        }
    }

    public void Delete(string path)
    {
        if (File.Exists(path))
        {
            Guarded(path, "a file could not be removed", () => File.Delete(path));
            SyncFolder(Parent(path));
        }
    }

    // A folder found in place may stem from a process killed before it could sync the parent: sync once per process.
    public void MakeFolder(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (syncedFolders.ContainsKey(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            if (!Directory.Exists(parent))
            {
                MakeFolder(parent);
            }

            Guarded(path, "a folder could not be created", () => Directory.CreateDirectory(path));
            SyncFolder(parent);
        }

        syncedFolders[path] = true;
    }

    public void SyncFolder(string folder) => DiskSync.Folder(folder);

    public IReadOnlyList<string> Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    public IReadOnlyList<string> Folders(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    public DateTimeOffset LastWritten(string path) => new(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);

    public void MakeReadOnly(string path) => File.SetAttributes(path, File.GetAttributes(path) | FileAttributes.ReadOnly);

    public long FreeSpace(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    public long TotalSpace(string folder) => new DriveInfo(Path.GetFullPath(folder)).TotalSize;

    private static string Parent(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException($"'{path}' is not in a folder.", nameof(path));

    private static void Guarded(string path, string what, Action act) => Guarded(path, what, () =>
    {
        act();
        return true;
    });

    private static T Guarded<T>(string path, string what, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (IOException fault) when (StorageException.Of(fault, path, what) is { } meant)
        {
            throw meant;
        }
    }

    private sealed class LocalFile(string path, SafeFileHandle handle) : IDiskFile
    {
        public string Path => path;

        public long Length => RandomAccess.GetLength(handle);

        public int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(handle, bytes, offset);
            }
            catch (IOException fault) when (StorageException.Of(fault, path, $"{bytes.Length} bytes at {offset} could not be written") is { } meant)
            {
                throw meant;
            }
        }

        public void SetLength(long length) => Guarded(path, $"the length could not become {length}", () => RandomAccess.SetLength(handle, length));

        public void Sync() => Guarded(path, "the file could not be brought to disk", () => DiskSync.Data(handle, path));

        public void Dispose() => handle.Dispose();
    }
}
