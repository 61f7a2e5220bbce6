using System.Xml.Linq;
using DocExchange.Core.Schemas;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Core.Offices;

/// <summary>The XML form of a directory version, namespace <c>urn:docexchange:directory:1</c>.</summary>
public static class OfficeDirectoryXml
{
    /// <summary>The largest directory that is read: 16 MiB.</summary>
    public const int MaxSize = 16 * 1024 * 1024;

    private static readonly XNamespace Ns = "urn:docexchange:directory:1";

    public static byte[] Write(OfficeDirectory directory) => StrictXml.Write(new XElement(
        Ns + "OfficeDirectory",
        new XAttribute("exchange", directory.Exchange),
        new XAttribute("version", directory.Version),
        new XAttribute("publishedAt", StrictXml.Format(directory.PublishedAt)),
        directory.Authorities.Select(authority => new XElement(Ns + "Authority", Convert.ToBase64String(authority.Der))),
        directory.Groups.Select(group => new XElement(Ns + "Group", new XAttribute("id", group.Id), group.Name)),
        directory.Machines.Select(machine => new XElement(
            Ns + "Machine", new XAttribute("id", machine.Id), new XAttribute("name", machine.Name), machine.Certificates.Select(Write), machine.WitnessKeys.Select(Write))),
        directory.Offices.Select(Write),
        directory.Relations.Select(relation => new XElement(
            Ns + "ActsFor", new XAttribute("agent", relation.Agent), new XAttribute("principal", relation.Principal), Write(relation.Period))),
        directory.Successions.Select(each => new XElement(
            Ns + "Succeeds", new XAttribute("successor", each.Successor), new XAttribute("predecessor", each.Predecessor), Write(each.Period))),
        directory.Administrators.Select(Write)));

