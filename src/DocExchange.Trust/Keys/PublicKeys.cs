using DocExchange.Trust.Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.X509;

namespace DocExchange.Trust.Keys;

/// <summary>Everything done with a public key: naming its algorithm and verifying with it.</summary>
internal static class PublicKeys
{
    private const int CachedKeys = 1024;

    private static readonly BoundedCache<Digests.Digest, VerificationKey?> Cache = new(CachedKeys);

    /// <summary>Read from subjectPublicKeyInfo alone, so that no key is constructed for it; null for an unknown one.</summary>
    public static KeyAlgorithm? AlgorithmOf(X509Certificate certificate) => AlgorithmOf(certificate.CertificateStructure.SubjectPublicKeyInfo);

    public static KeyAlgorithm? AlgorithmOf(SubjectPublicKeyInfo info) => AlgorithmOf(info.Algorithm);

    /// <summary>The AlgorithmIdentifier of a public or a private key.</summary>
    public static KeyAlgorithm? AlgorithmOf(AlgorithmIdentifier identifier)
    {
        var algorithm = identifier.Algorithm;
        if (algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption))
        {
            return KeyAlgorithm.Rsa;
        }

        if (algorithm.Equals(PkcsObjectIdentifiers.IdRsassaPss))
        {
            return KeyAlgorithm.RsaPss;
        }

        if (algorithm.Equals(EdECObjectIdentifiers.id_Ed25519))
        {
            return KeyAlgorithm.Ed25519;
        }

        if (!algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) || identifier.Parameters is not DerObjectIdentifier curve)
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

    /// <summary>
    /// Whether <paramref name="value"/> is the signer's signature over <paramref name="data"/>. False also for an
    /// algorithm that is not known (ask <see cref="SignatureScheme.Of"/> first to tell the two apart), that does not
    /// fit the key, and for a value that cannot be read. The signer's certificate is not judged. The constructed key
    /// is kept in a bounded cache. Safe for concurrent use.
    /// </summary>
    /// <param name="digest">
    /// The digest of a CMS SignerInfo, used where <paramref name="algorithm"/> names only the key (rsaEncryption,
    /// id-ecPublicKey, SM2).
    /// </param>
    public static bool Verify(Certificate signer, AlgorithmIdentifier algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value, DerObjectIdentifier? digest = null) =>
        SignatureScheme.Of(algorithm, digest) is { } scheme && KeyOf(signer) is { } key && key.Verify(scheme, data, value);

    /// <summary>
    /// The same as a measurement, with MD5 and SHA-1 among the algorithms: null where algorithm or key is not supported, so
    /// that nothing was verified.
    /// </summary>
    public static bool? Measure(Certificate signer, AlgorithmIdentifier algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value, DerObjectIdentifier? digest)
    {
        if (SignatureScheme.OfAnyAge(algorithm, digest) is not { } scheme || KeyOf(signer) is not { } key)
        {
            return null;
        }

        return key.Verify(scheme, data, value);
    }

    /// <summary>Whether <see cref="Measure"/> would verify anything.</summary>
    public static bool IsSupported(Certificate signer, AlgorithmIdentifier algorithm, DerObjectIdentifier digest) =>
        SignatureScheme.OfAnyAge(algorithm, digest) is not null && KeyOf(signer) is not null;

    /// <summary>
    /// The same where no more than the digest of the data is at hand: null also for keys whose values cover the data itself
    /// (SM2, Ed25519).
    /// </summary>
    /// <param name="hashed">The digest that <paramref name="algorithm"/> names, otherwise that of <paramref name="digest"/>.</param>
    public static bool? MeasureDigest(Certificate signer, AlgorithmIdentifier algorithm, ReadOnlySpan<byte> hashed, ReadOnlySpan<byte> value, DerObjectIdentifier digest) =>
        SignatureScheme.OfAnyAge(algorithm, digest) is { } scheme && KeyOf(signer) is { } key ? key.VerifyDigest(scheme, hashed, value) : null;

    /// <summary>The same for an algorithm without parameters, by its dotted OID.</summary>
    public static bool Verify(Certificate signer, string algorithmOid, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value) =>
        Verify(signer, new AlgorithmIdentifier(new DerObjectIdentifier(algorithmOid)), data, value);

    /// <summary>The same over a bare public key, which is not cached.</summary>
    public static bool Verify(SubjectPublicKeyInfo publicKey, AlgorithmIdentifier algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value)
    {
        using var key = VerificationKey.Open(publicKey);
        return key is not null && SignatureScheme.Of(algorithm, null) is { } scheme && key.Verify(scheme, data, value);
    }

    /// <summary>An RSA key under 2,048 bits, or one that cannot be read.</summary>
    public static bool IsTooSmall(SubjectPublicKeyInfo info)
    {
        if (AlgorithmOf(info) != KeyAlgorithm.Rsa)
        {
            return false;
        }

        try
        {
            return RsaPublicKeyStructure.GetInstance(info.ParsePublicKey()).Modulus.BitLength < RsaPrivateKey.MinBits;
        }
        catch (Exception fault) when (fault is ArgumentException or IOException or InvalidCastException or InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Whether a key can be made of it at all: a point on its curve, in sizes that are allowed.</summary>
    public static bool IsUsable(Certificate certificate) => KeyOf(certificate) is not null;

    /// <summary>Null for a key that is not known or outside the allowed sizes.</summary>
    private static VerificationKey? KeyOf(Certificate certificate)
    {
        if (!Cache.TryGet(certificate.Fingerprint, out var key))
        {
            key = VerificationKey.Open(certificate.Inner.CertificateStructure.SubjectPublicKeyInfo);
            Cache.Put(certificate.Fingerprint, key);
        }

        return key;
    }
}
