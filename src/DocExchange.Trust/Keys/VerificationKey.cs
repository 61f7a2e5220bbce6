using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace DocExchange.Trust.Keys;

/// <summary>A public key ready to verify with. Safe for concurrent use.</summary>
internal abstract class VerificationKey : IDisposable
{
    /// <summary>Smaller keys can no longer be told from forged ones. Whether 1,024 bits suffice is for policy to say.</summary>
    public const int MinRsaBits = 1024;
    public const int MaxRsaBits = 8192;

    /// <summary>The cost of a verification grows with the public exponent. In use are 3, 17 and 65,537; other products take 32 bits too.</summary>
    public const int MaxExponentBits = 32;

    /// <summary>Null for a key that is not known, malformed, or so large that verifying with it costs too much.</summary>
    public static VerificationKey? Open(SubjectPublicKeyInfo info)
    {
        try
        {
            return PublicKeys.AlgorithmOf(info) switch
            {
                KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss => IsReasonable(RsaPublicKeyStructure.GetInstance(info.ParsePublicKey())) ? new RsaVerificationKey(info) : null,
                KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521 => new EcdsaVerificationKey(info.GetDerEncoded()),
                KeyAlgorithm.Sm2 => new Sm2VerificationKey(PublicKeyFactory.CreateKey(info)),
                KeyAlgorithm.Ed25519 => IsOfFullOrder(info) ? new Ed25519VerificationKey((Ed25519PublicKeyParameters)PublicKeyFactory.CreateKey(info)) : null,
                _ => null,
            };
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A key from outside that cannot be constructed, for whichever reason, verifies nothing.
            return null;
        }
    }

    /// <summary>False for a scheme of another kind of key and for a value that cannot be read.</summary>
    public abstract bool Verify(SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value);

    /// <summary>Null for keys whose values do not cover a digest of the data alone.</summary>
    public virtual bool? VerifyDigest(SignatureScheme scheme, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value) => null;

    public virtual void Dispose()
    {
    }

    /// <summary>
    /// The cost of an RSA verification grows with modulus and exponent, and both come from outside. With the exponent 1 anybody
    /// signs: the padded digest is its own signature (FIPS 186-5 §5.1 has odd exponents only, RFC 8017 §3.1 from 3 on).
    /// </summary>
    private static bool IsReasonable(RsaPublicKeyStructure key) =>
        key.Modulus.BitLength is >= MinRsaBits and <= MaxRsaBits && key.Modulus.TestBit(0)
        && key.PublicExponent.BitLength is > 1 and <= MaxExponentBits && key.PublicExponent.TestBit(0);

    /// <summary>Under a key of small order one value is valid for many messages.</summary>
    private static bool IsOfFullOrder(SubjectPublicKeyInfo info) => Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.ValidatePublicKeyFull(info.PublicKey.GetOctets(), 0);
}

internal sealed class RsaVerificationKey : VerificationKey
{
    private readonly InstancePool<RSA> pool;
    private readonly RsaPublicKeyStructure key;
    private readonly bool isForPssAlone;
    private readonly SignatureScheme? demanded;

    /// <exception cref="ArgumentException">The parameters beside the key are none of PSS, or of a digest that is not known.</exception>
    public RsaVerificationKey(SubjectPublicKeyInfo info)
    {
        key = RsaPublicKeyStructure.GetInstance(info.ParsePublicKey());
        isForPssAlone = PublicKeys.AlgorithmOf(info) == KeyAlgorithm.RsaPss;
        if (isForPssAlone && info.Algorithm.Parameters is not null)
        {
            demanded = SignatureScheme.PssOfAnyAge(info.Algorithm) ?? throw new ArgumentException("The parameters of the key are none of PSS.", nameof(info));
        }

        var publicKey = key.GetDerEncoded();
        pool = new InstancePool<RSA>(() =>
        {
            var rsa = RSA.Create();
            rsa.ImportRSAPublicKey(publicKey, out _);
            return rsa;
        });
        pool.Return(pool.Rent());
    }

