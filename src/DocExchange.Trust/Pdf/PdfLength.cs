using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Pdf;

/// <summary>What a stream says of its length.</summary>
/// <param name="Number">The length, or the number of the object that is.</param>
/// <param name="Generation">Of that object; null where it is the length itself.</param>
internal sealed record PdfLength(long Number, int? Generation)
{
    private const int Longest = 64;
    private const int WindowSize = 64 * 1024;
    private const int Overlap = 128;
    private const int MaxFound = 16;

    /// <summary>Null for what is neither a number nor a reference.</summary>
    public static PdfLength? Of(ReadOnlySpan<byte> value)
    {
        if (value.Length > Longest)
        {
            return null;
        }

        var words = Encoding.Latin1.GetString(value).Split([' ', '\t', '\r', '\n', '\f', '\0'], StringSplitOptions.RemoveEmptyEntries);
        return words is [var first, ..] && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? words is [_] ? new PdfLength(number, null)
            : words is [_, var second, "R"] && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? new PdfLength(number, generation) : null
            : null;
    }

    /// <summary>What any object of that number says that is a number and nothing else: a file may have later ones, and which of them counts is no matter here.</summary>
    /// <param name="file">Read once from its beginning to its end.</param>
    public async Task<IReadOnlyList<long>> FindAsync(Stream file, CancellationToken cancellation)
    {
        var found = new List<long>();
        var word = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Number} {Generation} obj"));
        var window = new byte[WindowSize];
        file.Position = 0;
        for (var kept = 0; found.Count < MaxFound;)
        {
            var filled = kept + await file.ReadAtLeastAsync(window.AsMemory(kept), window.Length - kept, throwOnEndOfStream: false, cancellation);
            var isLast = filled < window.Length;
            Look(window.AsSpan(0, filled), kept > 0 ? 1 : 0, isLast ? filled : filled - Overlap + 1, word, found);
            if (isLast)
            {
                break;
            }

            kept = Overlap;
            window.AsSpan(filled - kept, kept).CopyTo(window);
        }

        return found;
    }

    /// <param name="from">The letter before it is known, but for the first of the file.</param>
    /// <param name="to">What begins there or behind is in the next window.</param>
    private static void Look(ReadOnlySpan<byte> window, int from, int to, ReadOnlySpan<byte> word, List<long> found)
    {
        for (int at = from, next; found.Count < MaxFound && at < to && (next = window[at..].IndexOf(word)) >= 0 && at + next < to; at += next + 1)
        {
            var start = at + next;
            var rest = window[(start + word.Length)..Math.Min(window.Length, start + Overlap)].TrimStart(" \t\r\n\f\0"u8);
            if ((start == 0 || !char.IsAsciiDigit((char)window[start - 1])) && Utf8Parser.TryParse(rest, out long value, out var digits)
                && rest[digits..].TrimStart(" \t\r\n\f\0"u8).StartsWith("endobj"u8))
            {
                found.Add(value);
            }
        }
    }
}
