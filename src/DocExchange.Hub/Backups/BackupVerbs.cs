using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;

namespace DocExchange.Hub.Backups;

/// <summary><c>backup</c> of a hub that is not running, and <c>restore</c>.</summary>
internal static class BackupVerbs
{
    // As shells number it.
    private const int Interrupted = 130;

    public static Command Backup()
    {
        var data = HubVerbs.Data();
        data.Aliases.Add("--hub");
        var to = new Option<string>("--to") { Required = true, Description = "Folder of the backup: new, empty, or one of earlier backups of this hub" };
        var command = new Command("backup", "Backs the data folder up, keys and all; a hub that runs is asked through docex") { data, to };
        command.SetAction((parsed, cancellation) => GuardAsync(HubVerbs.AnswerOf(parsed), async answer =>
        {
            var target = Path.GetFullPath(parsed.GetValue(to)!);
            var result = await RunAsync(new HubFolder(Path.GetFullPath(parsed.GetValue(data)!)), target, cancellation);
            var report = ReportOf(target, result, answer);
            answer.Show(report, report.Lines(answer.Say));
            return result.Problems.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    public static Command Restore()
    {
        var from = new Option<string>("--from") { Required = true, Description = "Folder of the backup" };
        var data = HubVerbs.Data();
        data.Description = "Data folder to make: new or empty";
        var checkpoint = new Option<string?>("--checkpoint") { Description = "File with a checkpoint that the restored ledger should contain, as docex ledger checkpoint of a node prints it" };
        var files = new Option<int>("--max-files") { DefaultValueFactory = _ => BackupLimits.DefaultMaxFiles, Description = "Most files the backup may name" };
        var command = new Command("restore", "Verifies a backup, restores it into an empty folder and audits that") { from, data, checkpoint, files };
        command.SetAction((parsed, cancellation) => GuardAsync(HubVerbs.AnswerOf(parsed), async answer =>
        {
            var given = parsed.GetValue(checkpoint) is { } file ? GivenCheckpoint.Read(file) : null;
            var result = await HubRestore.RunAsync(parsed.GetValue(from)!, parsed.GetValue(data)!, given, new BackupLimits { MaxFiles = parsed.GetValue(files) }, cancellation);
            answer.Show(result, result.Lines(answer));
            return result.Passed ? 0 : 1;
        }));
        return command;
    }

    /// <summary>On the folder itself, which no process may be using.</summary>
    public static async Task<BackupResult> RunAsync(HubFolder folder, string target, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        using var only = SingleProcess.Claim(folder.Root);
        await using var services = HubHost.Services(folder, settings).BuildServiceProvider();
        var trail = services.GetRequiredService<AuditTrail>();
        var what = new Dictionary<string, string> { ["to"] = target };
        trail.Append(new AuditedAct("Backup", AuditedPerson.OfProcess(), "asked", what));
        var result = await services.GetRequiredService<HubBackup>().RunAsync(target, null, cancellation);
        trail.Append(new AuditedAct("Backup", AuditedPerson.OfProcess(), "done", what));
        return result;
    }

    private static BackupReport ReportOf(string target, BackupResult result, VerbAnswer answer) => new(
        target, result.Description.Holder, ArchiveWire.Format(result.Description.Time), result.Description.LedgerSize, result.Description.Root,
        result.Files, result.CopiedFiles, result.CopiedBytes, [.. result.Problems.Select(problem => answer.Say(problem.Chinese, problem.English))]);

    private static Task<int> GuardAsync(VerbAnswer answer, Func<VerbAnswer, Task<int>> act) => HubVerbs.GuardAsync(async () =>
    {
        try
        {
            return await act(answer);
        }
        catch (BackupException refused)
        {
            return answer.Complain(refused.Chinese, refused.English);
        }
        catch (OperationCanceledException)
        {
            answer.Complain("已中断；此前的备份未受影响。", "Interrupted. An earlier backup is as it was.");
            return Interrupted;
        }
        catch (StorageFullException full)
        {
            return answer.Complain($"磁盘空间不足（{full.Path}）。请腾出空间后重试；此前的备份未受影响。", full.Message + " An earlier backup is as it was.");
        }
    });
}
