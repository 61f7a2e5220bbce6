using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Oiw;
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
/// What an AlgorithmIdentifier of a signature means. SHA-1 and MD5 are among the schemes only where it is asked for those
/// of any age. <paramref name="Hash"/> is the default value for SM2 and Ed25519, which fix theirs.
/// </summary>
/// <param name="Mask">Of PSS: the digest of its mask where it is another than <paramref name="Hash"/>.</param>
/// <param name="Salt">Of PSS: its length in bytes where it is another than that of <paramref name="Hash"/>.</param>
internal readonly record struct SignatureScheme(SignatureFamily Family, HashAlgorithmName Hash = default, HashAlgorithmName? Mask = null, int? Salt = null)
{
    // The longest there is room for under the largest key.
    private const int MaxSalt = VerificationKey.MaxRsaBits / 8;

    /// <summary>How long a digest of <see cref="Hash"/> is, in bytes.</summary>
    public int HashSize => SizeOf(Hash);

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

    // Measured for what is proven to be old enough; the algorithm policy decides.
    private static readonly Dictionary<DerObjectIdentifier, SignatureScheme> Broken = new()
    {
        [PkcsObjectIdentifiers.MD5WithRsaEncryption] = new(SignatureFamily.RsaPkcs1, HashAlgorithmName.MD5),
        [PkcsObjectIdentifiers.Sha1WithRsaEncryption] = new(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA1),
        [X9ObjectIdentifiers.ECDsaWithSha1] = new(SignatureFamily.Ecdsa, HashAlgorithmName.SHA1),
    };

    private static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> BrokenDigests = new()
    {
        [PkcsObjectIdentifiers.MD5] = HashAlgorithmName.MD5,
        [OiwObjectIdentifiers.IdSha1] = HashAlgorithmName.SHA1,
    };

    private static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Digests = new()
    {
        [NistObjectIdentifiers.IdSha256] = HashAlgorithmName.SHA256,
        [NistObjectIdentifiers.IdSha384] = HashAlgorithmName.SHA384,
        [NistObjectIdentifiers.IdSha512] = HashAlgorithmName.SHA512,
    };

    /// <summary>PSS that .NET does not verify, and that costs more therefore.</summary>
    public bool IsUncommonPss => Mask is not null || Salt is not null;

    /// <summary>Of PSS, in bytes.</summary>
    public int SaltLength => Salt ?? SizeOf(Hash);

    /// <summary>The algorithm a key of this kind signs with here, with the parameters its standard prescribes.</summary>
    public static AlgorithmIdentifier IdentifierFor(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Rsa => new AlgorithmIdentifier(PkcsObjectIdentifiers.Sha256WithRsaEncryption, DerNull.Instance),
        KeyAlgorithm.Sm2 => new AlgorithmIdentifier(GMObjectIdentifiers.sm2sign_with_sm3),
        KeyAlgorithm.Ed25519 => new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
        KeyAlgorithm.RsaPss => throw new ArgumentException("Nothing here signs with a key for PSS alone.", nameof(algorithm)),
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

    /// <summary>
    /// The same with MD5 and SHA-1: what verifies under them says nothing unless a policy lets it.
    /// </summary>
    public static SignatureScheme? OfAnyAge(AlgorithmIdentifier algorithm, DerObjectIdentifier? digest)
    {
        if (Broken.TryGetValue(algorithm.Algorithm, out var scheme))
        {
            return scheme;
        }

        if (algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdRsassaPss))
        {
            return PssOfAnyAge(algorithm);
        }

        return Of(algorithm, digest) ?? (digest is not null && BrokenDigests.TryGetValue(digest, out var hash) ? OfKeyAlgorithm(algorithm.Algorithm, hash) : null);
    }

    /// <summary>It is known, and rests on MD5 or SHA-1.</summary>
    public static bool IsBroken(AlgorithmIdentifier algorithm) =>
        Broken.ContainsKey(algorithm.Algorithm) || (algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdRsassaPss) && PssOfAnyAge(algorithm) is not null && Pss(algorithm) is null);

    private static SignatureScheme? OfKeyAlgorithm(DerObjectIdentifier algorithm, DerObjectIdentifier digest)
    {
        if (digest.Equals(GMObjectIdentifiers.sm3))
        {
            var isSm2 = algorithm.Equals(Sm2Key) || algorithm.Equals(GMObjectIdentifiers.sm2sign) || algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey);
            return isSm2 ? new SignatureScheme(SignatureFamily.Sm2) : null;
        }

        return Digests.TryGetValue(digest, out var hash) ? OfKeyAlgorithm(algorithm, hash) : null;
    }

    private static SignatureScheme? OfKeyAlgorithm(DerObjectIdentifier algorithm, HashAlgorithmName hash) =>
        algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption) ? new SignatureScheme(SignatureFamily.RsaPkcs1, hash)
        : algorithm.Equals(X9ObjectIdentifiers.IdECPublicKey) ? new SignatureScheme(SignatureFamily.Ecdsa, hash)
        : null;

    /// <summary>RFC 4055 §3.1: any length of salt, and MGF1 with any digest, the other one too, that is not broken.</summary>
    private static SignatureScheme? Pss(AlgorithmIdentifier algorithm) =>
        PssOfAnyAge(algorithm) is { } scheme && Digests.ContainsValue(scheme.Hash) && Digests.ContainsValue(scheme.Mask ?? scheme.Hash) ? scheme : null;

    /// <summary>Null for parameters that are malformed, or name a digest or mask that is not known.</summary>
    /// <param name="algorithm">Of id-RSASSA-PSS.</param>
    public static SignatureScheme? PssOfAnyAge(AlgorithmIdentifier algorithm)
    {
        try
        {
            // RFC 4055 §3.1: absent parameters are the defaults, all of SHA-1.
            var parameters = algorithm.Parameters is null ? RsassaPssParameters.GetInstance(DerSequence.Empty) : RsassaPssParameters.GetInstance(algorithm.Parameters);
            if (parameters.MaskGenAlgorithm.Parameters is null)
            {
                return null;
            }

            var mask = AlgorithmIdentifier.GetInstance(parameters.MaskGenAlgorithm.Parameters);
            if (!parameters.MaskGenAlgorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdMgf1) || !parameters.TrailerField.HasValue(1)
                || HashOf(parameters.HashAlgorithm.Algorithm) is not { } hash || HashOf(mask.Algorithm) is not { } maskHash
                || !parameters.SaltLength.TryGetIntValueExact(out var salt) || salt is < 0 or > MaxSalt)
            {
                return null;
            }

            return new SignatureScheme(SignatureFamily.RsaPss, hash, maskHash == hash ? null : maskHash, salt == SizeOf(hash) ? null : salt);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidCastException or InvalidOperationException)
        {
            return null;
        }
    }

    private static HashAlgorithmName? HashOf(DerObjectIdentifier digest) =>
        Digests.TryGetValue(digest, out var hash) || BrokenDigests.TryGetValue(digest, out hash) ? hash : null;

    private static int SizeOf(HashAlgorithmName hash) => hash.Name switch
    {
        "MD5" => 16,
        "SHA1" => 20,
        "SHA256" => 32,
        "SHA384" => 48,
        _ => 64,
    };
}
