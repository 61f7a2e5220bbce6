using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Pdf;

/// <summary>What a signature is that does not stand where its own ByteRange says.</summary>
internal enum PdfHolding
{
    /// <summary>Not known to be one of a file inside.</summary>
    None,

    /// <summary>It is that of a file inside, of which this file uses nothing.</summary>
    Apart,

    /// <summary>It is that of a file inside, and this file may use what is in there as its own.</summary>
    Shared,
}

/// <summary>
/// Whether a signature is that of a PDF embedded in another one: its file is the data of a stream (ISO 32000-1 §7.3.8), and it still fits what it signed of it; what was altered
/// is not made another file's by a stream around it. What was signed may be changed by what stands behind it, too, so that no cross-reference may lead into the stream.
/// </summary>
internal sealed class PdfEmbedding(Stream file, PdfLimits limits, CmsLimits cms, FileWork work)
{
    private const int MaxDictionary = 4 * 1024;
    private const int MaxLineEnd = 2;

    private readonly PdfBytes bytes = new(file, limits.MaxEmbeddedHashedOf(file.Length));
    private readonly Dictionary<PdfLength, IReadOnlyList<long>> lengths = [];
    private int looked;
    private bool hasReferences;
    private PdfCrossReferences? references;

    public static async Task<bool> BeginsAsync(Stream file, long start, CancellationToken cancellation) =>
        start + 5 <= file.Length && (await PdfScanner.ReadAsync(file, start, 5, cancellation)).AsSpan().SequenceEqual("%PDF-"u8);

    /// <summary>None too where it is more work than is done for them.</summary>
    /// <param name="start">Of the PDF inside, in the file.</param>
    /// <param name="field">As the PDF inside has it.</param>
    public async Task<PdfHolding> HoldsAsync(long start, PdfSignatureField field, CancellationToken cancellation)
    {
        if (looked++ >= limits.MaxEmbedded || await StreamEndAsync(start, field.End, cancellation) is not { } end)
        {
            return PdfHolding.None;
        }

        var contents = await PdfScanner.ReadContentsAsync(file, field with { GapStart = start + field.GapStart, GapEnd = start + field.GapEnd }, cancellation);
        var value = PdfSignatureReader.Trim(contents, cms);
        var fits = PdfSignatureReader.AlgorithmsOf(value, field, cms) is { Count: > 0 } algorithms
            && await bytes.DigestAsync(field, algorithms, cancellation, start) is { } digests && PdfOwnDigest.Fits(value, field, digests, cms, work);
        return !fits ? PdfHolding.None : await IsUsedAsync(start, end, cancellation) ? PdfHolding.Shared : PdfHolding.Apart;
    }

    /// <summary>True too where it is not known.</summary>
    private async Task<bool> IsUsedAsync(long start, long end, CancellationToken cancellation)
    {
        if (!hasReferences)
        {
            (references, hasReferences) = (await PdfCrossReferences.ReadAsync(new PdfBytes(file, PdfLimits.MaxReferencesOf(file.Length)), cancellation), true);
        }

        return references is null || references.LeadInto(start, end);
    }

    /// <returns>The last, where several lengths are stated; null where there is no such stream.</returns>
    private async Task<long?> StreamEndAsync(long start, long size, CancellationToken cancellation)
    {
        if (LengthIn(await PdfScanner.ReadAsync(file, Math.Max(0, start - MaxDictionary), (int)Math.Min(start, MaxDictionary), cancellation)) is not { } stated)
        {
            return null;
        }

        var last = default(long?);
        foreach (var length in stated.Generation is null ? [stated.Number] : await FindAsync(stated, cancellation))
        {
            if (length >= size && length <= file.Length - start)
            {
                var end = start + length;
                var behind = await PdfScanner.ReadAsync(file, end, (int)Math.Min(file.Length - end, MaxLineEnd + "endstream".Length), cancellation);
                if (behind.AsSpan().TrimStart("\r\n"u8).StartsWith("endstream"u8))
                {
                    last = Math.Max(end, last ?? 0);
                }
            }
        }

        return last;
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
