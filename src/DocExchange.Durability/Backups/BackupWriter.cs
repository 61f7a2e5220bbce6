using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Backups;

/// <summary>
/// One run of a backup into a folder. What an earlier run left and is the same is not copied again; what changed lies beside
/// it, in a folder of this run. Only <see cref="Finish"/> makes all of it the backup, by one rename: broken off before, the
/// earlier backup is whole and the next run goes on. Everything in it is readable by its owner only. Not for concurrent use.
/// </summary>
public sealed class BackupWriter : IDisposable
{
    private const int MostAttempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string target;
    private readonly string kind;
    private readonly BackupLimits limits;
    private readonly SingleProcess only;
    private readonly BackupManifest before;
    private readonly BackupManifest now = new();
    private readonly FileCopy copy;
    private readonly IDisk disk;
    private readonly IProgress<BackupProgress>? progress;
    private readonly List<BackupProblem> problems = [];
    private readonly int run;
    private readonly CancellationToken cancellation;
    private long copied;
    private long copiedBytes;

    private BackupWriter(string target, string kind, BackupLimits limits, SingleProcess only, BackupManifest before, IDisk disk, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        (this.target, this.kind, this.limits, this.only, this.before, this.disk, this.progress) = (target, kind, limits, only, before, disk, progress);
        copy = new FileCopy(disk, limits.FreeSpaceReserve, cancellation);
        this.cancellation = cancellation;
        run = before.LastRun + 1;
    }

    /// <param name="target">The folder of the backup: new, empty, or one of earlier runs.</param>
    /// <param name="data">The data folder that is to be backed up.</param>
    /// <param name="like">Of which hub or node an earlier backup in it must be.</param>
    /// <exception cref="BackupException">The folder is not fit for it; nothing was changed.</exception>
    public static BackupWriter Begin(
        string target, string data, BackupDescription like, IDisk disk, BackupLimits limits, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        target = Path.GetFullPath(target);
        BackupTarget.RequireFit(target, data);
        var made = new FileCopy(disk, 0, cancellation);
        made.MakeFolder(target);
        made.SyncFolders();
        var only = BackupTarget.Claim(target);
        try
        {
            var before = BackupTarget.ReadEarlier(target, like, limits);
            return before.LastRun < BackupNames.MaxRun
                ? new BackupWriter(target, like.Kind, limits, only, before, disk, progress, cancellation)
                : throw new BackupException($"备份目录“{target}”的备份次数已满，请换一个目录。", $"The backup folder '{target}' has seen all the runs it can. Choose another one.");
        }
        catch
        {
            only.Dispose();
            throw;
        }
    }

    /// <summary>Takes a file as it is now. One that has vanished, or never was, is left out.</summary>
    /// <param name="known">The SHA-256 it must have; then it is not even read when an earlier run copied it.</param>
    public void AddFile(string name, string path, Digest? known = null)
    {
        var length = new FileInfo(path) is { Exists: true } found ? found.Length : -1;
        if (length < 0 || (known is { } digest && IsThere(name, digest, length)))
        {
            return;
        }

        // None where it was removed between the look and the opening, by a rule of the hub or the node: it is not missed.
        using var file = OpenUnlocked(path);
        if (file is not null)
        {
            Add(name, file, file.Length, known);
        }
    }

    /// <summary>Takes the next bytes of a stream. A name that was taken in this run already is taken anew.</summary>
    public void Add(string name, Stream content, long length, Digest? known = null)
    {
        Require(name);
        var path = PathOf(run, name);
        var aside = path + BackupNames.Unfinished;
        var digest = copy.To(aside, content, length);
        if (known is { } expected && digest != expected)
        {
            File.Delete(aside);
            Report(name, expected, digest);
        }
        else if (before.Files.TryGetValue(name, out var earlier) && earlier.Content == digest && HasLength(PathOf(earlier.Run, name), length))
        {
            File.Delete(aside);
            now.Set(name, earlier);
        }
        else
        {
            File.Move(aside, path, overwrite: true);
            copied += now.Files.TryGetValue(name, out var taken) && taken.Run == run ? 0 : 1;
            copiedBytes += length;
            now.Set(name, new BackedUpFile(run, digest));
            progress?.Report(new BackupProgress(copied, copiedBytes));
        }
    }

