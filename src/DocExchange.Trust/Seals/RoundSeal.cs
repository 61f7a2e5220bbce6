using System.Security;
using System.Text;

namespace DocExchange.Trust.Seals;

/// <summary>What a round official seal shows. Lengths are millimetres.</summary>
public sealed record RoundSealText
{
    public const int MaxNameLength = 30;
    public const int MaxBottomLength = 12;
    public const int MinDiameterMm = 20;
    public const int MaxDiameterMm = 100;

    /// <summary>The unit's name along the upper arc, from left to right: 1 to <see cref="MaxNameLength"/> characters.</summary>
    public required string Name { get; init; }

    /// <summary>A line under the star, such as 公文交换专用章; at most <see cref="MaxBottomLength"/> characters.</summary>
    public string Bottom { get; init; } = "";

    /// <summary>45 mm for the governments of municipalities, districts and counties.</summary>
    public int DiameterMm { get; init; } = 45;
}

/// <summary>
/// Draws the round red seal of an office (圆形公章): the rim, the name around the upper arc, the five-pointed star, an
/// optional line below. Each character is placed and turned by itself, so that no font's metrics are needed beyond
/// the full-width square of Chinese characters.
/// </summary>
public static class RoundSeal
{
    private const string Red = "#E60012";

    // 国发〔1999〕25号: the characters are 宋体.
    private const string Fonts = "SimSun, STSong, 'Songti SC', 'Noto Serif CJK SC', 'Source Han Serif SC', serif";

    // Proportions of a 45 mm seal, in units of its diameter.
    private const double Rim = 0.027;
    private const double NameHeight = 0.148;
    private const double NameGap = 0.022;
    private const double StarRadius = 0.158;
    private const double BottomHeight = 0.094;
    private const double BottomCentre = 0.3;
    private const double BottomWidth = 0.50;

    // Where a font's baseline lies in the full-width square, from below.
    private const double Baseline = 0.13;

    public static SealPicture Draw(RoundSealText text)
    {
        var svg = Svg(text);
        return new SealPicture("svg", Encoding.UTF8.GetBytes(svg), text.DiameterMm, text.DiameterMm);
    }

    /// <exception cref="ArgumentException">The text is too long, holds control characters, or the diameter is not possible.</exception>
    public static string Svg(RoundSealText text)
    {
        var name = Characters(text.Name, 1, RoundSealText.MaxNameLength, nameof(text.Name));
        var bottom = Characters(text.Bottom, 0, RoundSealText.MaxBottomLength, nameof(text.Bottom));
        if (text.DiameterMm is < RoundSealText.MinDiameterMm or > RoundSealText.MaxDiameterMm)
        {
            throw new ArgumentException($"A round seal measures {RoundSealText.MinDiameterMm} to {RoundSealText.MaxDiameterMm} mm, not {text.DiameterMm}.", nameof(text));
        }

        double size = text.DiameterMm;
        var svg = new StringBuilder();
        svg.Append(Invariant($"""<svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm" viewBox="{-size / 2:0.###} {-size / 2:0.###} {size} {size}">"""));
        svg.Append('\n').Append("<title>").Append(SecurityElement.Escape(text.Name)).Append("</title>\n");
        svg.Append(Invariant($"""<circle r="{size * (1 - Rim) / 2:0.###}" fill="none" stroke="{Red}" stroke-width="{size * Rim:0.###}"/>"""));
        svg.Append('\n').Append(Star(size * StarRadius)).Append('\n');
        svg.Append(Invariant($"""<g fill="{Red}" font-family="{Fonts}" font-weight="bold" text-anchor="middle">""")).Append('\n');
        AppendName(svg, name, size, bottom.Count > 0);
        AppendBottom(svg, bottom, size);
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    private static void AppendName(StringBuilder svg, List<string> name, double size, bool hasBottom)
    {
        var span = Math.PI * (hasBottom ? 228 : 270) / 180;
        var height = size * NameHeight;
        var outer = (size / 2) - (size * (Rim + NameGap));

        // Short names keep about one and a half characters of distance, long ones share the arc and grow narrower.
        var step = name.Count == 1 ? 0 : Math.Min(span / (name.Count - 1), 1.45 * height / (outer - (height / 2)));
        if (name.Count > 16)
        {
            height *= 0.86;
        }

        var foot = outer - height;
        var room = name.Count == 1 ? height : step * (foot + (height * 0.2)) * 0.97;
        var width = Math.Clamp(room, height * 0.36, height * 0.82);
        for (var i = 0; i < name.Count; i++)
        {
            var degrees = (i - ((name.Count - 1) / 2.0)) * step * 180 / Math.PI;
            var placed = Invariant($"rotate({degrees:0.###}) translate(0 {-foot - (height * Baseline):0.###}) scale({width / height:0.###} 1)");
            AppendCharacter(svg, name[i], placed, height);
        }
    }

    private static void AppendBottom(StringBuilder svg, List<string> bottom, double size)
    {
        var height = size * BottomHeight;
        var width = Math.Min(height, size * BottomWidth / Math.Max(bottom.Count, 1));
        for (var i = 0; i < bottom.Count; i++)
        {
            var x = (i - ((bottom.Count - 1) / 2.0)) * width;
            var y = (size * BottomCentre) + (height * (0.5 - Baseline));
            AppendCharacter(svg, bottom[i], Invariant($"translate({x:0.###} {y:0.###}) scale({width / height:0.###} 1)"), height);
        }
    }

    private static void AppendCharacter(StringBuilder svg, string character, string placed, double height) =>
        svg.Append(Invariant($"""<text transform="{placed}" font-size="{height:0.###}">""")).Append(SecurityElement.Escape(character)).Append("</text>\n");

    // Points alternate between the circle and the inner pentagon, whose radius is that of the regular pentagram.
    private static string Star(double radius)
    {
        var inner = radius * Math.Sin(Math.PI / 10) / Math.Sin(3 * Math.PI / 10);
        var points = Enumerable.Range(0, 10).Select(i =>
        {
            var distance = i % 2 == 0 ? radius : inner;
            return Invariant($"{distance * Math.Sin(i * Math.PI / 5):0.###},{-distance * Math.Cos(i * Math.PI / 5):0.###}");
        });
        return $"""<polygon fill="{Red}" points="{string.Join(' ', points)}"/>""";
    }

    private static List<string> Characters(string text, int least, int most, string field)
    {
        var runes = text.EnumerateRunes().ToList();
        if (runes.Count >= least && runes.Count <= most && !runes.Exists(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar || rune.Value is 0xFFFE or 0xFFFF))
        {
            return [.. runes.Select(rune => rune.ToString())];
        }

        throw new ArgumentException($"{field} of a round seal has {least} to {most} characters without control characters, not '{text}'.", field);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
