using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Pages.Accounts;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Backups;

/// <summary>
/// Backs the hub's data folder up while the hub works. The order makes it consistent: with the archive held still, the ledger
/// is pinned and the open volumes are copied, so that no volume knows an entry the pinned ledger lacks; then everything the
/// ledger may name, which was on disk before its entry was. The catalogue and the full-text index are left out: a hub
/// makes them anew. The keys are in it.
/// </summary>
/// <param name="people">The book that has people.litedb open; gives null where nobody has.</param>
internal sealed class HubBackup(
    HubFolder folder, HubSettings settings, ILedgerStore ledger, IArchiveStore archive, SiteStore site, AuditTrail trail, IDisk disk, TimeProvider clock, Func<AccountBook?> people)
{
    private const string ArchivePrefix = "archive/";

    /// <param name="target">A folder for backups of this hub alone; what is in it already is not copied again.</param>
    /// <exception cref="BackupException">The folder is not fit for it.</exception>
    /// <exception cref="StorageFullException">There is no room; the earlier backup is as it was.</exception>
    public Task<BackupResult> RunAsync(string target, IProgress<BackupProgress>? progress, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            var limits = new BackupLimits { FreeSpaceReserve = settings.FreeSpaceReserveMiB * 1024L * 1024 };
            using var volumes = new StagedFiles(folder.Scratch, disk, limits.FreeSpaceReserve, cancellation);
            using var databases = new StagedFiles(folder.Scratch, disk, limits.FreeSpaceReserve, cancellation);
            using var backup = BackupWriter.Begin(target, folder.Root, Describe(0, default, null), disk, limits, progress, cancellation);
            // Before the archive is held: a first backup may have years of volumes to copy.
            AddClosedVolumes(backup);
            var pinned = await archive.HoldAsync(
                () =>
                {
                    var description = Pin();
                    AddClosedVolumes(backup);
                    foreach (var volume in archive.Volumes.Where(volume => archive.ManifestOf(volume) is null))
                    {
                        archive.CopyOpen(volume, volumes.Take);
                    }

                    return description;
                },
                cancellation);
            volumes.AddTo(backup, ArchivePrefix);
            new LedgerCopy(folder.Ledger, backup).Run(pinned.LedgerSize, cancellation);
            AddNamed(backup, "objects", folder.Objects, "");
            AddNamed(backup, "spool", folder.Spool, ".asice");
            AddWitnessed(backup, pinned.LedgerSize);
            AddDatabases(backup, databases);
            AddKeysAndSettings(backup);
            backup.KeepLost(name => name.StartsWith("objects/", StringComparison.Ordinal) || IsClosedVolume(backup, name));
            return backup.Finish(pinned);
        },
        cancellation);

    private BackupDescription Pin()
    {
        // The note first: it must not cover more than the size.
        var note = ledger.LatestCheckpoint;
        var size = ledger.Size;
        return Describe(size, ledger.Root(size), note);
    }

    private BackupDescription Describe(long size, Digest root, ReadOnlyMemory<byte>? note) => new(
        BackupDescription.CurrentFormat,
        BackupDescription.OfHub,
        settings.Exchange,
        PartyId.Hub(settings.Exchange).ToString(),
        clock.GetUtcNow(),
        settings.LedgerOrigin,
        size,
        root.ToString(),
        note is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : "");

    private void AddClosedVolumes(BackupWriter backup)
    {
        foreach (var volume in archive.Volumes)
        {
            if (archive.ManifestOf(volume) is { } manifest)
            {
                var file = volume + VolumeFiles.Ending;
                backup.AddFile(ArchivePrefix + file, Path.Combine(folder.Archive, file), Digest.Parse(manifest.Sha256));
                backup.AddFile(ArchivePrefix + file + ".json", Path.Combine(folder.Archive, file + ".json"));
            }
        }
    }

    private static bool IsClosedVolume(BackupWriter backup, string name) =>
        name.StartsWith(ArchivePrefix, StringComparison.Ordinal) && (name.EndsWith(VolumeFiles.Ending + ".json", StringComparison.Ordinal) || backup.Knew(name + ".json"));

    /// <summary>Files <c>ab/abcd…</c> that are named by their SHA-256.</summary>
    private static void AddNamed(BackupWriter backup, string name, string root, string ending)
    {
        foreach (var shelf in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            foreach (var path in Directory.EnumerateFiles(shelf))
            {
                var file = Path.GetFileName(path);
                if (file.EndsWith(ending, StringComparison.Ordinal) && Digest.TryParse(file[..^ending.Length], out var content))
                {
                    backup.AddFile($"{name}/{Path.GetFileName(shelf)}/{file}", path, content);
                }
            }
        }
    }

    // One that covers more than the backup would contradict the restored ledger.
    private void AddWitnessed(BackupWriter backup, long size)
    {
        foreach (var path in disk.Files(folder.Witnessed))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var covered) && covered <= size && path.EndsWith(".note", StringComparison.Ordinal))
            {
                backup.AddFile("witnessed/" + Path.GetFileName(path), path);
            }
        }
    }

    private void AddDatabases(BackupWriter backup, StagedFiles staged)
    {
        site.Copy(staged.Take);
        if (File.Exists(folder.People) && people() is { } book)
        {
            book.Copy(staged.Take);
        }
        else
        {
            backup.AddFile(Path.GetFileName(folder.People), folder.People);
            backup.AddFile(Path.GetFileName(DurableDatabase.LogOf(folder.People)), DurableDatabase.LogOf(folder.People));
        }

        staged.AddTo(backup);
        using var acts = new FileStream(folder.AuditTrail, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        backup.Add(Path.GetFileName(folder.AuditTrail), acts, trail.Length);
    }

    private void AddKeysAndSettings(BackupWriter backup)
    {
        foreach (var part in new[] { folder.Keys, Path.GetDirectoryName(folder.Password)!, folder.Authority })
        {
            foreach (var path in Directory.Exists(part) ? Directory.EnumerateFiles(part, "*", SearchOption.AllDirectories) : [])
            {
                if (!path.EndsWith(".new", StringComparison.Ordinal) && !path.EndsWith(".tmp", StringComparison.Ordinal))
                {
                    backup.AddFile(Path.GetRelativePath(folder.Root, path), path);
                }
            }
        }

        foreach (var path in new[] { folder.DataVersion, folder.Settings, folder.PagesSettings, folder.Policy, folder.Calendar, Path.GetFullPath(settings.TsaTrust, folder.Root) })
        {
            if (Path.GetRelativePath(folder.Root, path) is var name && !name.StartsWith("..", StringComparison.Ordinal))
            {
                backup.AddFile(name, path);
            }
        }
    }
}
