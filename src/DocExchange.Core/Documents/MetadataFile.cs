using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DocExchange.Core.Documents;

/// <summary>
/// The XML layer below <see cref="MetadataReader"/>: strict UTF-8, no DTD, no entities but the five built in, no
/// processing instructions, and limits on size, depth and counts, all checked before a tree is built.
/// </summary>
internal static class MetadataFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MetadataLimits.FileBytes,
        ConformanceLevel = ConformanceLevel.Document,
    };

    /// <summary>The root element, or null with a problem added.</summary>
    public static XElement? Load(ReadOnlySpan<byte> xml, List<MetadataProblem> problems)
    {
        if (xml.Length > MetadataLimits.FileBytes)
        {
            Refuse(problems, "METADATA_TOO_LARGE", $"超过{MetadataLimits.FileBytes}字节", $"has {xml.Length} bytes; at most {MetadataLimits.FileBytes} are allowed");
            return null;
        }

        if (Decode(xml) is not { } text)
        {
            Refuse(problems, "METADATA_ENCODING", "不是无BOM的UTF-8文本", "is not UTF-8 text without a byte order mark");
            return null;
        }

        try
        {
            if (!IsHarmless(text, problems))
            {
                return null;
            }

            using var reader = XmlReader.Create(new StringReader(text), Settings);
            return XDocument.Load(reader).Root;
        }
        catch (XmlException malformed)
        {
            RefuseMalformed(problems, text, malformed);
            return null;
        }
        catch (ArgumentException)
        {
            // XmlReader throws it for a declaration that does not end.
            Refuse(problems, "METADATA_NOT_XML", "不是合格的XML", "is not well-formed XML");
            return null;
        }
    }

    private static string? Decode(ReadOnlySpan<byte> xml)
    {
        try
        {
            return xml.StartsWith(Encoding.UTF8.Preamble) ? null : StrictUtf8.GetString(xml);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsHarmless(string text, List<MetadataProblem> problems)
    {
        using var reader = XmlReader.Create(new StringReader(text), Settings);
        var elements = 0;
        while (reader.Read())
        {
            elements += reader.NodeType == XmlNodeType.Element ? 1 : 0;
            if (reader.Depth > MetadataLimits.Depth || elements > MetadataLimits.Elements || reader.AttributeCount > MetadataLimits.AttributesPerElement)
            {
                Refuse(problems, "METADATA_TOO_COMPLEX", "嵌套过深或元素、属性过多", $"is nested more than {MetadataLimits.Depth} deep or holds more than {MetadataLimits.Elements} elements or {MetadataLimits.AttributesPerElement} attributes in one");
                return false;
            }

            if (reader.NodeType == XmlNodeType.ProcessingInstruction)
            {
                Refuse(problems, "METADATA_INSTRUCTION", "含有处理指令", "holds a processing instruction");
                return false;
            }

            if (reader.NodeType == XmlNodeType.XmlDeclaration && reader.GetAttribute("encoding") is { } encoding && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            {
                Refuse(problems, "METADATA_ENCODING", "声明的编码不是UTF-8", $"declares the encoding {Quoted.Short(encoding)}; it must be UTF-8");
                return false;
            }
        }

        return true;
    }

    private static void RefuseMalformed(List<MetadataProblem> problems, string text, XmlException malformed)
    {
        if (text.Contains("<!DOCTYPE", StringComparison.Ordinal))
        {
            Refuse(problems, "METADATA_DTD", "含有DTD", "holds a document type definition");
            return;
        }

        Refuse(
            problems, "METADATA_NOT_XML", $"不是合格的XML（第{malformed.LineNumber}行第{malformed.LinePosition}列）",
            $"is not well-formed XML at line {malformed.LineNumber}, column {malformed.LinePosition}");
    }

    private static void Refuse(List<MetadataProblem> problems, string code, string chinese, string english) =>
        problems.Add(new MetadataProblem(code, $"metadata.xml {chinese}。", $"metadata.xml {english}.", MetadataElements.Root));
}
