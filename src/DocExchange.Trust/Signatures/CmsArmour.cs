using System.Buffers;
using System.Buffers.Text;

namespace DocExchange.Trust.Signatures;

/// <summary>
/// The wrappings a CMS travels in as a file: PEM (RFC 7468 §9), or bare base64 as mail and web services leave it. Opened is only what
/// is nothing else: whatever stood beside would be the file's, and nobody's. In packages, dossiers and statements nothing is opened.
/// </summary>
internal static class CmsArmour
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);

    private static readonly (byte[] Begin, byte[] End)[] Boundaries =
        [("-----BEGIN CMS-----"u8.ToArray(), "-----END CMS-----"u8.ToArray()), ("-----BEGIN PKCS7-----"u8.ToArray(), "-----END PKCS7-----"u8.ToArray())];

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>What is in it; the bytes themselves where they are no armour, or one with anything beside it but blanks.</summary>
    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> file) =>
        file.Length == 0 || file.Span[0] == 0x30 ? file : FromBase64(Inside(file.Span, out var inside) ? inside : WithoutMark(file.Span)) ?? file;

    /// <summary>Whether a text is one block from its first letter to its last; what is in it may be damaged.</summary>
    public static bool IsAlone(ReadOnlySpan<byte> file) => Inside(file, out _);

    /// <summary>Whether the beginning of a block stands anywhere in it.</summary>
    public static bool IsNamedIn(ReadOnlySpan<byte> file)
    {
        foreach (var (begin, _) in Boundaries)
        {
            if (file.IndexOf(begin) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Inside(ReadOnlySpan<byte> file, out ReadOnlySpan<byte> inside)
    {
        var text = WithoutMark(file);
        text = text[..(text.LastIndexOfAnyExcept(Blanks) + 1)];
        text = text[Math.Max(0, text.IndexOfAnyExcept(Blanks))..];
        foreach (var (begin, end) in Boundaries)
        {
            if (text.Length >= begin.Length + end.Length && text.StartsWith(begin) && text.EndsWith(end) && text[begin.Length..^end.Length].IndexOf((byte)'-') < 0)
            {
                inside = text[begin.Length..^end.Length];
                return true;
            }
        }

        inside = default;
        return false;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith(Utf8Mark) ? text[Utf8Mark.Length..] : text;

    /// <summary>Null where the text is no base64, or has bits that say nothing (RFC 4648 §3.5).</summary>
    private static byte[]? FromBase64(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(Letters))
        {
            return null;
        }

        var letters = new byte[text.Length];
        var count = 0;
        foreach (var letter in text)
        {
            if (!Blanks.Contains(letter))
            {
                letters[count++] = letter;
            }
        }

        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(count)];
        if (count == 0 || Base64.DecodeFromUtf8(letters.AsSpan(0, count), decoded, out _, out var size) != OperationStatus.Done)
        {
            return null;
        }

        var again = new byte[Base64.GetMaxEncodedToUtf8Length(size)];
        Base64.EncodeToUtf8(decoded.AsSpan(0, size), again, out _, out _);
        return again.AsSpan().SequenceEqual(letters.AsSpan(0, count)) ? decoded[..size] : null;
    }
}
