using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using DocExchange.Trust.Faults;

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

    /// <param name="maxSize">In bytes.</param>
    /// <param name="chinese">What it is, for the sentence.</param>
    /// <exception cref="WordedFormatException">Not well-formed XML within the limits.</exception>
    public static XElement Read(ReadOnlyMemory<byte> xml, int maxSize, string chinese, string english)
    {
        if (xml.Length > maxSize)
        {
            throw new WordedFormatException($"{chinese}有 {xml.Length} 字节，最多接受 {maxSize} 字节。", $"{english} has {xml.Length} bytes; at most {maxSize} are accepted.");
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = maxSize, IgnoreComments = false };
        try
        {
            CheckDepth(xml, settings, chinese, english);
            using var reader = XmlReader.Create(new MemoryStream(xml.ToArray(), writable: false), settings);
            return XElement.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException) // XmlReader throws both for a declaration that does not end.
        {
            throw new WordedFormatException($"{chinese}不是格式良好的 XML{(fault is XmlException { LineNumber: > 0 and var line } ? $"，错误在第 {line} 行" : "")}。", $"{english} is not well-formed XML: {fault.Message}", fault);
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

    /// <param name="what">The element or attribute.</param>
    /// <exception cref="WordedFormatException">It is no time of the one form.</exception>
    public static DateTimeOffset ParseTime(string text, string what) =>
        DateTimeOffset.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new WordedFormatException($"{what}：“{Shorten(text)}”不是形如 2026-01-31T08:00:00.000Z 的时间。", $"{what}: '{Shorten(text)}' is not a time of the form 2026-01-31T08:00:00.000Z.");

    /// <param name="what">The element or attribute.</param>
    /// <exception cref="WordedFormatException">It is no whole number of 64 bits without a sign.</exception>
    public static long ParseNumber(string text, string what) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new WordedFormatException($"{what}：“{Shorten(text)}”不是整数。", $"{what}: '{Shorten(text)}' is not a whole number.");

    public static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>A time as the formats keep it: to the millisecond, in UTC.</summary>
    public static DateTimeOffset Trim(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static void CheckDepth(ReadOnlyMemory<byte> xml, XmlReaderSettings settings, string chinese, string english)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml.ToArray(), writable: false), settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                throw new WordedFormatException($"{chinese}嵌套超过 {MaxDepth} 层。", $"{english} is nested more than {MaxDepth} levels deep.");
            }
        }
    }
}
