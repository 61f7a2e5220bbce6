using System.Buffers.Text;
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

    public static bool IsText(ReadOnlySpan<byte> derOrPem) => derOrPem.IndexOf(Boundary) >= 0;

    /// <summary>The DER bytes of every block with this label; the input itself, as one block, when it is not PEM.</summary>
    /// <exception cref="FormatException">What such a block holds is no base64.</exception>
    public static IReadOnlyList<byte[]> Blocks(ReadOnlySpan<byte> derOrPem, string label) =>
        IsText(derOrPem) ? BlocksIn(derOrPem, label) : [derOrPem.ToArray()];

    /// <summary>The same without a copy of what is not PEM: the caller leaves the bytes alone from then on.</summary>
    /// <exception cref="FormatException">What such a block holds is no base64.</exception>
    public static IReadOnlyList<byte[]> TakeBlocks(byte[] derOrPem, string label) => IsText(derOrPem) ? BlocksIn(derOrPem, label) : [derOrPem];

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
        var (blocks, wanted) = (new List<byte[]>(), Encoding.ASCII.GetBytes(label));
        for (var at = 0; TryNext(text, ref at, out var found, out var base64);)
        {
            if (text[found].SequenceEqual(wanted))
            {
                blocks.Add(Decode(text[base64], label));
            }
        }

        return blocks;
    }

    private static byte[] Decode(ReadOnlySpan<byte> base64, string label)
    {
        if (!Base64.IsValid(base64, out var length))
        {
            throw new FormatException($"What is between the boundaries of '{label}' is no base64.");
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
            if (IsLabel(text[label]) && IsBlank(text, begin - 1) && IsEndOf(text[label], text[end..], out var length) && IsBlank(text, end + length))
            {
                at = end + length;
                return true;
            }
        }

        (label, base64, at) = (default, default, text.Length);
        return false;
    }

    private static int? Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> what, int from) => text[from..].IndexOf(what) is >= 0 and var found ? from + found : null;

    private static bool IsLabel(ReadOnlySpan<byte> label) => label.Length is > 0 and <= MaxLabel && !label.ContainsAny("\r\n"u8);

    private static bool IsBlank(ReadOnlySpan<byte> text, int at) => at < 0 || at >= text.Length || IsBlank(text[at]);

    private static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsEndOf(ReadOnlySpan<byte> label, ReadOnlySpan<byte> text, out int length)
    {
        length = EndBoundary.Length + label.Length + Dashes.Length;
        return text.Length >= length && text.StartsWith(EndBoundary) && text[EndBoundary.Length..].StartsWith(label) && text[..length].EndsWith(Dashes);
    }
}
