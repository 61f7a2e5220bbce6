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

    public static bool IsSignedBy(Certificate certificate, Certificate issuer) =>
        Known.TryGet((certificate.Fingerprint, issuer.Fingerprint), out var isValid)
            ? isValid
            : Remember(certificate.Fingerprint, issuer, Verify(certificate, issuer));

    public static bool IsSignedBy(RevocationList list, Certificate issuer) =>
        Known.TryGet((list.Fingerprint, issuer.Fingerprint), out var isValid)
            ? isValid
            : Remember(list.Fingerprint, issuer, Verify(list, issuer));

    public static bool IsSignedBy(OcspResponse response, Certificate responder) =>
        Known.TryGet((response.Fingerprint, responder.Fingerprint), out var isValid)
            ? isValid
            : Remember(response.Fingerprint, responder, response.IsSignedBy(responder));

    private static bool Remember(Digest signed, Certificate issuer, bool isValid)
    {
        Known.Put((signed, issuer.Fingerprint), isValid);
        return isValid;
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
            && PublicKeys.Verify(issuer, outer.SignatureAlgorithm, SignedPart.Of(list.Der), outer.Signature.GetBytes());
    }
}
