using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Pdf;

/// <summary>One section of the cross-references of a file, as a table or as a stream.</summary>
/// <param name="Objects">Where objects stand; those in streams of objects stand nowhere.</param>
/// <param name="Before">Where further sections stand; null for what is no number.</param>
internal sealed partial record PdfSection(IReadOnlyList<(long Number, long Position)> Objects, List<long?> Before)
{
    private const int MaxEntries = 100_000;
    private const int MaxField = 8;

    /// <summary>Null where it is not exactly as ISO 32000-1 §7.5.4 and §7.5.8 have it, or spelt in ways that programs read differently.</summary>
    /// <param name="bytes">From its beginning to the word startxref, or endstream.</param>
    public static PdfSection? Read(ReadOnlyMemory<byte> bytes)
    {
        var words = new PdfWords(bytes);
        return bytes.Span.StartsWith("xref"u8) && words.Is("xref") ? ReadTable(words) : words.Object() is not null ? ReadStream(words.Rest) : null;
    }

    private static PdfSection? ReadTable(PdfWords words)
    {
        var objects = new List<(long, long)>();
        for (var entries = 0L; ;)
        {
            var rest = words.Rest;
            if (words.Is("trailer"))
            {
                return KeysOf(words.Rest.Span) is { } keys && keys.Values("Prev") is { } previous && keys.Values("XRefStm") is { } streams
                    ? new PdfSection(objects, [.. previous.Concat(streams).Select(NumberOf)]) : null;
            }

            words = new PdfWords(rest);
            if (words.Number() is not { } first || words.Number() is not { } count || (entries += count) > MaxEntries)
            {
                return null;
            }

            for (var number = first; number < first + count; number++)
            {
                if (words.Number() is not { } position || words.Number() is null)
                {
                    return null;
                }

                var kind = words.Rest;
                if (words.Is("n"))
                {
                    objects.Add((number, position));
                }
                else if (!new PdfWords(kind).Is("f"))
                {
                    return null;
                }
            }
        }
    }

    private static PdfSection? ReadStream(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf("stream"u8);
        if (end < 0 || KeysOf(bytes.Span[..end]) is not { } keys || keys.Values("Type") is not ["/XRef"] || keys.Values("Prev") is not { } previous || keys.Values("XRefStm") is not []
            || Numbers(keys.Values("W")) is not [<= MaxField and var kind, <= MaxField and var position, <= MaxField and var generation]
            || Numbers(keys.Values("Size")) is not [var size] || (keys.Values("Index") is [] ? [0, size] : Numbers(keys.Values("Index"))) is not { } index || index.Count % 2 != 0
            || index.Where((_, i) => i % 2 == 1).Sum() is var count && count > MaxEntries)
        {
            return null;
        }

        var width = (int)(kind + position + generation);
        var data = bytes[(end + "stream".Length)..];
        data = data[(data.Span.StartsWith("\r\n"u8) ? 2 : 1)..];
        return Decode(data, keys, width, (int)count) is { } rows
            ? new PdfSection(Entries(rows, index, (int)kind, (int)position, width), [.. previous.Select(NumberOf)]) : null;
    }

    private static List<(long, long)> Entries(byte[] rows, IReadOnlyList<long> index, int kind, int position, int width)
    {
        var objects = new List<(long, long)>();
        var at = 0;
        for (var i = 0; i < index.Count; i += 2)
        {
            for (var number = index[i]; number < index[i] + index[i + 1]; number++, at += width)
            {
                // Without that field all are of type 1.
                if (kind == 0 || Value(rows.AsSpan(at, kind)) == 1)
                {
                    objects.Add((number, Value(rows.AsSpan(at + kind, position))));
                }
            }
        }

        return objects;

        static long Value(ReadOnlySpan<byte> bytes)
        {
            var value = 0L;
            foreach (var each in bytes)
            {
                value = (value << 8) | each;
            }

            return value & long.MaxValue;
        }
    }

    private static byte[]? Decode(ReadOnlyMemory<byte> data, ILookup<string, string> keys, int width, int count)
    {
        var filter = keys.Values("Filter") is { } filters ? string.Concat(filters).Trim('[', ']', ' ') : null;
        var isPredicted = Numbers(keys.Values("Predictor")) is [>= 10];
        if (filter is not ("" or "/FlateDecode") || !(isPredicted ? Numbers(keys.Values("Columns")) is [var columns] && columns == width : keys.Values("Predictor") is [] or ["1"]))
        {
            return null;
        }

        var packed = new byte[(width + (isPredicted ? 1 : 0)) * count];
        try
        {
            using var stream = new MemoryStream(data.ToArray());
            using Stream unpacked = filter.Length == 0 ? stream : new ZLibStream(stream, CompressionMode.Decompress);
            unpacked.ReadExactly(packed);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException)
        {
            return null;
        }

        return isPredicted ? Unpredict(packed, width, count) : packed;
    }

    /// <summary>Each row begins with how it follows from the one above (PNG): as it is, from the left, or from above. Nobody uses the others here.</summary>
    private static byte[]? Unpredict(byte[] packed, int width, int count)
    {
        var rows = new byte[width * count];
        for (var (row, from, to) = (0, 0, 0); row < count; row++, from++)
        {
            var how = packed[from];
            if (how > 2)
            {
                return null;
            }

            for (var column = 0; column < width; column++, to++)
            {
                var known = how == 1 && column > 0 ? rows[to - 1] : how == 2 && row > 0 ? rows[to - width] : 0;
                rows[to] = (byte)(packed[++from] + known);
            }
        }

        return rows;
    }

    /// <summary>The keys and values of a dictionary, whatever dictionary within it they stand in; null where it holds names by number, comments or texts.</summary>
    private static ILookup<string, string>? KeysOf(ReadOnlySpan<byte> dictionary)
    {
        var text = Encoding.Latin1.GetString(dictionary).Trim();
        return !text.StartsWith("<<", StringComparison.Ordinal) || !text.EndsWith(">>", StringComparison.Ordinal) || text.AsSpan().ContainsAny("#%()") ? null
            : KeyAndValue().Matches(text).ToLookup(match => match.Groups["key"].Value, match => match.Groups["value"].Value.Trim());
    }

    private static long? NumberOf(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IReadOnlyList<long>? Numbers(IReadOnlyList<string>? values) =>
        values is [var only] && only.Trim('[', ']').Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(NumberOf).ToList() is var numbers && numbers.TrueForAll(number => number is not null)
            ? [.. numbers.Select(number => number!.Value)] : null;

    [GeneratedRegex(@"/(?<key>[A-Za-z]+)\s*(?<value>/[^\s/<>\[\]]+|\[[^\]]*\]|<<|<[^>]*>|[0-9]+ +[0-9]+ +R|[^\s/<>\[\]]+)?", RegexOptions.NonBacktracking)]
    private static partial Regex KeyAndValue();
}

file static class Keys
{
    /// <summary>Null where the key stands there more than once: programs take one or the other.</summary>
    public static IReadOnlyList<string>? Values(this ILookup<string, string> keys, string key) => keys[key].ToList() is { Count: < 2 } values ? values : null;
}
