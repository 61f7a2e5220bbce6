using System.Runtime.InteropServices;

namespace DocExchange.Cli;

/// <summary>Tells files proper from what only lies in a folder as they do: pipes, sockets, devices, links that lead nowhere.</summary>
internal static class RegularFile
{
    // linux/stat.h, linux/fcntl.h.
    private const int WorkingFolder = -100;
    private const uint WantsType = 1;
    private const int StatusSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    // errno.h: some containers do not let it be asked.
    private const int NotPermitted = 1;
    private const int NotImplemented = 38;

    /// <summary>Links are followed; nothing is opened, which could wait for ever.</summary>
    public static bool IsAt(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path);
        }

        var status = new byte[StatusSize];
        return Status(WorkingFolder, path, 0, WantsType, status) == 0
            ? (BitConverter.ToUInt16(status, ModeOffset) & TypeMask) == Regular
            : Marshal.GetLastPInvokeError() is NotPermitted or NotImplemented && File.Exists(path);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Status(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
}
