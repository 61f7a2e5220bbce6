using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Durability.Backups;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages.Accounts;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Node.Backups;

/// <summary>
/// Backs the node's data folder up while the node works. Files of packages and drafts are copied before the database and
/// again after it: whatever the database names at its moment was there before or is there still. What no record names,
/// the restored node sweeps away when it starts. The keys are in it.
/// </summary>
/// <param name="people">The book that has people.litedb open; gives null where nobody has.</param>
internal sealed class NodeBackup(DataFolder folder, NodeFile node, NodeRecords records, AuditTrail trail, IDisk disk, TimeProvider clock, Func<AccountBook?> people)
{
    // Where the guard of checkpoints keeps the newest one it believed.
    private const string CheckpointSetting = "checkpoint";

    /// <param name="target">A folder for backups of this node alone; what is in it already is not copied again.</param>
    /// <exception cref="BackupException">The folder is not fit for it.</exception>
    /// <exception cref="StorageFullException">There is no room; the earlier backup is as it was.</exception>
    public Task<BackupResult> RunAsync(string target, IProgress<BackupProgress>? progress, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var description = Describe();
            var limits = new BackupLimits();
            using var backup = BackupWriter.Begin(target, folder.Root, description, disk, limits, progress, cancellation);
            using var staged = new StagedFiles(folder.Scratch, disk, limits.FreeSpaceReserve, cancellation);
            AddPackagesAndDrafts(backup);
            records.Copy(staged.Take);
            AddPackagesAndDrafts(backup);
            AddNamed(backup, "objects", folder.Objects);
            AddPeople(backup, staged);
            staged.AddTo(backup);
            AddTrail(backup);
            AddKeysAndSettings(backup);
            backup.KeepLost(name => name.StartsWith("objects/", StringComparison.Ordinal));
            return backup.Finish(description);
        },
        cancellation);

    private BackupDescription Describe()
    {
        var note = records.Setting(CheckpointSetting)?.Content ?? node.Genesis ?? [];
        var checkpoint = note.Length > 0 ? Checkpoint.Parse(SignedNote.Parse(note).Text) : null;
        return new BackupDescription(
            BackupDescription.CurrentFormat,
            BackupDescription.OfNode,
            node.Exchange,
            node.Node,
            clock.GetUtcNow(),
            NoteVerifier.Parse(node.LedgerKey).Name,
            checkpoint?.Size ?? 0,
            checkpoint?.Root.ToString() ?? "",
            System.Text.Encoding.UTF8.GetString(note));
    }

    private void AddPackagesAndDrafts(BackupWriter backup)
    {
        AddNamed(backup, "packages", folder.Packages);
        foreach (var path in FilesBelow(folder.Drafts))
        {
            AddDraftFile(backup, path);
        }
    }

    private static void AddNamed(BackupWriter backup, string name, string root)
    {
        foreach (var path in FilesBelow(root))
        {
            if (Digest.TryParse(Path.GetFileName(path), out var content))
            {
                backup.AddFile($"{name}/{Path.GetFileName(path)}", path, content);
            }
        }
    }

    // One that is being uploaded at this moment is left out: its upload begins again.
    private void AddDraftFile(BackupWriter backup, string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        }
        catch (IOException)
        {
            return;
        }

        using (file)
        {
            backup.Add(Path.GetRelativePath(folder.Root, path), file, file.Length);
        }
    }

    private void AddPeople(BackupWriter backup, StagedFiles staged)
    {
        if (File.Exists(folder.People) && people() is { } book)
        {
            book.Copy(staged.Take);
            return;
        }

        backup.AddFile(Path.GetFileName(folder.People), folder.People);
        backup.AddFile(Path.GetFileName(DurableDatabase.LogOf(folder.People)), DurableDatabase.LogOf(folder.People));
    }

    private void AddTrail(BackupWriter backup)
    {
        using var acts = new FileStream(folder.AuditTrail, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        backup.Add(Path.GetFileName(folder.AuditTrail), acts, trail.Length);
    }

    private void AddKeysAndSettings(BackupWriter backup)
    {
        foreach (var path in FilesBelow(folder.Keys).Concat(FilesBelow(folder.Secrets)).Concat(FilesBelow(folder.Evidence)).Where(path => !path.EndsWith(".new", StringComparison.Ordinal)))
        {
            backup.AddFile(Path.GetRelativePath(folder.Root, path), path);
        }

        foreach (var path in new[] { folder.DataVersion, folder.NodeFile, folder.Settings, folder.PagesSettings, folder.Policy })
        {
            backup.AddFile(Path.GetFileName(path), path);
        }
    }

    private static IEnumerable<string> FilesBelow(string root) => Directory.Exists(root) ? [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)] : [];
}