    /// <summary>
    /// Keeps what an earlier run copied and is never removed by the hub or the node itself, where this run did not find it: the
    /// loss of a file must not take its copy along.
    /// </summary>
    public void KeepLost(Func<string, bool> isForEver)
    {
        foreach (var (name, earlier) in before.Files.Where(each => isForEver(each.Key) && !now.Files.ContainsKey(each.Key)).ToList())
        {
            now.Set(name, earlier);
            problems.Add(new BackupProblem(
                $"数据目录中已没有 {name}，备份保留此前的副本。若非有意移走，请从备份取回。",
                $"{name} is no longer in the data folder; the backup keeps the copy it had. Put it back from there unless it was moved away on purpose."));
        }
    }

    /// <summary>Whether an earlier run copied it.</summary>
    public bool Knew(string name) => before.Files.ContainsKey(name);

    /// <summary>Whether this run found the file as an earlier one had it.</summary>
    public bool IsUnchanged(string name) => now.Files.TryGetValue(name, out var file) && file.Run < run;

    /// <summary>Takes an earlier run's file without looking at it; false where there is none of this length.</summary>
    public bool Keep(string name, long length)
    {
        if (!before.Files.TryGetValue(name, out var earlier) || !HasLength(PathOf(earlier.Run, name), length))
        {
            return false;
        }

        now.Set(name, earlier);
        return true;
    }

    /// <summary>Makes what was taken the backup, and removes what it does not name. All of it is on disk when this returns.</summary>
    public BackupResult Finish(BackupDescription description)
    {
        var bytes = description.ToBytes();
        Add(BackupDescription.FileName, new MemoryStream(bytes), bytes.Length);
        if (now.Files.Count > limits.MaxFiles)
        {
            throw new BackupException($"文件数 {now.Files.Count} 超过上限 {limits.MaxFiles}。", $"There are {now.Files.Count} files, more than the limit of {limits.MaxFiles}.");
        }

        // Names before the manifest: it must never name a file that a power failure could take.
        copy.SyncFolders();
        var manifest = Path.Combine(target, BackupManifest.FileName);
        using (var content = new MemoryStream())
        {
            now.Write(content);
            content.Position = 0;
            copy.To(manifest + BackupNames.Unfinished, content, content.Length);
        }

        disk.Publish(manifest + BackupNames.Unfinished, manifest);
        BackupTarget.RemoveUnnamed(target, now, run);
        return new BackupResult(description, now.Files.Count, copied, copiedBytes, problems);
    }

    public void Dispose() => only.Dispose();

    // A run that was broken off may have left the file whole: its bytes say so.
    private bool IsThere(string name, Digest known, long length)
    {
        Require(name);
        if (now.Files.TryGetValue(name, out var taken) && taken.Content == known)
        {
            return true;
        }

        if (before.Files.TryGetValue(name, out var earlier) && earlier.Content == known && HasLength(PathOf(earlier.Run, name), length))
        {
            now.Set(name, earlier);
            return true;
        }

        var left = PathOf(run, name);
        if (!HasLength(left, length) || copy.Of(left) != known)
        {
            return false;
        }

        copy.Touch(Path.GetDirectoryName(left)!);
        now.Set(name, new BackedUpFile(run, known));
        return true;
    }

    // Whoever has just given the file its name may hold it for another moment.
    private FileStream? OpenUnlocked(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            }
            catch (Exception vanished) when (vanished is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    // A damaged file must not take the place of a good copy, nor keep everything else from being backed up.
    private void Report(string name, Digest expected, Digest found)
    {
        var isKept = before.Files.TryGetValue(name, out var earlier) && earlier.Content == expected;
        if (isKept)
        {
            now.Set(name, earlier);
        }

        problems.Add(new BackupProblem(
            $"{name} 已损坏：SHA-256 应为 {expected}，实为 {found}。{(isKept ? "备份保留此前完好的副本。" : "未备份该文件。")}请先审计（audit）并恢复该文件。",
            $"{name} is damaged: its SHA-256 should be {expected} and is {found}. {(isKept ? "The backup keeps the good copy it had." : "It was not backed up.")} Run the audit and restore that file."));
    }

    private void Require(string name)
    {
        if (!BackupNames.IsProper(name, limits.MaxName))
        {
            throw new BackupException($"文件名“{name}”不能备份（{kind}），请改名或移走。", $"The file '{name}' of the {kind} cannot be backed up by this name. Rename it or move it away.");
        }
    }

    private string PathOf(int number, string name) => Path.Combine(target, BackupNames.Place(number, name));

    private static bool HasLength(string path, long length) => new FileInfo(path) is { Exists: true } file && file.Length == length;
}