    public override bool Verify(SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value) =>
        scheme.Family is SignatureFamily.RsaPkcs1 or SignatureFamily.RsaPss && VerifyDigest(scheme, CryptographicOperations.HashData(scheme.Hash, data), value) == true;

    public override bool? VerifyDigest(SignatureScheme scheme, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value)
    {
        RSASignaturePadding? padding = scheme.Family switch
        {
            SignatureFamily.RsaPkcs1 => RSASignaturePadding.Pkcs1,
            SignatureFamily.RsaPss => RSASignaturePadding.Pss,
            _ => null,
        };
        if (padding is null || digest.Length != scheme.HashSize || !Allows(scheme))
        {
            return false;
        }

        if (scheme.IsUncommonPss)
        {
            return PssValue.IsValid(key, scheme, digest, value);
        }

        var rsa = pool.Rent();
        var isValid = rsa.VerifyHash(digest, value, scheme.Hash, padding);
        pool.Return(rsa);
        return isValid;
    }

    public override void Dispose() => pool.Dispose();

    /// <summary>RFC 4055 §1.2 and §3: PSS alone, and where the key has parameters, with theirs; the salt may be longer.</summary>
    private bool Allows(SignatureScheme scheme) =>
        !isForPssAlone
        || (scheme.Family == SignatureFamily.RsaPss
            && (demanded is not { } own || (scheme.Hash == own.Hash && scheme.Mask == own.Mask && scheme.SaltLength >= own.SaltLength)));
}

internal sealed class EcdsaVerificationKey : VerificationKey
{
    private readonly InstancePool<ECDsa> pool;

    public EcdsaVerificationKey(byte[] publicKeyInfo)
    {
        pool = new InstancePool<ECDsa>(() =>
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(publicKeyInfo, out _);
            return ecdsa;
        });
        pool.Return(pool.Rent());
    }

    public override bool Verify(SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value) =>
        scheme.Family == SignatureFamily.Ecdsa && VerifyDigest(scheme, CryptographicOperations.HashData(scheme.Hash, data), value) == true;

    public override bool? VerifyDigest(SignatureScheme scheme, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value)
    {
        if (scheme.Family != SignatureFamily.Ecdsa || digest.Length != scheme.HashSize)
        {
            return false;
        }

        var ecdsa = pool.Rent();
        var isValid = ecdsa.VerifyHash(digest, value, DSASignatureFormat.Rfc3279DerSequence);
        pool.Return(ecdsa);
        return isValid;
    }

    public override void Dispose() => pool.Dispose();
}

/// <summary>SM2 values are read as DER and, as many Chinese products write them, as 64 bytes r‖s.</summary>
internal sealed class Sm2VerificationKey(AsymmetricKeyParameter key) : VerificationKey
{
    private const int RawSize = 64;

    private readonly InstancePool<SM2Signer> der = new(() => Prepare(key, StandardDsaEncoding.Instance));
    private readonly InstancePool<SM2Signer> raw = new(() => Prepare(key, PlainDsaEncoding.Instance));

    public override bool Verify(SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value) =>
        scheme.Family == SignatureFamily.Sm2
        && ((value.Length == RawSize && Check(raw, data, value)) || Check(der, data, value));

    private static bool Check(InstancePool<SM2Signer> pool, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value)
    {
        var signer = pool.Rent();
        signer.BlockUpdate(data);
        var isValid = signer.VerifySignature(value.ToArray());
        pool.Return(signer);
        return isValid;
    }

    private static SM2Signer Prepare(AsymmetricKeyParameter key, IDsaEncoding encoding)
    {
        var signer = new SM2Signer(encoding);
        signer.Init(forSigning: false, new ParametersWithID(key, Sm2.UserId));
        return signer;
    }
}

internal sealed class Ed25519VerificationKey(Ed25519PublicKeyParameters key) : VerificationKey
{
    public override bool Verify(SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value)
    {
        if (scheme.Family != SignatureFamily.Ed25519 || value.Length != Ed25519PrivateKeyParameters.SignatureSize)
        {
            return false;
        }

        var signer = new Ed25519Signer();
        signer.Init(forSigning: false, key);
        signer.BlockUpdate(data);
        return signer.VerifySignature(value.ToArray());
    }
}
