using DocExchange.Core.Offices;
using DocExchange.Durability;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Hub.Supervision;
using DocExchange.Pages.Monitoring;

namespace DocExchange.Hub.Monitoring;

/// <summary>What the hub's people should do something about: a disk nearly full, what runs out, checkpoints that are not stamped.</summary>
internal sealed class HubWorries(HubSettings settings, HubFolder folder, IDisk disk, DirectoryKeeper directories, CheckpointStamper stamper, TimeProvider clock) : IWorries
{
    private const int MostNamed = 3;

    private readonly RoomLimit limit = RoomLimit.Of(settings.DiskWarningMiB, settings.DiskWarningPercent);

    public IReadOnlyList<Worry> Look() => [.. OfDisk(), .. OfExpiries(), .. OfStamps()];

    /// <summary>The folder whose disk is nearly full, and the fullest of them where several are; null where none is.</summary>
    public DiskRoom? FullDisk() => Rooms().Where(room => room.IsLow).MinBy(room => room.Free);

    /// <summary>The folders that may lie on disks of their own.</summary>
    public IEnumerable<DiskRoom> Rooms() => new[] { folder.Root, folder.Ledger, folder.Spool, folder.Archive }.Select(each => limit.Look(disk, each));

    private IEnumerable<Worry> OfDisk()
    {
        if (FullDisk() is { } low)
        {
            yield return new Worry("disk", $"{low.Folder} 所在磁盘可用空间仅 {low}，请尽快扩容或清理。", $"Only {low} are free on the disk of {low.Folder}. Make room soon.");
        }
    }

    private IEnumerable<Worry> OfExpiries()
    {
        var pressing = Expiries.Of(directories.Current, directories.Trust, clock.GetUtcNow()).Where(each => each.Days < Expiries.DaysPressing).ToList();
        if (pressing.Count > 0)
        {
            var chinese = string.Join('、', pressing.Take(MostNamed).Select(each => FormattableString.Invariant($"{each.Name} 的{ExpiryWords.ToChinese(each.What, each.Use)}（{each.Until:yyyy-MM-dd}）")));
            var english = string.Join(", ", pressing.Take(MostNamed).Select(each => FormattableString.Invariant($"{ExpiryWords.ToEnglish(each.What, each.Use)} of {each.Holder} ({each.Until:yyyy-MM-dd})")));
            yield return new Worry(
                "expiry",
                $"有 {pressing.Count} 项证书、印章或吊销列表将在 {Expiries.DaysPressing} 天内到期或已到期：{chinese}。",
                $"{pressing.Count} certificates, seals or revocation lists run out within {Expiries.DaysPressing} days or have run out: {english}. 'docex doctor' says what to do.");
        }
    }

    private IEnumerable<Worry> OfStamps()
    {
        if (stamper.State is { FailingSince: { } since } state)
        {
            yield return new Worry(
                "time-stamps",
                FormattableString.Invariant($"自 {since:yyyy-MM-dd HH:mm} UTC 起未能加盖时间戳：{state.Chinese}"),
                FormattableString.Invariant($"No checkpoint was time-stamped since {since:yyyy-MM-dd HH:mm} UTC: {state.Problem}"));
        }
    }
}
