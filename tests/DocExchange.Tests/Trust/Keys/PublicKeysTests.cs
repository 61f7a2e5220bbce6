using System.Globalization;
using System.Security.Cryptography;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Keys;

[TestFixture]
public sealed class PublicKeysTests
{
    private static readonly byte[] Data = [1, 2, 3, 4];
    private static readonly DerObjectIdentifier Sha256 = new("2.16.840.1.101.3.4.2.1");
    private static readonly DerObjectIdentifier Sha512 = new("2.16.840.1.101.3.4.2.3");
    private static readonly DerObjectIdentifier Sm3 = new("1.2.156.10197.1.401");

    [TestCase(KeyAlgorithm.Rsa, "1.2.840.113549.1.1.1")]
    [TestCase(KeyAlgorithm.EcdsaP256, "1.2.840.10045.2.1")]
    [TestCase(KeyAlgorithm.Sm2, "1.2.156.10197.1.301.1")]
    [TestCase(KeyAlgorithm.Sm2, "1.2.156.10197.1.301")]
    public async Task Takes_the_digest_from_the_signer_info_where_the_algorithm_names_only_a_key(KeyAlgorithm algorithm, string oid)
    {
        using var signer = Certified(algorithm);
        var value = await signer.SignAsync(Data, CancellationToken.None);
        var identifier = new AlgorithmIdentifier(new DerObjectIdentifier(oid));
        var right = algorithm == KeyAlgorithm.Sm2 ? Sm3 : Sha256;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, Data, value, right), Is.True);
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, Data, value, Sha512), Is.False);
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, Data, value), Is.False);
        }
    }

    [TestCase(32, true)]
    [TestCase(31, false)]
    [TestCase(48, false)]
    public void Verifies_PSS_only_with_the_salt_it_states(int statedSalt, bool isValid)
    {
        using var rsa = RSA.Create(2048);
        var value = rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        Assert.That(PublicKeys.Verify(SubjectPublicKeyInfo.GetInstance(rsa.ExportSubjectPublicKeyInfo()), Pss(Sha256, Sha256, statedSalt), Data, value), Is.EqualTo(isValid));
    }

    [TestCase("1.3.14.3.2.26", Description = "SHA-1")]
    [TestCase("1.2.840.113549.2.5", Description = "MD5")]
    public void Refuses_PSS_whose_digest_or_mask_is_broken(string digest)
    {
        var broken = new DerObjectIdentifier(digest);

        Assert.That(SignatureScheme.Of(Pss(Sha256, broken, 32), null), Is.Null);
        Assert.That(SignatureScheme.Of(Pss(broken, Sha256, 20), null), Is.Null);
    }

    // RFC 4055 §1.2 and §3: such a key verifies PSS alone, with the parameters it states; the salt may be longer.
    [TestCase("none", true)]
    [TestCase("2.16.840.1.101.3.4.2.1 2.16.840.1.101.3.4.2.1 32", true)]
    [TestCase("2.16.840.1.101.3.4.2.1 2.16.840.1.101.3.4.2.1 20", true)]
    [TestCase("2.16.840.1.101.3.4.2.1 2.16.840.1.101.3.4.2.1 33", false)]
    [TestCase("2.16.840.1.101.3.4.2.1 2.16.840.1.101.3.4.2.3 32", false)]
    [TestCase("2.16.840.1.101.3.4.2.3 2.16.840.1.101.3.4.2.3 32", false)]
    public void A_PSS_key_verifies_by_its_own_parameters(string parameters, bool isValid)
    {
        using var rsa = RSA.Create(2048);
        var given = parameters.Split(' ') is [var hash, var mask, var salt]
            ? Pss(new DerObjectIdentifier(hash), new DerObjectIdentifier(mask), int.Parse(salt, CultureInfo.InvariantCulture))
            : new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss);
        using var key = VerificationKey.Open(new SubjectPublicKeyInfo(given, RsaPublicKeyStructure.GetInstance(rsa.ExportRSAPublicKey())))!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.Verify(SignatureScheme.Of(Pss(Sha256, Sha256, 32), null)!.Value, Data, rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)), Is.EqualTo(isValid));
            Assert.That(key.Verify(new SignatureScheme(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA256), Data, rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), Is.False);
        }
    }

    [Test]
    public void Opens_no_PSS_key_with_parameters_of_anything_else([Values("NULL", "INTEGER", "digest")] string kind)
    {
        using var rsa = RSA.Create(2048);
        Asn1Encodable parameters = kind switch
        {
            "NULL" => DerNull.Instance,
            "INTEGER" => DerInteger.ValueOf(1),
            _ => Pss(Sm3, Sm3, 32).Parameters,
        };
        var key = new SubjectPublicKeyInfo(new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss, parameters), RsaPublicKeyStructure.GetInstance(rsa.ExportRSAPublicKey()));

        Assert.That(VerificationKey.Open(key), Is.Null);
    }

    [Test]
    public void Refuses_PSS_with_malformed_parameters([Values("INTEGER", "NULL", "mask without digest")] string kind)
    {
        Asn1Encodable parameters = kind switch
        {
            "INTEGER" => DerInteger.ValueOf(1),
            "NULL" => DerNull.Instance,
            _ => new RsassaPssParameters(new AlgorithmIdentifier(Sha256), new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1), DerInteger.ValueOf(32), DerInteger.ValueOf(1)),
        };

        Assert.That(SignatureScheme.Of(new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss, parameters), null), Is.Null);
    }

    [TestCase("1.2.840.113549.1.1.5", Description = "sha1WithRSAEncryption")]
    [TestCase("1.2.840.113549.1.1.4", Description = "md5WithRSAEncryption")]
    [TestCase("1.2.840.10045.4.1", Description = "ecdsa-with-SHA1")]
    public void Knows_no_broken_digest(string oid) => Assert.That(SignatureScheme.Of(new AlgorithmIdentifier(new DerObjectIdentifier(oid)), null), Is.Null);

    [Test]
    public async Task Accepts_a_foreign_ECDSA_value_with_s_in_its_upper_half()
    {
        using var signer = Certified(KeyAlgorithm.EcdsaP256);
        var value = Asn1Sequence.GetInstance(await signer.SignAsync(Data, CancellationToken.None));
        var order = new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);
        var upper = new DerSequence(value[0], new DerInteger(order.Subtract(((DerInteger)value[1]).Value))).GetDerEncoded();

        Assert.That(PublicKeys.Verify(signer.Certificate, "1.2.840.10045.4.3.2", Data, upper), Is.True);
    }

    [Test]
    public void Refuses_r_or_s_out_of_range([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm, [Values("00", "-01", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")] string r)
    {
        using var signer = Certified(algorithm);
        var value = new DerSequence(new DerInteger(new BigInteger(r, 16)), DerInteger.ValueOf(1)).GetDerEncoded();

        Assert.That(PublicKeys.Verify(signer.Certificate, SignatureScheme.IdentifierFor(algorithm), Data, value), Is.False);
    }

    [Test]
    public void Opens_no_RSA_key_that_would_cost_too_much()
    {
        var modulus = BigInteger.One.ShiftLeft(16384).Subtract(BigInteger.One);
        using var rsa = RSA.Create(2048);
        var normal = new BigInteger(1, rsa.ExportParameters(false).Modulus!);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(VerificationKey.Open(Rsa(modulus, BigInteger.ValueOf(65537))), Is.Null);
            Assert.That(VerificationKey.Open(Rsa(normal, BigInteger.One.ShiftLeft(1000).Add(BigInteger.One))), Is.Null);
            Assert.That(VerificationKey.Open(Rsa(normal, BigInteger.ValueOf(65537))), Is.Not.Null);
        }
    }

    [Test]
    public void Opens_no_point_off_the_curve([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm)
    {
        using var key = KeyPair.Generate(algorithm);
        var point = key.PublicKeyInfo.PublicKey.GetBytes();
        point[^1] ^= 1;

        Assert.That(VerificationKey.Open(new SubjectPublicKeyInfo(key.PublicKeyInfo.Algorithm, point)), Is.Null);
    }

    [Test]
    public void Keeps_no_more_than_its_capacity_and_forgets_the_least_used()
    {
        var cache = new BoundedCache<int, string>(3);
        foreach (var i in (int[])[1, 2, 3])
        {
            cache.Put(i, "x");
        }

        cache.TryGet(1, out _);
        cache.Put(4, "x");
        cache.Put(4, "y");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(cache.Count, Is.EqualTo(3));
            Assert.That(cache.TryGet(2, out _), Is.False);
            Assert.That(cache.TryGet(1, out _), Is.True);
            Assert.That(cache.TryGet(4, out var latest) ? latest : null, Is.EqualTo("y"));
        }
    }

    private static SubjectPublicKeyInfo Rsa(BigInteger modulus, BigInteger exponent) =>
        new(new AlgorithmIdentifier(PkcsObjectIdentifiers.RsaEncryption, DerNull.Instance), new RsaPublicKeyStructure(modulus, exponent));

    private static AlgorithmIdentifier Pss(DerObjectIdentifier hash, DerObjectIdentifier mask, int salt) => new(
        PkcsObjectIdentifiers.IdRsassaPss,
        new RsassaPssParameters(
            new AlgorithmIdentifier(hash), new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1, new AlgorithmIdentifier(mask)), DerInteger.ValueOf(salt), DerInteger.ValueOf(1)));

    private static ISigningKey Certified(KeyAlgorithm algorithm)
    {
        using var key = KeyPair.Generate(algorithm, 2048);
        return key.Certified(SamplePki.Odd(key, SamplePki.OfficeName, key, SamplePki.OfficeName), []);
    }
}
