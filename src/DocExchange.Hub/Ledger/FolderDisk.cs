using DocExchange.Durability;
using Microsoft.Win32.SafeHandles;

namespace DocExchange.Hub.Ledger;

/// <summary>A real folder.</summary>
internal sealed class FolderDisk : ILedgerDisk
{
    private const string LockName = "lock";
    private const string ProbeName = "probe";
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    private readonly string folder;
    private readonly FileStream? exclusive;

    private FolderDisk(string folder, FileStream? exclusive)
    {
        this.folder = folder;
        this.exclusive = exclusive;
    }

    /// <summary>Makes the folder if needed and keeps other processes from writing in it.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public static FolderDisk ForWriting(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FolderDisk(folder, new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (SingleProcess.IsHeld(fault))
        {
            throw new IOException($"The ledger in {folder} is in use by another process: stop it first. ({fault.Message})", fault);
        }
    }

    /// <summary>Tries whether files can be made there, which on a disk that has become read-only they cannot.</summary>
    /// <exception cref="StorageReadOnlyException">They cannot.</exception>
    public static void RequireWritable(string folder)
    {
        var probe = Path.Combine(folder, ProbeName);
        try
        {
            File.OpenHandle(probe, FileMode.Create, FileAccess.Write).Dispose();
            File.Delete(probe);
        }
        catch (IOException fault) when (StorageException.Of(fault, folder, "nothing can be appended to the ledger") is StorageReadOnlyException meant)
        {
            throw meant;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Opening the ledger says what else is the matter.
        }
    }

    /// <summary>For an audit, beside a process that may be writing.</summary>
    public static FolderDisk ForReading(string folder) =>
        Directory.Exists(folder) ? new FolderDisk(folder, null) : throw new DirectoryNotFoundException($"There is no ledger folder {folder}.");

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public ILedgerFile Open(string name) => new FolderFile(Path.Combine(folder, name), File.OpenHandle(
        Path.Combine(folder, name),
        exclusive is null ? FileMode.Open : FileMode.OpenOrCreate,
        exclusive is null ? FileAccess.Read : FileAccess.ReadWrite,
        Shared));

    public void SyncFolder() => DiskSync.Folder(folder);

    public byte[]? TryRead(string path)
    {
        var full = Path.Combine(folder, path);
        return File.Exists(full) ? File.ReadAllBytes(full) : null;
    }

    public void Replace(string path, ReadOnlySpan<byte> content, bool isDurable)
    {
        var full = Path.Combine(folder, path);
        var parent = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(parent);
        var incoming = full + ".new";
        using (var handle = File.OpenHandle(incoming, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(handle, content, 0);
            if (isDurable)
            {
                DiskSync.Data(handle, incoming);
            }
        }

        File.Move(incoming, full, overwrite: true);
        if (isDurable)
        {
            DiskSync.Folder(parent);
        }
    }

    public void Dispose() => exclusive?.Dispose();

    private sealed class FolderFile(string path, SafeFileHandle handle) : ILedgerFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
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

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void Sync() => DiskSync.Data(handle, path);

        public void Dispose() => handle.Dispose();
    }
}
