using System.Xml.Linq;
using DocExchange.Core.Schemas;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Offices;

/// <summary>A key that is to count for a party.</summary>
/// <param name="PublicKey">SHA-256 over subjectPublicKeyInfo, for comparing by telephone.</param>
public sealed record NewKey(PartyId Party, CertificateUse Use, Digest PublicKey);

/// <summary>
/// Which keys are to be bound to whom: what the holder of an old key or the security administrators sign when keys are
/// replaced. Node and hub make the same bytes of the same enrolment: UTF-8 XML, namespace <c>urn:docexchange:binding:1</c>.
/// </summary>
/// <param name="Node">The node that asks.</param>
/// <param name="Invitation">SHA-256 of the invitation's secret: what is signed counts for this one enrolment.</param>
/// <param name="Expires">When the invitation expires, and with it everything signed over this.</param>
public sealed record BindingChange(string Exchange, PartyId Node, Digest Invitation, DateTimeOffset Expires, IReadOnlyList<NewKey> Keys)
{
    /// <summary>The largest change that is read: 512 KiB.</summary>
    public const int MaxSize = 512 * 1024;

    internal static readonly XNamespace Ns = "urn:docexchange:binding:1";

    private const int MaxKeys = 2_000;

    /// <summary>Everybody who gets a new key, each once.</summary>
    public IEnumerable<PartyId> Parties => Keys.Select(key => key.Party).Distinct();

    public byte[] ToXml() => StrictXml.Write(new XElement(
        Ns + "BindingChange",
        new XAttribute("exchange", Exchange),
        new XAttribute("node", Node),
        new XAttribute("invitation", Invitation),
        new XAttribute("expires", StrictXml.Format(Expires)),
        Keys.Select(key => new XElement(Ns + "Key", new XAttribute("party", key.Party), new XAttribute("use", key.Use.ToString()), new XAttribute("sha256", key.PublicKey)))));

    /// <exception cref="FormatException">The bytes are not such a change, or not in its one form.</exception>
    public static BindingChange Parse(ReadOnlyMemory<byte> xml)
    {
        var root = StrictXml.Read(xml, MaxSize, "密钥绑定变更", "The binding change");
        if (root.Name != Ns + "BindingChange" || root.Elements().Take(MaxKeys + 1).Count() > MaxKeys)
        {
            throw new FormatException($"A binding change of at most {MaxKeys} keys is expected, '{StrictXml.Shorten(root.Name.LocalName)}' found.");
        }

        var change = new BindingChange(
            Required(root, "exchange"),
            PartyId.Parse(Required(root, "node")),
            Digest.Parse(Required(root, "invitation")),
            StrictXml.ParseTime(Required(root, "expires"), "expires"),
            [.. root.Elements(Ns + "Key").Select(ReadKey)]);
        return change.ToXml().AsSpan().SequenceEqual(xml.Span)
            ? change
            : throw new FormatException("The binding change is not written as this program writes it.");
    }

    private static NewKey ReadKey(XElement element) => new(
        PartyId.Parse(Required(element, "party")),
        Enum.TryParse<CertificateUse>(Required(element, "use"), out var use) ? use : throw new FormatException("A key of the binding change has an unknown use."),
        Digest.Parse(Required(element, "sha256")));

    private static string Required(XElement element, string name) =>
        (string?)element.Attribute(name) ?? throw new FormatException($"'{StrictXml.Shorten(element.Name.LocalName)}' lacks '{name}'.");
}
