using System.Runtime.InteropServices;

namespace DocExchange.Cli;

/// <summary>What stands at a path. Only files have a size that can be relied on and can be read again.</summary>
internal enum PathKind
{
    /// <summary>Nothing, or a link that leads nowhere.</summary>
    Nothing,
    File,
    Folder,

    /// <summary>A pipe or a device that gives bytes, once.</summary>
    Stream,

    /// <summary>A socket, or a disk as a device.</summary>
    Other,
}

/// <summary>Tells what stands at a path without opening it, which could wait for ever. Links are followed.</summary>
internal static class PathKinds
{
    // linux/stat.h, linux/fcntl.h.
    private const int WorkingFolder = -100;
    private const uint WantsType = 1;
    private const int StatusSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Pipe = 0x1000;
    private const int Characters = 0x2000;
    private const int FolderType = 0x4000;
    private const int Regular = 0x8000;

    // errno.h: some containers do not let it be asked.
    private const int NotPermitted = 1;
    private const int NotImplemented = 38;

    public static PathKind Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Guess(path);
        }

        var status = new byte[StatusSize];
        if (Status(WorkingFolder, path, 0, WantsType, status) != 0)
        {
            return Marshal.GetLastPInvokeError() is NotPermitted or NotImplemented ? Guess(path) : PathKind.Nothing;
        }

        return (BitConverter.ToUInt16(status, ModeOffset) & TypeMask) switch
        {
            Regular => PathKind.File,
            FolderType => PathKind.Folder,
            Pipe or Characters => PathKind.Stream,
            _ => PathKind.Other,
        };
    }

    private static PathKind Guess(string path) => Directory.Exists(path) ? PathKind.Folder : File.Exists(path) ? PathKind.File : PathKind.Nothing;

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Status(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
}
