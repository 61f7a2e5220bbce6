using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;

namespace DocExchange.Trust.Validation;

/// <summary>Judges documents that carry their signatures inside: OFD and PDF.</summary>
public static class DocumentVerifier
{
    private const int ProbeSize = 1024;

    /// <summary>Null, with the stream at its start, where the file is neither.</summary>
    /// <param name="file">Seekable; not closed.</param>
    public static async Task<FileVerdict?> TryVerifyAsync(Stream file, FileDemands demands, CancellationToken cancellation)
    {
        if (await IsPdfAsync(file, cancellation))
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

    // ISO 32000-1 Annex H, note 13: readers take the header anywhere in the first 1,024 bytes.
    private static async Task<bool> IsPdfAsync(Stream file, CancellationToken cancellation)
    {
        var start = new byte[ProbeSize];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return start.AsSpan(0, read).IndexOf("%PDF-"u8) >= 0 && !start.AsSpan().StartsWith("PK"u8);
    }
}
