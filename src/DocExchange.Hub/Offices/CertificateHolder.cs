using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Whom a certificate of an outside authority is for, and what its subject must say of it. An office is named in CN, or in
/// O as seals have it (credit code and name, with the seal's number as CN); a machine in CN, the hub in O as well. A name
/// or credit code of somebody else is refused wherever it stands for the holder.
/// </summary>
internal sealed class CertificateHolder
{
    private readonly string title;
    private readonly HashSet<string> names;
    private readonly UnifiedSocialCreditCode? code;
    private readonly bool mayBeNamedInOrganization;
    private readonly IReadOnlyList<string> dnsNames;
    private readonly bool isHub;

    private CertificateHolder(string title, IEnumerable<string> names, UnifiedSocialCreditCode? code, bool mayBeNamedInOrganization, IReadOnlyList<string> dnsNames, bool isHub = false)
    {
        this.isHub = isHub;
        this.title = title;
        this.names = [.. names];
        this.code = code;
        this.mayBeNamedInOrganization = mayBeNamedInOrganization;
        this.dnsNames = dnsNames;
    }

    public static CertificateHolder Of(Office office) =>
        new($"{office.Name}（{office.Id}）", [office.Name], UnifiedSocialCreditCode.TryParse(office.CreditCode, out var code) ? code : null, true, []);

    /// <param name="name">The name of its invitation.</param>
    public static CertificateHolder OfNode(PartyId node, string name, CertificateUse use) =>
        new($"{name}（{node}）", [name, node.Local, node.Local.TrimStart('~'), DnsNameOf(node)], null, false, use == CertificateUse.Tls ? [DnsNameOf(node)] : []);

    public static CertificateHolder OfHub(string organization, string requestedName, string hubName, CertificateUse use) =>
        new(requestedName, [requestedName, organization, hubName], null, true, use == CertificateUse.Tls ? [hubName] : [], isHub: true);

    /// <summary>The name in a node's TLS certificate. Nobody resolves it: nodes are called by nobody.</summary>
    public static string DnsNameOf(PartyId node) => $"{node.Local.TrimStart('~')}.{node.Exchange}.docexchange";

    /// <param name="directory">Who else there is; null before there is one.</param>
    /// <returns>Null where the certificate is this holder's.</returns>
    public (string Chinese, string English)? FaultOf(Certificate certificate, OfficeDirectory? directory)
    {
        if (!isHub && certificate.OrganizationalUnits.Contains(HolderUnits.Hub))
        {
            return ($"证书主体的 OU 写为“{HolderUnits.Hub}”，只有交换中心的证书可以这样写；应为 {title}。", $"its OU says '{HolderUnits.Hub}', which only the hub's may; it is for {title}.");
        }

        var (common, organizations) = (certificate.CommonNames.Select(NamedUnit.Read).ToList(), certificate.Organizations.Select(NamedUnit.Read).ToList());
        if (common.FirstOrDefault(unit => !names.Contains(unit.Name) && directory is not null && IsSomebody(unit.Name, directory)) is { } other)
        {
            return ($"证书主体的 CN 是另一单位“{other.Name}”，应为 {title}。", $"its CN names somebody else, '{other.Name}'; it is for {title}.");
        }

        if (code is not null && common.Concat(organizations).FirstOrDefault(unit => unit.Code is not null && unit.Code != code) is { } foreign)
        {
            return ($"证书主体中的统一社会信用代码 {foreign.Code} 不是 {title} 的代码 {code}。", $"its subject has the credit code {foreign.Code}; that of {title} is {code}.");
        }

        var named = mayBeNamedInOrganization ? common.Concat(organizations) : common;
        if (!named.Any(unit => names.Contains(unit.Name)))
        {
            return ($"证书主体“{certificate.Subject}”没有写明 {title}。", $"its subject '{certificate.Subject}' does not name {title}.");
        }

        return dnsNames.Except(certificate.DnsNames, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing
            ? ($"证书的使用者可选名称中没有 DNS 名 {missing}。", $"its alternative names lack the DNS name {missing}.")
            : null;
    }

    private static bool IsSomebody(string name, OfficeDirectory directory) =>
        directory.Offices.Any(office => office.Name == name) || directory.Machines.Any(machine => machine.Name == name);
}
