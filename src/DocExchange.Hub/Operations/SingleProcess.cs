namespace DocExchange.Hub.Operations;

/// <summary>Holds a data folder for one process. The lock goes with the process, however it ends.</summary>
internal sealed class SingleProcess : IDisposable
{
    private readonly FileStream file;

    private SingleProcess(FileStream file) => this.file = file;

    /// <exception cref="IOException">Another process works in the folder.</exception>
    public static SingleProcess Claim(string folder)
    {
        try
        {
            return new SingleProcess(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault)
        {
            throw new IOException($"'{folder}' is in use by another process. Stop it first.", fault);
        }
    }

    public void Dispose() => file.Dispose();
}
