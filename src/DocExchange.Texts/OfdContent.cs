using System.Globalization;
using System.Xml;
using DocExchange.Trust.Ofd;

namespace DocExchange.Texts;

/// <summary>
/// The text objects of one page (GB/T 33190-2016 §11), read as they come, whatever they are nested in. Positions are those
/// of the page in millimetres; what a drawing parameter would turn or mirror is not followed.
/// </summary>
internal static class OfdContent
{
    private const double DefaultSize = 3.7;
    private const int MaxNumbers = 20_000;

    /// <param name="most">Pieces in <paramref name="pieces"/>; then it ends.</param>
    /// <returns>The templates the page stands on.</returns>
    /// <exception cref="XmlException">Not well-formed.</exception>
    /// <exception cref="OfdFormatException">Nested too deeply.</exception>
    public static IReadOnlyList<string> Read(byte[] xml, OfdLimits limits, List<TextPiece> pieces, int most)
    {
        var templates = new List<string>();
        var place = new Place(0, 0, DefaultSize, 1);
        using var reader = OfdXml.Open(xml, limits);
        while (pieces.Count < most && Advance(reader, limits))
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (reader.LocalName)
            {
                case "Template" when reader.GetAttribute("TemplateID") is { } id:
                    templates.Add(id);
                    break;
                case "TextObject":
                    place = PlaceOf(reader);
                    break;
                case "TextCode":
                    Add(reader, place, pieces);
                    break;
            }
        }

        return templates;
    }

    private static bool Advance(XmlReader reader, OfdLimits limits)
    {
        var more = reader.Read();
        return !more || reader.Depth <= limits.MaxXmlDepth
            ? more
            : throw new OfdFormatException("OFD_XML", $"页面的 XML 嵌套超过 {limits.MaxXmlDepth} 层。", $"A page is nested more than {limits.MaxXmlDepth} levels deep.");
    }

    private static Place PlaceOf(XmlReader reader)
    {
        var boundary = Numbers(reader.GetAttribute("Boundary"));
        var size = Number(reader.GetAttribute("Size")) is > 0 and var given ? given : DefaultSize;
        var matrix = Numbers(reader.GetAttribute("CTM"));
        var scale = matrix.Count == 6 && Math.Abs(matrix[3]) > 0 ? Math.Abs(matrix[3]) : 1;
        return boundary.Count == 4
            ? new Place(boundary[0] + (matrix.Count == 6 ? matrix[4] : 0), boundary[1] + (matrix.Count == 6 ? matrix[5] : 0), size * scale, scale)
            : new Place(0, 0, size * scale, scale);
    }

    private static void Add(XmlReader reader, Place place, List<TextPiece> pieces)
    {
        var x = Number(reader.GetAttribute("X"));
        var y = Number(reader.GetAttribute("Y"));
        var steps = Numbers(reader.GetAttribute("DeltaX")).Sum();
        var text = TextIn(reader);
        if (text.Length > 0)
        {
            pieces.Add(new TextPiece(text, place.X + x * place.Scale, place.Y + y * place.Scale, steps * place.Scale + place.Size, place.Size));
        }
    }

    private static string TextIn(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return "";
        }

        var text = new System.Text.StringBuilder();
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                text.Append(reader.Value);
            }
        }

        return text.ToString().Replace('\n', ' ').Trim();
    }

    private static double Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0;

    // §11.3: "g 3 4.2" stands for three times 4.2.
    private static List<double> Numbers(string? text)
    {
        var numbers = new List<double>();
        var words = (text ?? "").Split((char[]?)null, MaxNumbers, StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < words.Length && numbers.Count < MaxNumbers; index++)
        {
            if (words[index] == "g" && index + 2 < words.Length && int.TryParse(words[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                numbers.AddRange(Enumerable.Repeat(Number(words[index + 2]), Math.Min(count, MaxNumbers - numbers.Count)));
                index += 2;
            }
            else
            {
                numbers.Add(Number(words[index]));
            }
        }

        return numbers;
    }

    private readonly record struct Place(double X, double Y, double Size, double Scale);
}
