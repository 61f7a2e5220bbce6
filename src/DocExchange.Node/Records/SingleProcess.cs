namespace DocExchange.Node.Records;

/// <summary>
/// Holds a data folder for one process: two nodes on one folder would number different statements alike. LiteDB's own
/// lock does not hold on Linux. The lock goes with the process, however it ends.
/// </summary>
internal sealed class SingleProcess : IDisposable
{
    private readonly FileStream file;

    private SingleProcess(FileStream file) => this.file = file;

    /// <exception cref="IOException">Another process works in the folder.</exception>
    public static SingleProcess Claim(DataFolder folder)
    {
        try
        {
            return new SingleProcess(new FileStream(Path.Combine(folder.Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault)
        {
            throw new IOException($"节点目录正被另一进程使用，请先停止该进程。 '{folder.Root}' is in use by another process. Stop it first.", fault);
        }
    }

    public void Dispose() => file.Dispose();
}
