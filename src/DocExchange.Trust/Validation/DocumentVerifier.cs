using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>Judges documents that carry their signatures inside: OFD and PDF.</summary>
public static class DocumentVerifier
{
    private const int ProbeSize = 1024;

    /// <summary>Null, with the stream at its start, where the file is neither.</summary>
    /// <param name="file">Seekable; not closed.</param>
    public static async Task<FileVerdict?> TryVerifyAsync(Stream file, FileDemands demands, CancellationToken cancellation)
    {
        var start = await ReadStartAsync(file, cancellation);

        // A signature may hold any file, and is not what it holds; as text it cannot look like one.
        if (start is [0x30, ..] && CmsSignedData.LooksLike(start))
        {
            return null;
        }

        if (IsPdf(start))
        {
            var pdf = await new PdfVerifier(demands.Store, demands.Policy).VerifyAsync(file, demands.At, cancellation);
            return new FileVerdict(SignedFileKind.Pdf, pdf.Verdict, Document: pdf);
        }

        if (!await OfdVerifier.LooksLikeOfdAsync(file, OfdLimits.Default, cancellation))
        {
            return null;
        }

        var ofd = await new OfdVerifier(demands.Store, demands.Policy).VerifyAsync(file, demands.At, cancellation);
        return new FileVerdict(SignedFileKind.Ofd, ofd.Verdict, Document: ofd);
    }

    private static async Task<byte[]> ReadStartAsync(Stream file, CancellationToken cancellation)
    {
        var start = new byte[ProbeSize];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return start[..read];
    }

    // ISO 32000-1 Annex H, note 13: readers take the header anywhere in the first 1,024 bytes.
    private static bool IsPdf(ReadOnlySpan<byte> start) => start.IndexOf("%PDF-"u8) >= 0 && !start.StartsWith("PK"u8);
}
