using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;

namespace DocExchange.Trust.Keys;

/// <summary>A key that has no certificate yet. Safe for concurrent use.</summary>
public sealed class KeyPair : IUncertifiedKey
{
    private KeyPair(PrivateKey secret) => Secret = secret;

    public KeyAlgorithm Algorithm => Secret.Algorithm;

    internal PrivateKey Secret { get; }

    internal SubjectPublicKeyInfo PublicKeyInfo => Secret.PublicKeyInfo;

    /// <param name="rsaBits">2,048 to 8,192; only RSA looks at it.</param>
    public static KeyPair Generate(KeyAlgorithm algorithm, int rsaBits = 3072) => new(PrivateKey.Import(algorithm switch
    {
        KeyAlgorithm.Rsa => GenerateRsa(rsaBits),
        KeyAlgorithm.EcdsaP256 => GenerateEcdsa(ECCurve.NamedCurves.nistP256),
        KeyAlgorithm.EcdsaP384 => GenerateEcdsa(ECCurve.NamedCurves.nistP384),
        KeyAlgorithm.EcdsaP521 => GenerateEcdsa(ECCurve.NamedCurves.nistP521),
        KeyAlgorithm.Sm2 => GenerateSm2(),
        KeyAlgorithm.Ed25519 => PrivateKeyInfoFactory.CreatePrivateKeyInfo(new Ed25519PrivateKeyParameters(OsRandom.New())).GetDerEncoded(),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such key algorithm."),
    }));

    /// <summary>The key certificates of a suite are made for: P-256, or SM2.</summary>
    public static KeyPair Generate(Suite suite) => Generate(suite == Suite.Gm ? KeyAlgorithm.Sm2 : KeyAlgorithm.EcdsaP256);

    /// <summary>Reads what <see cref="ToEncryptedPkcs8"/> or another product wrote, DER or PEM.</summary>
    /// <exception cref="FormatException">The bytes are not an encrypted PKCS#8 key of a known algorithm.</exception>
    /// <exception cref="WrongPasswordException">The password does not open it.</exception>
    public static KeyPair FromEncryptedPkcs8(ReadOnlySpan<byte> derOrPem, string password)
    {
        var blocks = Pem.Blocks(derOrPem, "ENCRYPTED PRIVATE KEY");
        return blocks.Count == 1
            ? FromPkcs8(PasswordEncryption.DecryptPkcs8(blocks[0], password))
            : throw new FormatException($"One encrypted private key is expected, {blocks.Count} found.");
    }

    /// <summary>PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA256 (RFC 8018), DER.</summary>
    /// <param name="iterations">100,000 take about 20 ms.</param>
    public byte[] ToEncryptedPkcs8(string password, int iterations = PasswordEncryption.DefaultIterations)
    {
        var plain = Secret.ExportPkcs8();
        try
        {
            return PasswordEncryption.EncryptPkcs8(plain, password, iterations).GetDerEncoded();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The same as PEM, which OpenSSL reads.</summary>
    public string ToEncryptedPem(string password, int iterations = PasswordEncryption.DefaultIterations) =>
        Pem.Write("ENCRYPTED PRIVATE KEY", ToEncryptedPkcs8(password, iterations));

    /// <summary>A PKCS#10 request (RFC 2986) for this key, signed with it.</summary>
    public CertificateRequest CreateRequest(DistinguishedName subject)
    {
        var info = new CertificationRequestInfo(subject.ToName(), PublicKeyInfo, DerSet.Empty);
        var signature = Secret.Sign(info.GetDerEncoded());
        var request = new CertificationRequest(info, SignatureScheme.IdentifierFor(Algorithm), new DerBitString(signature));
        return CertificateRequest.Parse(request.GetDerEncoded());
    }

    Task<CertificateRequest> IUncertifiedKey.CreateRequestAsync(DistinguishedName subject, CancellationToken cancellation) => Task.FromResult(CreateRequest(subject));

    /// <summary>Whether the certificate was issued for this key.</summary>
    public bool Fits(Certificate certificate) =>
        PublicKeyInfo.PublicKey.Equals(certificate.Inner.CertificateStructure.SubjectPublicKeyInfo.PublicKey) && certificate.KeyAlgorithm == Algorithm;

    /// <summary>A signing key of its own: it stays usable when this pair is disposed of.</summary>
    /// <param name="chain">The certificates above, nearest first, without the root.</param>
    /// <exception cref="ArgumentException">The certificate is for another key.</exception>
    public ISigningKey Certified(Certificate certificate, IReadOnlyList<Certificate> chain)
    {
        if (!Fits(certificate))
        {
            throw new ArgumentException($"The certificate {certificate} is for another key than this one.", nameof(certificate));
        }

        return new SigningKey(Secret.Copy(), certificate, [.. chain]);
    }

    public void Dispose() => Secret.Dispose();

    /// <summary>Takes over the unencrypted bytes.</summary>
    internal static KeyPair FromPkcs8(byte[] pkcs8) => new(PrivateKey.Import(pkcs8));

    private static byte[] GenerateRsa(int bits)
    {
        if (bits is < RsaPrivateKey.MinBits or > VerificationKey.MaxRsaBits)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"An RSA key has {RsaPrivateKey.MinBits} to {VerificationKey.MaxRsaBits} bits.");
        }

        using var rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKey();
    }

    private static byte[] GenerateEcdsa(ECCurve curve)
    {
        using var ecdsa = ECDsa.Create(curve);
        return ecdsa.ExportPkcs8PrivateKey();
    }

    private static byte[] GenerateSm2()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(GMObjectIdentifiers.sm2p256v1, OsRandom.New()));
        return PrivateKeyInfoFactory.CreatePrivateKeyInfo(generator.GenerateKeyPair().Private).GetDerEncoded();
    }
}
