using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>Every algorithm a foreign signature may come with: verified, and then judged by the policy of its time.</summary>
[TestFixture]
public sealed class CmsAlgorithmTests
{
    private const string MessageDigestOid = "1.2.840.113549.1.9.4";
    private const string SigningTimeOid = "1.2.840.113549.1.9.5";
    private const string ProtectionOid = "1.2.840.113549.1.9.52";
    private const string PssOid = "1.2.840.113549.1.1.10";
    private const string Mgf1Oid = "1.2.840.113549.1.1.8";

    private static readonly DateTimeOffset Old = new(2009, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset VeryOld = new(2003, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = "关于公布行政规范性文件清理结果的通知"u8.ToArray();

    private static readonly Dictionary<string, (string Oid, HashAlgorithmName Name)> Hashes = new()
    {
        ["MD5"] = ("1.2.840.113549.2.5", HashAlgorithmName.MD5),
        ["SHA-1"] = ("1.3.14.3.2.26", HashAlgorithmName.SHA1),
        ["SHA-256"] = ("2.16.840.1.101.3.4.2.1", HashAlgorithmName.SHA256),
        ["SHA-384"] = ("2.16.840.1.101.3.4.2.2", HashAlgorithmName.SHA384),
        ["SHA-512"] = ("2.16.840.1.101.3.4.2.3", HashAlgorithmName.SHA512),
    };

    private RSA rsa = null!;
    private SigningOffice office = null!;
    private ISigningKey gm = null!;

    [OneTimeSetUp]
    public void Found()
    {
        rsa = RSA.Create(2048);
        office = new SigningOffice();
        gm = office.Certify(KeyAlgorithm.Sm2);
    }

    [OneTimeTearDown]
    public void Close()
    {
        gm.Dispose();
        office.Dispose();
        rsa.Dispose();
    }

    [Test]
    public void RSA_PKCS1_with_every_digest_named_by_the_algorithm_or_by_the_key_alone(
        [Values("SHA-256", "SHA-384", "SHA-512")] string hash, [Values] bool isKeyAlone)
    {
        var named = hash switch { "SHA-256" => 11, "SHA-384" => 12, _ => 13 };
        var signed = Signed(SelfSigned(rsa), hash, Sequence(Oid($"1.2.840.113549.1.1.{(isKeyAlone ? 1 : named)}"), [5, 0]), Pkcs1(hash));

        Passes(signed);
        FailsWhenAltered(signed);
    }

    [Test]
    public void RSA_PSS_with_every_salt_and_mask([Values("SHA-256", "SHA-384", "SHA-512")] string hash, [Values("SHA-256", "SHA-512")] string mask, [Values(0, 20, 32, 64, 100)] int salt)
    {
        var signed = Pss(hash, mask, salt);

        Passes(signed);
        FailsWhenAltered(signed);
    }

    [Test]
    public void RSA_PSS_with_other_parameters_than_it_was_made_with_is_not_the_signers()
    {
        var honest = Pss("SHA-256", "SHA-256", 20);
        var relabelled = honest with { SignatureAlgorithm = PssAlgorithm("SHA-256", "SHA-256", 32) };

        Assert.That(Judge(relabelled).SubIndication, Is.EqualTo(SubIndication.SigCryptoFailure));
    }

    [Test]
    public void RSA_PSS_with_a_SHA_1_mask_is_verified_and_not_trusted()
    {
        var verdict = Judge(Pss("SHA-256", "SHA-1", 32));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "CMS_ALGORITHM_EXPIRED" }));
            Assert.That(verdict.SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailure));
        }
    }

    [Test]
    public void RSA_PSS_without_parameters_is_all_SHA_1()
    {
        var algorithm = Sequence(Oid(PssOid));
        var signed = Signed(SelfSigned(rsa), "SHA-1", algorithm, PssSigner("SHA-1", "SHA-1", 20));

        Assert.That(Judge(signed).Faults.Select(fault => fault.Code).Distinct(), Is.EqualTo(new[] { "CMS_ALGORITHM_EXPIRED" }));
        Assert.That(Judge(signed, Old).Faults, Is.Empty);
    }

    [Test]
    public void ECDSA_on_every_curve_with_every_digest([Values("P256", "P384", "P521")] string curve, [Values("SHA-256", "SHA-384", "SHA-512")] string hash)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName("nist" + curve));
        var number = hash switch { "SHA-256" => 2, "SHA-384" => 3, _ => 4 };
        var request = new CertificateRequest("CN=外部签名人", ecdsa, HashAlgorithmName.SHA256);
        var signed = Signed(
            Certify(request), hash, Sequence(Oid($"1.2.840.10045.4.3.{number}")),
            data => ecdsa.SignData(data, Hashes[hash].Name, DSASignatureFormat.Rfc3279DerSequence));

        Passes(signed);
        FailsWhenAltered(signed);
    }

    [Test]
    public void Ed25519_over_the_attributes_with_SHA_512()
    {
        using var key = office.Certify(KeyAlgorithm.Ed25519);
        var signed = Signed(key.Certificate, "SHA-512", Algorithm("1.3.101.112"), data => key.SignAsync(data, CancellationToken.None).AsTask().GetAwaiter().GetResult());

        Passes(signed);
        FailsWhenAltered(signed);
        Assert.That(Judge(Signed(key.Certificate, "SHA-256", Algorithm("1.3.101.112"), signed.Signature)).SubIndication, Is.EqualTo(SubIndication.FormatFailure), "RFC 8419 §3.1");
    }

    [Test]
    public void SM2_under_every_name_and_form_Chinese_products_give_it(
        [Values("1.2.156.10197.1.501", "1.2.156.10197.1.301", "1.2.156.10197.1.301.1")] string algorithm,
        [Values("1.2.156.10197.1.401", "1.2.156.10197.1.401.1")] string digest, [Values] bool isRaw, [Values] bool isGmContent)
    {
        var content = isGmContent ? "1.2.156.10197.6.1.4.2.1" : Data;
        var honest = Of(gm, Content);
        var signed = honest.WithAttribute(ProtectionOid, null).WithAttribute("1.2.840.113549.1.9.3", Oid(content)) with
        {
            OuterType = isGmContent ? "1.2.156.10197.6.1.4.2.2" : honest.OuterType,
            ContentType = content,
            DigestAlgorithm = Algorithm(digest),
            SignatureAlgorithm = Algorithm(algorithm),
            Signature = data => isRaw ? Raw(honest.Signature(data)) : honest.Signature(data),
        };

        Passes(signed);
        FailsWhenAltered(signed);
    }

    [TestCase("SHA-1", 5)]
    [TestCase("MD5", 4)]
    public void A_broken_digest_is_trusted_only_with_proof_that_the_signature_is_old_enough(string hash, int algorithm)
    {
        var proven = hash == "MD5" ? VeryOld : Old;
        var signed = Signed(SelfSigned(rsa), hash, Sequence(Oid($"1.2.840.113549.1.1.{algorithm}"), [5, 0]), Pkcs1(hash));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(signed).SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailure));
            Assert.That(Judge(signed.WithAttribute(SigningTimeOid, UtcTime(proven))).SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailureNoPoe));
            Assert.That(Judge(signed, proven).Faults, Is.Empty);
            Assert.That(Judge(signed, AlgorithmPolicy.Default.Ends[hash]).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "CMS_ALGORITHM_EXPIRED" }), "the end itself is too late");
        }
    }

    [Test]
    public void A_forged_value_over_a_broken_digest_still_fails()
    {
        var signed = Signed(SelfSigned(rsa), "SHA-1", Sequence(Oid("1.2.840.113549.1.1.5"), [5, 0]), Pkcs1("SHA-1"));

        FailsWhenAltered(signed);
    }

    [Test]
    public void A_small_RSA_key_is_trusted_only_with_proof_and_where_the_policy_takes_such_certificates()
    {
        using var small = RSA.Create(1024);
        var signed = Signed(SelfSigned(small), "SHA-256", Sequence(Oid("1.2.840.113549.1.1.11"), [5, 0]), data => small.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var tolerant = ValidationPolicy.Foreign with { MinRsaBits = 1024 };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(signed, Old, tolerant).Faults, Is.Empty);
            Assert.That(Judge(signed, null, tolerant).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "CMS_ALGORITHM_EXPIRED" }));
            Assert.That(Judge(signed, Old).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "CERT_KEY_WEAK" }));
        }
    }

    [Test]
    public void A_key_size_the_site_sets_an_end_to()
    {
        var signed = Signed(SelfSigned(rsa), "SHA-256", Sequence(Oid("1.2.840.113549.1.1.11"), [5, 0]), Pkcs1("SHA-256"));
        var policy = ValidationPolicy.Foreign with { Algorithms = AlgorithmPolicy.Default.With("RSA < 3072", SigningOffice.Now.AddDays(-1)) };

        Assert.That(Judge(signed, null, policy).SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailure));
        Assert.That(Judge(signed, SigningOffice.Now.AddDays(-2), policy).Faults, Is.Empty);
    }

    [Test]
    public void Content_that_is_no_octet_string_is_digested_without_tag_and_length_as_PKCS7_says()
    {
        var signed = Signed(SelfSigned(rsa), "SHA-256", Sequence(Oid("1.2.840.113549.1.1.11"), [5, 0]), Pkcs1("SHA-256"));
        var inner = Tlv(0x04, Content);
        var encoded = signed.Encode();
        var at = encoded.AsSpan().IndexOf(inner);
        encoded[at] = 0x0C;

        Assert.That(Judge(encoded, signed.Certificates[0], null, ValidationPolicy.Foreign).Faults, Is.Empty);
    }

    private ForgedCms Pss(string hash, string mask, int salt) => Signed(SelfSigned(rsa), hash, PssAlgorithm(hash, mask, salt), PssSigner(hash, mask, salt));

    private static byte[] PssAlgorithm(string hash, string mask, int salt) => Sequence(
        Oid(PssOid),
        Sequence(Tlv(0xA0, Algorithm(Hashes[hash].Oid)), Tlv(0xA1, Sequence(Oid(Mgf1Oid), Algorithm(Hashes[mask].Oid))), Tlv(0xA2, [2, 1, (byte)salt])));

    private Func<byte[], byte[]> PssSigner(string hash, string mask, int salt) => data =>
    {
        var signer = new PssSigner(new RsaBlindedEngine(), DigestUtilities.GetDigest(hash), DigestUtilities.GetDigest(mask), salt);
        signer.Init(forSigning: true, DotNetUtilities.GetRsaKeyPair(rsa).Private);
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    };

    private Func<byte[], byte[]> Pkcs1(string hash) => data => rsa.SignData(data, Hashes[hash].Name, RSASignaturePadding.Pkcs1);

    private static byte[] Raw(byte[] der)
    {
        var pair = Org.BouncyCastle.Crypto.Signers.StandardDsaEncoding.Instance.Decode(
            Org.BouncyCastle.Asn1.GM.GMNamedCurves.GetByOid(Org.BouncyCastle.Asn1.GM.GMObjectIdentifiers.sm2p256v1).N, der);
        return PlainDsaEncoding.Instance.Encode(
            Org.BouncyCastle.Asn1.GM.GMNamedCurves.GetByOid(Org.BouncyCastle.Asn1.GM.GMObjectIdentifiers.sm2p256v1).N, pair[0], pair[1]);
    }

    private static Certificate SelfSigned(RSA key) => Certify(new CertificateRequest("CN=外部签名人", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static Certificate Certify(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var selfSigned = request.CreateSelfSigned(VeryOld.AddYears(-1), SigningOffice.End);
        return Certificate.Parse(selfSigned.RawData);
    }

    /// <summary>A foreign signature with this certificate and these algorithms.</summary>
    private ForgedCms Signed(Certificate certificate, string hash, byte[] algorithm, Func<byte[], byte[]> sign)
    {
        var fields = CertificateFields.Of(certificate);
        var digest = CryptographicOperations.HashData(Hashes[hash].Name, Content);
        return Of(gm, Content).WithAttribute(ProtectionOid, null).WithAttribute("1.2.840.113549.1.9.16.2.47", null).WithAttribute(MessageDigestOid, Octets(digest)) with
        {
            Certificates = [certificate.Der],
            Identifier = Sequence(fields.Issuer.ToArray(), Tlv(0x02, fields.SerialNumber.ToArray())),
            DigestAlgorithm = Algorithm(Hashes[hash].Oid),
            SignatureAlgorithm = algorithm,
            Signature = sign,
        };
    }

    private void Passes(ForgedCms cms) => Assert.That(Judge(cms).Faults, Is.Empty);

    private void FailsWhenAltered(ForgedCms cms)
    {
        var verdict = Judge(cms with
        {
            Signature = data =>
            {
                data[^1] ^= 1;
                return cms.Signature(data);
            },
        });
        Assert.That(verdict.Faults.Select(fault => fault.Code), Has.Member("CMS_SIGNATURE_INVALID"));
        Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalFailed));
    }

    private Verdict Judge(ForgedCms cms, DateTimeOffset? provenAt = null, ValidationPolicy? policy = null) =>
        Judge(cms.Encode(), cms.Certificates[0], provenAt, policy ?? ValidationPolicy.Foreign);

    private Verdict Judge(byte[] cms, byte[] anchor, DateTimeOffset? provenAt, ValidationPolicy policy)
    {
        var store = office.Store with { Anchors = [.. office.Store.Anchors, Certificate.Parse(anchor)], Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
        ProofOfExistence[] proofs = provenAt is { } time ? [new ProofOfExistence(time, "示例时间戳")] : [];
        return new Verdict(
            new CmsValidator(store, policy).Validate(CmsSignedData.Parse(cms, CmsLimits.Default), null, SigningOffice.Now.AddDays(1), CertificateUsage.DocumentSigning, proofs), []);
    }
}
