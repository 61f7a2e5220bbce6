namespace DocExchange.Core.Operating;

/// <summary>Text of outsiders as it may be shown: what would move the cursor or turn the direction of writing is written out, U+202E as \u202E.</summary>
public static class HarmlessText
{
    /// <summary>All of it in one line.</summary>
    public static string OneLine(string text) => Of(text, _ => false);

    /// <summary>Lines may be several: a text that was asked for, a table.</summary>
    public static string Lines(string text) => Of(text, letter => letter is '\n' or '\t');

    private static string Of(string text, Func<char, bool> isKept) => text.All(letter => !IsHarmful(letter) || isKept(letter))
        ? text
        : string.Concat(text.Select(letter => IsHarmful(letter) && !isKept(letter) ? $"\\u{(int)letter:X4}" : letter.ToString()));

    // Cc, the line separators, and the marks that turn the direction of writing (Unicode Bidi_Control).
    private static bool IsHarmful(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
