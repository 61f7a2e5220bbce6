namespace DocExchange.Trust.Pdf;

/// <summary>
/// Whether a PDF is embedded in another one as it is: as the data of a stream (ISO 32000-1 §7.3.8) that has its length, and nothing in this file leads to an object
/// in there. The word stream alone is easily written before a signature that is to be taken for somebody else's.
/// </summary>
internal sealed class PdfEmbedding(Stream file)
{
    private const int MaxDictionary = 4 * 1024;
    private const int MaxLineEnd = 2;

    private Task<PdfCrossReferences?>? references;

    public static async Task<bool> BeginsAsync(Stream file, long start, CancellationToken cancellation) =>
        start + 5 <= file.Length && (await PdfScanner.ReadAsync(file, start, 5, cancellation)).AsSpan().SequenceEqual("%PDF-"u8);

    /// <param name="start">Of the PDF inside.</param>
    /// <param name="size">What must be in the stream.</param>
    public async Task<bool> HoldsAsync(long start, long size, CancellationToken cancellation)
    {
        var stated = LengthIn(await PdfScanner.ReadAsync(file, Math.Max(0, start - MaxDictionary), (int)Math.Min(start, MaxDictionary), cancellation));
        if (stated is null || await (references ??= PdfCrossReferences.ReadAsync(file, cancellation)) is not { } known)
        {
            return false;
        }

        var length = stated.IsReference ? await known.NumberAsync(stated.Number, cancellation) ?? -1 : stated.Number;
        if (length < size || length > file.Length - start)
        {
            return false;
        }

        var end = start + length;
        var behind = await PdfScanner.ReadAsync(file, end, (int)Math.Min(file.Length - end, MaxLineEnd + "endstream".Length), cancellation);
        return behind.AsSpan().TrimStart("\r\n"u8).StartsWith("endstream"u8) && known.StartsAt >= end && !known.LeadInto(start, end);
    }

    /// <summary>Of the stream that begins behind; null where none does.</summary>
    private static PdfLength? LengthIn(ReadOnlyMemory<byte> before)
    {
        for (var at = before.Span.LastIndexOf("obj"u8); at >= 0; at = before.Span[..at].LastIndexOf("obj"u8))
        {
            if (PdfSyntax.ObjectBefore(before.Span[..at]) is { } number && !IsInComment(before.Span[..number])
                && new PdfObjectReader(before[(at + 3)..], 0).ReadStream() is { } length)
            {
                return length;
            }
        }

        return null;
    }

    private static bool IsInComment(ReadOnlySpan<byte> before) => before[(before.LastIndexOfAny(PdfSyntax.LineEnds) + 1)..].Contains((byte)'%');
}
