using DocExchange.Durability.Upgrades;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Backups;

/// <summary>
/// A backup, to be restored. Nothing is believed before its digest was compared; what is restored is compared again while it
/// is written, so that a medium that fails in between is found too.
/// </summary>
public sealed class BackupReader
{
    private readonly string folder;
    private readonly BackupManifest manifest;
    private readonly BackupLimits limits;

    private BackupReader(string folder, BackupManifest manifest, BackupDescription description, BackupLimits limits)
    {
        (this.folder, this.manifest, this.limits, Description) = (folder, manifest, limits, description);
    }

    public BackupDescription Description { get; }

    public int Files => manifest.Files.Count;

    /// <summary>Bytes of all its files that are there.</summary>
    public long Size => manifest.Files.Select(each => new FileInfo(Path.Combine(folder, BackupNames.Place(each.Value.Run, each.Key)))).Where(file => file.Exists).Sum(file => file.Length);

    /// <summary>Of the data that were backed up; their own word until <see cref="Verify"/>.</summary>
    /// <exception cref="UpgradeException">The file that says it is damaged.</exception>
    public DataVersion DataVersion => manifest.Files.TryGetValue(DataVersion.FileName, out var file)
        ? DataVersion.Read(Path.Combine(folder, BackupNames.Place(file.Run, "")), new LocalDisk())
        : DataVersion.Unmarked;

    /// <param name="kind">What it must be a backup of.</param>
    /// <exception cref="BackupException">There is none, it was altered, or it is of something else.</exception>
    public static BackupReader Open(string folder, string kind, BackupLimits limits)
    {
        folder = Path.GetFullPath(folder);
        var (manifest, description) = ReadHead(folder, limits);
        return description.Kind == kind
            ? new BackupReader(folder, manifest, description, limits)
            : throw new BackupException(
                $"“{folder}”是 {description.Holder} 的{ChineseOf(description.Kind)}备份，请用 docex {description.Kind} restore。",
                $"'{folder}' is a backup of the {description.Kind} {description.Holder}: use docex {description.Kind} restore.");
    }

    internal static string ChineseOf(string kind) => kind == "hub" ? "中心" : "节点";

    /// <summary>Compares every file with its digest.</summary>
    /// <param name="progress">Told how many bytes were read.</param>
    /// <exception cref="BackupException">Files are missing or altered; at most ten are named.</exception>
    public void Verify(CancellationToken cancellation, IProgress<long>? progress = null)
    {
        const int MostNamed = 10;
        var copy = new FileCopy(new LocalDisk(), 0, cancellation, progress);
        var wrong = new List<string>();
        var count = 0;
        foreach (var (name, file) in manifest.Files)
        {
            if (FaultOf(copy, name, file) is { } fault && ++count <= MostNamed)
            {
                wrong.Add($"{BackupNames.Place(file.Run, name)} ({fault})");
            }
        }

        if (count > 0)
        {
            throw new BackupException(
                $"备份“{folder}”不完好：{count} 个文件缺失或被改动：{string.Join("；", wrong)}。未恢复任何内容，请改用另一份备份。",
                $"The backup '{folder}' is not whole: {count} files are missing or altered: {string.Join("; ", wrong)}. Nothing was restored; take another backup.");
        }
    }

    /// <summary>
    /// Puts every file into a folder that is new or empty. <paramref name="last"/> comes after all others are on disk: a
    /// folder without it is not taken for a hub's or a node's. Read only after <see cref="Verify"/>.
    /// </summary>
    /// <param name="progress">Told how many bytes were written.</param>
    /// <exception cref="BackupException">The folder is not empty, or there is no room.</exception>
    public void RestoreTo(string data, string last, CancellationToken cancellation, IProgress<long>? progress = null)
    {
        data = Path.GetFullPath(data);
        RequireEmpty(data);
        var copy = new FileCopy(new LocalDisk(), limits.FreeSpaceReserve, cancellation, progress);
        copy.MakeFolder(data);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(data, FileCopy.OwnersFolder);
        }

        RequireRoom(data);
        foreach (var (name, file) in manifest.Files.Where(each => each.Key != last && each.Key != BackupDescription.FileName))
        {
            Restore(copy, data, name, file);
        }

