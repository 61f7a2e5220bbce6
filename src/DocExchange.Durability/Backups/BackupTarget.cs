using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Backups;

/// <summary>The folder that backups go to: whether it is fit, what it holds already, and what is to be cleared away.</summary>
internal static class BackupTarget
{
    private const string Lock = "lock";

    // Links lead out of the backup.
    private static readonly EnumerationOptions Own = new() { AttributesToSkip = FileAttributes.ReparsePoint };
    private static readonly EnumerationOptions OwnBelow = new() { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = true };

    /// <exception cref="BackupException">It is, or lies in, the data folder or the other way round, or holds something else.</exception>
    public static void RequireFit(string target, string data)
    {
        if (RealPath.Overlap(target, data))
        {
            throw new BackupException(
                $"备份目录“{target}”与数据目录“{data}”相同或互相包含，请换到另一处，最好是另一块磁盘。",
                $"The backup folder '{target}' and the data folder '{data}' are the same, or one lies in the other. Choose another place, best on another disk.");
        }

        if (File.Exists(target))
        {
            throw new BackupException($"“{target}”是文件，不是目录。", $"'{target}' is a file, not a folder.");
        }

        var entries = Directory.Exists(target) ? new DirectoryInfo(target).GetFileSystemInfos() : [];
        var isBackup = entries.Any(entry => entry.Name is Lock or BackupManifest.FileName);
        var stranger = entries.FirstOrDefault(entry => !IsOurs(entry, isBackup))?.Name;
        if (stranger is not null)
        {
            throw new BackupException(
                $"目录“{target}”里有并非备份的内容（{stranger}）。请给出新目录、空目录或此前的备份目录。",
                $"The folder '{target}' holds something that is not of a backup ({stranger}). Name a new folder, an empty one, or that of an earlier backup.");
        }
    }

    /// <summary>One run at a time.</summary>
    public static SingleProcess Claim(string target)
    {
        try
        {
            var only = SingleProcess.Claim(target);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(target, Lock), FileCopy.OwnersFile);
            }

            return only;
        }
        catch (IOException fault) when (fault.InnerException is { } cause && !IsHeld(cause))
        {
            throw new BackupException($"备份目录“{target}”不能写入：{FaultWords.Of(cause)}", $"The backup folder '{target}' cannot be written: {cause.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new BackupException($"另一进程正在使用备份目录“{target}”，请等它结束。", $"Another process is using the backup folder '{target}'. Wait until it has ended.", fault);
        }
    }

    /// <summary>Nothing where this is the first run that gets to its end.</summary>
    /// <exception cref="BackupException">What is there was altered, or is another hub's or node's.</exception>
    public static BackupManifest ReadEarlier(string target, BackupDescription like, BackupLimits limits)
    {
        if (!File.Exists(Path.Combine(target, BackupManifest.FileName)))
        {
            return new BackupManifest();
        }

        var (manifest, found) = BackupReader.ReadHead(target, limits);
        return (found.Kind, found.Exchange, found.Holder, found.LedgerOrigin) == (like.Kind, like.Exchange, like.Holder, like.LedgerOrigin)
            ? manifest
            : throw new BackupException(
                $"“{target}”里是 {found.Holder}（{BackupReader.ChineseOf(found.Kind)}，账本 {found.LedgerOrigin}）的备份，不是 {like.Holder}（{BackupReader.ChineseOf(like.Kind)}，账本 {like.LedgerOrigin}）的。请换一个目录。",
                $"'{target}' holds a backup of {found.Holder} ({found.Kind}, ledger {found.LedgerOrigin}), not of {like.Holder} ({like.Kind}, ledger {like.LedgerOrigin}). Choose another folder.");
    }

    /// <summary>Files that earlier runs, or a broken one, left behind and no backup needs any more.</summary>
    /// <param name="last">The run that has just ended; what bears a higher number is not of these backups.</param>
    public static void RemoveUnnamed(string target, BackupManifest manifest, int last)
    {
        foreach (var folder in Directory.EnumerateDirectories(target, "*", Own).Where(path => BackupNames.RunOf(Path.GetFileName(path)) is > 0 and var run && run <= last).ToList())
        {
            var run = BackupNames.RunOf(Path.GetFileName(folder));
            foreach (var file in Directory.EnumerateFiles(folder, "*", OwnBelow))
            {
                if (!manifest.Files.TryGetValue(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), out var named) || named.Run != run)
                {
                    File.Delete(file);
                }
            }

            RemoveIfEmpty(folder);
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", Own).ToList())
        {
            RemoveIfEmpty(inner);
        }

        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    // Six digits are the months of somebody else's backups too: only beside a lock or manifest are they ours, and never as links.
    private static bool IsOurs(FileSystemInfo entry, bool isBackup) => entry.LinkTarget is null
        && (entry.Name is Lock or BackupManifest.FileName or BackupManifest.FileName + BackupNames.Unfinished || (isBackup && BackupNames.RunOf(entry.Name) > 0));

    // EWOULDBLOCK, as .NET reports a file that another process has locked.
    private static bool IsHeld(Exception cause) => cause.HResult is 11 or 35;
}
