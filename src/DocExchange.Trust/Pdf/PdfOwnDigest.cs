using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// Whether a value is a signature of just these bytes: by its digest, and by the key of the certificate it names, since anybody can write a digest. Nothing is said of
/// whether that certificate is trusted.
/// </summary>
internal static class PdfOwnDigest
{
    /// <param name="work">What verifying the value draws on; false where it takes more.</param>
    public static bool Fits(ReadOnlyMemory<byte> value, PdfSignatureField field, ContentDigests digests, CmsLimits limits, FileWork work)
    {
        try
        {
            return CmsSignedData.LooksLike(value.Span) ? FitsCms(value, field, digests, limits, work) : FitsSeal(SealSignature.ParseForeign(value), digests);
        }
        catch (Exception fault) when (fault is CmsFormatException or SealFormatException)
        {
            return false;
        }
    }

    private static bool FitsSeal(SealSignature signature, ContentDigests digests) =>
        SealValidator.DigestsFor(signature).Any(algorithm => IsSame(digests.Get(algorithm), signature.DataHash))
        && SealSignatureValue.Check(signature.SignerCertificate, signature.SignatureAlgorithm, signature.SignedBytes, signature.Signature) == SignatureValueCheck.Valid;

    private static bool FitsCms(ReadOnlyMemory<byte> value, PdfSignatureField field, ContentDigests digests, CmsLimits limits, FileWork work)
    {
        var signed = CmsSignedData.Parse(value, limits);
        if (field.SubFilter == PdfSignatureField.Sha1)
        {
            return signed.Content is { } content && IsSame(digests.Get(DigestAlgorithm.Sha1), content) && IsOver(ContentDigests.Of(content), signed, work);
        }

        return !field.IsTimestamp ? IsOver(digests, signed, work)
            : TimestampToken.TryParse(value, limits) is { Info: var info } && info.Imprint.DigestAlgorithm is { } algorithm
                && IsSame(digests.Get(algorithm), info.Imprint.Digest) && signed.Content is { } token && IsOver(ContentDigests.Of(token), signed, work);
    }

    /// <summary>By its signer, of whom there is one (ISO 32000-1 §12.8.3.3.1).</summary>
    private static bool IsOver(ContentDigests content, CmsSignedData signed, FileWork work) => signed.Signers is [var signer]
        && DigestAlgorithms.Of(signer.DigestAlgorithm.Oid) is { } algorithm
        && (signer.SignedAttributes is not { } attributes || (attributes.ReadMessageDigest() is { } digest && IsSame(content.Get(algorithm), digest)))
        && SignatureValue.Measure(signer, SigningCertificate.Find(signer, signed.Certificates).Certificate, content, work).Check == SignatureCheck.Valid;

    private static bool IsSame(byte[]? digest, ReadOnlyMemory<byte> stated) => digest is not null && stated.Span.SequenceEqual(digest);
}
