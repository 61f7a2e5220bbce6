using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// Whether a signature is that of a PDF embedded in another one: its file is the data of a stream (ISO 32000-1 §7.3.8), and it still fits what it signed of it. Then its signer
/// signed just that, wherever it stands and whatever programs make of the file around it; what was altered is not made another file's by a stream around it.
/// </summary>
internal sealed class PdfEmbedding(Stream file, PdfLimits limits, CmsLimits cms)
{
    private const int MaxDictionary = 4 * 1024;
    private const int MaxLineEnd = 2;

    private readonly PdfBytes bytes = new(file, limits.MaxEmbeddedHashedOf(file.Length));
    private readonly Dictionary<PdfLength, IReadOnlyList<long>> lengths = [];
    private int looked;

    public static async Task<bool> BeginsAsync(Stream file, long start, CancellationToken cancellation) =>
        start + 5 <= file.Length && (await PdfScanner.ReadAsync(file, start, 5, cancellation)).AsSpan().SequenceEqual("%PDF-"u8);

    /// <summary>False too where it is more work than is done for them.</summary>
    /// <param name="start">Of the PDF inside, in the file.</param>
    /// <param name="field">As the PDF inside has it.</param>
    public async Task<bool> HoldsAsync(long start, PdfSignatureField field, CancellationToken cancellation)
    {
        if (looked++ >= limits.MaxEmbedded || !await IsInStreamAsync(start, field.End, cancellation))
        {
            return false;
        }

        var contents = await PdfScanner.ReadContentsAsync(file, field with { GapStart = start + field.GapStart, GapEnd = start + field.GapEnd }, cancellation);
        var value = PdfSignatureReader.Trim(contents, cms);
        return PdfSignatureReader.AlgorithmsOf(value, field, cms) is { Count: > 0 } algorithms
            && await bytes.DigestAsync(field, algorithms, cancellation, start) is { } digests && PdfOwnDigest.Fits(value, field, digests, cms);
    }

    private async Task<bool> IsInStreamAsync(long start, long size, CancellationToken cancellation)
    {
        if (LengthIn(await PdfScanner.ReadAsync(file, Math.Max(0, start - MaxDictionary), (int)Math.Min(start, MaxDictionary), cancellation)) is not { } stated)
        {
            return false;
        }

        foreach (var length in stated.Generation is null ? [stated.Number] : await FindAsync(stated, cancellation))
        {
            if (length >= size && length <= file.Length - start)
            {
                var end = start + length;
                var behind = await PdfScanner.ReadAsync(file, end, (int)Math.Min(file.Length - end, MaxLineEnd + "endstream".Length), cancellation);
                if (behind.AsSpan().TrimStart("\r\n"u8).StartsWith("endstream"u8))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private async Task<IReadOnlyList<long>> FindAsync(PdfLength stated, CancellationToken cancellation)
    {
        if (!lengths.TryGetValue(stated, out var found))
        {
            lengths[stated] = found = bytes.Take(file.Length) ? await stated.FindAsync(file, cancellation) : [];
        }

        return found;
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
