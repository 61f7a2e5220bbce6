using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// Finds the signatures of a PDF in its bytes. A signature value lies uncompressed in the file, at the place its own
/// ByteRange leaves out, so no object needs to be read to find it; a ByteRange that leaves out anything else belongs to
/// no signature of this file (a PDF inside a PDF, say).
/// </summary>
internal static partial class PdfScanner
{
    private const int WindowSize = 256 * 1024;
    private const int Surroundings = 8 * 1024;

    private static ReadOnlySpan<byte> Word => "/ByteRange"u8;

    /// <summary>
    /// In the order of what they cover, the first signature first. Ignored says how many ByteRanges were found that are
    /// of no signature of this file.
    /// </summary>
    public static async Task<(IReadOnlyList<PdfSignatureField> Fields, int Ignored, bool IsLimited)> FindAsync(Stream file, PdfLimits limits, CancellationToken cancellation)
    {
        var fields = new List<PdfSignatureField>();
        var ignored = 0;
        var positions = await FindWordsAsync(file, limits.MaxSignatures + 1, cancellation);
        var gaps = new PdfGaps(file, limits.MaxContentsSize);
        foreach (var position in positions.Take(limits.MaxSignatures))
        {
            if (await ReadFieldAsync(file, position, gaps, cancellation) is not { } field)
            {
                ignored++;
            }
            else if (fields.TrueForAll(known => known.GapStart != field.GapStart))
            {
                fields.Add(field);
            }
        }

        return ([.. fields.OrderBy(field => field.End)], ignored, positions.Count > limits.MaxSignatures || gaps.AreTooMuch);
    }

    /// <summary>Contents, the signature value; not kept with the field, since many large ones would fill the memory.</summary>
    public static async Task<byte[]> ReadContentsAsync(Stream file, PdfSignatureField field, CancellationToken cancellation) =>
        PdfGaps.Decode(await ReadAsync(file, field.GapStart, (int)(field.GapEnd - field.GapStart), cancellation));

    private static async Task<List<long>> FindWordsAsync(Stream file, int limit, CancellationToken cancellation)
    {
        var positions = new List<long>();
        var window = new byte[WindowSize];
        long start = 0;
        var kept = 0;
        file.Position = 0;
        while (positions.Count < limit)
        {
            var read = await file.ReadAsync(window.AsMemory(kept), cancellation);
            if (read == 0)
            {
                break;
            }

            var filled = kept + read;
            for (int from = 0, found; positions.Count < limit && (found = window.AsSpan(from, filled - from).IndexOf(Word)) >= 0; from += found + Word.Length)
            {
                positions.Add(start + from + found);
            }

            kept = Math.Min(Word.Length - 1, filled);
            window.AsSpan(filled - kept, kept).CopyTo(window);
            start += filled - kept;
        }

        return positions;
    }

    private static async Task<PdfSignatureField?> ReadFieldAsync(Stream file, long position, PdfGaps gaps, CancellationToken cancellation)
    {
        var text = await ReadTextAsync(file, position, 256, cancellation);
        if (Range().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var numbers = match.Groups.Values.Skip(1).Select(group => long.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        var (gapStart, gapEnd, end) = (numbers[0] + numbers[1], numbers[2], numbers[2] + numbers[3]);
        if (numbers[0] != 0 || gapEnd <= gapStart + 1 || end > file.Length || !await gaps.IsHexAsync(gapStart, gapEnd, cancellation))
        {
            return null;
        }

        // The dictionary stands around its Contents, on one side of it or on both.
        var before = await ReadTextAsync(file, Math.Max(0, gapStart - Surroundings), (int)Math.Min(Surroundings, gapStart), cancellation);
        var after = await ReadTextAsync(file, gapEnd, Surroundings, cancellation);
        var begin = before.LastIndexOf(" obj", StringComparison.Ordinal);
        var finish = after.IndexOf("endobj", StringComparison.Ordinal);
        var dictionary = (begin < 0 ? before : before[begin..]) + " " + (finish < 0 ? after : after[..finish]);
        if (!dictionary.Contains("/ByteRange", StringComparison.Ordinal) || !dictionary.Contains("/Contents", StringComparison.Ordinal))
        {
            return null;
        }

        return new PdfSignatureField(position, gapStart, gapEnd, end, NameAfter(dictionary, SubFilterName()), NameAfter(dictionary, FilterName()));
    }

    private static string? NameAfter(string dictionary, Regex key) => key.Match(dictionary) is { Success: true } match ? match.Groups["name"].Value : null;

    private static async Task<string> ReadTextAsync(Stream file, long position, int count, CancellationToken cancellation) =>
        Encoding.Latin1.GetString(await ReadAsync(file, position, (int)Math.Min(count, file.Length - position), cancellation));

    private static async Task<byte[]> ReadAsync(Stream file, long position, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        file.Position = position;
        await file.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    [GeneratedRegex(@"^/ByteRange\s*\[\s*(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s*\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Range();

    [GeneratedRegex(@"/SubFilter\s*/(?<name>[^\s/<>\[\]()]{1,64})", RegexOptions.CultureInvariant)]
    private static partial Regex SubFilterName();

    [GeneratedRegex(@"/Filter\s*/(?<name>[^\s/<>\[\]()]{1,64})", RegexOptions.CultureInvariant)]
    private static partial Regex FilterName();
}
