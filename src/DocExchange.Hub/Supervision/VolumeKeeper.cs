using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Supervision;

/// <summary>A volume that takes no more.</summary>
/// <param name="LedgerIndex">Where its VolumeClosed stands.</param>
internal sealed record ClosedVolume(VolumeManifest Manifest, long LedgerIndex);

/// <summary>
/// 封卷: reads a volume again, closes it, and states its SHA-256 in the ledger. Whatever a crash left between the first and the
/// last of these is finished at the next start, once.
/// </summary>
internal sealed partial class VolumeKeeper(IArchiveStore archive, HubWord word, LedgerWriter writer, HubSettings settings, TimeProvider clock, ILogger<VolumeKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim one = new(1);

    /// <summary>All volumes, oldest first, with the SHA-256 that the ledger has of them, if it has one.</summary>
    public async Task<IReadOnlyList<(string Volume, VolumeStage Stage, Digest? Stated)>> ListAsync(CancellationToken cancellation)
    {
        var volumes = new List<(string, VolumeStage, Digest?)>();
        foreach (var volume in archive.Volumes)
        {
            volumes.Add((volume, archive.StageOf(volume), ((await word.FindVolumeAsync(volume, cancellation))?.Statement.Body as VolumeClosedBody)?.Content));
        }

        return volumes;
    }

    /// <summary>Repeatable: a volume that is closed already is read again, and its statement found.</summary>
    /// <param name="isEvenNow">Also while its month, by UTC, is not over: what is archived later in that month goes into a continuation.</param>
    /// <exception cref="RefusedException">There is no such volume, its month is not over, it is damaged, or the ledger has another digest of it.</exception>
    public async Task<ClosedVolume> CloseAsync(string volume, bool isEvenNow, CancellationToken cancellation)
    {
        if (!archive.Volumes.Contains(volume))
        {
            throw new RefusedException(Refusal.NotFound, $"没有档案卷 {volume}。现有：{string.Join("、", archive.Volumes)}。", $"There is no volume {volume}. There are: {string.Join(", ", archive.Volumes)}.");
        }

        if (!isEvenNow && archive.StageOf(volume) == VolumeStage.Open && VolumeNames.MonthOf(volume) is { } month && MonthsSince(month) <= 0)
        {
            throw new RefusedException(
                Refusal.WrongState,
                $"{month:yyyy-MM} 尚未结束（按 UTC 计），档案卷 {volume} 未封：封卷后不能再开，本月以后归档的公文将另立续卷。请待该月结束；确需现在封卷，请加 --even-now。",
                $"The month {month:yyyy-MM} is not over (by UTC), and the volume {volume} was not closed: it would never be opened again, and what is archived later this month would go into a continuation. Wait for the month's end, or give --even-now.");
        }

        await one.WaitAsync(cancellation);
        try
        {
            if (await archive.VerifyVolumeAsync(volume, cancellation) is [var problem, ..])
            {
                throw new RefusedException(Refusal.WrongState, $"档案卷 {volume} 未通过核验，不能封卷：{problem.What}", $"The volume {volume} is damaged and is not closed: {problem.What}");
            }

            var manifest = await archive.CloseVolumeAsync(volume, cancellation);
            return new ClosedVolume(manifest, await StateAsync(manifest, cancellation));
        }
        finally
        {
            one.Release();
        }
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await TendAsync(stopping);
                await Task.Delay(Interval, clock, stopping);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TendAsync(CancellationToken cancellation)
    {
        foreach (var volume in archive.Volumes.ToList())
        {
            try
            {
                if (await IsDueAsync(volume, cancellation))
                {
                    var closed = await CloseAsync(volume, isEvenNow: false, cancellation);
                    LogClosed(volume, closed.Manifest.Sha256, closed.LedgerIndex);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // One damaged volume does not keep the others open.
                LogFailed(fault, volume);
            }
        }
    }

    private async Task<bool> IsDueAsync(string volume, CancellationToken cancellation) => archive.StageOf(volume) switch
    {
        VolumeStage.Open => settings.CloseVolumesAfterMonths > 0 && VolumeNames.MonthOf(volume) is { } month && MonthsSince(month) > settings.CloseVolumesAfterMonths,
        VolumeStage.Closing => true,
        _ => await word.FindVolumeAsync(volume, cancellation) is null,
    };

    private int MonthsSince(DateOnly month)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return ((now.Year - month.Year) * 12) + now.Month - month.Month;
    }

    private async Task<long> StateAsync(VolumeManifest manifest, CancellationToken cancellation)
    {
        var content = Digest.Parse(manifest.Sha256);
        if (await word.FindVolumeAsync(manifest.Volume, cancellation) is not { } stated)
        {
            var logged = await writer.ActAsync(_ => new HubAct(StatementType.VolumeClosed, new VolumeClosedBody(manifest.Volume, content, manifest.Packages)), cancellation);
            return logged!.Index;
        }

        return ((VolumeClosedBody)stated.Statement.Body).Content == content
            ? stated.Index
            : throw new RefusedException(
                Refusal.Disagreement,
                $"档案卷 {manifest.Volume} 的 SHA-256 与账本第 {stated.Index} 条不符，卷文件已被替换。请从备份恢复。",
                $"The SHA-256 of the volume {manifest.Volume} is not that of ledger entry {stated.Index}: the file was replaced. Restore it from a backup.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed volume {Volume}, SHA-256 {Digest}, ledger entry {Index}")]
    private partial void LogClosed(string volume, string digest, long index);

    [LoggerMessage(Level = LogLevel.Error, Message = "Volume {Volume} could not be closed; it is tried again tomorrow")]
    private partial void LogFailed(Exception fault, string volume);
}
