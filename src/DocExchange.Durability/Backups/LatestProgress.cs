namespace DocExchange.Durability.Backups;

/// <summary>Keeps how far a backup is, for whoever asks now and then.</summary>
public sealed class LatestProgress : IProgress<BackupProgress>
{
    private readonly Lock gate = new();
    private BackupProgress latest;

    public BackupProgress Latest
    {
        get
        {
            lock (gate)
            {
                return latest;
            }
        }
    }

    public void Report(BackupProgress value)
    {
        lock (gate)
        {
            latest = value;
        }
    }
}
