using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DocExchange.Core.Schemas;

/// <summary>
/// Reads and writes the small XML records this product signs: no document type, nothing fetched, size and depth
/// limited; written without a byte order mark or indentation, so that the same record gives the same bytes.
/// </summary>
internal static class StrictXml
{
    private const int MaxDepth = 32;
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly XmlWriterSettings WriterSettings = new()
    {
        Encoding = new UTF8Encoding(false),
        OmitXmlDeclaration = false,
        NewLineHandling = NewLineHandling.Entitize,
    };

    /// <exception cref="FormatException">Not well-formed XML within the limits.</exception>
    public static XElement Read(ReadOnlyMemory<byte> xml, int maxSize, string what)
    {
        if (xml.Length > maxSize)
        {
            throw new FormatException($"{what} has {xml.Length} bytes; at most {maxSize} are accepted.");
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = maxSize, IgnoreComments = false };
        try
        {
            CheckDepth(xml, settings, what);
            using var reader = XmlReader.Create(new MemoryStream(xml.ToArray(), writable: false), settings);
            return XElement.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException) // XmlReader throws both for a declaration that does not end.
        {
            throw new FormatException($"{what} is not well-formed XML: {fault.Message}", fault);
        }
    }

    public static byte[] Write(XElement root)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, WriterSettings))
        {
            root.Save(writer);
        }

        return bytes.ToArray();
    }

    /// <summary>Times are UTC to the millisecond.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    public static DateTimeOffset ParseTime(string text, string what) =>
        DateTimeOffset.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new FormatException($"{what}: '{Shorten(text)}' is not a time of the form 2026-01-31T08:00:00.000Z.");

    public static long ParseNumber(string text, string what) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{what}: '{Shorten(text)}' is not a whole number.");

    public static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>A time as the formats keep it: to the millisecond, in UTC.</summary>
    public static DateTimeOffset Trim(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static void CheckDepth(ReadOnlyMemory<byte> xml, XmlReaderSettings settings, string what)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml.ToArray(), writable: false), settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                throw new FormatException($"{what} is nested more than {MaxDepth} levels deep.");
            }
        }
    }
}
