using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Trust.Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;

namespace DocExchange.Trust.Keys;

/// <summary>
/// A key with its certificates in one file (PKCS#12, RFC 7292). The key is encrypted by PBES2 with AES-256 and the
/// whole protected by HMAC-SHA256; the certificates, being public, are not encrypted. Both suites.
/// </summary>
public static class Pkcs12KeyFile
{
    /// <summary>The largest file that is read: 1 MiB.</summary>
    public const int MaxSize = 1024 * 1024;

    private const int MaxCertificates = 32;

    /// <param name="chain">The certificates above, nearest first.</param>
    /// <param name="iterations">For key and MAC each; 100,000 take about 50 ms when opening the file.</param>
    /// <exception cref="ArgumentException">The certificate is for another key.</exception>
    public static byte[] Write(KeyPair key, Certificate certificate, IReadOnlyList<Certificate> chain, string password, int iterations = PasswordEncryption.DefaultIterations)
    {
        if (!key.Fits(certificate))
        {
            throw new ArgumentException($"The certificate {certificate} is for another key than this one.", nameof(certificate));
        }

        var keyId = new DerSet(new DerSequence(
            PkcsObjectIdentifiers.Pkcs9AtLocalKeyID, new DerSet(new DerOctetString(certificate.Fingerprint.ToArray()))));
        var encrypted = EncryptedPrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(key.ToEncryptedPkcs8(password, iterations)));
        var keyBag = new SafeBag(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag, encrypted, keyId);
        Asn1Encodable[] certificateBags = [CertificateBag(certificate, keyId), .. chain.Select(above => CertificateBag(above, null))];
        var content = new DerSequence(Data(new DerSequence(keyBag)), Data(new DerSequence(certificateBags))).GetDerEncoded();
        return new Pfx(new ContentInfo(PkcsObjectIdentifiers.Data, new DerOctetString(content)), Pkcs12Mac.Over(content, password, iterations))
            .GetDerEncoded();
    }

    /// <exception cref="FormatException">The bytes are not a PKCS#12 file with one key and its certificate.</exception>
    /// <exception cref="WrongPasswordException">The password does not open it, or the file was altered.</exception>
    public static ISigningKey Read(ReadOnlySpan<byte> pfx, string password)
    {
        var (key, certificate, chain) = Open(pfx, password);
        using (key)
        {
            return key.Certified(certificate, chain);
        }
    }

    /// <summary>The certificate with its private key as TLS wants it: ECDSA or RSA.</summary>
    /// <exception cref="FormatException">As <see cref="Read"/>; also for an SM2 or Ed25519 key, with which .NET has no TLS.</exception>
    /// <exception cref="WrongPasswordException">The password does not open it, or the file was altered.</exception>
    public static X509Certificate2 ReadForTls(ReadOnlySpan<byte> pfx, string password) => ReadForTls(pfx, password, out _);

    /// <param name="chain">The certificates above, which a TLS server sends along.</param>
    public static X509Certificate2 ReadForTls(ReadOnlySpan<byte> pfx, string password, out X509Certificate2Collection chain)
    {
        var (key, certificate, above) = Open(pfx, password);
        using (key)
        {
            var tls = WithKey(X509CertificateLoader.LoadCertificate(certificate.Der), key);
            chain = [.. above.Select(issuer => X509CertificateLoader.LoadCertificate(issuer.Der))];
            return tls;
        }
    }

    /// <summary>For a caller that goes on to issue or rewrite: the key pair itself, which the caller disposes of.</summary>
    internal static (KeyPair Key, Certificate Certificate, IReadOnlyList<Certificate> Chain) Open(ReadOnlySpan<byte> pfx, string password)
    {
        if (pfx.Length > MaxSize)
        {
            throw new FormatException($"A key file of {pfx.Length} bytes is larger than {MaxSize}.");
        }

        var bags = Pkcs12Bags.Read(pfx.ToArray(), password);
        if (bags.Keys.Count != 1 || bags.Certificates.Count is 0 or > MaxCertificates)
        {
            throw new FormatException(
                $"The key file holds {bags.Keys.Count} keys and {bags.Certificates.Count} certificates; one key and 1 to {MaxCertificates} certificates are expected.");
        }

        var key = KeyPair.FromPkcs8(bags.Keys[0]);
        if (bags.Certificates.FirstOrDefault(key.Fits) is not { } own)
        {
            key.Dispose();
            throw new FormatException("No certificate in the key file is for the key in it.");
        }

        return (key, own, ChainAbove(own, bags.Certificates));
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, KeyPair key)
    {
        var pkcs8 = key.Secret.ExportPkcs8();
        using (certificate)
        {
            try
            {
                switch (key.Algorithm)
                {
                    case KeyAlgorithm.Rsa:
                        using (var rsa = RSA.Create())
                        {
                            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
                            return certificate.CopyWithPrivateKey(rsa);
                        }

                    case KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521:
                        using (var ecdsa = ECDsa.Create())
                        {
                            ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
                            return certificate.CopyWithPrivateKey(ecdsa);
                        }

                    default:
                        throw new FormatException($"A key of {key.Algorithm} cannot be used for TLS; ECDSA P-256 is expected.");
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pkcs8);
            }
        }
    }

    /// <summary>Nearest first, by name, without the root; what does not lead up from the own certificate is left out.</summary>
    private static List<Certificate> ChainAbove(Certificate own, IReadOnlyList<Certificate> all)
    {
        var chain = new List<Certificate>();
        var below = own;
        while (!below.IsSelfIssued && chain.Count < all.Count)
        {
            var issuer = all.FirstOrDefault(candidate =>
                candidate.SubjectKey == below.IssuerKey && !candidate.Equals(below) && !chain.Contains(candidate));
            if (issuer is null || issuer.IsSelfIssued)
            {
                break;
            }

            chain.Add(issuer);
            below = issuer;
        }

        return chain;
    }

    private static SafeBag CertificateBag(Certificate certificate, Asn1Set? attributes) =>
        new(PkcsObjectIdentifiers.CertBag, new CertBag(PkcsObjectIdentifiers.X509Certificate, new DerOctetString(certificate.Der)), attributes);

    private static ContentInfo Data(DerSequence content) => new(PkcsObjectIdentifiers.Data, new DerOctetString(content.GetDerEncoded()));
}
