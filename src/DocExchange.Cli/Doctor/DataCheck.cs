using System.Globalization;

namespace DocExchange.Cli.Doctor;

/// <summary>Which version the data in a folder have, and whether the programs installed here know it. Only read, whoever works in the folder.</summary>
internal static class DataCheck
{
    public const string Name = "data-version";

    private const string VersionFile = "data-version.txt";
    private const string BrokenOffFile = "before-upgrade.txt";
    private const int MaxSize = 1024;
    private const int KnownToHub = 1;
    private const int KnownToNode = 1;

    /// <summary>The version that this installation's hub or node brings data to.</summary>
    /// <param name="kind"><c>hub</c> or <c>node</c>.</param>
    public static int Known(string kind) => kind == "hub" ? KnownToHub : KnownToNode;

    public static Finding VersionOf(string folder, string kind)
    {
        var path = Path.Combine(folder, VersionFile);
        var known = Known(kind);
        if (!File.Exists(path))
        {
            return Finding.Ok(
                Name, $"数据第 0 版（写入时尚无版本标记），本程序为第 {known} 版，首次启动时升级",
                $"The data are of version 0, from before there were marks; this program has {known}, and upgrades them at its first start");
        }

        if (Read(path) is not var (number, program))
        {
            return Finding.Failure(
                Name, $"“{path}”已损坏：第一行应为数据的版本号，第二行应为写入的程序。", $"'{path}' is damaged: its first line should be the version of the data, its second the program that wrote them.",
                "请从备份取回该文件。", "Bring the file back from a backup.");
        }

        return number > known
            ? Finding.Failure(
                Name, $"数据是第 {number} 版，由 {program} 写入；本程序只认识到第 {known} 版，不会在其上运行，也不会改动。", $"The data are of version {number}, written by {program}; this program knows versions up to {known}, and neither runs on them nor touches them.",
                $"请安装 {program} 或更高版本，或将升级前的备份恢复到另一目录后使用（docex {kind} restore）。", $"Install {program} or later, or restore the backup from before the upgrade into another folder and use that (docex {kind} restore).")
            : number < known
            ? Finding.Ok(Name, $"数据第 {number} 版（{program}），本程序为第 {known} 版，首次启动时升级", $"Data version {number} ({program}); this program has {known}, and upgrades them at its first start")
            : Finding.Ok(Name, $"数据第 {number} 版（{program}）", $"Data version {number} ({program})");
    }

    public static bool IsBrokenOff(string folder) => File.Exists(Path.Combine(folder, BrokenOffFile));

    public static Finding BrokenOff(string folder, string kind) => Finding.Warning(
        "upgrade", $"{folder} 中的升级正在进行，或上次没有完成（{BrokenOffFile}）。", $"An upgrade is under way in {folder}, or one did not come to its end ({BrokenOffFile}).",
        $"若没有程序在升级，请启动服务（docex {kind} run --data {folder}）：先恢复原状，再重新升级。", $"Where no program is at it, start the service (docex {kind} run --data {folder}): it puts the data back as they were first, then upgrades them again.");

    private static (int Number, string Program)? Read(string path)
    {
        using var file = new StreamReader(path);
        var text = new char[MaxSize];
        var lines = new string(text, 0, file.ReadBlock(text)).Split('\n');
        var program = lines.Length > 1 ? string.Concat(lines[1].Where(letter => !char.IsControl(letter)).Take(100)) : "";
        return int.TryParse(lines[0].TrimEnd('\r'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && program.Length > 0 ? (number, program) : null;
    }
}
