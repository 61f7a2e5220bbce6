using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.X509;

namespace DocExchange.Trust.Keys;

internal static class PublicKeys
{
    /// <summary>Read from subjectPublicKeyInfo alone, so that no key is constructed for it; null for an unknown one.</summary>
    public static KeyAlgorithm? AlgorithmOf(X509Certificate certificate) => AlgorithmOf(certificate.CertificateStructure.SubjectPublicKeyInfo);

    public static KeyAlgorithm? AlgorithmOf(SubjectPublicKeyInfo info)
    {
        var algorithm = info.Algorithm.Algorithm;
        if (algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption))
        {
            return KeyAlgorithm.Rsa;
        }

        if (algorithm.Equals(EdECObjectIdentifiers.id_Ed25519))
        {
            return KeyAlgorithm.Ed25519;
        }

        if (!algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) || info.Algorithm.Parameters is not DerObjectIdentifier curve)
        {
            return null;
        }

        return curve switch
        {
            _ when curve.Equals(SecObjectIdentifiers.SecP256r1) => KeyAlgorithm.EcdsaP256,
            _ when curve.Equals(SecObjectIdentifiers.SecP384r1) => KeyAlgorithm.EcdsaP384,
            _ when curve.Equals(SecObjectIdentifiers.SecP521r1) => KeyAlgorithm.EcdsaP521,
            _ when curve.Equals(GMObjectIdentifiers.sm2p256v1) => KeyAlgorithm.Sm2,
            _ => null,
        };
    }
}
