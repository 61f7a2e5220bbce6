using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace DocExchange.Trust.Certificates;

/// <summary>The textual encodings of RFC 7468. A text is read in one pass, whatever is in it.</summary>
public static class Pem
{
    private const int MaxLabel = 64;
    private const int LettersAtOnce = 4096;

    private static ReadOnlySpan<byte> Boundary => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> EndBoundary => "-----END "u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether there is a boundary in it, and it is not DER: a name there may look like one.</summary>
    public static bool IsText(ReadOnlySpan<byte> derOrPem) => derOrPem.IndexOf(Boundary) >= 0 && !IsWholeSequence(derOrPem);

    /// <summary>The DER bytes of every block with this label; the input itself, as one block, when it is not PEM.</summary>
    /// <exception cref="FormatException">What such a block holds is no base64.</exception>
    public static IReadOnlyList<byte[]> Blocks(ReadOnlySpan<byte> derOrPem, string label) =>
        IsText(derOrPem) ? BlocksIn(derOrPem, label) : [derOrPem.ToArray()];

    /// <summary>The same one by one and without a copy of what is not PEM: the caller leaves the bytes alone from then on.</summary>
    /// <exception cref="CertificateFormatException">What such a block holds is no base64; thrown when it is reached.</exception>
    public static IEnumerable<byte[]> TakeBlocks(byte[] derOrPem, string label)
    {
        if (!IsText(derOrPem))
        {
            yield return derOrPem;
            yield break;
        }

        for (var at = 0; TryNext(derOrPem, ref at, label, out var base64);)
        {
            yield return Decode(derOrPem.AsSpan(base64), label);
        }
    }

    /// <summary>What keeps a block with this label from being read, a boundary without its counterpart; null where there is nothing.</summary>
    public static CertificateFormatException? FaultIn(ReadOnlySpan<byte> derOrPem, string label)
    {
        if (!IsText(derOrPem))
        {
            return null;
        }

        var whole = 0;
        for (var at = 0; TryNext(derOrPem, ref at, label, out _);)
        {
            whole++;
        }

        var (begins, ends) = (derOrPem.Count(Encoding.ASCII.GetBytes($"BEGIN {label}-")), derOrPem.Count(Encoding.ASCII.GetBytes($"END {label}-")));
        return begins > ends ? CertificateFormatException.Malformed($"有“BEGIN {label}”行，没有对应的 END 行。", $"It has a BEGIN line of '{label}' without a matching END.")
            : ends > begins ? CertificateFormatException.Malformed($"有“END {label}”行，没有对应的 BEGIN 行。", $"It has an END line of '{label}' without a matching BEGIN.")
            : begins > whole ? CertificateFormatException.Malformed($"“{label}”的 BEGIN 行之前或 END 行之后有别的字符。", $"Something stands before BEGIN or behind END of '{label}', or the two lines do not match.")
            : null;
    }

