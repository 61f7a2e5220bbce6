using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// An RSA key as costly to verify with as any that is accepted, and cheap to make: the modulus is a product of many small
/// primes. Whoever verifies cannot tell.
/// </summary>
internal sealed class WideRsa
{
    private const int PrimeBits = 512;

    private static readonly AlgorithmIdentifier Algorithm = new(PkcsObjectIdentifiers.Sha256WithRsaEncryption, DerNull.Instance);
    private static readonly byte[] DigestInfo = Convert.FromHexString("3031300D060960864801650304020105000420");

    private readonly List<BigInteger> primes = [];
    private readonly BigInteger exponent;

    public WideRsa(int bits = 8192, long exponent = uint.MaxValue)
    {
        this.exponent = BigInteger.ValueOf(exponent);
        var random = new SecureRandom();
        Modulus = BigInteger.One;
        while (Modulus.BitLength < bits - (2 * PrimeBits))
        {
            Add(NewPrime(PrimeBits, random));
        }

        // The last one brings the product to its length.
        for (var left = bits - Modulus.BitLength; Modulus.BitLength < bits;)
        {
            var last = NewPrime(left, random);
            left = Modulus.Multiply(last).BitLength == bits ? left : bits - Modulus.BitLength + 1;
            if (Modulus.Multiply(last).BitLength == bits)
            {
                Add(last);
            }
        }
    }

    public BigInteger Modulus { get; private set; }

    public SubjectPublicKeyInfo Info => new(new AlgorithmIdentifier(PkcsObjectIdentifiers.RsaEncryption, DerNull.Instance), new RsaPublicKeyStructure(Modulus, exponent));

    public Certificate Certify(SubjectPublicKeyInfo key, DistinguishedName subject, bool isAuthority, string issuer = "宽密钥根")
    {
        var extensions = new X509ExtensionsGenerator();
        if (isAuthority)
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        }

        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(Info)));
        extensions.AddExtension(X509Extensions.SubjectKeyIdentifier, false, new SubjectKeyIdentifier(CertificateIssuing.KeyIdOf(key)));
        var generator = new V3TbsCertificateGenerator();
        generator.SetSerialNumber(new DerInteger(new BigInteger(1, RandomNumberGenerator.GetBytes(12))));
        generator.SetSignature(Algorithm);
        generator.SetIssuer(new DistinguishedName(issuer, null, null).ToName());
        generator.SetStartDate(CertificateIssuing.TimeOf(SamplePki.Start));
        generator.SetEndDate(CertificateIssuing.TimeOf(SamplePki.Start.AddYears(1)));
        generator.SetSubject(subject.ToName());
        generator.SetSubjectPublicKeyInfo(key);
        generator.SetExtensions(extensions.Generate());
        var signed = generator.GenerateTbsCertificate();
        return Certificate.Parse(new DerSequence(signed, Algorithm, new DerBitString(Sign(signed.GetDerEncoded()))).GetDerEncoded());
    }

    /// <summary>A list under the name of this key that it did not sign, which nobody knows before verifying.</summary>
    public RevocationList ForgedList(int number, string issuer = "宽密钥根")
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(Algorithm);
        generator.SetIssuer(new DistinguishedName(issuer, null, null).ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(-1).AddSeconds(number)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(6)));
        return RevocationList.Parse(new DerSequence(generator.GenerateTbsCertList(), Algorithm, new DerBitString(Forged())).GetDerEncoded());
    }

    /// <summary>PKCS #1 v1.5 with SHA-256.</summary>
    public byte[] Sign(byte[] data)
    {
        var size = (Modulus.BitLength + 7) / 8;
        byte[] end = [0, .. DigestInfo, .. SHA256.HashData(data)];
        byte[] padded = [0, 1, .. Enumerable.Repeat((byte)0xFF, size - end.Length - 2), .. end];
        return Raw(padded);
    }

    /// <summary>The private operation on a number, over each prime by itself.</summary>
    public byte[] Raw(byte[] number)
    {
        var message = new BigInteger(1, number);
        var sum = primes.Aggregate(BigInteger.Zero, (sum, prime) =>
        {
            var part = message.Mod(prime).ModPow(exponent.ModInverse(prime.Subtract(BigInteger.One)), prime);
            var others = Modulus.Divide(prime);
            return sum.Add(part.Multiply(others).Multiply(others.ModInverse(prime)));
        });
        var value = sum.Mod(Modulus).ToByteArrayUnsigned();
        return [.. new byte[((Modulus.BitLength + 7) / 8) - value.Length], .. value];
    }

    private byte[] Forged()
    {
        var value = RandomNumberGenerator.GetBytes((Modulus.BitLength + 7) / 8);
        value[0] = 0;
        return value;
    }

    private void Add(BigInteger prime)
    {
        primes.Add(prime);
        Modulus = Modulus.Multiply(prime);
    }

    private BigInteger NewPrime(int bits, SecureRandom random)
    {
        while (true)
        {
            var prime = BigInteger.ProbablePrime(bits, random);
            if (!primes.Contains(prime) && prime.Subtract(BigInteger.One).Gcd(exponent).Equals(BigInteger.One))
            {
                return prime;
            }
        }
    }
}