        copy.SyncFolders();
        if (manifest.Files.TryGetValue(last, out var settings))
        {
            Restore(copy, data, last, settings);
            copy.SyncFolders();
        }
    }

    /// <exception cref="BackupException">There is no manifest, or it or the description cannot be read.</exception>
    internal static (BackupManifest Manifest, BackupDescription Description) ReadHead(string folder, BackupLimits limits)
    {
        var path = Path.Combine(folder, BackupManifest.FileName);
        if (!File.Exists(path))
        {
            throw new BackupException($"“{folder}”里没有完成的备份：缺少 {BackupManifest.FileName}。", $"There is no finished backup in '{folder}': {BackupManifest.FileName} is missing.");
        }

        try
        {
            using var stream = File.OpenRead(path);
            var manifest = BackupManifest.Read(stream, limits);
            return (manifest, ReadDescription(folder, manifest, limits));
        }
        catch (Exception fault) when (fault is FormatException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BackupException($"备份“{folder}”的清单被改动或损坏：{FaultWords.Of(fault)}", $"The manifest of the backup '{folder}' was altered or is damaged: {fault.Message}", fault);
        }
    }

    private static BackupDescription ReadDescription(string folder, BackupManifest manifest, BackupLimits limits)
    {
        if (!manifest.Files.TryGetValue(BackupDescription.FileName, out var file))
        {
            throw new WordedFormatException($"其中没有列出 {BackupDescription.FileName}。", $"It does not name {BackupDescription.FileName}.");
        }

        var path = Path.Combine(folder, BackupNames.Place(file.Run, BackupDescription.FileName));
        if (new FileInfo(path).Length > limits.MaxDescription)
        {
            throw new WordedFormatException($"“{path}”超过 {limits.MaxDescription} 字节。", $"{path} has more than {limits.MaxDescription} bytes.");
        }

        var bytes = File.ReadAllBytes(path);
        return Digest.Of(bytes) == file.Content ? BackupDescription.Parse(bytes) : throw new WordedFormatException($"“{path}”的 SHA-256 不符。", $"{path} has another SHA-256.");
    }

    private string? FaultOf(FileCopy copy, string name, BackedUpFile file)
    {
        try
        {
            var found = copy.Of(Path.Combine(folder, BackupNames.Place(file.Run, name)));
            return found == file.Content ? null : $"SHA-256 {found}";
        }
        catch (IOException fault)
        {
            return fault is FileNotFoundException or DirectoryNotFoundException ? "missing" : fault.Message;
        }
    }

    private void Restore(FileCopy copy, string data, string name, BackedUpFile file)
    {
        var place = Path.Combine(folder, BackupNames.Place(file.Run, name));
        using var content = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        var target = Path.Combine(data, name);
        if (copy.To(target, content, content.Length) != file.Content)
        {
            throw new BackupException(
                $"{place} 在恢复期间变化了，恢复已中止。请删除“{data}”后重试。", $"{place} changed while it was restored, which was stopped. Delete '{data}' and try again.");
        }
    }

    private void RequireEmpty(string data)
    {
        if (RealPath.Overlap(data, folder))
        {
            throw new BackupException($"“{data}”与备份目录“{folder}”相同或互相包含，请换到另一处。", $"'{data}' and the backup folder '{folder}' are the same, or one lies in the other. Choose another place.");
        }

        if (File.Exists(data) || (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any()))
        {
            throw new BackupException(
                $"“{data}”不是空目录。只能恢复到新目录或空目录；正在使用的数据目录请先停止服务并另行改名保存。",
                $"'{data}' is not an empty folder. A backup is restored into a new or empty one only; stop the service and keep the present data folder under another name.");
        }
    }

    private void RequireRoom(string data)
    {
        var needed = manifest.Files.Sum(each => new FileInfo(Path.Combine(folder, BackupNames.Place(each.Value.Run, each.Key))).Length) + limits.FreeSpaceReserve;
        var free = new LocalDisk().FreeSpace(data);
        if (free < needed)
        {
            throw new BackupException(
                $"磁盘空间不足：“{data}”所在磁盘可用 {free} 字节，恢复需要 {needed} 字节。", $"There is not enough room: {free} bytes are free on the disk of '{data}', the restore needs {needed}.");
        }
    }
}
