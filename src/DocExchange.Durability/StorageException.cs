using DocExchange.Trust.Faults;

namespace DocExchange.Durability;

/// <summary>The disk takes nothing, whatever is written. Nothing stored before is harmed; the same act may be repeated once it does again.</summary>
public abstract class StorageException : IOException, IWorded
{
    private const int NoSpace = 28;         // ENOSPC
    private const int QuotaReached = 122;   // EDQUOT
    private const int ReadOnly = 30;        // EROFS
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);

    private protected StorageException(string path, string chinese, string english, Exception? inner)
        : base(english, inner) => (Path, Chinese) = (path, chinese);

    /// <summary>The file or folder that could not be written.</summary>
    public string Path { get; }

    public string Chinese { get; }

    /// <summary>What is the matter with the disk, to go on with in a sentence: 磁盘已满, disk is full.</summary>
    public abstract (string Chinese, string English) State { get; }

    /// <summary>What the disk has against writing, where that is behind a failure, however it was wrapped; else null.</summary>
    public static StorageException? CauseOf(Exception? fault) => fault switch
    {
        null => null,
        StorageException known => known,
        IOException io when Of(io, "", io.Message) is { } meant => meant,
        AggregateException several => several.InnerExceptions.Select(CauseOf).FirstOrDefault(cause => cause is not null),
        _ => CauseOf(fault.InnerException),
    };

    /// <summary>A failed system call as what it means; null where the disk is neither full nor read-only.</summary>
    /// <param name="what">What could not be done, in English.</param>
    // .NET puts the errno of a failed system call into HResult.
    public static StorageException? Of(IOException fault, string path, string what) => fault switch
    {
        StorageException known => known,
        { HResult: NoSpace or QuotaReached or WindowsDiskFull } => new StorageFullException(path, what, fault),
        { HResult: ReadOnly or WindowsWriteProtected } => new StorageReadOnlyException(path, what, fault),
        _ => null,
    };
}

/// <summary>There is no room for what was to be stored.</summary>
public sealed class StorageFullException(string path, string what, Exception? inner = null) : StorageException(
    path,
    $"磁盘空间不足（“{path}”）。请腾出空间或扩大文件系统后重试。",
    $"The storage is full: {what} ({path}). Free some space or extend the file system, then repeat.",
    inner)
{
    public override (string Chinese, string English) State => ("磁盘已满", "disk is full");
}

/// <summary>The file system is mounted read-only: from the start, or since the kernel found a fault of its disk.</summary>
public sealed class StorageReadOnlyException(string path, string what, Exception? inner = null) : StorageException(
    path,
    $"“{path}”所在的文件系统为只读，无法写入。请查明原因（磁盘出错时系统会自动改为只读，可用 dmesg 查看），恢复可写（mount -o remount,rw）后重试；此前确认的内容没有丢失。",
    $"The file system that holds '{path}' is read-only: {what}. Find out why (the kernel makes it so when the disk fails; see 'dmesg'), make it writable again ('mount -o remount,rw'), then repeat. What was acknowledged before is not lost.",
    inner)
{
    public override (string Chinese, string English) State => ("磁盘为只读", "disk is read-only");
}
