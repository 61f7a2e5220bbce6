using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Durability.Backups;
using DocExchange.Durability.Upgrades;
using DocExchange.Node.Auditing;
using DocExchange.Node.Desk;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages.Auditing;

namespace DocExchange.Node.Backups;

/// <summary><c>backup</c> of a node that is not running, and <c>restore</c>.</summary>
internal sealed class BackupVerbs(VerbLanguage language, Option<string> data, Func<ParseResult, VerbAnswer> answerOf)
{
    // As shells number it.
    private const int Interrupted = 130;

    public Command Backup()
    {
        var to = new Option<string>("--to") { Description = language.Say("备份目录：新目录、空目录，或此前对本节点的备份", "Folder of the backup: new, empty, or one of earlier backups of this node"), Required = true };
        var command = new Command("backup", language.Say("备份数据目录，包括密钥；正在运行的节点由 docex 请求备份", "Backs the data folder up, keys and all; a node that runs is asked through docex")) { data, to };
        command.SetAction((parsed, cancellation) => GuardAsync(answerOf(parsed), async answer =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(to));
            var result = await RunAsync(DataFolder.Of(parsed.GetRequiredValue(data)), target, cancellation);
            var report = new BackupReport(
                target, result.Description.Holder, Listing.Time(result.Description.Time), result.Description.LedgerSize, result.Description.Root,
                result.Files, result.CopiedFiles, result.CopiedBytes, [.. result.Problems.Select(problem => answer.Say(problem.Chinese, problem.English))]);
            answer.Show(report, report.Lines(answer.Say));
            return result.Problems.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    public Command Restore()
    {
        var from = new Option<string>("--from") { Description = language.Say("备份目录", "Folder of the backup"), Required = true };
        var files = new Option<int>("--max-files") { Description = language.Say("备份最多可含的文件数", "Most files the backup may name"), DefaultValueFactory = _ => BackupLimits.DefaultMaxFiles };
        var command = new Command("restore", language.Say("核验备份，恢复到新目录或空目录并审计", "Verifies a backup, restores it into a new or empty data folder and audits that")) { from, data, files };
        command.SetAction((parsed, cancellation) => GuardAsync(answerOf(parsed), async answer =>
        {
            var folder = DataFolder.Of(parsed.GetRequiredValue(data));
            var backup = BackupReader.Open(parsed.GetRequiredValue(from), BackupDescription.OfNode, new BackupLimits { MaxFiles = parsed.GetValue(files) });
            NodeData.Form.RequireKnown(parsed.GetRequiredValue(from), backup.DataVersion);
            var audit = await WorkBar.WatchAsync(answer, bar => RestoreAsync(backup, folder, bar, cancellation));
            OwnerAct.Note(folder.AuditTrail, "Restore", new Dictionary<string, string> { ["backup"] = parsed.GetRequiredValue(from) });
            var (holder, time) = (backup.Description.Holder, Listing.Time(backup.Description.Time));
            answer.Show(
                new { backup = backup.Description, files = backup.Files, audit },
                [answer.Say($"已恢复 {holder} 于 {time} 的备份：{backup.Files} 个文件。", $"Restored the backup of {holder} of {time}: {backup.Files} files."), .. audit.Lines(answer)]);
            return audit.Passed ? 0 : 1;
        }));
        return command;
    }

    /// <summary>Every digest first, then the files, then the audit of what was restored.</summary>
    /// <exception cref="BackupException">Nothing was restored, or not all; it says what to do.</exception>
    public static async Task<StoreAuditResult> RestoreAsync(BackupReader backup, DataFolder folder, WorkBar bar, CancellationToken cancellation)
    {
        var size = backup.Size;
        bar.Begin("核验备份", "Verifying the backup", size);
        backup.Verify(cancellation, bar);
        bar.Begin("恢复文件", "Restoring the files", size);
        backup.RestoreTo(folder.Root, Path.GetFileName(folder.NodeFile), cancellation, bar);
        folder.Create();
        return await StoreAudit.RunAsync(folder, cancellation, bar);
    }

    /// <summary>On the folder itself, which no process may be using.</summary>
    public static async Task<BackupResult> RunAsync(DataFolder folder, string target, CancellationToken cancellation)
    {
        var node = NodeFile.Read(folder);
        using var only = folder.Claim();
        using var records = new NodeRecords(folder);
        using var trail = AuditTrail.Open(folder.AuditTrail, new LocalDisk(), TimeProvider.System);
        var backup = new NodeBackup(folder, node, records, trail, new LocalDisk(), TimeProvider.System, () => null);
        return await OwnerAct.RecordAsync(trail, "Backup", new Dictionary<string, string> { ["to"] = target }, () => backup.RunAsync(target, null, cancellation));
    }

    private static Task<int> GuardAsync(VerbAnswer answer, Func<VerbAnswer, Task<int>> act) => VerbEdge.GuardAsync(answer, () => act(answer), fault => fault switch
    {
        BackupException refused => new Complaint(1, "BACKUP", refused.Chinese, refused.English),
        OperationCanceledException => new Complaint(Interrupted, "INTERRUPTED", "已中断；此前的备份未受影响。", "Interrupted. An earlier backup is as it was."),
        UpgradeException => Verbs.Explain(fault),
        StorageFullException full => new Complaint(1, Refusal.StorageFull.ToReason(), $"磁盘空间不足（{full.Path}）。请腾出空间后重试；此前的备份未受影响。", full.Message + " An earlier backup is as it was."),
        _ => null,
    });
}