    /// <exception cref="FormatException">The bytes are not a directory, or it contradicts itself.</exception>
    public static OfficeDirectory Read(ReadOnlyMemory<byte> xml)
    {
        var root = StrictXml.Read(xml, MaxSize, "机构目录", "The office directory");
        if (root.Name != Ns + "OfficeDirectory")
        {
            throw new FormatException($"An office directory is expected, '{root.Name.LocalName}' found.");
        }

        try
        {
            return new OfficeDirectory(
                Required(root, "exchange"),
                StrictXml.ParseNumber(Required(root, "version"), "version"),
                StrictXml.ParseTime(Required(root, "publishedAt"), "publishedAt"),
                [.. root.Elements(Ns + "Office").Select(ReadOffice)],
                [.. root.Elements(Ns + "Machine").Select(ReadMachine)],
                [.. root.Elements(Ns + "Group").Select(element => new OfficeGroup(Required(element, "id"), element.Value))],
                [.. root.Elements(Ns + "ActsFor").Select(ReadRelation)],
                [.. root.Elements(Ns + "Authority").Select(element => Certificate.Parse(Convert.FromBase64String(element.Value)))])
            {
                Successions = [.. root.Elements(Ns + "Succeeds").Select(ReadSuccession)],
                Administrators = [.. root.Elements(Ns + "Administrator").Select(ReadAdministrator)],
            };
        }
        catch (ArgumentException fault)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    private static XElement Write(Office office) => new(
        Ns + "Office",
        new XAttribute("id", office.Id),
        new XAttribute("name", office.Name),
        new XAttribute("shortName", office.ShortName),
        Optional("creditCode", office.CreditCode),
        Optional("region", office.Region),
        Optional("parent", office.Parent?.ToString()),
        Optional("hostedBy", office.HostedBy?.ToString()),
        Optional("dutyTelephone", office.DutyTelephone),
        Write(office.Period),
        office.AgencyCodes.Select(code => new XElement(Ns + "AgencyCode", code)),
        office.Groups.Select(group => new XElement(Ns + "MemberOf", group)),
        office.Certificates.Select(Write),
        office.Seals.Select(seal => new XElement(
            Ns + "Seal",
            new XAttribute("esId", seal.EsId),
            new XAttribute("name", seal.Name),
            new XAttribute("sha256", seal.Seal),
            seal.IsStopped ? new XAttribute("stopped", "true") : null,
            Write(seal.Period))));

    private static XElement Write(BoundCertificate bound) => new(
        Ns + "Certificate", new XAttribute("use", bound.Use.ToString()), Write(bound.Period), Optional("evidence", bound.Evidence?.ToString()), Convert.ToBase64String(bound.Certificate.Der));

    private static XElement Write(Administrator administrator) => new(
        Ns + "Administrator",
        new XAttribute("id", administrator.Id),
        new XAttribute("name", administrator.Name),
        new XAttribute("role", administrator.Role.ToString()),
        Write(administrator.Period),
        Convert.ToBase64String(administrator.Certificate.Der));

    private static XElement Write(BoundWitnessKey bound) => new(Ns + "WitnessKey", Write(bound.Period), bound.Key.ToString());

    private static XAttribute?[] Write(Period period) =>
        [new XAttribute("since", StrictXml.Format(period.Since)), period.Until is { } until ? new XAttribute("until", StrictXml.Format(until)) : null];

    private static Office ReadOffice(XElement element) => new(PartyId.Parse(Required(element, "id")), Required(element, "name"), Required(element, "shortName"))
    {
        CreditCode = (string?)element.Attribute("creditCode"),
        Region = (string?)element.Attribute("region"),
        Parent = element.Attribute("parent") is { } parent ? PartyId.Parse(parent.Value) : null,
        HostedBy = element.Attribute("hostedBy") is { } node ? PartyId.Parse(node.Value) : null,
        DutyTelephone = (string?)element.Attribute("dutyTelephone"),
        Period = ReadPeriod(element),
        AgencyCodes = [.. element.Elements(Ns + "AgencyCode").Select(code => code.Value)],
        Groups = [.. element.Elements(Ns + "MemberOf").Select(group => group.Value)],
        Certificates = [.. element.Elements(Ns + "Certificate").Select(ReadBound)],
        Seals = [.. element.Elements(Ns + "Seal").Select(ReadSeal)],
    };

    private static Machine ReadMachine(XElement element) => new(
        PartyId.Parse(Required(element, "id")), Required(element, "name"), [.. element.Elements(Ns + "Certificate").Select(ReadBound)])
    {
        WitnessKeys = [.. element.Elements(Ns + "WitnessKey").Select(key => new BoundWitnessKey(NoteVerifier.Parse(key.Value), ReadPeriod(key)))],
    };

    private static ActsFor ReadRelation(XElement element) => new(
        PartyId.Parse(Required(element, "agent")), PartyId.Parse(Required(element, "principal")), ReadPeriod(element));

    private static Succeeds ReadSuccession(XElement element) => new(
        PartyId.Parse(Required(element, "successor")), PartyId.Parse(Required(element, "predecessor")), ReadPeriod(element));

    private static OfficeSeal ReadSeal(XElement element) => new(
        Required(element, "esId"), Required(element, "name"), Digest.Parse(Required(element, "sha256")), ReadPeriod(element), (string?)element.Attribute("stopped") == "true");

    private static BoundCertificate ReadBound(XElement element) => new(
        Enum.TryParse<CertificateUse>(Required(element, "use"), out var use) ? use : throw new FormatException($"'{Required(element, "use")}' is not a certificate use."),
        Certificate.Parse(Convert.FromBase64String(element.Value)),
        ReadPeriod(element))
    {
        Evidence = element.Attribute("evidence") is { } evidence ? Digest.Parse(evidence.Value) : null,
    };

    private static Administrator ReadAdministrator(XElement element) => new(
        Required(element, "id"),
        Required(element, "name"),
        Enum.TryParse<AdministratorRole>(Required(element, "role"), out var role) ? role : throw new FormatException($"'{Required(element, "role")}' is not an administrator's role."),
        Certificate.Parse(Convert.FromBase64String(element.Value)),
        ReadPeriod(element));

    private static Period ReadPeriod(XElement element) => new(
        StrictXml.ParseTime(Required(element, "since"), "since"),
        element.Attribute("until") is { } until ? StrictXml.ParseTime(until.Value, "until") : null);

    private static XAttribute? Optional(string name, string? value) => value is null ? null : new XAttribute(name, value);

    private static string Required(XElement element, string attribute) =>
        (string?)element.Attribute(attribute) ?? throw new FormatException($"In the directory, a '{element.Name.LocalName}' lacks '{attribute}'.");
}
