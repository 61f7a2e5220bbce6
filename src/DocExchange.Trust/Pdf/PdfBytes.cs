using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Pdf;

/// <summary>The file while it is judged: what its signatures cover is hashed within one allowance for all of them.</summary>
/// <param name="allowance">Bytes.</param>
internal sealed class PdfBytes(Stream file, long allowance)
{
    private long left = allowance;

    public Stream File => file;

    /// <summary>Null where that is more work than is left.</summary>
    public async Task<ContentDigests?> DigestAsync(PdfSignatureField field, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellation)
    {
        await using var range = new PdfRangeStream(file, field);
        return Take(range.Length, Math.Max(1, algorithms.Count)) ? await ContentDigests.OfAsync(range, algorithms, cancellation) : null;
    }

    /// <returns>Whether so much work was left.</returns>
    public bool Take(long size, int rounds = 1)
    {
        if (size > left / rounds)
        {
            return false;
        }

        left -= size * rounds;
        return true;
    }
}
