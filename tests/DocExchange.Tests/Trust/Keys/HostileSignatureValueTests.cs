using System.Numerics;
using System.Security.Cryptography;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Keys;

/// <summary>Values that a lenient verifier takes for signatures, and keys under which anything verifies: built here, one deviation each.</summary>
public sealed class HostileSignatureValueTests
{
    private static readonly byte[] Data = "京政发〔2001〕1号"u8.ToArray();
    private static readonly byte[] DigestInfo = [0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20, .. SHA256.HashData(Data)];
    private static readonly SignatureScheme RsaScheme = new(SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA256);
    private static readonly SignatureScheme EcdsaScheme = new(SignatureFamily.Ecdsa, HashAlgorithmName.SHA256);
    private static readonly SignatureScheme Sm2Scheme = new(SignatureFamily.Sm2);
    private static readonly SignatureScheme Ed25519Scheme = new(SignatureFamily.Ed25519);
    private static readonly BigInteger P256Order = Hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly BigInteger Sm2Order = Hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
    private static readonly BigInteger Ed25519Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    private RSA rsa = null!;

    [OneTimeSetUp]
    public void Draw() => rsa = RSA.Create(2048);

    [OneTimeTearDown]
    public void Dispose() => rsa.Dispose();

    [Test]
    public void Takes_the_one_padding_of_PKCS1_and_no_other()
    {
        byte[] withoutNull = [0x30, 0x2F, 0x30, 0x0B, .. DigestInfo[4..15], .. DigestInfo[17..]];
        byte[] longLength = [0x30, 0x81, 0x31, .. DigestInfo[2..]];
        byte[] withGarbage = [0x30, 0x33, .. DigestInfo[2..], 5, 0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(VerifyRsa(Sign(Padded(DigestInfo))), Is.True);
            Assert.That(VerifyRsa(Sign(Padded(withoutNull))), Is.False, "the NULL is missing");
            Assert.That(VerifyRsa(Sign(Padded(longLength))), Is.False, "a length in BER");
            Assert.That(VerifyRsa(Sign(Padded(withGarbage))), Is.False, "more inside DigestInfo");
            Assert.That(VerifyRsa(Sign(Padded([.. DigestInfo, 0]))), Is.False, "bytes behind DigestInfo");
            Assert.That(VerifyRsa(Sign(Padded(SHA256.HashData(Data)))), Is.False, "no DigestInfo");
            Assert.That(VerifyRsa(Sign(Padded(DigestInfo, type: 2))), Is.False, "block type 2");
            Assert.That(VerifyRsa(Sign(Padded(DigestInfo, filler: 0xFE))), Is.False, "another filler");
            Assert.That(VerifyRsa(Sign(Padded(DigestInfo, most: 8))), Is.False, "a short filler");
        }
    }

