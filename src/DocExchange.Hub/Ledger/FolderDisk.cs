using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DocExchange.Hub.Ledger;

/// <summary>A real folder.</summary>
internal sealed class FolderDisk : ILedgerDisk
{
    private const string LockName = "lock";
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
        catch (IOException fault)
        {
            throw new IOException($"The ledger in {folder} is in use by another process: stop it first. ({fault.Message})", fault);
        }
    }

    /// <summary>For an audit, beside a process that may be writing.</summary>
    public static FolderDisk ForReading(string folder) =>
        Directory.Exists(folder) ? new FolderDisk(folder, null) : throw new DirectoryNotFoundException($"There is no ledger folder {folder}.");

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public ILedgerFile Open(string name) => new FolderFile(File.OpenHandle(
        Path.Combine(folder, name),
        exclusive is null ? FileMode.Open : FileMode.OpenOrCreate,
        exclusive is null ? FileAccess.Read : FileAccess.ReadWrite,
        Shared));

    public void SyncFolder() => Native.SyncDirectory(folder);

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
                RandomAccess.FlushToDisk(handle);
            }
        }

        File.Move(incoming, full, overwrite: true);
        if (isDurable)
        {
            Native.SyncDirectory(parent);
        }
    }

    public void Dispose() => exclusive?.Dispose();

    private sealed class FolderFile(SafeFileHandle handle) : ILedgerFile
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

        public void Sync() => Native.SyncData(handle);

        public void Dispose() => handle.Dispose();
    }

    /// <summary>What .NET has no call for: fdatasync, and the fsync of a directory. Windows needs neither.</summary>
    private static class Native
    {
        private const int ReadOnly = 0;

        public static void SyncData(SafeFileHandle file)
        {
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(file);
            }
            else if (DataSync(file) != 0)
            {
                throw Failure("fdatasync");
            }
        }

        public static void SyncDirectory(string path)
        {
            if (OperatingSystem.IsWindows())
            {
                return;
            }

            using var directory = OpenPath(path, ReadOnly);
            if (directory.IsInvalid)
            {
                throw Failure("open " + path);
            }

            if (FullSync(directory) != 0)
            {
                throw Failure("fsync " + path);
            }
        }

        private static IOException Failure(string call)
        {
            var error = Marshal.GetLastPInvokeError();
            return new IOException($"{call}: {new Win32Exception(error).Message}", error);
        }

        [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int DataSync(SafeFileHandle file);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int FullSync(SafeFileHandle file);

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern SafeFileHandle OpenPath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
    }
}
