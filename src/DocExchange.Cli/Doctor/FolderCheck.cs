using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Doctor;

/// <summary>A data folder as it lies on the disk, whether or not its process runs.</summary>
internal static class FolderCheck
{
    /// <summary>Below this a day's documents may not fit any more.</summary>
    public const long LittleSpace = 10L * 1024 * 1024 * 1024;

    /// <summary>Below this the hub may refuse at any moment.</summary>
    public const long NoSpace = 1024L * 1024 * 1024;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    // What would give somebody the keys.
    private static readonly string[] Secret = ["keys", "secrets", "authority"];

    /// <param name="kind"><c>hub</c> or <c>node</c>.</param>
    /// <returns>Ends with the first failure that leaves nothing to look at.</returns>
    public static IEnumerable<Finding> Look(string folder, string kind, Func<string, long> freeSpace)
    {
        if (Directory.Exists(folder) && !MayRead(folder))
        {
            yield return Finding.Failure(
                "folder", $"当前用户不能读取 {folder}。", $"This user may not read {folder}.",
                "请以服务的账户运行：sudo -u docex docex doctor …", "Run it as the service's account: sudo -u docex docex doctor …");
            yield break;
        }

        var settings = Path.Combine(folder, kind + ".json");
        if (!File.Exists(settings))
        {
            yield return Finding.Failure(
                "folder", $"{folder} 不是数据目录：没有 {kind}.json。", $"{folder} is no data folder: there is no {kind}.json.",
                $"请核对路径；新建用 docex {kind} {(kind == "hub" ? "init" : "enrol")}。", $"Check the path; docex {kind} {(kind == "hub" ? "init" : "enrol")} makes one.");
            yield break;
        }

        yield return Finding.Ok("folder", $"数据目录 {folder}", $"Data folder {folder}");
        yield return ModeOf(folder);
        yield return SpaceOf(folder, freeSpace(folder));
        yield return DataCheck.VersionOf(folder, kind);
        if (DataCheck.IsBrokenOff(folder))
        {
            yield return DataCheck.BrokenOff(folder, kind);
        }

        yield return ProgramOf(kind);
    }

    private static bool MayRead(string folder)
    {
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            _ = entries.MoveNext();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A closed folder closes everything in it.
    private static Finding ModeOf(string folder)
    {
        if (!IsOpen(folder))
        {
            return Finding.Ok("file-modes", "数据目录只有属主可进入", "Only its owner can enter the folder");
        }

        var open = Secret.Select(name => Path.Combine(folder, name)).Where(Directory.Exists)
            .SelectMany(secret => Directory.EnumerateFiles(secret, "*", Below)).Where(IsOpen).ToList();
        return open.Count == 0
            ? Finding.Warning("file-modes", $"其他用户可以进入 {folder}。", $"Others can enter {folder}.", $"chmod go= {folder}", $"chmod go= {folder}")
            : Finding.Failure(
                "file-modes", $"其他用户可以访问 {open[0]}（共 {open.Count} 处）。", $"Others can get at {open[0]} ({open.Count} in all).",
                $"chmod go= {folder}；若他人可能已读取过密钥，请更换密钥。", $"chmod go= {folder}. Renew the keys if somebody may have read them.");
    }

    private static bool IsOpen(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static Finding SpaceOf(string folder, long free)
    {
        var (chinese, english) = ($"磁盘可用 {Gibibytes(free)} GiB", $"{Gibibytes(free)} GiB free on the disk");
        const string remedyChinese = "请扩充磁盘。";
        const string remedyEnglish = "Give it more room.";
        return free < NoSpace ? Finding.Failure("free-space", chinese, english, remedyChinese, remedyEnglish)
            : free < LittleSpace ? Finding.Warning("free-space", chinese, english, remedyChinese, remedyEnglish)
            : Finding.Ok("free-space", chinese, english);
    }

    private static Finding ProgramOf(string kind)
    {
        try
        {
            var program = kind == "hub" ? Executable.Hub : Executable.Node;
            return Finding.Ok("program", $"程序 {program.Path}，版本 {DoctorVerb.Version}", $"Program {program.Path}, version {DoctorVerb.Version}");
        }
        catch (FailedException missing)
        {
            return Finding.Failure("program", missing.Message, missing.English, "请重新安装。", "Install it again.");
        }
    }

    private static string Gibibytes(long bytes) => (bytes / (1024.0 * 1024 * 1024)).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
