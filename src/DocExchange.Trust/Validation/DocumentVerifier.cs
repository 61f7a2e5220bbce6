using DocExchange.Trust.Digests;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>Judges documents that carry their signatures inside: OFD and PDF.</summary>
public static class DocumentVerifier
{
    private const int ProbeSize = 1024;

    private static readonly Finding TwoKinds = Finding.Indeterminate(
        "FILE_TWO_KINDS", SubIndication.SigConstraintsFailure,
        "文件既是 PDF 又是 OFD，不同软件会显示不同的内容；只检验了其中一种。请向发文单位索取单一格式的文件。",
        "The file is a PDF and an OFD at once: programs show different content, and only one was judged. Ask its sender for a file of one kind.");

    /// <summary>Null, with the stream at its start, where the file is neither.</summary>
    /// <param name="file">Seekable; not closed.</param>
    /// <param name="keepsFacts">Whether what was measured is kept, which takes another round over the file.</param>
    /// <param name="mayBeSignature">Whether a file that begins as a CMS is one; the body of a package is shown as what its name says.</param>
    public static async Task<FileVerdict?> TryVerifyAsync(Stream file, FileDemands demands, bool keepsFacts, bool mayBeSignature, CancellationToken cancellation)
    {
        var start = await ReadStartAsync(file, cancellation);

        // A signature may hold any file, and is not what it holds; as text it cannot look like one.
        if (mayBeSignature && start is [0x30, ..] && (CmsSignedData.LooksLike(start) || await IsSealAsync(file, cancellation)))
        {
            return null;
        }

        if (IsPdf(start))
        {
            var fields = keepsFacts ? new KeptFacts<PdfSignatureFacts>() : null;
            var isOfd = await OfdVerifier.LooksLikeOfdAsync(file, OfdLimits.Default, cancellation);
            var pdf = With(isOfd, await new PdfVerifier(demands.Store, demands.Policy).VerifyAsync(file, demands.At, fields, cancellation));
            var kept = fields?.All is { } last ? new PdfFacts([.. last.Reverse()]) : null;
            return new FileVerdict(SignedFileKind.Pdf, pdf.Verdict, Facts: kept is null ? null : await FactsOfAsync(SignedFileKind.Pdf, file, pdf, demands, cancellation) with { Pdf = kept }, Document: pdf);
        }

        if (!await OfdVerifier.LooksLikeOfdAsync(file, OfdLimits.Default, cancellation))
        {
            return null;
        }

        var signatures = keepsFacts ? new KeptFacts<OfdSignatureFacts>() : null;
        var ofd = With(HasPdfHeader(start), await new OfdVerifier(demands.Store, demands.Policy).VerifyAsync(file, demands.At, signatures, cancellation));
        var facts = signatures?.All is { } all && file.Length <= OfdLimits.Default.MaxFileSize ? new OfdFacts(all, ofd.Uncovered) : null;
        return new FileVerdict(SignedFileKind.Ofd, ofd.Verdict, Facts: facts is null ? null : await FactsOfAsync(SignedFileKind.Ofd, file, ofd, demands, cancellation) with { Ofd = facts }, Document: ofd);
    }

    private static async Task<FileFacts> FactsOfAsync(SignedFileKind kind, Stream file, SignedDocument judged, FileDemands demands, CancellationToken cancellation)
    {
        file.Position = 0;
        return new FileFacts
        {
            Kind = kind,
            Sha256 = (await Digest.OfAsync(file, cancellation)).ToString(),
            GatheredAt = demands.At,
            IsOwn = demands.Policy.RequiresOwnForm,
            Usage = demands.Usage,
            Findings = judged.Verdict.Findings,
            Proofs = demands.Proofs,
            Trust = demands.Store,
        };
    }

    private static async Task<byte[]> ReadStartAsync(Stream file, CancellationToken cancellation)
    {
        var start = new byte[ProbeSize];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return start[..read];
    }

    /// <summary>The picture of a seal may be an OFD (GB/T 38540).</summary>
    private static async Task<bool> IsSealAsync(Stream file, CancellationToken cancellation)
    {
        if (file.Length > Seal.MaxSize)
        {
            return false;
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        file.Position = 0;
        return FileVerifier.SealIn(bytes) is not (null, null);
    }

    private static SignedDocument With(bool isOfTwoKinds, SignedDocument judged) =>
        isOfTwoKinds ? judged with { Verdict = new Verdict(judged.Verdict.Signatures, [.. judged.Verdict.Findings, TwoKinds]) } : judged;

    private static bool IsPdf(ReadOnlySpan<byte> start) => HasPdfHeader(start) && !start.StartsWith("PK"u8);

    // ISO 32000-1 Annex H, note 13: readers take the header anywhere in the first 1,024 bytes.
    private static bool HasPdfHeader(ReadOnlySpan<byte> start) => start.IndexOf("%PDF-"u8) >= 0;
}
