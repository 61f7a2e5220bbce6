using System.Formats.Asn1;
using System.Numerics;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Trust.Keys;

[TestFixture]
public sealed class KeyPairTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DistinguishedName Name = new("北京市档案局", "北京市人民政府", "办公室");

    private static readonly KeyAlgorithm[] Signing =
        [KeyAlgorithm.EcdsaP256, KeyAlgorithm.EcdsaP384, KeyAlgorithm.EcdsaP521, KeyAlgorithm.Rsa, KeyAlgorithm.Sm2, KeyAlgorithm.Ed25519];

    // The order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3).
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber);

    [TestCase(KeyAlgorithm.EcdsaP256)]
    [TestCase(KeyAlgorithm.EcdsaP384)]
    [TestCase(KeyAlgorithm.EcdsaP521)]
    [TestCase(KeyAlgorithm.Rsa)]
    [TestCase(KeyAlgorithm.Sm2)]
    [TestCase(KeyAlgorithm.Ed25519)]
    public async Task Verifies_what_it_signs_and_nothing_else(KeyAlgorithm algorithm)
    {
        using var signer = Certified(algorithm);
        var data = "关于贯彻落实的通知"u8.ToArray();
        var identifier = SignatureScheme.IdentifierFor(algorithm);

        var value = await signer.SignAsync(data, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, data, value), Is.True);
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, [.. data, 0], value), Is.False);
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, data, []), Is.False);
            Assert.That(PublicKeys.Verify(signer.Certificate, identifier, data, value.AsSpan(..^1)), Is.False);
            for (var i = 0; i < value.Length; i++)
            {
                var altered = (byte[])value.Clone();
                altered[i] ^= 0x10;
                Assert.That(PublicKeys.Verify(signer.Certificate, identifier, data, altered), Is.False, $"byte {i} altered");
            }
        }
    }

    [Test]
    public async Task Refuses_a_scheme_of_another_kind_of_key([ValueSource(nameof(Signing))] KeyAlgorithm key, [ValueSource(nameof(Signing))] KeyAlgorithm scheme)
    {
        if (SignatureScheme.IdentifierFor(key).Equals(SignatureScheme.IdentifierFor(scheme)))
        {
            return;
        }

        using var signer = Certified(key);
        var data = new byte[100];
        var value = await signer.SignAsync(data, CancellationToken.None);

        Assert.That(PublicKeys.Verify(signer.Certificate, SignatureScheme.IdentifierFor(scheme), data, value), Is.False);
    }

    [Test]
    public async Task Reads_an_SM2_value_of_64_raw_bytes_too()
    {
        using var signer = Certified(KeyAlgorithm.Sm2);
        var data = new byte[] { 1, 2, 3 };
        var (r, s) = Parts(await signer.SignAsync(data, CancellationToken.None));
        byte[] raw = [.. Fixed(r), .. Fixed(s)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(PublicKeys.Verify(signer.Certificate, "1.2.156.10197.1.501", data, raw), Is.True);
            raw[63] ^= 1;
            Assert.That(PublicKeys.Verify(signer.Certificate, "1.2.156.10197.1.501", data, raw), Is.False);
        }
    }

    [Test]
    public async Task Signs_with_s_in_its_lower_half()
    {
        using var signer = Certified(KeyAlgorithm.EcdsaP256);
        for (var i = 0; i < 200; i++)
        {
            var data = BitConverter.GetBytes(i);
            var value = await signer.SignAsync(data, CancellationToken.None);
            Assert.That(Parts(value).S, Is.LessThanOrEqualTo(Order / 2));
            Assert.That(PublicKeys.Verify(signer.Certificate, "1.2.840.10045.4.3.2", data, value), Is.True);
        }
    }

    [TestCase(KeyAlgorithm.EcdsaP256)]
    [TestCase(KeyAlgorithm.Rsa)]
    [TestCase(KeyAlgorithm.Sm2)]
    public void Signs_and_verifies_on_many_threads_at_once(KeyAlgorithm algorithm)
    {
        using var signer = Certified(algorithm);
        var identifier = SignatureScheme.IdentifierFor(algorithm);
        var wrong = 0;

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            var data = BitConverter.GetBytes(i);
            var value = signer.SignAsync(data, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (!PublicKeys.Verify(signer.Certificate, identifier, data, value) || PublicKeys.Verify(signer.Certificate, identifier, BitConverter.GetBytes(i + 1), value))
            {
                Interlocked.Increment(ref wrong);
            }
        });

        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void Opens_an_encrypted_key_with_its_password_only([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Rsa, KeyAlgorithm.Sm2, KeyAlgorithm.Ed25519)] KeyAlgorithm algorithm)
    {
        using var key = KeyPair.Generate(algorithm, 2048);
        var encrypted = key.ToEncryptedPkcs8("正确的口令", 1000);

        using var opened = KeyPair.FromEncryptedPkcs8(encrypted, "正确的口令");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(opened.PublicKeyInfo, Is.EqualTo(key.PublicKeyInfo));
            for (var i = 0; i < 300; i++)
            {
                var password = $"wrong {i}";
                Assert.That(() => KeyPair.FromEncryptedPkcs8(key.ToEncryptedPkcs8("right", 1), password), Throws.TypeOf<WrongPasswordException>());
            }
        }
    }

    [Test]
    public void Refuses_a_key_file_that_asks_for_absurdly_many_iterations()
    {
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var encrypted = key.ToEncryptedPkcs8("p", 1_000_001);
        var at = encrypted.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0x03, 0x0F, 0x42, 0x41]);
        encrypted[at + 2] = 0x7F;

        Assert.That(() => KeyPair.FromEncryptedPkcs8(encrypted, "p"), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void Refuses_a_certificate_for_another_key()
    {
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        using var signer = Certified(KeyAlgorithm.EcdsaP256);

        Assert.That(() => key.Certified(signer.Certificate, []), Throws.ArgumentException.With.Message.Contains("another key"));
    }

    [Test]
    public async Task Keeps_signing_after_the_pair_it_came_from_is_gone()
    {
        using var signer = Certified(KeyAlgorithm.Sm2);
        var value = await signer.SignAsync(new byte[5], CancellationToken.None);

        signer.Dispose();

        Assert.That(value, Is.Not.Empty);
        await Assert.ThatAsync(async () => await signer.SignAsync(new byte[5], CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
    }

    [TestCase(KeyAlgorithm.EcdsaP256, "")]
    [TestCase(KeyAlgorithm.Rsa, "")]
    [TestCase(KeyAlgorithm.Ed25519, "")]
    [TestCase(KeyAlgorithm.Sm2, "-sm3 -sigopt distid:1234567812345678 -vfyopt distid:1234567812345678")]
    public void OpenSSL_verifies_our_request(KeyAlgorithm algorithm, string options)
    {
        using var openssl = new OpenSsl();
        using var key = KeyPair.Generate(algorithm, 2048);
        openssl.Write("request.pem", key.CreateRequest(Name).ToPem());

        var output = openssl.Do($"req -in request.pem -verify -noout -subject -nameopt utf8 {options}");

        Assert.That(output, Does.Contain("verify OK").And.Contain("北京市档案局"));
    }

    [TestCase("ec -pkeyopt ec_paramgen_curve:P-256", "-sha256", KeyAlgorithm.EcdsaP256)]
    [TestCase("rsa -pkeyopt rsa_keygen_bits:2048", "-sha512", KeyAlgorithm.Rsa)]
    [TestCase("rsa -pkeyopt rsa_keygen_bits:2048", "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32", KeyAlgorithm.Rsa)]
    [TestCase("ED25519", "", KeyAlgorithm.Ed25519)]
    [TestCase("ec -pkeyopt ec_paramgen_curve:SM2", "-sm3 -sigopt distid:1234567812345678", KeyAlgorithm.Sm2)]
    public void Reads_a_key_and_a_request_of_OpenSSL(string keyOptions, string requestOptions, KeyAlgorithm expected)
    {
        using var openssl = new OpenSsl();
        openssl.Do($"genpkey -algorithm {keyOptions} -aes256 -pass pass:secret -out key.pem");
        openssl.Do($"req -new -key key.pem -passin pass:secret -subj /C=CN/O=Office/CN=Desk -utf8 {requestOptions} -out request.pem");

        using var key = KeyPair.FromEncryptedPkcs8(openssl.Read("key.pem"), "secret");
        var request = CertificateRequest.Parse(openssl.Read("request.pem"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.Algorithm, Is.EqualTo(expected));
            Assert.That(request.KeyAlgorithm, Is.EqualTo(expected));
            Assert.That(request.PublicKeyInfo, Is.EqualTo(key.PublicKeyInfo));
        }
    }

    [TestCase(KeyAlgorithm.EcdsaP256)]
    [TestCase(KeyAlgorithm.Sm2)]
    public void OpenSSL_opens_our_encrypted_key(KeyAlgorithm algorithm)
    {
        using var openssl = new OpenSsl();
        using var key = KeyPair.Generate(algorithm);
        openssl.Write("key.pem", key.ToEncryptedPem("secret"));

        openssl.Do("pkey -in key.pem -passin pass:secret -pubout -outform DER -out public.der");

        Assert.That(openssl.Read("public.der"), Is.EqualTo(key.PublicKeyInfo.GetDerEncoded()));
    }

    [Test]
    public void Refuses_a_request_that_was_altered_at_any_byte()
    {
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var der = key.CreateRequest(new DistinguishedName("x", null, null)).Der;
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < der.Length; i++)
            {
                var altered = (byte[])der.Clone();
                altered[i] ^= 0x01;
                Assert.That(() => CertificateRequest.Parse(altered), Throws.TypeOf<FormatException>(), $"byte {i} altered");
            }
        }
    }

    private static ISigningKey Certified(KeyAlgorithm algorithm)
    {
        using var authority = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Root", null, null), Start, Start.AddYears(10));
        using var key = KeyPair.Generate(algorithm, 2048);
        var certificate = authority.Issue(key.CreateRequest(Name), CertificateProfile.DocumentSigning, Name, null, Start, Start.AddYears(1));
        return key.Certified(certificate, []);
    }

    private static (BigInteger R, BigInteger S) Parts(byte[] der)
    {
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        return (sequence.ReadInteger(), sequence.ReadInteger());
    }

    private static byte[] Fixed(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
