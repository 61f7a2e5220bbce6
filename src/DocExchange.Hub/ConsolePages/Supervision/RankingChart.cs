using System.Globalization;
using System.Xml.Linq;
using DocExchange.Hub.Supervision;
using DocExchange.Pages.Words;

namespace DocExchange.Hub.ConsolePages.Supervision;

/// <summary>
/// A bar for each office: of what was sent to it, what it signed in time, late, returned, and what is open. Drawn here as
/// SVG with classes, which the style sheet colours; parts differ by pattern too. The table below the chart says the same.
/// </summary>
internal sealed class RankingChart(WordBook words, Language language)
{
    /// <summary>Of more offices the first and the last are drawn.</summary>
    public const int MostBars = 30;

    private const int Width = 900;
    private const int NameWidth = 220;
    private const int RateWidth = 70;
    private const int Row = 24;
    private const int Bar = 15;
    private const int Head = 34;
    private const int MostLetters = 15;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly (string Class, string Word, Func<OfficeReception, long> Count)[] Parts =
    [
        ("in-time", "supervision.in-time", office => office.Tally.InTime),
        ("late", "supervision.late", office => office.Tally.Late),
        ("overdue-open", "supervision.overdue-open", office => office.Overdue),
        ("open", "supervision.not-due", office => office.Tally.Open - office.Overdue),
        ("returned", "supervision.returned", office => office.Tally.Returned),
    ];

    public static string Rate(OfficeReception office) => office.InTimeRate?.ToString("0.0%", CultureInfo.InvariantCulture) ?? "—";

    /// <returns>Markup: all text in it is encoded.</returns>
    public string Draw(IReadOnlyList<OfficeReception> ranking)
    {
        var drawn = ranking.Select((office, index) => (Office: office, Rank: index + 1)).ToList();
        if (drawn.Count > MostBars)
        {
            drawn = [.. drawn.Take(MostBars / 2), .. drawn.TakeLast(MostBars / 2)];
        }

        var height = Head + drawn.Count * Row + 4;
        var svg = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {height}"), new XAttribute("role", "img"), new XAttribute("aria-labelledby", "chart-title chart-says"),
            new XElement(Svg + "title", new XAttribute("id", "chart-title"), words.Say(language, "supervision.chart-title")),
            new XElement(Svg + "desc", new XAttribute("id", "chart-says"), words.Say(language, "supervision.chart-says", drawn[0].Office.Name, Rate(drawn[0].Office), drawn[^1].Office.Name, Rate(drawn[^1].Office))),
            Patterns(), Legend());
        var most = drawn.Max(each => Math.Max(1, each.Office.Tally.Received));
        foreach (var ((office, rank), line) in drawn.Select((each, line) => (each, line)))
        {
            svg.Add(Line(office, rank, Head + line * Row, most));
        }

        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private XElement Legend()
    {
        var legend = new XElement(Svg + "g", new XAttribute("class", "legend"));
        var x = NameWidth;
        foreach (var (kind, word, _) in Parts)
        {
            var text = words.Say(language, word);
            legend.Add(Rectangle(kind, x, 6, 14, 14), Text("name", x + 20, 17, text));
            x += 34 + text.Sum(letter => letter > '\u2E80' ? 14 : 8);
        }

        return legend;
    }

    private static XElement Line(OfficeReception office, int rank, int top, long most)
    {
        var line = new XElement(Svg + "g", Text("name", 0, top + Bar - 2, string.Create(CultureInfo.InvariantCulture, $"{rank}. {Short(office.Name)}")));
        var scale = (double)(Width - NameWidth - RateWidth) / most;
        double x = NameWidth;
        foreach (var (kind, _, count) in Parts)
        {
            var length = Math.Max(0, count(office)) * scale;
            if (length > 0)
            {
                line.Add(Rectangle(kind, x, top, length, Bar));
                x += length;
            }
        }

        line.Add(Text("rate", x + 6, top + Bar - 2, Rate(office)));
        return line;
    }

    // A part is told by its pattern as well, also in print without colours.
    private static XElement Patterns() => new(
        Svg + "defs",
        Pattern("stripes", "late", "M0 6 L6 0"),
        Pattern("grid", "overdue-open", "M0 0 L6 6 M0 6 L6 0"),
        Pattern("dots", "returned", "M3 2 v2"));

    private static XElement Pattern(string id, string kind, string path) => new(
        Svg + "pattern",
        new XAttribute("id", id), new XAttribute("width", 6), new XAttribute("height", 6), new XAttribute("patternUnits", "userSpaceOnUse"),
        new XElement(Svg + "rect", new XAttribute("width", 6), new XAttribute("height", 6), new XAttribute("class", kind + "-ground")),
        new XElement(Svg + "path", new XAttribute("d", path), new XAttribute("class", "line")));

    private static XElement Rectangle(string kind, double x, double y, double width, double height) => new(
        Svg + "rect", new XAttribute("class", kind), Number("x", x), Number("y", y), Number("width", width), Number("height", height));

    private static XElement Text(string kind, double x, double y, string text) => new(Svg + "text", new XAttribute("class", kind), Number("x", x), Number("y", y), text);

    private static XAttribute Number(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));

    private static string Short(string name) => name.Length <= MostLetters ? name : name[..(MostLetters - 1)] + "…";
}
