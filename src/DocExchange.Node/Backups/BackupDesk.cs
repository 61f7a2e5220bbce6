using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Backups;
using DocExchange.Node.Desk;
using DocExchange.Protocol;
using DocExchange.Trust.Faults;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Backups;

/// <summary>The backup of a running node, as those ask for it who run it.</summary>
internal sealed class BackupDesk(NodeBackup backup)
{
    public Task RunAsync(Wire.BackupRequest request, IServerStreamWriter<Wire.BackupStep> steps, CancellationToken cancellation)
    {
        if (!Path.IsPathFullyQualified(request.To))
        {
            throw new RefusedException(Refusal.FormatFailure, $"备份目录“{request.To}”不是完整路径。", $"'{request.To}' is not the full path of a folder.");
        }

        var soFar = new LatestProgress();
        return BackupSteps.WriteAsync(steps, BackUpAsync(request.To, soFar, cancellation), () => StepOf(soFar.Latest), cancellation);
    }

    private static Wire.BackupStep StepOf(BackupProgress progress) => new() { CopiedFiles = (ulong)progress.CopiedFiles, CopiedBytes = (ulong)progress.CopiedBytes };

    private async Task<Wire.BackupDone> BackUpAsync(string to, LatestProgress soFar, CancellationToken cancellation)
    {
        try
        {
            var result = await backup.RunAsync(to, soFar, cancellation);
            return new Wire.BackupDone
            {
                Holder = result.Description.Holder,
                Time = Listing.Time(result.Description.Time),
                LedgerSize = (ulong)result.Description.LedgerSize,
                Root = result.Description.Root,
                Files = (ulong)result.Files,
                CopiedFiles = (ulong)result.CopiedFiles,
                CopiedBytes = (ulong)result.CopiedBytes,
                Problems = { result.Problems.Select(problem => new Wire.DamagedFile { Chinese = problem.Chinese, English = problem.English }) },
            };
        }
        catch (BackupException refused)
        {
            throw new RefusedException(Refusal.WrongState, refused.Chinese, refused.English);
        }
        catch (StorageFullException full)
        {
            throw new RefusedException(Refusal.StorageFull, $"磁盘空间不足（{full.Path}）。此前的备份未受影响。", full.Message + " An earlier backup is as it was.");
        }
        catch (IOException fault)
        {
            throw new RefusedException(Refusal.WrongState, $"无法读写：{FaultWords.Of(fault)}此前的备份未受影响。", fault.Message + " An earlier backup is as it was.");
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new RefusedException(Refusal.PermissionDenied, $"服务账户不能读写：{FaultWords.Of(denied)}", $"The service's account may not read or write there: {denied.Message}");
        }
    }
}
