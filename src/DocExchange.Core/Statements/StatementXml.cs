using System.Xml.Linq;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Schemas;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Statements;

/// <summary>
/// The bytes of a statement: UTF-8 XML, namespace <c>urn:docexchange:statement:1</c>, described by statement.xsd.
/// The same statement always gives the same bytes. Readers skip elements they do not know unless these say
/// <c>critical="true"</c>.
/// </summary>
public static class StatementXml
{
    /// <summary>The largest statement content: 44 KiB, so that signature and envelope fit a ledger entry.</summary>
    public const int MaxSize = 44 * 1024;

    /// <summary>Of the form; see <see cref="Statement.UnknownVersion"/>.</summary>
    internal const string Version = "1";

    internal static readonly XNamespace Ns = "urn:docexchange:statement:1";

    private static readonly HashSet<string> CommonElements = ["Exchange", "Issuer", "Actor", "ClaimedAt", "Document", "Subject", "Chain"];

    /// <param name="recipientObject">Where the recipients are too many to stand in the statement: the object that holds them.</param>
    /// <exception cref="ArgumentException">The statement is larger than <see cref="MaxSize"/>.</exception>
    public static byte[] Write(Statement statement, out byte[]? recipientObject)
    {
        var root = new XElement(
            Ns + "Statement",
            new XAttribute("version", Version),
            new XAttribute("type", statement.Body is UnknownBody unknown ? unknown.TypeName : statement.Type.ToString()),
            Text("Exchange", statement.Exchange),
            Text("Issuer", statement.Issuer),
            statement.Actor is { } actor
                ? new XElement(Ns + "Actor", new XAttribute("id", actor.Id), new XAttribute("role", actor.Role), new XAttribute("signIn", actor.SignIn), actor.Name)
                : null,
            Text("ClaimedAt", StrictXml.Format(statement.ClaimedAt)),
            Text("Document", statement.Document),
            Text("Subject", statement.Subject),
            new XElement(
                Ns + "Chain",
                new XAttribute("id", statement.Chain.ChainId),
                new XAttribute("number", statement.Chain.Number),
                statement.Chain.Previous is { } previous ? new XAttribute("previous", previous) : null));
        root.Add(StatementBodyXml.Write(statement.Body, out recipientObject));
        var bytes = StrictXml.Write(root);
        return bytes.Length <= MaxSize
            ? bytes
            : throw new ArgumentException($"A statement of {bytes.Length} bytes is larger than {MaxSize}; shorten its texts.", nameof(statement));
    }

    /// <param name="objects">Finds an object by its SHA-256; null where it is not at hand.</param>
    /// <exception cref="FormatException">Not a statement, or one with a critical element that is not known here.</exception>
    public static Statement Read(ReadOnlyMemory<byte> xml, Func<Digest, byte[]?> objects)
    {
        var root = StrictXml.Read(xml, MaxSize, "凭证", "The statement");
        if (root.Name != Ns + "Statement")
        {
            throw new FormatException($"A statement is expected, '{StrictXml.Shorten(root.Name.ToString())}' found.");
        }

        // Elements that are only added keep the version; a later one means something else by those that are known.
        var version = (string?)root.Attribute("version") ?? throw new FormatException("The statement names no version.");
        var typeName = (string?)root.Attribute("type") ?? throw new FormatException("The statement names no type.");
        var type = version == Version && Enum.TryParse<StatementType>(typeName, out var known) && known.ToString() == typeName ? known : StatementType.Unknown;
        var issuer = PartyId.Parse(Required(root, "Issuer").Value);
        return new Statement
        {
            Exchange = Required(root, "Exchange").Value,
            Type = type,
            Issuer = issuer,
            Actor = ReadActor(Single(root, "Actor")),
            ClaimedAt = StrictXml.ParseTime(Required(root, "ClaimedAt").Value, "ClaimedAt"),
            Document = Single(root, "Document") is { } document ? DocumentId.Parse(document.Value) : null,
            Subject = Single(root, "Subject") is { } subject ? StatementId.Parse(subject.Value) : null,
            Chain = ReadChain(Required(root, "Chain")),
            Body = StatementBodyXml.Read(type, typeName, [.. BodyElements(root)], objects),
            UnknownVersion = version == Version ? null : StrictXml.Shorten(version),
        };
    }

    public static StatementId IdOf(ReadOnlySpan<byte> content) => new(Digest.Of(content));

    internal static XElement? Text(string name, object? value) => value is null ? null : new XElement(Ns + name, value.ToString());

    internal static XElement Required(XElement parent, string name) =>
        Single(parent, name) ?? throw new FormatException($"The statement lacks '{name}'.");

    internal static XElement? Single(XElement parent, string name)
    {
        var found = parent.Elements(Ns + name).Take(2).ToList();
        return found.Count < 2 ? found.FirstOrDefault() : throw new FormatException($"The statement has '{name}' more than once.");
    }

    private static IEnumerable<XElement> BodyElements(XElement root) =>
        root.Elements().Where(element => element.Name.Namespace != Ns || !CommonElements.Contains(element.Name.LocalName));

    private static Actor? ReadActor(XElement? element) => element is null ? null : new Actor(
        (string?)element.Attribute("id") ?? throw new FormatException("The statement's actor has no id."),
        element.Value,
        (string?)element.Attribute("role") ?? "",
        (string?)element.Attribute("signIn") ?? "");

    private static ChainPosition ReadChain(XElement element)
    {
        var id = (string?)element.Attribute("id");
        if (id is null || id.Length is 0 or > 120)
        {
            throw new FormatException("The statement's chain has no id of 1 to 120 characters.");
        }

        var number = StrictXml.ParseNumber((string?)element.Attribute("number") ?? "", "Chain number");
        return number >= 1
            ? new ChainPosition(id, number, element.Attribute("previous") is { } previous ? StatementId.Parse(previous.Value) : null)
            : throw new FormatException("A chain is numbered from 1.");
    }
}
