using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DocExchange.Trust.Keys;

internal enum SignatureFamily
{
    RsaPkcs1,
    RsaPss,
    Ecdsa,
    Sm2,
    Ed25519,
}

/// <summary>
/// What an AlgorithmIdentifier of a signature means. SHA-1 and MD5 are not among the schemes.
/// <paramref name="Hash"/> is the default value for SM2 and Ed25519, which fix theirs.
/// </summary>
internal readonly record struct SignatureScheme(SignatureFamily Family, HashAlgorithmName Hash = default)
{
    // GM/T 0006 names the SM2 key algorithm by the arc of its curve; sm2sign below is 301.1, which GB/T 35275 writes.
    private static readonly DerObjectIdentifier Sm2Key = new("1.2.156.10197.1.301");

    private static readonly Dictionary<DerObjectIdentifier, SignatureScheme> Known = new()
    {
        [PkcsObjectIdentifiers.Sha256WithRsaEncryption] = new(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA256),
        [PkcsObjectIdentifiers.Sha384WithRsaEncryption] = new(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA384),
        [PkcsObjectIdentifiers.Sha512WithRsaEncryption] = new(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA512),
        [X9ObjectIdentifiers.ECDsaWithSha256] = new(SignatureFamily.Ecdsa, HashAlgorithmName.SHA256),
        [X9ObjectIdentifiers.ECDsaWithSha384] = new(SignatureFamily.Ecdsa, HashAlgorithmName.SHA384),
        [X9ObjectIdentifiers.ECDsaWithSha512] = new(SignatureFamily.Ecdsa, HashAlgorithmName.SHA512),
        [GMObjectIdentifiers.sm2sign_with_sm3] = new(SignatureFamily.Sm2),
        [EdECObjectIdentifiers.id_Ed25519] = new(SignatureFamily.Ed25519),
    };

    private static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Digests = new()
    {
        [NistObjectIdentifiers.IdSha256] = HashAlgorithmName.SHA256,
        [NistObjectIdentifiers.IdSha384] = HashAlgorithmName.SHA384,
        [NistObjectIdentifiers.IdSha512] = HashAlgorithmName.SHA512,
    };

    /// <summary>The algorithm a key of this kind signs with here, with the parameters its standard prescribes.</summary>
    public static AlgorithmIdentifier IdentifierFor(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Rsa => new AlgorithmIdentifier(PkcsObjectIdentifiers.Sha256WithRsaEncryption, DerNull.Instance),
        KeyAlgorithm.Sm2 => new AlgorithmIdentifier(GMObjectIdentifiers.sm2sign_with_sm3),
        KeyAlgorithm.Ed25519 => new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
        _ => new AlgorithmIdentifier(X9ObjectIdentifiers.ECDsaWithSha256),
    };

    /// <summary>Null for an algorithm that is not supported.</summary>
    /// <param name="digest">What hashes where <paramref name="algorithm"/> does not say it.</param>
    public static SignatureScheme? Of(AlgorithmIdentifier algorithm, DerObjectIdentifier? digest)
    {
        if (Known.TryGetValue(algorithm.Algorithm, out var scheme))
        {
            return scheme;
        }

        if (algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdRsassaPss))
        {
            return Pss(algorithm);
        }

        return digest is null ? null : OfKeyAlgorithm(algorithm.Algorithm, digest);
    }

    private static SignatureScheme? OfKeyAlgorithm(DerObjectIdentifier algorithm, DerObjectIdentifier digest)
    {
        if (digest.Equals(GMObjectIdentifiers.sm3))
        {
            var isSm2 = algorithm.Equals(Sm2Key) || algorithm.Equals(GMObjectIdentifiers.sm2sign) || algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey);
            return isSm2 ? new SignatureScheme(SignatureFamily.Sm2) : null;
        }

        if (!Digests.TryGetValue(digest, out var hash))
        {
            return null;
        }

        return algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption) ? new SignatureScheme(SignatureFamily.RsaPkcs1, hash)
            : algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) ? new SignatureScheme(SignatureFamily.Ecdsa, hash)
            : null;
    }

    /// <summary>RFC 4055 §3.1: only MGF1 with the same hash and a salt as long as the hash, which is what .NET verifies.</summary>
    private static SignatureScheme? Pss(AlgorithmIdentifier algorithm)
    {
        try
        {
            var parameters = RsassaPssParameters.GetInstance(algorithm.Parameters);
            if (parameters is null || !Digests.TryGetValue(parameters.HashAlgorithm.Algorithm, out var hash))
            {
                return null;
            }

            var mask = AlgorithmIdentifier.GetInstance(parameters.MaskGenAlgorithm.Parameters);
            var fits = parameters.MaskGenAlgorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdMgf1)
                && mask.Algorithm.Equals(parameters.HashAlgorithm.Algorithm)
                && parameters.SaltLength.HasValue(SizeOf(hash))
                && parameters.TrailerField.HasValue(1);
            return fits ? new SignatureScheme(SignatureFamily.RsaPss, hash) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidCastException or InvalidOperationException)
        {
            return null;
        }
    }

    private static int SizeOf(HashAlgorithmName hash) => hash == HashAlgorithmName.SHA256 ? 32 : hash == HashAlgorithmName.SHA384 ? 48 : 64;
}
