using DocExchange.Node.Records;

namespace DocExchange.Node.HubLink;

/// <summary>
/// The alarm that the hub no longer takes this node's certificate. Every attempt finds it so: once closed it is raised again only after
/// the hub has taken the certificate in between. Safe for concurrent use.
/// </summary>
internal sealed class UnboundAlarm(AlarmBell alarms, string thumbprint)
{
    private const string Kind = "link ";

    public void Raise((string Chinese, string English) problem) => alarms.Stand(Kind, [new Alarm(
        Kind + thumbprint,
        $"中心不再承认本节点的证书：{problem.Chinese} 如非本单位申请，请立即联系安全保密管理员。",
        $"The hub no longer takes this node's certificate: {problem.English} Unless you asked for it, call the security administrator at once.",
        [])]);

    /// <summary>The hub took the certificate. To be said each time: a person may have closed the alarm since the last.</summary>
    public void Over() => alarms.Stand(Kind, []);
}
