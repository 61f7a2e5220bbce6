namespace DocExchange.Trust.Pdf;

/// <summary>Where the objects of a PDF begin and which are referred to, found by looking at every byte: also what no table names.</summary>
internal sealed class PdfIndex
{
    // More would fill the memory.
    private const int MaxEntries = 500_000;

    // Comments between the words of one reference, and bytes of one.
    private const int MaxComments = 8;
    private const int MaxComment = 4096;

    private readonly Dictionary<int, List<int>> objects = [];
    private readonly Dictionary<int, int> references = [];

    private PdfIndex()
    {
    }

    /// <summary>Null where there are more than anybody writes.</summary>
    public static PdfIndex? Of(ReadOnlySpan<byte> bytes)
    {
        var index = new PdfIndex();
        var entries = 0;
        for (var at = bytes.IndexOfAny((byte)'R', (byte)'o'); at >= 0 && entries <= MaxEntries;)
        {
            if (bytes[at] == 'R')
            {
                // Some programs read "5 0R", and what a comment stands in the midst of.
                foreach (var target in new[] { NumberBefore(bytes, at, isPastComments: false), NumberBefore(bytes, at, isPastComments: true) })
                {
                    entries += target is { } number && index.references.TryAdd(number, at) ? 1 : 0;
                }
            }
            else if (bytes[at..].StartsWith("obj"u8))
            {
                foreach (var number in new[] { NumberBefore(bytes, at, isPastComments: false), NumberBefore(bytes, at, isPastComments: true) }.OfType<int>().Distinct())
                {
                    index.objects.TryAdd(number, []);
                    index.objects[number].Add(at + 3);
                    entries++;
                }
            }

            var next = bytes[(at + 1)..].IndexOfAny((byte)'R', (byte)'o');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return entries <= MaxEntries ? index : null;
    }

    /// <summary>Behind the word obj of each.</summary>
    public IEnumerable<int> Before(int number, long end) => objects.TryGetValue(number, out var found) ? found.Where(at => at <= end) : [];

    public int CountFrom(long start) => objects.Values.Sum(found => found.Count(at => at > start));

    public bool IsReferredToBefore(int number, long end) => references.TryGetValue(number, out var at) && at < end;

    /// <summary>N of "N G obj" or "N G R", the word at a place.</summary>
    /// <param name="isPastComments">Lines in between count up to their first % only.</param>
    private static int? NumberBefore(ReadOnlySpan<byte> bytes, int at, bool isPastComments)
    {
        var before = Trimmed(bytes[..at], isPastComments);
        var generation = Digits(before);
        var between = Trimmed(before[..^generation], isPastComments);
        var digits = Digits(between);
        return generation > 0 && digits > 0 && between.Length < before.Length - generation && int.TryParse(between[^digits..], out var number) ? number : null;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text, bool isPastComments)
    {
        for (var turn = 0; ; turn++)
        {
            var trimmed = text.TrimEnd("\0\t\n\f\r "u8);
            if (!isPastComments || turn == MaxComments || text[trimmed.Length..].IndexOfAny((byte)'\r', (byte)'\n') < 0)
            {
                return trimmed;
            }

            var window = trimmed[^Math.Min(trimmed.Length, MaxComment)..];
            var line = window[(window.LastIndexOfAny((byte)'\r', (byte)'\n') + 1)..];
            var comment = line.IndexOf((byte)'%');
            if (comment < 0)
            {
                return trimmed;
            }

            text = trimmed[..(trimmed.Length - line.Length + comment)];
        }
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (count < Math.Min(text.Length, 10) && PdfSyntax.IsDigit(text[^(count + 1)]))
        {
            count++;
        }

        return count;
    }
}
