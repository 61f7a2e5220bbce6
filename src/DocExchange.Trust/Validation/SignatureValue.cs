using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1;

namespace DocExchange.Trust.Validation;

/// <summary>Verifies the value of a signature with a certificate's key, over the bytes as encoded, and measures its form.</summary>
internal static class SignatureValue
{
    /// <param name="content">What the value covers where there are no signed attributes; null where that is not at hand.</param>
    /// <param name="work">What verifying it draws on; null where nothing else does.</param>
    public static ValueFacts Measure(CmsSignerInfo signer, Certificate? certificate, ContentDigests? content, FileWork? work)
    {
        var digest = DigestAlgorithms.Of(signer.DigestAlgorithm.Oid);
        if (certificate is null)
        {
            return new ValueFacts(SignatureCheck.NotMade, [.. CmsAlgorithms.PolicyNames(digest, signer.SignatureAlgorithm, null)], null, null, true, true, false);
        }

        var key = certificate.Inner.CertificateStructure.SubjectPublicKeyInfo;
        var pair = certificate.KeyAlgorithm is { } kind && CurveSignature.IsMadeBy(kind) ? CurveSignature.Read(kind, signer.Signature) : null;
        return new ValueFacts(
            work?.TryPay(CostOf(signer, certificate, content), null) == false ? SignatureCheck.BeyondLimit : Check(signer, digest, certificate, content),
            [.. CmsAlgorithms.PolicyNames(digest, signer.SignatureAlgorithm, key)],
            CmsAlgorithms.RsaBits(key),
            IsInRange(certificate.KeyAlgorithm, pair),
            pair?.IsDer ?? true,
            pair is not { } value || value.HasLowS(certificate.KeyAlgorithm!.Value),
            IsOwnForm(signer, certificate));
    }

    private static long CostOf(CmsSignerInfo signer, Certificate certificate, ContentDigests? content) =>
        CmsAlgorithms.ToIdentifier(signer.SignatureAlgorithm) is { } identifier
            ? VerificationCost.Of(certificate, identifier, signer.SignedAttributes?.Encoded.Length ?? content?.Bytes?.Length ?? 0)
            : 0;

    private static SignatureCheck Check(CmsSignerInfo signer, DigestAlgorithm? digest, Certificate certificate, ContentDigests? content)
    {
        if (digest is not { } known || CmsAlgorithms.ToIdentifier(signer.SignatureAlgorithm) is not { } identifier)
        {
            return SignatureCheck.Unsupported;
        }

        // RFC 5652 §5.4: the attributes where there are any, otherwise the content.
        var covered = signer.SignedAttributes is { } attributes ? attributes.ToSignedBytes() : content?.Bytes;
        var digestOid = new DerObjectIdentifier(DigestAlgorithms.OidOf(known));
        if (covered is { } bytes)
        {
            return PublicKeys.Measure(certificate, identifier, bytes.Span, signer.Signature.Span, digestOid) switch
            {
                null => SignatureCheck.Unsupported,
                true => SignatureCheck.Valid,
                false => SignatureCheck.Invalid,
            };
        }

        if (!PublicKeys.IsSupported(certificate, identifier, digestOid))
        {
            return SignatureCheck.Unsupported;
        }

        // A digest alone does not show whether the attributes of another signature are passed off as the content: somebody must have looked.
        return content is { IsLikeAttributes: not null } && content.Get(CmsAlgorithms.DigestNamedBy(signer.SignatureAlgorithm) ?? known) is { } value
            && PublicKeys.MeasureDigest(certificate, identifier, value, signer.Signature.Span, digestOid) is { } isValid
            ? isValid ? SignatureCheck.Valid : SignatureCheck.Invalid
            : SignatureCheck.NotMade;
    }

    private static bool? IsInRange(KeyAlgorithm? key, CurveSignature? pair) =>
        key is { } kind && CurveSignature.IsMadeBy(kind) ? pair is { } value && value.IsInRange(kind) : null;

    /// <summary>Writes the signer anew from what was read and compares the bytes.</summary>
    private static bool IsOwnForm(CmsSignerInfo signer, Certificate certificate) =>
        CmsProfile.Find(certificate.KeyAlgorithm) is { } profile
        && signer.SignedAttributes?.ReadMessageDigest() is { } digest
        && signer.SigningTime is { } time
        && RewritesTo(signer, certificate, profile, digest, time);

    private static bool RewritesTo(CmsSignerInfo signer, Certificate certificate, CmsProfile profile, byte[] digest, DateTimeOffset time)
    {
        var signedAttributes = CmsWriter.SignedAttributes(certificate, profile, digest, time);
        var unsigned = signer.UnsignedAttributes is { } allowed && DerForm.IsDer(allowed.Encoded) ? allowed.Encoded : default;
        return CmsWriter.SignerInfo(certificate, profile, signedAttributes, signer.Signature.Span, unsigned.Span).AsSpan().SequenceEqual(signer.Encoded.Span);
    }
}
