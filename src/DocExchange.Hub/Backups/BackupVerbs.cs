using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Operations;
using DocExchange.Pages.Auditing;

namespace DocExchange.Hub.Backups;

/// <summary><c>backup</c> of a hub that is not running, and <c>restore</c>.</summary>
internal sealed class BackupVerbs(VerbLanguage language, Func<Option<string>> newData, Func<ParseResult, VerbAnswer> answerOf)
{
    // As shells number it.
    private const int Interrupted = 130;

    public Command Backup()
    {
        var data = newData();
        data.Aliases.Add("--hub");
        var to = new Option<string>("--to") { Required = true, Description = language.Say("备份目录：新目录、空目录，或此前对本中心的备份", "Folder of the backup: new, empty, or one of earlier backups of this hub") };
        var command = new Command("backup", language.Say("备份数据目录，包括密钥；正在运行的中心由 docex 请求备份", "Backs the data folder up, keys and all; a hub that runs is asked through docex")) { data, to };
        command.SetAction((parsed, cancellation) => GuardAsync(answerOf(parsed), async answer =>
        {
            var target = Path.GetFullPath(parsed.GetValue(to)!);
            var result = await RunAsync(HubFolder.Of(parsed.GetValue(data)!), target, cancellation);
            var report = ReportOf(target, result, answer);
            answer.Show(report, report.Lines(answer.Say));
            return result.Problems.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    public Command Restore()
    {
        var from = new Option<string>("--from") { Required = true, Description = language.Say("备份目录", "Folder of the backup") };
        var data = newData();
        data.Description = language.Say("要恢复到的数据目录：新目录或空目录", "Data folder to make: new or empty");
        var checkpoint = new Option<string?>("--checkpoint") { Description = language.Say("含检查点的文件（节点上 docex ledger checkpoint 的输出），恢复的账本应包含它", "File with a checkpoint that the restored ledger should contain, as docex ledger checkpoint of a node prints it") };
        var files = new Option<int>("--max-files") { DefaultValueFactory = _ => BackupLimits.DefaultMaxFiles, Description = language.Say("备份最多可含的文件数", "Most files the backup may name") };
        var command = new Command("restore", language.Say("核验备份，恢复到空目录并审计", "Verifies a backup, restores it into an empty folder and audits that")) { from, data, checkpoint, files };
        command.SetAction((parsed, cancellation) => GuardAsync(answerOf(parsed), async answer =>
        {
            var given = parsed.GetValue(checkpoint) is { } file ? GivenCheckpoint.Read(file) : null;
            var limits = new BackupLimits { MaxFiles = parsed.GetValue(files) };
            var result = await WorkBar.WatchAsync(answer, bar => HubRestore.RunAsync(parsed.GetValue(from)!, parsed.GetValue(data)!, given, limits, cancellation, bar));
            OwnerAct.Note(HubFolder.Of(parsed.GetValue(data)!).AuditTrail, "Restore", new Dictionary<string, string> { ["backup"] = parsed.GetValue(from)! });
            answer.Show(result.Told(answer), result.Lines(answer));
            return result.Passed ? 0 : 1;
        }));
        return command;
    }

    /// <summary>On the folder itself, which no process may be using.</summary>
    public static async Task<BackupResult> RunAsync(HubFolder folder, string target, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        using var only = folder.Claim();
        await using var services = HubHost.Services(folder, settings).BuildServiceProvider();
        var trail = services.GetRequiredService<AuditTrail>();
        var backup = services.GetRequiredService<HubBackup>();
        return await OwnerAct.RecordAsync(trail, "Backup", new Dictionary<string, string> { ["to"] = target }, () => backup.RunAsync(target, null, cancellation));
    }

    private static BackupReport ReportOf(string target, BackupResult result, VerbAnswer answer) => new(
        target, result.Description.Holder, ArchiveWire.Format(result.Description.Time), result.Description.LedgerSize, result.Description.Root,
        result.Files, result.CopiedFiles, result.CopiedBytes, [.. result.Problems.Select(problem => answer.Say(problem.Chinese, problem.English))]);

    private static Task<int> GuardAsync(VerbAnswer answer, Func<VerbAnswer, Task<int>> act) => HubVerbs.GuardAsync(answer, () => act(answer), fault => fault switch
    {
        BackupException refused => new Complaint(1, "BACKUP", refused.Chinese, refused.English),
        OperationCanceledException => new Complaint(Interrupted, "INTERRUPTED", "已中断；此前的备份未受影响。", "Interrupted. An earlier backup is as it was."),
        StorageFullException full => new Complaint(1, Refusal.StorageFull.ToReason(), $"磁盘空间不足（{full.Path}）。请腾出空间后重试；此前的备份未受影响。", full.Message + " An earlier backup is as it was."),
        _ => null,
    });
}
