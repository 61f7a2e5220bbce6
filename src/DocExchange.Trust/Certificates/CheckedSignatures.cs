using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Which certificate signed which certificate or revocation list. The answer depends on the bytes alone, so that it
/// is kept, bounded, for the whole process. Safe for concurrent use.
/// </summary>
internal static class CheckedSignatures
{
    private const int Capacity = 16 * 1024;

    private static readonly BoundedCache<(Digest Signed, Digest Signer), bool> Known = new(Capacity);

    /// <summary>By the key alone: anybody can make certificates of a key that is known.</summary>
    public static bool IsSignedBy(Certificate certificate, Certificate issuer) =>
        Known.TryGet((certificate.Fingerprint, issuer.PublicKeyFingerprint), out var isValid)
            ? isValid
            : Remember(certificate.Fingerprint, issuer.PublicKeyFingerprint, Verify(certificate, issuer));

    /// <summary>By MD5 or SHA-1 too: such a list clears nobody, but who says that it was not signed by its issuer says what is not so.</summary>
    public static bool IsSignedBy(RevocationList list, Certificate issuer) =>
        Known.TryGet((list.Fingerprint, issuer.Fingerprint), out var isValid)
            ? isValid
            : Remember(list.Fingerprint, issuer.Fingerprint, Verify(list, issuer));

    /// <inheritdoc cref="IsSignedBy(RevocationList, Certificate)"/>
    public static bool IsSignedBy(OcspResponse response, Certificate responder) =>
        Known.TryGet((response.Fingerprint, responder.Fingerprint), out var isValid)
            ? isValid
            : Remember(response.Fingerprint, responder.Fingerprint, response.IsSignedBy(responder));

    /// <summary>
    /// Whether its own key signed it, by MD5 or SHA-1 too: nothing rests on that signature. Where the algorithm or the key is none that is
    /// known, its key identifiers decide (RFC 5280 §4.2.1.1: all but self-signed certificates name their issuer's key).
    /// </summary>
    public static bool IsSelfSigned(Certificate certificate)
    {
        var name = (certificate.Fingerprint, default(Digest));
        if (!Known.TryGet(name, out var isOwn))
        {
            isOwn = VerifyOwn(certificate);
            Known.Put(name, isOwn);
        }

        return isOwn;
    }

    private static bool Remember(Digest signed, Digest signer, bool isValid)
    {
        Known.Put((signed, signer), isValid);
        return isValid;
    }

    private static bool VerifyOwn(Certificate certificate)
    {
        var outer = certificate.Inner.CertificateStructure;
        if (!outer.Signature.IsOctetAligned())
        {
            return false;
        }

        return DsaSignatures.IsOn(certificate)
            ? DsaSignatures.IsSignedBy(certificate, [certificate], 0)
            : PublicKeys.Measure(certificate, outer.SignatureAlgorithm, SignedPart.Of(certificate.Der), outer.Signature.GetBytes(), null)
                ?? (certificate.AuthorityKeyId is null || certificate.AuthorityKeyId == certificate.SubjectKeyId);
    }

    private static bool Verify(Certificate certificate, Certificate issuer)
    {
        var outer = certificate.Inner.CertificateStructure;
        return outer.Signature.IsOctetAligned()
            && PublicKeys.Verify(issuer, outer.SignatureAlgorithm, SignedPart.Of(certificate.Der), outer.Signature.GetBytes());
    }

    private static bool Verify(RevocationList list, Certificate issuer)
    {
        var outer = list.Inner.CertificateList;
        return outer.Signature.IsOctetAligned()
            && PublicKeys.Measure(issuer, outer.SignatureAlgorithm, SignedPart.Of(list.Der), outer.Signature.GetBytes(), null) == true;
    }
}
