using System.Security.Cryptography.X509Certificates;
using DocExchange.Durability;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.Monitoring;

/// <summary>What the node's people should do something about: a disk nearly full, keys and seals that run out.</summary>
internal sealed class NodeWorries(IOptions<MonitoringOptions> options, DataFolder folder, IDisk disk, KeyRing keys, X509Certificate2 tls, TimeProvider clock) : IWorries
{
    private const int DaysPressing = 30;
    private const int MostNamed = 3;

    /// <summary>The end of the node's certificate for its connections.</summary>
    public DateTimeOffset TlsUntil => tls.NotAfter.ToUniversalTime();

    public IReadOnlyList<Worry> Look() => [.. OfDisk(), .. OfExpiries()];

    public DiskRoom Room() => RoomLimit.Of(options.Value.DiskWarningMiB, options.Value.DiskWarningPercent).Look(disk, folder.Root);

    private IEnumerable<Worry> OfDisk()
    {
        if (Room() is { IsLow: true } room)
        {
            yield return new Worry("disk", $"节点磁盘可用空间仅 {room}（{folder.Root}），请尽快扩容或清理。", $"Only {room} are free on the disk of {folder.Root}. Make room soon.");
        }
    }

    private IEnumerable<Worry> OfExpiries()
    {
        var pressing = keys.Ends().Append((Chinese: "连接证书", English: "tls", Until: TlsUntil)).Where(each => (each.Until - clock.GetUtcNow()).TotalDays < DaysPressing).OrderBy(each => each.Until).ToList();
        if (pressing.Count > 0)
        {
            var english = string.Join(", ", pressing.Take(MostNamed).Select(each => FormattableString.Invariant($"{each.English} {each.Until:yyyy-MM-dd}")));
            var chinese = string.Join('、', pressing.Take(MostNamed).Select(each => FormattableString.Invariant($"{each.Chinese} {each.Until:yyyy-MM-dd}")));
            yield return new Worry(
                "expiry",
                $"本节点有 {pressing.Count} 项证书或印章将在 {DaysPressing} 天内到期或已到期：{chinese}。请中心再次邀请后用 docex node enrol --renew 更换，印章由中心换发。",
                $"{pressing.Count} certificates or seals of this node run out within {DaysPressing} days or have run out: {english}. Have the hub invite the node again, then 'docex node enrol --renew'; seals are renewed at the hub.");
        }
    }
}
