using System.Text.RegularExpressions;
using System.Xml;

namespace DocExchange.Trust.Seals;

/// <summary>
/// What an SVG seal picture may contain: drawing elements, and references to itself only. A seal is shown in a web
/// page beside a verdict, so script, animation, foreign content and anything fetched from elsewhere is refused.
/// </summary>
internal static partial class SealSvg
{
    private const string SvgNamespace = "http://www.w3.org/2000/svg";
    private const string XlinkNamespace = "http://www.w3.org/1999/xlink";
    private const int MaxElements = 20_000;
    private const int MaxDepth = 64;

    private static readonly HashSet<string> AllowedElements =
    [
        "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath",
        "linearGradient", "radialGradient", "stop", "clipPath", "mask", "style", "symbol", "use",
    ];

    /// <exception cref="SealFormatException">Not an SVG, or one with forbidden content.</exception>
    public static void Require(ReadOnlyMemory<byte> content)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = SealPicture.MaxSize,
        };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content.ToArray(), writable: false), settings);
            Walk(reader);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException) // XmlReader throws both for a declaration that does not end.
        {
            throw new SealFormatException(
                "SEAL_PICTURE_FORMAT",
                "印章图像不是 PNG、JPG、GIF、BMP、OFD 或规范的 SVG 文件。",
                "The seal picture is not PNG, JPG, GIF, BMP, OFD or well-formed SVG: " + fault.Message,
                fault);
        }
    }

    private static void Walk(XmlReader reader)
    {
        var elements = 0;
        var inStyle = false;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > MaxElements || reader.Depth > MaxDepth)
                    {
                        throw Unsafe("图形元素过多或嵌套过深", "too many or too deeply nested elements");
                    }

                    RequireElement(reader, isRoot: elements == 1);
                    inStyle = reader.LocalName == "style" && !reader.IsEmptyElement;
                    RequireAttributes(reader);
                    break;
                case XmlNodeType.EndElement:
                    inStyle = false;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when inStyle:
                    RequireStyle(reader.Value);
                    break;
                case XmlNodeType.ProcessingInstruction:
                    throw Unsafe("处理指令", "a processing instruction");
            }
        }
    }

    private static void RequireElement(XmlReader reader, bool isRoot)
    {
        if (isRoot && (reader.LocalName != "svg" || reader.NamespaceURI != SvgNamespace))
        {
            throw new SealFormatException(
                "SEAL_PICTURE_FORMAT", "印章图像的 XML 不是 SVG。", $"The root element of the seal picture is {Short(reader.Name)}, not svg.");
        }

        if (reader.NamespaceURI != SvgNamespace || !AllowedElements.Contains(reader.LocalName))
        {
            throw Unsafe($"元素 {Short(reader.Name)}", $"the element {Short(reader.Name)}");
        }
    }

    private static void RequireAttributes(XmlReader reader)
    {
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/")
            {
                continue;
            }

            var isKnown = reader.NamespaceURI is "" or XlinkNamespace || reader.Name == "xml:space" || reader.Name == "xml:lang";
            if (!isKnown || reader.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase))
            {
                throw Unsafe($"属性 {Short(reader.Name)}", $"the attribute {Short(reader.Name)}");
            }

            if (reader.LocalName is "href" or "src" && !reader.Value.StartsWith('#'))
            {
                throw Unsafe("外部引用", $"a reference to '{Short(reader.Value)}'");
            }

            RequireStyle(reader.Value);
        }

        reader.MoveToElement();
    }

    // A backslash could hide url( from this check; @ would bring in @import.
    private static void RequireStyle(string css)
    {
        if (css.AsSpan().ContainsAny('\\', '@') || ForeignUrl().IsMatch(css) || css.Contains("image-set", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsafe("样式中的外部引用", $"a style that refers elsewhere: '{Short(css)}'");
        }
    }

    private static SealFormatException Unsafe(string chinese, string english) => new(
        "SEAL_PICTURE_UNSAFE",
        $"SVG 印章图像含有不允许的内容：{chinese}。请另存为不含脚本和外部引用的 SVG。",
        $"The SVG seal picture contains {english}, which is not allowed. Save it as plain SVG without script and references.");

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    [GeneratedRegex(@"url\s*\((?!\s*['""]?#)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ForeignUrl();
}
