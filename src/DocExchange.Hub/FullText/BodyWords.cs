using System.Text;

namespace DocExchange.Hub.FullText;

/// <summary>Pages as one text to be searched: where a line or a page ends between two Chinese characters, the sentence goes on.</summary>
internal static class BodyWords
{
    public static string Join(IReadOnlyList<string> pages)
    {
        var text = new StringBuilder(pages.Sum(page => page.Length + 1));
        foreach (var page in pages)
        {
            foreach (var character in page)
            {
                Add(text, character);
            }

            Add(text, '\n');
        }

        return text.ToString();
    }

    // A break is taken back when a Chinese character follows one.
    private static void Add(StringBuilder text, char character)
    {
        if (IsHan(character) && text.Length > 0 && text[^1] == '\n')
        {
            var end = text.Length;
            while (end > 0 && char.IsWhiteSpace(text[end - 1]))
            {
                end--;
            }

            text.Length = end > 0 && IsHan(text[end - 1]) ? end : text.Length;
        }

        if (!char.IsWhiteSpace(character) || text.Length == 0 || text[^1] != '\n')
        {
            text.Append(character is '\r' or '\f' ? '\n' : character);
        }
    }

    private static bool IsHan(char character) => character is >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';
}
