using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Upgrades;

/// <summary>
/// Files as they were before an upgrade, each beside itself as NAME.before-upgrade. They count once <c>before-upgrade.txt</c> is
/// there, which names them: then the data may be half rewritten, unless they say that they have the version it names. They go back
/// by their names alone, which takes no room on a disk that may be full.
/// </summary>
internal sealed class UpgradeCopy(string folder, IDisk disk)
{
    public const string MarkName = "before-upgrade.txt";
    public const string Ending = ".before-upgrade";

    /// <summary>Bytes that are left free beside the copy.</summary>
    public const long Reserve = 64L * 1024 * 1024;

    private const string Absent = "absent";
    private const int MaxMark = 64 * 1024;
    private const int BufferSize = 1024 * 1024;

    private readonly string mark = Path.Combine(folder, MarkName);

    /// <summary>Undoes what an upgrade that was broken off did, and removes what one left that came to its end.</summary>
    /// <param name="version">What the data say they are.</param>
    public void TakeUp(int version)
    {
        if (disk.Exists(mark) && Read().Reaches > version)
        {
            PutBack();
        }
        else
        {
            Remove();
        }
    }

    /// <summary>Returns when all is on disk.</summary>
    /// <param name="names">Files directly in the folder, also such as are not there.</param>
    /// <param name="reaches">The version that the upgrade leads to.</param>
    /// <exception cref="UpgradeException">There is no room for it, or the disk failed. Nothing but the copy was touched.</exception>
    public void Make(IReadOnlyList<string> names, int reaches)
    {
        try
        {
            RequireRoom(names);
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{reaches}\n");
            foreach (var name in names)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(disk.Exists(PathOf(name)) ? Copy(name).ToString() : Absent)} {name}\n");
            }

            disk.SyncFolder(folder);
            WholeFile.Write(disk, mark, Encoding.UTF8.GetBytes(text.ToString()));
        }
        catch (IOException fault)
        {
            TryRemove();
            throw UpgradeException.Failed(
                $"“{folder}”中的数据未升级：升级前的副本无法写入。{FaultWords.Of(fault)}数据未作改动，原来的程序仍可使用。请腾出空间或排除原因后重试。",
                $"The data in '{folder}' were not upgraded, because they cannot be copied aside first: {fault.Message} They were not changed, and the program you had before works on them. Make room or mend the cause, then try again.",
                fault);
        }
    }

    /// <summary>The files are as they were when this returns, and the copy is gone. May be repeated after a crash.</summary>
    /// <exception cref="UpgradeException">A copy is damaged: nothing was put back.</exception>
    public void PutBack()
    {
        var files = Read().Files;
        foreach (var (name, content) in files)
        {
            // One that went back before a crash is in its place.
            if (content is { } known && DigestOf(disk.Exists(CopyOf(name)) ? CopyOf(name) : PathOf(name)) != known)
            {
                throw Damaged(CopyOf(name));
            }
        }

        foreach (var (name, content) in files)
        {
            if (content is null)
            {
                disk.Delete(PathOf(name));
            }
            else if (disk.Exists(CopyOf(name)))
            {
                disk.Publish(CopyOf(name), PathOf(name));
            }
        }

        Remove();
    }

    /// <summary>The mark goes first: without it the rest counts for nothing.</summary>
    public void Remove()
    {
        WholeFile.Delete(disk, mark);
        WholeFile.Sweep(disk, Path.Combine(folder, DataVersion.FileName));
        foreach (var path in disk.Files(folder).Where(path => path.EndsWith(Ending, StringComparison.Ordinal)).ToList())
        {
            disk.Delete(path);
        }
    }

    private void RequireRoom(IReadOnlyList<string> names)
    {
        var wanted = names.Select(PathOf).Where(disk.Exists).Sum(LengthOf);
        if (disk.FreeSpace(folder) is var free && free - Reserve < wanted)
        {
            throw new StorageFullException(folder, $"{free} bytes are free, {Reserve} stay reserved, and the copy takes {wanted}");
        }
    }

    private void TryRemove()
    {
        try
        {
            Remove();
        }
        catch (IOException)
        {
            // It goes at the next start.
        }
    }

    private Digest Copy(string name)
    {
        using var from = disk.OpenForReading(PathOf(name));
        using var to = disk.OpenOrCreate(CopyOf(name));
        to.SetLength(0);
        var digest = Pass(from, to.Write);
        to.Sync();
        return digest;
    }

    private Digest? DigestOf(string path)
    {
        if (!disk.Exists(path))
        {
            return null;
        }

        using var file = disk.OpenForReading(path);
        return Pass(file, (_, _) => { });
    }

    private delegate void Taking(long offset, ReadOnlySpan<byte> bytes);

    private static Digest Pass(IDiskFile file, Taking take)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (var offset = 0L; file.Read(offset, buffer) is > 0 and var read; offset += read)
        {
            hash.AppendData(buffer, 0, read);
            take(offset, buffer.AsSpan(0, read));
        }

        return Digest.FromBytes(hash.GetHashAndReset());
    }

    private (int Reaches, IReadOnlyList<(string Name, Digest? Content)> Files) Read()
    {
        var lines = Encoding.UTF8.GetString(WholeFile.Read(disk, mark, MaxMark)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var reaches)
            ? (reaches, [.. lines.Skip(1).Select(ReadLine)])
            : throw Damaged(mark);
    }

    private (string Name, Digest? Content) ReadLine(string line)
    {
        var (word, name) = line.Split(' ', 2) is [var first, var second] ? (first, second) : throw Damaged(mark);
        var content = Digest.TryParse(word, out var digest) ? digest : (Digest?)null;
        return name == Path.GetFileName(name) && name.Length > 0 && (content is not null || word == Absent) ? (name, content) : throw Damaged(mark);
    }

    private UpgradeException Damaged(string path) => UpgradeException.Failed(
        $"“{folder}”中的升级没有完成，而升级前的副本“{path}”已损坏，无法恢复原状。请将最近的备份恢复到另一目录后使用。",
        $"An upgrade in '{folder}' did not come to its end, and the copy from before it, '{path}', is damaged, so that it cannot be undone. Restore the newest backup into another folder and use that.");

    private long LengthOf(string path)
    {
        using var file = disk.OpenForReading(path);
        return file.Length;
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private string CopyOf(string name) => PathOf(name) + Ending;
}
