using DocExchange.Core.Operating;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Backups;

/// <summary>What a restore brought back, and what the audit of it found.</summary>
/// <param name="Missing">Entries of the given checkpoint that the restored ledger lacks; null where none was given.</param>
internal sealed record HubRestoreResult(BackupDescription Backup, int Files, long? Missing, BackupProblem? CheckpointProblem, HubAuditResult Audit)
{
    public bool Passed => Audit.Problems.Count == 0 && Missing is null or 0 && CheckpointProblem is null;

    /// <summary>For scripts, what the audit found as sentences in the reader's language.</summary>
    public object Told(VerbAnswer answer) => new
    {
        Backup,
        Files,
        Missing,
        CheckpointProblem,
        Audit = Audit.Told(answer),
        Passed,
    };

    public IEnumerable<string> Lines(VerbAnswer answer)
    {
        yield return answer.Say(
            $"已恢复 {Backup.Holder} 于 {Backup.Time:yyyy-MM-dd'T'HH:mm:ss'Z'} 的备份：{Files} 个文件，账本 {Backup.LedgerSize} 条。",
            $"Restored the backup of {Backup.Holder} of {Backup.Time:yyyy-MM-dd'T'HH:mm:ss'Z'}: {Files} files, a ledger of {Backup.LedgerSize} entries.");
        foreach (var line in Audit.Lines(answer))
        {
            yield return line;
        }

        if (Missing is > 0)
        {
            yield return answer.Say(
                $"! 恢复的账本缺少该检查点之前的 {Missing} 条：备份之后才确认的都不在其中。", $"! The restored ledger lacks {Missing} entries of the checkpoint: what was acknowledged after the backup is not in it.");
        }
        else if (CheckpointProblem is { } problem)
        {
            yield return "! " + answer.Say(problem.Chinese, problem.English);
        }
        else if (Missing is 0)
        {
            yield return answer.Say("恢复的账本包含该检查点。", "The restored ledger contains the checkpoint.");
        }
    }
}

/// <summary>Brings a hub back from a backup into an empty folder: every digest first, then the files, then the audit.</summary>
internal static class HubRestore
{
    /// <param name="checkpoint">Which entries the restored ledger should have; null for not asking.</param>
    /// <exception cref="BackupException">Nothing was restored, or not all; it says what to do.</exception>
    public static async Task<HubRestoreResult> RunAsync(string from, string data, Checkpoint? checkpoint, BackupLimits limits, CancellationToken cancellation, WorkBar? bar = null)
    {
        var backup = BackupReader.Open(from, BackupDescription.OfHub, limits);
        if (checkpoint is not null && checkpoint.Origin != backup.Description.LedgerOrigin)
        {
            throw new BackupException(
                $"检查点属于账本 {checkpoint.Origin}，备份的账本是 {backup.Description.LedgerOrigin}。未恢复任何内容。",
                $"The checkpoint is of the ledger {checkpoint.Origin}, the backup of {backup.Description.LedgerOrigin}. Nothing was restored.");
        }

        HubData.Form.RequireKnown(from, backup.DataVersion);
        var size = backup.Size;
        bar?.Begin("核验备份", "Verifying the backup", size);
        backup.Verify(cancellation, bar);
        var folder = new HubFolder(Path.GetFullPath(data));
        bar?.Begin("恢复文件", "Restoring the files", size);
        backup.RestoreTo(folder.Root, Path.GetFileName(folder.Settings), cancellation, bar);
        ProtectClosedVolumes(folder);
        var (missing, problem) = await CompareAsync(folder, backup.Description, checkpoint);
        return new HubRestoreResult(backup.Description, backup.Files, missing, problem, await HubAudit.RunAsync(folder, [], cancellation, bar: bar));
    }

    private static void ProtectClosedVolumes(HubFolder folder)
    {
        foreach (var manifest in Directory.Exists(folder.Archive) ? Directory.EnumerateFiles(folder.Archive, "*" + VolumeFiles.Ending + ".json") : [])
        {
            var volume = manifest[..^".json".Length];
            if (File.Exists(volume))
            {
                File.SetAttributes(volume, File.GetAttributes(volume) | FileAttributes.ReadOnly);
            }
        }
    }

    /// <summary>Opens the ledger as the hub would, and holds it against what the backup and the checkpoint say.</summary>
    private static async Task<(long? Missing, BackupProblem? Problem)> CompareAsync(HubFolder folder, BackupDescription description, Checkpoint? checkpoint)
    {
        await using var ledger = FileLedgerStore.Open(folder.Ledger);
        if (ledger.Size != description.LedgerSize || ledger.Root(ledger.Size).ToString() != description.Root)
        {
            return (null, new BackupProblem(
                $"恢复的账本有 {ledger.Size} 条，根 {ledger.Root(ledger.Size)}；备份所记为 {description.LedgerSize} 条、{description.Root}。",
                $"The restored ledger has {ledger.Size} entries and the root {ledger.Root(ledger.Size)}; the backup says {description.LedgerSize} and {description.Root}."));
        }

        if (checkpoint is null)
        {
            return (null, null);
        }

        if (checkpoint.Size > ledger.Size)
        {
            return (checkpoint.Size - ledger.Size, null);
        }

        var root = ledger.Root(checkpoint.Size);
        return root == checkpoint.Root
            ? (0, null)
            : (null, new BackupProblem(
                $"恢复的账本与该检查点不一致：前 {checkpoint.Size} 条的根是 {root}，检查点所记为 {checkpoint.Root}。",
                $"The restored ledger has another history: the root of its first {checkpoint.Size} entries is {root}, the checkpoint says {checkpoint.Root}."));
    }
}
