namespace DocExchange.Trust.Pdf;

/// <summary>Where the objects of a PDF begin and which are referred to, found by looking at every byte: also what no table names.</summary>
internal sealed class PdfIndex
{
    // More would fill the memory.
    private const int MaxEntries = 500_000;

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
                if (NumberBefore(bytes, at, isSpaced: true) is { } target)
                {
                    entries += index.references.TryAdd(target, at) ? 1 : 0;
                }
            }
            else if (bytes[at..].StartsWith("obj"u8) && NumberBefore(bytes, at, isSpaced: false) is { } number)
            {
                index.objects.TryAdd(number, []);
                index.objects[number].Add(at + 3);
                entries++;
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
    private static int? NumberBefore(ReadOnlySpan<byte> bytes, int at, bool isSpaced)
    {
        var before = bytes[..at].TrimEnd("\0\t\n\f\r "u8);
        if (isSpaced && before.Length == at)
        {
            return null;
        }

        var generation = Digits(before);
        var between = before[..^generation].TrimEnd("\0\t\n\f\r "u8);
        var digits = Digits(between);
        return generation > 0 && digits > 0 && between.Length < before.Length - generation && int.TryParse(between[^digits..], out var number) ? number : null;
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
