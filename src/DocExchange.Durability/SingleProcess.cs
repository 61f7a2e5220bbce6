using DocExchange.Trust.Faults;

namespace DocExchange.Durability;

/// <summary>
/// Holds a data folder for one process: two on one folder would number different statements alike. LiteDB's own lock does
/// not hold on Linux. The lock goes with the process, however it ends.
/// </summary>
public sealed class SingleProcess : IDisposable
{
    // What .NET says of a lock (flock) that somebody else has: EWOULDBLOCK, and a sharing violation on Windows.
    private const int WouldBlock = 11;
    private const int WindowsSharing = unchecked((int)0x80070020);

    private readonly FileStream file;

    private SingleProcess(FileStream file) => this.file = file;

    /// <exception cref="FolderInUseException">Another process works in the folder.</exception>
    /// <exception cref="StorageException">The disk is read-only, or has no room for the lock.</exception>
    public static SingleProcess Claim(string folder)
    {
        try
        {
            return new SingleProcess(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new FolderInUseException(folder, fault);
        }
        catch (IOException fault) when (StorageException.Of(fault, folder, "nobody can work on the data there") is { } meant)
        {
            throw meant;
        }
    }

    /// <summary>Whether a file could not be opened because somebody else keeps it for himself.</summary>
    public static bool IsHeld(IOException fault) => fault.HResult is WouldBlock or WindowsSharing;

    public void Dispose() => file.Dispose();
}

/// <summary>Another process works in the folder.</summary>
public sealed class FolderInUseException(string folder, IOException cause) : IOException($"'{folder}' is in use by another process. Stop it first.", cause), IWorded
{
    public string Chinese { get; } = $"数据目录“{folder}”正被另一进程使用，请先停止该进程。";
}
