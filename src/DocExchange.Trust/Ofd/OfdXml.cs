using System.Xml;
using System.Xml.Linq;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Reads the XML of an OFD: no document type, nothing fetched, size and depth limited. Elements are looked up by local
/// name, because makers write the namespace with a prefix, without one, or in an older spelling.
/// </summary>
public static class OfdXml
{
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