    [Test]
    public void Takes_an_RSA_value_of_exactly_the_modulus_length_and_below_the_modulus()
    {
        var honest = Sign(Padded(DigestInfo));
        var beyond = (Number(honest) + Number(rsa.ExportParameters(false).Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(VerifyRsa([0, .. honest]), Is.False);
            Assert.That(VerifyRsa([.. honest, 0]), Is.False);
            Assert.That(VerifyRsa(honest[..^1]), Is.False);
            Assert.That(VerifyRsa(beyond), Is.False);
            Assert.That(VerifyRsa([]), Is.False);
            Assert.That(VerifyRsa(new byte[256]), Is.False);
        }
    }

    [Test]
    public void Knows_no_RSA_key_under_which_anybody_can_sign()
    {
        var modulus = new Org.BouncyCastle.Math.BigInteger(1, rsa.ExportParameters(false).Modulus!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Open(modulus, 65537), Is.Not.Null);
            Assert.That(Open(modulus, 3), Is.Not.Null);
            Assert.That(Open(modulus, 1), Is.Null, "the padded digest is its own signature");
            Assert.That(Open(modulus, 2), Is.Null);
            Assert.That(Open(modulus, 65536), Is.Null);
            Assert.That(Open(modulus.Add(Org.BouncyCastle.Math.BigInteger.One), 65537), Is.Null, "an even modulus");
        }

        static VerificationKey? Open(Org.BouncyCastle.Math.BigInteger modulus, long exponent) => VerificationKey.Open(new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PkcsObjectIdentifiers.RsaEncryption, DerNull.Instance), new RsaPublicKeyStructure(modulus, Org.BouncyCastle.Math.BigInteger.ValueOf(exponent))));
    }

    [Test]
    public void Takes_an_ECDSA_or_SM2_value_in_DER_only_with_both_numbers_in_range([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm)
    {
        using var pair = KeyPair.Generate(algorithm);
        using var key = VerificationKey.Open(pair.CreateRequest(new("x", null, null)).PublicKeyInfo)!;
        var (scheme, order) = algorithm == KeyAlgorithm.Sm2 ? (Sm2Scheme, Sm2Order) : (EcdsaScheme, P256Order);
        var honest = pair.Secret.Sign(Data);
        var numbers = Asn1Sequence.GetInstance(honest).Select(number => new BigInteger(DerInteger.GetInstance(number).Value.ToByteArray(), isBigEndian: true)).ToArray();
        var body = honest[2..];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Verify(honest), Is.True);
            Assert.That(Verify([0x30, 0x81, honest[1], .. body]), Is.False, "a long length");
            Assert.That(Verify([0x30, 0x80, .. body, 0, 0]), Is.False, "an indefinite length");
            Assert.That(Verify([.. honest, 0]), Is.False, "bytes behind");
            Assert.That(Verify([0x30, (byte)(honest[1] + 2), .. body, 5, 0]), Is.False, "a third element");
            Assert.That(Verify([0x31, honest[1], .. body]), Is.False, "another tag");
            Assert.That(Verify([0x30, (byte)(honest[1] + 1), 2, (byte)(body[1] + 1), 0, .. body[2..]]), Is.False, "a leading zero");
            Assert.That(Verify(Pair(numbers[0] + order, numbers[1])), Is.False, "r + n");
            Assert.That(Verify(Pair(numbers[0], numbers[1] + order)), Is.False, "s + n");
            Assert.That(Verify(Pair(numbers[0] - order, numbers[1])), Is.False, "a negative r");
            Assert.That(Verify(Pair(0, numbers[1])), Is.False);
            Assert.That(Verify(Pair(numbers[0], 0)), Is.False);
            Assert.That(Verify(Pair(order, order)), Is.False);
            Assert.That(Verify([]), Is.False);
            Assert.That(Verify([0x30, 0]), Is.False);
        }

        bool Verify(byte[] value) => key.Verify(scheme, Data, value);
    }

    [Test]
    public void Takes_an_Ed25519_value_with_the_one_number_there_is()
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.Ed25519);
        using var key = VerificationKey.Open(pair.CreateRequest(new("x", null, null)).PublicKeyInfo)!;
        var honest = pair.Secret.Sign(Data);
        var more = (new BigInteger(honest.AsSpan(32), isUnsigned: true) + Ed25519Order).ToByteArray(isUnsigned: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.Verify(Ed25519Scheme, Data, honest), Is.True);
            Assert.That(key.Verify(Ed25519Scheme, Data, [.. honest[..32], .. more, .. new byte[32 - more.Length]]), Is.False, "S + L");
            Assert.That(key.Verify(Ed25519Scheme, Data, honest[..63]), Is.False);
            Assert.That(key.Verify(Ed25519Scheme, Data, [.. honest, 0]), Is.False);
            Assert.That(key.Verify(Ed25519Scheme, Data, new byte[64]), Is.False);
        }
    }

    // The points of order 1, 2 and 4, and one that is written with y = p + 1 in the place of 1.
    [TestCase("0100000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    public void Knows_no_Ed25519_key_of_small_order(string key) => Assert.That(
        VerificationKey.Open(new SubjectPublicKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), Convert.FromHexString(key))), Is.Null);

    private bool VerifyRsa(byte[] value)
    {
        using var key = VerificationKey.Open(SubjectPublicKeyInfo.GetInstance(rsa.ExportSubjectPublicKeyInfo()))!;
        return key.Verify(RsaScheme, Data, value);
    }

    private byte[] Sign(byte[] padded)
    {
        var secret = rsa.ExportParameters(true);
        var value = BigInteger.ModPow(Number(padded), Number(secret.D!), Number(secret.Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[256 - value.Length], .. value];
    }

    /// <param name="most">Of the filler; zeros follow the text where it is short.</param>
    private static byte[] Padded(byte[] text, byte type = 1, byte filler = 0xFF, int most = int.MaxValue)
    {
        var length = Math.Min(256 - 3 - text.Length, most);
        byte[] begun = [0, type, .. Enumerable.Repeat(filler, length), 0, .. text];
        return [.. begun, .. new byte[256 - begun.Length]];
    }

    private static byte[] Pair(BigInteger r, BigInteger s) => new DerSequence(
        new DerInteger(new Org.BouncyCastle.Math.BigInteger(r.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        new DerInteger(new Org.BouncyCastle.Math.BigInteger(s.ToString(System.Globalization.CultureInfo.InvariantCulture)))).GetDerEncoded();

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static BigInteger Hex(string text) => Number(Convert.FromHexString(text));
}
