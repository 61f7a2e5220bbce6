using System.Text;

namespace DocExchange.Texts;

/// <summary>A run of characters on a page. Lengths in the page's own unit, from the upper left.</summary>
/// <param name="Y">Of the base line.</param>
/// <param name="Size">Height of the characters.</param>
internal readonly record struct TextPiece(string Text, double X, double Y, double Width, double Size);

/// <summary>Puts what stands on a page into lines, top to bottom and left to right, as documents set across are read.</summary>
internal static class ReadingOrder
{
    // In parts of the character's height: what still is the same line, and from which gap on a blank is meant.
    private const double SameLine = 0.5;
    private const double LatinBlank = 0.15;
    private const double AnyBlank = 1.5;

    /// <param name="most">Characters; the rest is left out.</param>
    public static string Join(IEnumerable<TextPiece> pieces, int most)
    {
        var ordered = pieces.Where(piece => double.IsFinite(piece.X) && double.IsFinite(piece.Y)).OrderBy(piece => piece.Y).ToList();
        var text = new StringBuilder();
        for (var start = 0; start < ordered.Count && text.Length <= most;)
        {
            var end = start + 1;
            while (end < ordered.Count && ordered[end].Y - ordered[start].Y <= SameLine * Math.Max(ordered[start].Size, ordered[end].Size))
            {
                end++;
            }

            AddLine(text, ordered[start..end].OrderBy(piece => piece.X));
            start = end;
        }

        return text.ToString(0, Math.Min(text.Length, most + 1));
    }

    private static void AddLine(StringBuilder text, IEnumerable<TextPiece> line)
    {
        if (text.Length > 0)
        {
            text.Append('\n');
        }

        var start = text.Length;
        var end = double.MaxValue;
        foreach (var piece in line)
        {
            var words = Kangxi.Unify(piece.Text);
            if (words.Length == 0)
            {
                continue;
            }

            if (text.Length > start && !char.IsWhiteSpace(text[^1]) && piece.X - end > GapOf(text[^1], words[0]) * piece.Size)
            {
                text.Append(' ');
            }

            text.Append(words);
            end = piece.X + piece.Width;
        }

        while (text.Length > start && char.IsWhiteSpace(text[^1]))
        {
            text.Length--;
        }
    }

    private static double GapOf(char left, char right) => char.IsAscii(left) && char.IsAscii(right) ? LatinBlank : AnyBlank;
}
