using System.Globalization;

namespace DocExchange.Trust.Pdf;

/// <summary>A name ByteRange, and where the objects before it begin, the nearest last: in one of them it is a key, or it is no signature's.</summary>
/// <param name="Objects">Each behind its word obj.</param>
internal sealed record PdfMark(long Position, IReadOnlyList<long> Objects);

/// <summary>
/// Whatever in the bytes of a file may belong to a signature, found in one pass: the name ByteRange in any spelling, and long hexadecimal strings
/// that begin as a signature value does.
/// </summary>
/// <param name="limit">Of each kind.</param>
internal sealed class PdfMarks(int limit)
{
    private const int Ahead = 64 * 1024;
    private const int WindowSize = (256 * 1024) + Ahead;
    private const int Back = 256;
    private const int MaxObjects = 8;
    private const int MaxName = 64;
    private const int Shortest = 9;
    private const int Longest = 3 * Shortest;
    private const int LongString = 512;
    private const int ShortestLongForm = 128;

    private const string Key = "ByteRange";

    private readonly List<PdfMark> ranges = [];
    private readonly List<long> strings = [];
    private List<long> objects = [];

    public IReadOnlyList<PdfMark> Ranges => ranges;

    /// <summary>Where such strings begin.</summary>
    public IReadOnlyList<long> Strings => strings;

    public async Task FindAsync(Stream file, CancellationToken cancellation)
    {
        var window = new byte[WindowSize];
        var (start, kept, from) = (0L, 0, 0);
        file.Position = 0;
        while (ranges.Count < limit && strings.Count < limit)
        {
            var filled = kept + await file.ReadAtLeastAsync(window.AsMemory(kept), window.Length - kept, throwOnEndOfStream: false, cancellation);
            var to = filled < window.Length ? filled : filled - Ahead;
            Look(window.AsSpan(0, filled), from, to, start);
            if (filled < window.Length)
            {
                break;
            }

            var keep = to - Back;
            window.AsSpan(keep, filled - keep).CopyTo(window);
            (start, kept, from) = (start + keep, filled - keep, Back);
        }
    }

    private void Look(ReadOnlySpan<byte> window, int from, int to, long start)
    {
        foreach (var position in NamesIn(window, from, to))
        {
            if (ranges.Count < limit)
            {
                ranges.Add(new PdfMark(start + position, ObjectsBefore(window, from, position, start)));
            }
        }

        objects = ObjectsBefore(window, from, to, start);
        for (int at = from, next; strings.Count < limit && at < to && (next = window[at..to].IndexOf((byte)'<')) >= 0; at += next + 1)
        {
            if (IsLongString(window[(at + next + 1)..], isDictionary: at + next > 0 && window[at + next - 1] == '<'))
            {
                strings.Add(start + at + next);
            }
        }
    }

    private static SortedSet<int> NamesIn(ReadOnlySpan<byte> window, int from, int to)
    {
        var positions = new SortedSet<int>();
        for (int at = from, next; at < to && (next = window[at..].IndexOf("/ByteRange"u8)) >= 0 && at + next < to; at += next + 1)
        {
            Add(at + next, window);
        }

        // Any letter may be written by its number, and the first one of them begins the search.
        for (int at = from, next; at < to && (next = window[at..].IndexOf((byte)'#')) >= 0; at += next + 1)
        {
            var slash = window[Math.Max(0, at + next - MaxName)..(at + next)].LastIndexOf((byte)'/');
            if (slash >= 0 && Math.Max(0, at + next - MaxName) + slash is var position && position >= from && position < to)
            {
                Add(position, window);
            }
        }

        return positions;

        void Add(int position, ReadOnlySpan<byte> bytes)
        {
            var letters = bytes[(position + 1)..Math.Min(bytes.Length, position + MaxName)];
            var end = letters.IndexOfAny(PdfSyntax.Ends) is >= 0 and var found ? found : letters.Length;
            if (end is >= Shortest and <= Longest && PdfSyntax.Name(letters[..end]) == Key)
            {
                positions.Add(position);
            }
        }
    }

    private List<long> ObjectsBefore(ReadOnlySpan<byte> window, int from, int position, long start)
    {
        var found = new List<long>();

        // One whose word goes over the end of the window before was not whole there.
        var first = Math.Max(0, from - 2);
        for (var end = position; found.Count < MaxObjects && window[..end].LastIndexOf("obj"u8) is var at && at >= first; end = at)
        {
            if (PdfSyntax.ObjectBefore(window[..at]) is not null)
            {
                found.Add(start + at + 3);
            }
        }

        found.Reverse();
        return [.. objects.Concat(found).TakeLast(MaxObjects)];
    }

    /// <summary>
    /// SEQUENCE with a long length that has room in the string: a CMS, a seal signature, but no encrypted key (EnvelopedData, for a reader's
    /// certificate), and no palette or text that begins with the same letters.
    /// </summary>
    /// <param name="digits">Of a string that does not end there, it is not known how long it is.</param>
    /// <param name="isDictionary">It is the second letter of what begins a dictionary, behind which blanks alone are nothing.</param>
    private static bool IsLongString(ReadOnlySpan<byte> digits, bool isDictionary)
    {
        if (digits.Length < LongString || digits[..LongString].ContainsAnyExcept(PdfSyntax.HexDigits))
        {
            return false;
        }

        Span<char> letters = stackalloc char[LongString];
        var count = DigitsIn(digits[..LongString], letters);
        ReadOnlySpan<char> value = letters[..count];
        if (count < 40)
        {
            return (count < 4 && !(isDictionary && count == 0)) || (value.StartsWith("308") && value[3] is >= '0' and <= '4');
        }

        return SizeOf(value) is { } size && !value[..40].Contains("2A864886F70D010703", StringComparison.Ordinal)
            && (digits.IndexOfAnyExcept(PdfSyntax.HexDigits) is not (>= 0 and var end) || digits[end] != '>' || DigitsIn(digits[..end], []) >= size);
    }

    /// <summary>How many digits a SEQUENCE takes, 0 where it does not say; null where there is no such header, or what it begins with is no part of a signature.</summary>
    private static long? SizeOf(ReadOnlySpan<char> value)
    {
        if (!value.StartsWith("308") || value[3] is not (>= '0' and <= '4'))
        {
            return null;
        }

        var header = 4 + (2 * (value[3] - '0'));
        var length = header == 4 ? 0 : long.Parse(value[4..header], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var isPart = value.Slice(header, 2) switch
        {
            "06" => header == 4 || length >= ShortestLongForm,
            "30" or "02" => length >= ShortestLongForm,
            _ => false,
        };
        return isPart ? header + (2 * length) : null;
    }

    /// <param name="letters">Takes them, where it has room.</param>
    private static int DigitsIn(ReadOnlySpan<byte> digits, Span<char> letters)
    {
        var count = 0;
        foreach (var digit in digits)
        {
            if (!PdfSyntax.Blanks.Contains(digit))
            {
                if (count < letters.Length)
                {
                    letters[count] = char.ToUpperInvariant((char)digit);
                }

                count++;
            }
        }

        return count;
    }
}
