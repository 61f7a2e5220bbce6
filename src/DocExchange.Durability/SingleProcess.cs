using DocExchange.Trust.Faults;

namespace DocExchange.Durability;

/// <summary>
/// Holds a data folder for one process: two on one folder would number different statements alike. LiteDB's own lock does
/// not hold on Linux. The lock goes with the process, however it ends.
/// </summary>
public sealed class SingleProcess : IDisposable
{
    private readonly FileStream file;

    private SingleProcess(FileStream file) => this.file = file;

    /// <exception cref="FolderInUseException">Another process works in the folder.</exception>
    public static SingleProcess Claim(string folder)
    {
        try
        {
            return new SingleProcess(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault)
        {
            throw new FolderInUseException(folder, fault);
        }
    }

    public void Dispose() => file.Dispose();
}

/// <summary>Another process works in the folder.</summary>
public sealed class FolderInUseException(string folder, IOException cause) : IOException($"'{folder}' is in use by another process. Stop it first.", cause), IWorded
{
    public string Chinese { get; } = $"数据目录“{folder}”正被另一进程使用，请先停止该进程。";
}
