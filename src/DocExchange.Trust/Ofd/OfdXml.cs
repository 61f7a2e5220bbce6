using System.Xml;
using System.Xml.Linq;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Reads the XML of an OFD: no document type, nothing fetched, size and depth limited. Elements are looked up by local
/// name, because makers write the namespace with a prefix, without one, or in an older spelling.
/// </summary>
public static class OfdXml
{
    // Between one mark and the next; text may hold some as well.
    private const int MaxAttributes = 10_000;

    /// <exception cref="OfdFormatException">Not well-formed, or over a limit.</exception>
    public static XElement Read(byte[] bytes, string path, OfdLimits limits)
    {
        try
        {
            CheckDepth(bytes, path, limits);
            using var reader = Open(bytes, limits);
            return XElement.Load(reader);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException or InvalidOperationException)
        {
            // An encoding declaration that names none is an ArgumentException.
            throw new OfdFormatException("OFD_XML", $"“{OfdNames.Shorten(path)}”不是有效的 XML。", $"'{OfdNames.Shorten(path)}' is not well-formed XML: {OfdNames.Shorten(fault.Message, 300)}", fault);
        }
    }

    /// <summary>The same of what is kept in memory whole.</summary>
    /// <exception cref="OfdFormatException">The same, or too much work.</exception>
    internal static XElement Read(byte[] bytes, string path, OfdPackage package)
    {
        package.Budget.ReadXml(bytes);
        return MarksIn(bytes) <= package.Limits.MaxXmlNodes ? Read(bytes, path, package.Limits) : throw OfdBudget.TooMuch();
    }

    /// <summary>No fewer than its elements and attributes, and one that has too many attributes to be read counts for a whole file: known before anything is parsed.</summary>
    internal static long MarksIn(ReadOnlySpan<byte> xml)
    {
        var count = 0L;
        while (!xml.IsEmpty)
        {
            var end = xml[1..].IndexOf((byte)'<') is var next and >= 0 ? next + 1 : xml.Length;
            var attributes = xml[..end].Count((byte)'=');
            count += 1L + (attributes > MaxAttributes ? int.MaxValue : attributes);
            xml = xml[end..];
        }

        return count;
    }

    /// <summary>Whether a parser of XML would take it for some, in any encoding that one can tell by the first bytes (XML 1.0, appendix F): it begins with a mark or with <c>&lt;</c>.</summary>
    internal static bool LooksLike(ReadOnlySpan<byte> start)
    {
        var text = start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? start[3..] : start;
        return start is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [0, (byte)'<', ..] or [(byte)'<', 0, ..] || IsOfOtherEncoding(start)
            || (start.Length > 0 && text.TrimStart(" \t\r\n"u8) is [] or [(byte)'<', ..]);
    }

    /// <summary>Whether a parser that passes over text in front would come to an element; pictures and fonts have bytes that no text has.</summary>
    internal static bool MayBeBehindText(ReadOnlySpan<byte> start)
    {
        var isText = start.IndexOfAnyInRange((byte)0, (byte)8) < 0;
        for (var rest = start; isText && rest.IndexOf((byte)'<') is var at and >= 0; rest = rest[(at + 1)..])
        {
            if (rest.Length > at + 1 && (char.IsAsciiLetter((char)rest[at + 1]) || rest[at + 1] is (byte)'_' or (byte)':' or (byte)'?' or (byte)'!' or >= 0x80))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>EBCDIC, four bytes a letter, UTF-7, UTF-1, SCSU or BOCU: others read them, this product does not.</summary>
    internal static bool IsOfOtherEncoding(ReadOnlySpan<byte> start) => start
        is [0x4C, 0x6F, 0xA7, 0x94, ..]
        or [0, 0, 0xFE, 0xFF, ..] or [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFF, 0xFE, ..] or [0xFE, 0xFF, 0, 0, ..]
        or [0, 0, 0, (byte)'<', ..] or [(byte)'<', 0, 0, 0, ..] or [0, 0, (byte)'<', 0, ..] or [0, (byte)'<', 0, 0, ..]
        or [0x2B, 0x2F, 0x76, ..] or [(byte)'+', (byte)'A', (byte)'D', (byte)'w', ..]
        or [0xF7, 0x64, 0x4C, ..] or [0xDD, 0x73, 0x66, 0x73, ..] or [0x0E, 0xFE, 0xFF, ..] or [0xFB, 0xEE, 0x28, ..];

    public static XmlReader Open(byte[] bytes, OfdLimits limits) => XmlReader.Create(new MemoryStream(bytes, writable: false), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = limits.MaxXmlSize,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    });

    public static IEnumerable<XElement> All(this XElement parent, string name) => parent.Elements().Where(element => element.Name.LocalName == name);

    public static XElement? One(this XElement parent, string name) => parent.All(name).FirstOrDefault();

    /// <summary>Trimmed; null where there is none or it is empty.</summary>
    public static string? Text(this XElement parent, string name) => Filled(parent.One(name)?.Value);

    public static string? Value(this XElement element, string name) =>
        Filled(element.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName == name)?.Value);

    /// <summary>How often it stands there, as element and as attribute together.</summary>
    public static int Count(this XElement parent, string name) => parent.All(name).Count() + parent.Attributes().Count(attribute => attribute.Name.LocalName == name);

    private static string? Filled(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static void CheckDepth(byte[] bytes, string path, OfdLimits limits)
    {
        using var reader = Open(bytes, limits);
        while (reader.Read())
        {
            if (reader.Depth > limits.MaxXmlDepth)
            {
                throw new OfdFormatException("OFD_XML", $"“{path}”的 XML 嵌套超过 {limits.MaxXmlDepth} 层。", $"'{path}' is nested more than {limits.MaxXmlDepth} levels deep.");
            }
        }
    }
}
