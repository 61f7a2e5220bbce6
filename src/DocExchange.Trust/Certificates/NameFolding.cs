using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Text as RFC 5280 §7.1 has it compared in constraints: mapped, folded in case and normalized as RFC 4518 §2.2, §2.3 and §2.6.1 say, but
/// decomposed where they compose, which finds the same texts equal. Its own tables, since a process without ICU normalizes
/// nothing beyond ASCII. Characters that are prohibited (§2.4) stay as they are.
/// </summary>
internal static class NameFolding
{
    private const int FirstSyllable = 0xAC00;
    private const int Syllables = 11_172;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Lazy<(Dictionary<int, int[]> Folded, Dictionary<int, int> Classes)> Tables = new(Read);

    public static string Of(string text)
    {
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Add(rune.Value, points);
        }

        Order(points);
        var folded = new StringBuilder(text.Length);
        points.ForEach(point => folded.Append(new Rune(point)));
        return string.Join(' ', folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Add(int point, List<int> points)
    {
        switch (point)
        {
            case >= '\t' and <= '\r':
                points.Add(' ');
                break;
            case < ' ' or 0x7F:
                break;
            case < 0x80:
                points.Add(char.ToLowerInvariant((char)point));
                break;
            case >= FirstSyllable and < FirstSyllable + Syllables:
                AddSyllable(point - FirstSyllable, points);
                break;
            default:
                points.AddRange(Tables.Value.Folded.TryGetValue(point, out var folded) ? folded : [point]);
                break;
        }
    }

    /// <summary>Unicode 14.0 §3.12.</summary>
    private static void AddSyllable(int index, List<int> points)
    {
        points.Add(0x1100 + (index / (Vowels * Trails)));
        points.Add(0x1161 + (index % (Vowels * Trails) / Trails));
        if (index % Trails is > 0 and var trail)
        {
            points.Add(0x11A7 + trail);
        }
    }

    /// <summary>Unicode 14.0 §3.11: marks that follow one another, by their class.</summary>
    private static void Order(List<int> points)
    {
        for (var start = 0; start < points.Count; start++)
        {
            var end = start;
            while (end < points.Count && ClassOf(points[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var marks = points.GetRange(start, end - start).OrderBy(ClassOf).ToList();
                for (var mark = 0; mark < marks.Count; mark++)
                {
                    points[start + mark] = marks[mark];
                }
            }

            start = end;
        }
    }

    private static int ClassOf(int point) => point < 0x300 ? 0 : Tables.Value.Classes.GetValueOrDefault(point);

    private static (Dictionary<int, int[]> Folded, Dictionary<int, int> Classes) Read()
    {
        var (folded, classes) = (new Dictionary<int, int[]>(), new Dictionary<int, int>());
        using var lines = new StreamReader(typeof(NameFolding).Assembly.GetManifestResourceStream("NameFolding.txt")!);
        while (lines.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (line[0] == '+')
            {
                classes.Add(PointOf(words[0][1..]), int.Parse(words[1], CultureInfo.InvariantCulture));
            }
            else if (line[0] != '#')
            {
                folded.Add(PointOf(words[0]), [.. words.Skip(1).Select(PointOf)]);
            }
        }

        return (folded, classes);
    }

    private static int PointOf(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
