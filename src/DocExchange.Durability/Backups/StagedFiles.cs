namespace DocExchange.Durability.Backups;

/// <summary>
/// Files of a database that is open, copied aside on the data folder's own disk while their owner holds them still. From
/// there they go into the backup, however slow its disk is, and nobody waits for that. Disposing removes them.
/// </summary>
/// <param name="scratch">A folder that is emptied at the start; made where it is missing.</param>
public sealed class StagedFiles(string scratch, IDisk disk, long reserve, CancellationToken cancellation) : IDisposable
{
    private readonly FileCopy copy = new(disk, reserve, cancellation);
    private readonly List<(string Name, string Path)> staged = [];

    /// <summary>Copies aside; what the files' owner calls while it holds them still.</summary>
    /// <exception cref="StorageFullException">There is no room for it beside the data.</exception>
    public void Take(string name, Stream content, long length)
    {
        var path = Path.Combine(scratch, "backup-" + name);
        _ = copy.To(path, content, length);
        staged.Add((name, path));
    }

    /// <param name="prefix">What goes before the names in the backup.</param>
    public void AddTo(BackupWriter backup, string prefix = "")
    {
        foreach (var (name, path) in staged)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            backup.Add(prefix + name, file, file.Length);
        }
    }

    public void Dispose() => staged.ForEach(each => File.Delete(each.Path));
}