    /// <summary>Whether a boundary with this label is named anywhere, be it damaged or in UTF-16.</summary>
    public static bool Names(ReadOnlySpan<byte> bytes, string label)
    {
        foreach (var boundary in (ReadOnlySpan<string>)[$"BEGIN {label}", $"END {label}"])
        {
            if (bytes.IndexOf(Encoding.ASCII.GetBytes(boundary)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(boundary)) >= 0
                || bytes.IndexOf(Encoding.BigEndianUnicode.GetBytes(boundary)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the blocks of a text are called, each name once and at most <paramref name="max"/>.</summary>
    public static IReadOnlyList<string> LabelsIn(ReadOnlySpan<byte> text, int max)
    {
        var labels = new List<string>();
        for (var at = 0; labels.Count < max && TryNext(text, ref at, out var label, out _);)
        {
            var name = Encoding.ASCII.GetString(text[label]);
            if (!labels.Contains(name))
            {
                labels.Add(name);
            }
        }

        return labels;
    }

    public static string Write(string label, ReadOnlySpan<byte> der) => PemEncoding.WriteString(label, der) + "\n";

    private static List<byte[]> BlocksIn(ReadOnlySpan<byte> text, string label)
    {
        var blocks = new List<byte[]>();
        for (var at = 0; TryNext(text, ref at, label, out var base64);)
        {
            blocks.Add(Decode(text[base64], label));
        }

        return blocks;
    }

    private static bool IsWholeSequence(ReadOnlySpan<byte> bytes) =>
        bytes is [0x30, ..] && AsnDecoder.TryReadEncodedValue(bytes, AsnEncodingRules.BER, out _, out _, out _, out var size) && size == bytes.Length;

    private static byte[] Decode(ReadOnlySpan<byte> base64, string label)
    {
        if (!Base64.IsValid(base64, out var length))
        {
            throw CertificateFormatException.Malformed($"“{label}”的 BEGIN 与 END 之间不是 base64。", $"What is between the boundaries of '{label}' is no base64.");
        }

        // The library stumbles over blanks within the last four letters.
        var der = new byte[length];
        Span<byte> letters = stackalloc byte[LettersAtOnce];
        var (count, size) = (0, 0);
        foreach (var letter in base64)
        {
            if (!IsBlank(letter))
            {
                letters[count++] = letter;
            }

            if (count == letters.Length)
            {
                Base64.DecodeFromUtf8(letters, der.AsSpan(size), out _, out var written);
                (count, size) = (0, size + written);
            }
        }

        Base64.DecodeFromUtf8(letters[..count], der.AsSpan(size), out _, out _);
        return der;
    }

    /// <summary>The next block with this label.</summary>
    private static bool TryNext(ReadOnlySpan<byte> text, ref int at, string wanted, out Range base64)
    {
        Span<byte> name = stackalloc byte[wanted.Length];
        Encoding.ASCII.GetBytes(wanted, name);
        while (TryNext(text, ref at, out var label, out base64))
        {
            if (text[label].SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Nothing in a block has five dashes in a row, so that the next ones after its beginning are its end. Where they are
    /// not, the search goes on there, never back.
    /// </summary>
    private static bool TryNext(ReadOnlySpan<byte> text, ref int at, out Range label, out Range base64)
    {
        while (Find(text, Boundary, at) is { } begin)
        {
            var start = begin + Boundary.Length;
            if (Find(text, Dashes, start) is not { } labelEnd || Find(text, Dashes, labelEnd + Dashes.Length) is not { } end)
            {
                break;
            }

            (label, base64, at) = (start..labelEnd, (labelEnd + Dashes.Length)..end, labelEnd);
            if (IsLabel(text[label]) && IsBlank(text, StartOf(text, begin) - 1) && IsEndOf(text[label], text[end..], out var length) && IsBlank(text, end + length))
            {
                at = end + length;
                return true;
            }
        }

        (label, base64, at) = (default, default, text.Length);
        return false;
    }

    private static int? Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> what, int from) => text[from..].IndexOf(what) is >= 0 and var found ? from + found : null;

    /// <summary>Some editors put a byte order mark before a text; files joined together have it in the middle.</summary>
    private static int StartOf(ReadOnlySpan<byte> text, int begin) => text[..begin].EndsWith(Utf8Mark) ? begin - Utf8Mark.Length : begin;

    private static bool IsLabel(ReadOnlySpan<byte> label) => label.Length is > 0 and <= MaxLabel && !label.ContainsAny("\r\n"u8);

    private static bool IsBlank(ReadOnlySpan<byte> text, int at) => at < 0 || at >= text.Length || IsBlank(text[at]);

    private static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsEndOf(ReadOnlySpan<byte> label, ReadOnlySpan<byte> text, out int length)
    {
        length = EndBoundary.Length + label.Length + Dashes.Length;
        return text.Length >= length && text.StartsWith(EndBoundary) && text[EndBoundary.Length..].StartsWith(label) && text[..length].EndsWith(Dashes);
    }
}
