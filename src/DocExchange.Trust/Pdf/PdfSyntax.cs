using System.Buffers;
using System.Text;

namespace DocExchange.Trust.Pdf;

/// <summary>The letters of PDF (ISO 32000-1 §7.2.2) and what can be told of a few of them without the rest of the file.</summary>
internal static class PdfSyntax
{
    /// <summary>Within so many bytes the beginning of a comment is looked for behind a number.</summary>
    private const int LongestComment = 4_096;

    public static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n\f\0"u8);

    public static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    // The shortest and the longest of the names below, each letter of it written by its number.
    private const int ShortestKnown = 6;
    private const int LongestKnown = 27;

    private static readonly string[] Known = ["ByteRange", "Contents", "SubFilter", "Filter"];

    /// <summary>Where a name, a number or a word ends.</summary>
    public static readonly SearchValues<byte> Ends = SearchValues.Create(" \t\r\n\f\0()<>[]{}/%"u8);

    public static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF \r\n\t\f\0"u8);

    /// <summary>
    /// Where number and generation begin that end before the word obj (ISO 32000-1 §7.3.10), apart from each other and from it by blanks or
    /// comments; null where they do not stand there.
    /// </summary>
    /// <param name="before">What stands before the word.</param>
    public static int? ObjectBefore(ReadOnlySpan<byte> before) =>
        NumberAtEnd(before[..SkipBlanksBack(before)]) is { } generation && SkipBlanksBack(before[..generation]) is var blanks && blanks < generation
            ? NumberAtEnd(before[..blanks])
            : null;

    /// <summary>A name without its slash (ISO 32000-1 §7.3.5); null where what follows a # is no number.</summary>
    public static string? Name(ReadOnlySpan<byte> letters)
    {
        Span<char> name = stackalloc char[Math.Min(letters.Length, 127)];
        var count = 0;
        for (var index = 0; index < letters.Length && count < name.Length; index++)
        {
            if (letters[index] != '#')
            {
                name[count++] = (char)letters[index];
            }
            else if (index + 2 < letters.Length && char.IsAsciiHexDigit((char)letters[index + 1]) && char.IsAsciiHexDigit((char)letters[index + 2]))
            {
                name[count++] = (char)Convert.FromHexString([(char)letters[++index], (char)letters[++index]])[0];
            }
            else
            {
                return null;
            }
        }

        return new string(name[..count]);
    }

    /// <summary>The same for a key that is asked for; null for all others, of which a file may have any number.</summary>
    public static string? KnownName(ReadOnlySpan<byte> letters)
    {
        if (letters.Length is < ShortestKnown or > LongestKnown)
        {
            return null;
        }

        foreach (var name in Known)
        {
            if (Ascii.Equals(letters, name))
            {
                return name;
            }
        }

        return letters.Contains((byte)'#') && Name(letters) is { } decoded ? Array.Find(Known, name => name == decoded) : null;
    }

    private static int? NumberAtEnd(ReadOnlySpan<byte> bytes) => bytes.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1 is var start && start < bytes.Length ? start : null;

    /// <summary>Where the blanks and comments at the end begin.</summary>
    private static int SkipBlanksBack(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var end = bytes.LastIndexOfAnyExcept(Blanks) + 1;
            if (!bytes[end..].ContainsAny(LineEnds))
            {
                return end;
            }

            var line = bytes[..end].LastIndexOfAny(LineEnds) + 1;
            var comment = CommentIn(bytes[..end], line);
            if (comment < 0)
            {
                return end;
            }

            bytes = bytes[..comment];
        }
    }

    // Where a line begins is chance among bytes that are no text, and what stands before may have the sign too: a comment that follows a
    // number counts as one wherever it is.
    private static int CommentIn(ReadOnlySpan<byte> bytes, int line)
    {
        var from = Math.Max(line, bytes.Length - LongestComment);
        for (int left = bytes.Length - from, at; (at = bytes.Slice(from, left).LastIndexOf((byte)'%')) >= 0; left = at)
        {
            if (bytes[..(from + at)].LastIndexOfAnyExcept(Blanks) is >= 0 and var last && char.IsAsciiDigit((char)bytes[last]))
            {
                return from + at;
            }
        }

        return bytes[line..].IndexOf((byte)'%') is >= 0 and var first ? line + first : -1;
    }
}
