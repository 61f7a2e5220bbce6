using System.Security.Cryptography;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace DocExchange.Benchmarks.Trust;

/// <summary>What is verified and not signed with.</summary>
public enum ForeignAlgorithm
{
    /// <summary>With SHA-256 and a salt as long.</summary>
    RsaPss,

    /// <summary>The same with as long a salt as there is room for, as OpenSSL has it by default: calculated here, .NET verifies no such salt.</summary>
    RsaPssLongSalt,

    Ed25519,
}

/// <summary>
/// The primitive alone, with the library that DocExchange uses for it and a key kept ready: what no signature format
/// can be faster than. The message is as long as the signed attributes of a CMS signature.
/// </summary>
internal sealed class RawSignature : IDisposable
{
    private const int MessageSize = 240;
    private const int DigestSize = 32;

    // Of a key of 2,048 bits (RFC 8017 §9.1.1).
    private const int LongestSalt = 256 - DigestSize - 2;

    private readonly byte[] message = RandomNumberGenerator.GetBytes(MessageSize);
    private readonly RSA? rsa;
    private readonly ECDsa? ecdsa;
    private readonly SM2Signer? signing;
    private readonly SM2Signer? verifying;
    private readonly Ed25519PrivateKeyParameters? edwards;
    private readonly RSASignaturePadding padding = RSASignaturePadding.Pkcs1;
    private readonly byte[] value;

    /// <summary>Both kinds of PSS beside what .NET verifies of it.</summary>
    public RawSignature(ForeignAlgorithm algorithm)
    {
        padding = RSASignaturePadding.Pss;
        rsa = algorithm == ForeignAlgorithm.Ed25519 ? null : RSA.Create(2048);
        edwards = algorithm == ForeignAlgorithm.Ed25519 ? new Ed25519PrivateKeyParameters(new SecureRandom()) : null;
        value = Sign();
    }

    public RawSignature(KeyAlgorithm algorithm)
    {
        switch (algorithm)
        {
            case KeyAlgorithm.Rsa:
                rsa = RSA.Create(2048);
                break;
            case KeyAlgorithm.Sm2:
                var pair = GenerateSm2();
                signing = new SM2Signer();
                signing.Init(forSigning: true, pair.Private);
                verifying = new SM2Signer();
                verifying.Init(forSigning: false, pair.Public);
                break;
            default:
                ecdsa = ECDsa.Create(algorithm switch
                {
                    KeyAlgorithm.EcdsaP384 => ECCurve.NamedCurves.nistP384,
                    KeyAlgorithm.EcdsaP521 => ECCurve.NamedCurves.nistP521,
                    _ => ECCurve.NamedCurves.nistP256,
                });
                break;
        }

        value = Sign();
    }

    public byte[] Sign()
    {
        if (signing is not null)
        {
            signing.BlockUpdate(message);
            return signing.GenerateSignature();
        }

        if (edwards is not null)
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: true, edwards);
            signer.BlockUpdate(message);
            return signer.GenerateSignature();
        }

        return rsa?.SignData(message, HashAlgorithmName.SHA256, padding) ?? ecdsa!.SignData(message, HashAlgorithmName.SHA256);
    }

    public bool Verify()
    {
        if (verifying is not null)
        {
            verifying.BlockUpdate(message);
            return verifying.VerifySignature(value);
        }

        if (edwards is not null)
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: false, edwards.GeneratePublicKey());
            signer.BlockUpdate(message);
            return signer.VerifySignature(value);
        }

        return rsa?.VerifyData(message, value, HashAlgorithmName.SHA256, padding) ?? ecdsa!.VerifyData(message, value, HashAlgorithmName.SHA256);
    }

    /// <summary>Signs as others do, for what is to be verified.</summary>
    public static ISignatureFactory FactoryFor(ForeignAlgorithm algorithm, AsymmetricKeyParameter key)
    {
        if (algorithm == ForeignAlgorithm.Ed25519)
        {
            return new Asn1SignatureFactory(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), key);
        }

        var digest = new AlgorithmIdentifier(NistObjectIdentifiers.IdSha256, DerNull.Instance);
        var salt = algorithm == ForeignAlgorithm.RsaPssLongSalt ? LongestSalt : DigestSize;
        var parameters = new RsassaPssParameters(digest, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1, digest), DerInteger.ValueOf(salt), DerInteger.One);
        return new Asn1SignatureFactory(new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss, parameters), key);
    }

    public void Dispose()
    {
        rsa?.Dispose();
        ecdsa?.Dispose();
    }

    private static AsymmetricCipherKeyPair GenerateSm2()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(GMObjectIdentifiers.sm2p256v1, new SecureRandom()));
        return generator.GenerateKeyPair();
    }
}
