using System.Security.Cryptography;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace DocExchange.Benchmarks.Trust;

/// <summary>
/// The primitive alone, with the library that DocExchange uses for it and a key kept ready: what no signature format
/// can be faster than. The message is as long as the signed attributes of a CMS signature.
/// </summary>
internal sealed class RawSignature : IDisposable
{
    private const int MessageSize = 240;

    private readonly byte[] message = RandomNumberGenerator.GetBytes(MessageSize);
    private readonly RSA? rsa;
    private readonly ECDsa? ecdsa;
    private readonly SM2Signer? signing;
    private readonly SM2Signer? verifying;
    private readonly byte[] value;

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
                ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
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

        return rsa?.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? ecdsa!.SignData(message, HashAlgorithmName.SHA256);
    }

    public bool Verify()
    {
        if (verifying is not null)
        {
            verifying.BlockUpdate(message);
            return verifying.VerifySignature(value);
        }

        return rsa?.VerifyData(message, value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? ecdsa!.VerifyData(message, value, HashAlgorithmName.SHA256);
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
