using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DocExchange.Durability;

/// <summary>What .NET has no call for: fdatasync of a file, and fsync of a folder.</summary>
public static class DiskSync
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC; O_RDONLY is 0
    private const int Interrupted = 4; // EINTR

    /// <summary>Returns when the bytes of the file, and its length, are on disk; its times may not be.</summary>
    /// <param name="path">For what is said of a failure.</param>
    /// <exception cref="IOException">The disk failed, or is full.</exception>
    public static void Data(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
        }
        else
        {
            Again(() => SyncData(file), $"The file {path} could not be synced");
        }
    }

    /// <summary>Returns when the names created, changed or removed in the folder are on disk. NTFS journals names itself and has no call for it.</summary>
    /// <exception cref="IOException">There is no such folder, or the disk failed.</exception>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = Open(path, CloseOnExec);
        if (folder.IsInvalid)
        {
            throw Failure($"The folder {path} could not be opened");
        }

        Again(() => Sync(folder), $"The folder {path} could not be synced");
    }

    private static void Again(Func<int> call, string otherwise)
    {
        while (call() != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure(otherwise);
            }
        }
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {new Win32Exception(error).Message}", error);
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncData(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
