using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Pdf;

/// <summary>The file while it is judged: what its signatures cover is hashed within one allowance for all of them.</summary>
internal sealed class PdfBytes(Stream file, long allowance)
{
    private long left = allowance;

    public Stream File => file;

    /// <summary>Null where that is more work than is left.</summary>
    public async Task<ContentDigests?> DigestAsync(PdfSignatureField field, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellation)
    {
        await using var range = new PdfRangeStream(file, field);
        var rounds = Math.Max(1, algorithms.Count);
        if (range.Length > left / rounds)
        {
            return null;
        }

        left -= range.Length * rounds;
        return await ContentDigests.OfAsync(range, algorithms, cancellation);
    }
}
