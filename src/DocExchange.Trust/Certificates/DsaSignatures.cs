using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// DSA signatures on certificates and revocation lists, for judgements that ask for the path of RFC 5280 alone
/// (<see cref="CertificatePathOptions.AcceptsDsa"/>). What such a key verifies depends on the chain it stands in, since it
/// may inherit its parameters there; therefore no answer given here is ever one of <see cref="CheckedSignatures"/>.
/// </summary>
internal static class DsaSignatures
{
    // A key is checked at the cost of two verifications; it depends on these two certificates alone.
    private static readonly BoundedCache<(Digest Key, Digest Parameters), DsaVerificationKey?> Keys = new(256);

    public static bool IsOn(Certificate certificate) => DsaVerificationKey.IsScheme(certificate.Inner.CertificateStructure.SignatureAlgorithm);

    public static bool IsOn(RevocationList list) => DsaVerificationKey.IsScheme(list.Inner.CertificateList.SignatureAlgorithm);

    public static bool HasKey(Certificate certificate) => DsaVerificationKey.IsDsa(KeyInfoOf(certificate));

    /// <summary>Its DSA parameters are those of its issuer.</summary>
    public static bool Inherits(Certificate certificate) => DsaVerificationKey.OmitsParameters(KeyInfoOf(certificate));

    /// <param name="chain">Leaf first.</param>
    /// <param name="signer">Where in the chain the signer stands.</param>
    public static bool IsSignedBy(Certificate certificate, IReadOnlyList<Certificate> chain, int signer)
    {
        var outer = certificate.Inner.CertificateStructure;
        return outer.Signature.IsOctetAligned()
            && KeyOf(chain, signer)?.Verify(outer.SignatureAlgorithm, SignedPart.Of(certificate.Der), outer.Signature.GetBytes()) == true;
    }

    public static bool IsSignedBy(RevocationList list, IReadOnlyList<Certificate> chain, int signer)
    {
        var outer = list.Inner.CertificateList;
        return outer.Signature.IsOctetAligned()
            && KeyOf(chain, signer)?.Verify(outer.SignatureAlgorithm, SignedPart.Of(list.Der), outer.Signature.GetBytes()) == true;
    }

    /// <summary>
    /// The key of a certificate of the chain, with its own parameters or those of the nearest certificate above that has
    /// some. RFC 3279 §2.3.2: they are inherited from an issuer that signed by DSA, and an issuer with such a key signs by
    /// nothing else. Null where there are none.
    /// </summary>
    public static DsaVerificationKey? KeyOf(IReadOnlyList<Certificate> chain, int index)
    {
        for (var i = index; i < chain.Count && HasKey(chain[i]); i++)
        {
            if (!Inherits(chain[i]))
            {
                return Open(chain[index], chain[i]);
            }
        }

        return null;
    }

    private static DsaVerificationKey? Open(Certificate certificate, Certificate withParameters)
    {
        if (!Keys.TryGet((certificate.Fingerprint, withParameters.Fingerprint), out var key))
        {
            key = DsaVerificationKey.Open(KeyInfoOf(certificate), KeyInfoOf(withParameters).Algorithm.Parameters);
            Keys.Put((certificate.Fingerprint, withParameters.Fingerprint), key);
        }

        return key;
    }

    private static SubjectPublicKeyInfo KeyInfoOf(Certificate certificate) => certificate.Inner.CertificateStructure.SubjectPublicKeyInfo;
}
