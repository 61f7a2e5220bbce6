using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Pdf;

/// <summary>Measures one signature of a PDF after the other: its value, the digests of what it covers, whether anything was added after it.</summary>
internal sealed class PdfSignatureReader(PdfBytes bytes, CmsLimits limits)
{
    /// <param name="isLast">No signature that is more than a time-stamp comes after it.</param>
    public async Task<PdfSignatureFacts> ReadAsync(PdfSignatureField field, bool isLast, CancellationToken cancellation)
    {
        var file = bytes.File;
        var contents = await PdfScanner.ReadContentsAsync(file, field, cancellation);
        var digests = AlgorithmsOf(Trim(contents, limits), field, limits) is { } algorithms ? await bytes.DigestAsync(field, algorithms, cancellation) : null;
        var added = file.Length - field.End;
        return new PdfSignatureFacts
        {
            GapStart = field.GapStart,
            GapEnd = field.GapEnd,
            End = field.End,
            SubFilter = field.SubFilter,
            Filter = field.Filter,
            Value = contents,
            Digests = digests?.All,
            IsLikeAttributes = digests?.IsLikeAttributes,
            Coverage = added == 0 ? PdfFindings.CoversWholeFile : await CoverageAsync(field, added, isLast, cancellation),
        };
    }

    /// <summary>
    /// Programs that show a PDF differ in how they read one that is not quite right, so no look at what was added can tell that
    /// it changes nothing of what the signer saw (ISO 32000-2 §12.8.2.2 lets additions follow; what they may hide has no end).
    /// </summary>
    private async Task<Finding> CoverageAsync(PdfSignatureField field, long added, bool isLast, CancellationToken cancellation)
    {
        // A time-stamp before a signature vouches for nothing that was added.
        var isHarmless = (field.IsTimestamp && !isLast) || await IsBlankAsync(bytes.File, field.End, cancellation);
        return isHarmless ? PdfFindings.LaterRevision(added)
            : isLast ? PdfFindings.AddedAfterLast(added)
            : PdfFindings.AddedAfter(added, field.End);
    }

    /// <summary>Contents is reserved before its size is known and filled up with zeros.</summary>
    public static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> contents, CmsLimits limits)
    {
        try
        {
            var length = contents.Length > 0 ? BerScan.Over(contents.Span, limits).Length : 0;
            return contents.Span[length..].ContainsAnyExcept((byte)0) ? contents : contents[..length];
        }
        catch (CmsFormatException)
        {
            return contents;
        }
    }

    /// <summary>Null where it is no signature that could be judged by a digest.</summary>
    public static IReadOnlyCollection<DigestAlgorithm>? AlgorithmsOf(ReadOnlyMemory<byte> value, PdfSignatureField field, CmsLimits limits)
    {
        try
        {
            if (!CmsSignedData.LooksLike(value.Span))
            {
                return SealValidator.DigestsFor(SealSignature.ParseForeign(value));
            }

            var signed = CmsSignedData.Parse(value, limits);
            if (field.SubFilter == PdfSignatureField.Sha1)
            {
                return [DigestAlgorithm.Sha1];
            }

            return field.IsTimestamp
                ? TimestampToken.TryParse(value, limits)?.Info.Imprint.DigestAlgorithm is { } stated ? [stated] : []
                : signed.Signers.Select(signer => DigestAlgorithms.Of(signer.DigestAlgorithm.Oid)).OfType<DigestAlgorithm>().ToHashSet();
        }
        catch (Exception fault) when (fault is CmsFormatException or SealFormatException)
        {
            return null;
        }
    }

    // Line ends after %%EOF change nothing.
    private static async Task<bool> IsBlankAsync(Stream file, long start, CancellationToken cancellation)
    {
        const int Few = 16;
        if (file.Length - start > Few)
        {
            return false;
        }

        var rest = new byte[file.Length - start];
        file.Position = start;
        await file.ReadExactlyAsync(rest, cancellation);
        return !rest.AsSpan().ContainsAnyExcept("\r\n \0"u8);
    }
}
