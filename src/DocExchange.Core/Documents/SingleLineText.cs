using System.Globalization;
using System.Text;

namespace DocExchange.Core.Documents;

/// <summary>What is wrong with a text. The code is stable; the sentences complete "标题…" and "The title …".</summary>
public sealed record TextFault(string Code, string Chinese, string English);

/// <summary>
/// The rule for every text of one line that a person will read and that a signature covers: what is shown must be
/// what is signed. Refused are control characters and line breaks, bidirectional controls and other invisible
/// format characters (only the two joiners U+200C and U+200D, which Mongolian, Tibetan and Uyghur texts need, may stay),
/// noncharacters, unpaired surrogates, and white space at either end.
/// </summary>
public static class SingleLineText
{
    /// <summary>The first fault, or null. Lengths count Unicode characters, as XML Schema does, not UTF-16 units.</summary>
    public static TextFault? FirstFault(string text, int maximum)
    {
        if (text.Length == 0)
        {
            return new TextFault("TEXT_EMPTY", "不能为空", "is empty");
        }

        if (text.Length > 2 * maximum || (text.Length > maximum && text.EnumerateRunes().Count() > maximum))
        {
            return new TextFault("TEXT_TOO_LONG", $"超过{maximum}个字符", $"has more than {maximum} characters");
        }

        return FirstBadCharacter(text) ?? WhiteSpaceAtEnds(text);
    }

    private static TextFault? WhiteSpaceAtEnds(string text) =>
        char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])
            ? new TextFault("TEXT_UNTRIMMED", "首尾有空白字符", "begins or ends with white space")
            : null;

    private static TextFault? FirstBadCharacter(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return Refused(text[at], at);
            }

            if (!IsAllowed(rune))
            {
                return Refused(rune.Value, at);
            }

            at += rune.Utf16SequenceLength;
        }

        return null;
    }

    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is not (>= 0xFDD0 and <= 0xFDEF),
    };

    private static TextFault Refused(int character, int at) => new(
        "TEXT_CHARACTER",
        $"第{at + 1}个字符 U+{character:X4} 不允许使用",
        $"holds U+{character:X4} at position {at + 1}, which is not allowed");
}
