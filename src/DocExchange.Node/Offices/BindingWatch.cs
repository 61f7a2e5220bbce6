using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;

namespace DocExchange.Node.Offices;

/// <summary>
/// Key binding: looks at what each new directory version binds to this node and to the offices whose keys are here, and
/// alarms on whatever they did not ask for.
/// </summary>
internal sealed class BindingWatch(KeyRing keys, AlarmBell alarms)
{
    /// <param name="evidence">The directory's bytes.</param>
    public void Look(OfficeDirectory directory, byte[] evidence)
    {
        foreach (var party in keys.Parties)
        {
            var certificates = directory.Find(party)?.Certificates ?? directory.FindMachine(party)?.Certificates ?? [];

            // Someone else could sign in its name.
            Stand($"binding {party} ", certificates.Where(bound => !keys.IsOwn(bound.Certificate.Fingerprint) && bound.Period.Until is null).Select(bound => (
                $"{bound.Certificate.Fingerprint}", (DateTimeOffset?)bound.Period.Since,
                $"机构目录第 {directory.Version} 版为 {party} 绑定了不属于本节点的证书 {bound.Certificate.Fingerprint}。如非本单位申请，请立即联系安全保密管理员。",
                $"Directory version {directory.Version} binds a certificate to {party} that is not this node's: {bound.Certificate.Fingerprint}. Unless you asked for it, call the security administrator at once.")));
            Stand($"unbinding {party} ", certificates.Where(bound => keys.IsOwn(bound.Certificate.Fingerprint) && bound.Period.Until is not null).Select(bound => (
                $"{bound.Certificate.Fingerprint}", bound.Period.Until,
                $"机构目录第 {directory.Version} 版解除了 {party} 的证书 {bound.Certificate.Fingerprint}，本节点不能再以其签署。如非本单位申请，请立即联系安全保密管理员。",
                $"Directory version {directory.Version} no longer binds the certificate {bound.Certificate.Fingerprint} to {party}; what this node signs with it does not count. Unless you asked for it, call the security administrator at once.")));
            Stand($"host {party} ", directory.Find(party)?.HostedBy is { } host && !keys.Holds(host) ?
            [(
                $"{host}", (DateTimeOffset?)null,
                $"机构目录第 {directory.Version} 版把 {party} 划归节点 {host}，不再由本节点承载。如非本单位申请，请立即联系安全保密管理员。",
                $"Directory version {directory.Version} lets the node {host} host {party}, no longer this one. Unless you asked for it, call the security administrator at once.")] : []);
        }

        void Stand(string kind, IEnumerable<(string Which, DateTimeOffset? Moment, string Chinese, string English)> standing) =>
            alarms.Stand(kind, [.. standing.Select(each => AlarmOf(kind + each.Which, each.Moment, each.Chinese, each.English, evidence)).DistinctBy(alarm => alarm.Key)]);
    }

    // What was bound anew, or unbound anew, is another matter, also where the versions between were never read.
    private static Alarm AlarmOf(string key, DateTimeOffset? moment, string chinese, string english, byte[] evidence) => moment is null
        ? new Alarm(key, chinese, english, [evidence])
        : new Alarm($"{key} {moment:yyyyMMddHHmmssfff}", chinese, english, [evidence]) { FormerKey = key };
}
