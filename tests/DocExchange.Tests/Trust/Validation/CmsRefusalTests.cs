using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>What a verifier must refuse, one test a case, under the policy for foreign signatures unless it says otherwise.</summary>
[TestFixture]
public sealed class CmsRefusalTests
{
    private const string ContentTypeOid = "1.2.840.113549.1.9.3";
    private const string MessageDigestOid = "1.2.840.113549.1.9.4";
    private const string SigningTimeOid = "1.2.840.113549.1.9.5";
    private const string SigningCertificateOid = "1.2.840.113549.1.9.16.2.47";
    private const string ProtectionOid = "1.2.840.113549.1.9.52";
    private const string Md5 = "1.2.840.113549.2.5";
    private const string Sha1 = "1.3.14.3.2.26";
    private const string Sha384 = "2.16.840.1.101.3.4.2.2";

    private static readonly byte[] Content = "关于做好防汛工作的通知"u8.ToArray();

    private SigningOffice office = null!;
    private ISigningKey key = null!;
    private ISigningKey gmKey = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        gmKey = office.Certify(KeyAlgorithm.Sm2);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        gmKey.Dispose();
        office.Dispose();
    }

    [Test]
    public void The_forge_left_alone_makes_what_passes_both_policies()
    {
        var cms = Of(key, Content).Encode();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(cms).Faults, Is.Empty);
            Assert.That(Judge(cms, ValidationPolicy.Strict).Faults, Is.Empty);
            Assert.That(Judge(Of(gmKey, Content).Encode(), ValidationPolicy.Strict).Faults, Is.Empty);
        }
    }

    // Structure.
    [Test]
    public void Trailing_bytes() => Refused([.. Of(key, Content).Encode(), 0], "CMS_TRAILING_BYTES", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public void Indefinite_length_in_the_signed_part()
    {
        // The digest attribute's set of values, re-encoded 31 80 … 00 00: the signature is over these very bytes.
        var digest = SHA256.HashData(Content);
        byte[] attribute = Sequence(Oid(MessageDigestOid), [0x31, 0x80, .. Octets(digest), 0, 0]);
        var forged = Of(key, Content);
        forged = forged with { Attributes = [.. forged.Attributes.Select(one => OidOf(one) == MessageDigestOid ? attribute : one)] };

        Refused(forged.Encode(), "CMS_SIGNED_PART_NOT_DER", Indication.TotalFailed, SubIndication.FormatFailure);
    }

    [Test]
    public void Non_minimal_length()
    {
        var cms = Of(key, Content).Encode();
        byte[] padded = [0x30, 0x83, 0, cms[2], cms[3], .. cms.AsSpan(4)];

        Refused(padded, "CMS_NON_MINIMAL_LENGTH", Indication.TotalFailed, SubIndication.FormatFailure);
    }

    [Test]
    public void Depth_over_64()
    {
        byte[] nested = [];
        for (var i = 0; i < 70; i++)
        {
            nested = Tlv(0x30, nested);
        }

        Refused(nested, "CMS_TOO_DEEP", Indication.Indeterminate, SubIndication.Generic);
    }

    [Test]
    public void A_declared_length_of_2_GiB() =>
        Refused([0x30, 0x84, 0x80, 0, 0, 0, 1, 2, 3], "CMS_LENGTH_OVERFLOW", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public void A_length_past_the_end() =>
        Refused([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3], "CMS_LENGTH_OVERFLOW", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public void More_bytes_than_the_limit()
    {
        var policy = ValidationPolicy.Foreign with { Limits = new CmsLimits { MaxSize = 100 } };

        Refused(Of(key, Content).Encode(), "CMS_TOO_LARGE", Indication.Indeterminate, SubIndication.Generic, policy);
    }

    [Test]
    public void No_signer()
    {
        var cms = (Of(key, Content) with { Copies = 0 }).Encode();

        Refused(cms, "CMS_NO_SIGNER", Indication.TotalFailed, SubIndication.FormatFailure);
        Assert.That(new CmsValidator(office.Store, ValidationPolicy.Foreign).Validate(CmsSignedData.Parse(cms, CmsLimits.Default), null, SigningOffice.Now, CertificateUsage.DocumentSigning), Is.Not.Empty);
    }

    [Test]
    public void The_same_signer_twice() =>
        Refused((Of(key, Content) with { Copies = 2 }).Encode(), "CMS_SIGNER_DUPLICATE", Indication.Indeterminate, SubIndication.SigConstraintsFailure);

    [Test]
    public async Task The_same_signer_twice_under_two_names()
    {
        var once = CmsSignedData.Parse(await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default).Signers[0];
        var keyIdentifier = key.Certificate.Inner.GetExtensionValue(Org.BouncyCastle.Asn1.X509.X509Extensions.SubjectKeyIdentifier).GetOctets()[2..];
        var again = CmsSignedData.Parse((Of(key, Content) with { Identifier = Tlv(0x80, keyIdentifier), SignerVersion = 3, Version = 3 }).Encode(), CmsLimits.Default).Signers[0];
        var both = CmsWriter.SignedData([DigestAlgorithm.Sha256], Content, [key.Certificate], [once.Encoded, again.Encoded]);

        Refused(both, "CMS_SIGNER_DUPLICATE", Indication.Indeterminate, SubIndication.SigConstraintsFailure);
        Assert.That(Judge(both).Signatures.Select(signature => signature.Findings.Count(finding => finding.Code == "CMS_SIGNER_DUPLICATE")), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public void More_than_64_signers() =>
        Refused((Of(key, Content) with { Copies = 65 }).Encode(), "CMS_LIMIT", Indication.Indeterminate, SubIndication.Generic);

    [Test]
    public async Task One_good_and_one_bad_signer()
    {
        var first = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
        var joint = await CmsSigner.AddSignerAsync(first, ContentDigests.Of(Content), gmKey, SigningOffice.Now, CancellationToken.None);
        var good = CmsSignedData.Parse(joint, CmsLimits.Default).Signers.Single(signer => signer.DigestAlgorithm.Oid == Sha256).Signature;
        var at = joint.AsSpan().IndexOf(good.Span);
        joint[at + 10] ^= 1;

        var verdict = Judge(joint, ValidationPolicy.Foreign, ContentDigests.Of(Content));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signatures.Select(signature => signature.Indication), Is.EquivalentTo(new[] { Indication.TotalPassed, Indication.TotalFailed }));
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.SubIndication, Is.EqualTo(SubIndication.SigCryptoFailure));
        }
    }

    [TestCase(2)]
    [TestCase(9)]
    public void An_unknown_version(int version) =>
        Refused((Of(key, Content) with { Version = version }).Encode(), "CMS_VERSION_UNKNOWN", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public void A_signer_version_that_does_not_fit_its_identifier()
    {
        Refused((Of(key, Content) with { SignerVersion = 2 }).Encode(), "CMS_SIGNER_VERSION", Indication.TotalFailed, SubIndication.FormatFailure);

        var other = Judge((Of(key, Content) with { SignerVersion = 3 }).Encode());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(other.Indication, Is.EqualTo(Indication.TotalPassed), "other products take version 3 beside issuer and serial number");
            Assert.That(other.Signatures[0].Findings.Select(finding => finding.Code), Has.Member("CMS_SIGNER_VERSION"));
        }
    }

    [Test]
    public void An_oversized_object_identifier() => Refused(
        (Of(key, Content) with { DigestAlgorithm = Sequence(Tlv(0x06, [.. Enumerable.Repeat((byte)0x81, 99), 1])) }).Encode(),
        "CMS_OID_OVERSIZED", Indication.Indeterminate, SubIndication.Generic);

    [Test]
    public void An_oversized_integer() => Refused(
        (Of(key, Content) with { Identifier = Sequence(Sequence(), Tlv(0x02, [.. Enumerable.Repeat((byte)1, 600)])) }).Encode(),
        "CMS_INTEGER_OVERSIZED", Indication.Indeterminate, SubIndication.Generic);

    [Test]
    public void Something_that_is_not_signed_data() => Refused(
        Sequence(Oid("1.2.840.113549.1.7.3"), Tlv(0xA0, Sequence())), "CMS_NOT_SIGNED_DATA", Indication.TotalFailed, SubIndication.FormatFailure);

    // Signed attributes.
    [Test]
    public void Attributes_replayed_as_content()
    {
        // The signature over the attributes of one CMS is a signature over content, when there are no attributes.
        var honest = Of(key, Content);
        byte[] attributes = Tlv(0x31, [.. honest.Attributes.SelectMany(attribute => attribute)]);
        var replayed = honest with { HasSignedAttributes = false, Content = attributes };

        Refused(replayed.Encode(), "CMS_ATTRIBUTES_AS_CONTENT", Indication.TotalFailed, SubIndication.SigCryptoFailure);
    }

    [Test]
    public void No_signed_attributes() => Refused(
        (Of(key, Content) with { HasSignedAttributes = false }).Encode(), "CMS_NO_SIGNED_ATTRIBUTES", Indication.Indeterminate, SubIndication.SigConstraintsFailure);

    [Test]
    public void Where_the_policy_lets_attributes_be_absent_what_was_not_verified_still_does_not_pass()
    {
        var bare = Of(gmKey, Content) with { HasSignedAttributes = false };
        var tolerant = ValidationPolicy.Foreign with { RequiresSignedAttributes = false };
        byte[] attributes = Tlv(0x31, [.. bare.Attributes.SelectMany(attribute => attribute)]);

        Assert.That(Judge(bare.Encode(), tolerant).Faults, Is.Empty);
        var detached = DetachedOf(bare);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(detached, tolerant, ContentDigests.Of(new Dictionary<DigestAlgorithm, byte[]> { [DigestAlgorithm.Sm3] = DocExchange.Trust.Digests.Sm3.Hash(Content) })).SubIndication, Is.EqualTo(SubIndication.SignedDataNotFound));
            Assert.That(Judge((bare with { Content = attributes }).Encode(), tolerant).Faults.Select(fault => fault.Code), Has.Member("CMS_ATTRIBUTES_AS_CONTENT"));
        }
    }

    [TestCase(ContentTypeOid)]
    [TestCase(MessageDigestOid)]
    public void A_mandatory_attribute_left_out(string oid) => Refused(
        Of(key, Content).WithAttribute(oid, null).Encode(), "CMS_ATTRIBUTE_MISSING", Indication.TotalFailed, SubIndication.FormatFailure);

    [TestCase(ContentTypeOid)]
    [TestCase(MessageDigestOid)]
    [TestCase(SigningTimeOid)]
    [TestCase(SigningCertificateOid)]
    [TestCase(ProtectionOid)]
    public void An_attribute_twice(string oid)
    {
        var honest = Of(key, Content);

        Refused(honest.WithMore(honest.Attributes.Single(one => OidOf(one) == oid)).Encode(), "CMS_ATTRIBUTE_NOT_SINGLE", Indication.TotalFailed, SubIndication.FormatFailure);
    }

    [Test]
    public void A_content_type_attribute_of_another_type() => Refused(
        Of(key, Content).WithAttribute(ContentTypeOid, Oid("1.2.840.113549.1.9.16.1.4")).Encode(),
        "CMS_CONTENT_TYPE_MISMATCH", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public void A_message_digest_of_two_values() => Refused(
        Of(key, Content).WithAttribute(MessageDigestOid, Octets(SHA256.HashData(Content)), Octets(new byte[32])).Encode(),
        "CMS_ATTRIBUTE_NOT_SINGLE", Indication.TotalFailed, SubIndication.FormatFailure);

    [Test]
    public void A_message_digest_of_other_content() => Refused(
        (Of(key, Content) with { Content = "别的内容"u8.ToArray() }).Encode(), "CMS_DIGEST_MISMATCH", Indication.TotalFailed, SubIndication.HashFailure);

    [Test]
    public void Attributes_out_of_order()
    {
        var honest = Of(key, Content);
        var unsorted = (honest with { Attributes = [.. honest.Attributes.Reverse()] }).Encode();

        Refused(unsorted, "CMS_ATTRIBUTES_UNSORTED", Indication.Indeterminate, SubIndication.SigConstraintsFailure);
        var tolerated = Judge(unsorted, ValidationPolicy.Foreign with { AllowsUnsortedAttributes = true });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tolerated.Faults, Is.Empty, "the value was verified over the bytes as they are");
            Assert.That(Judge(unsorted, ValidationPolicy.Strict).SubIndication, Is.EqualTo(SubIndication.FormatFailure));
        }
    }

    [Test]
    public void A_signing_time_that_is_not_signed()
    {
        var forged = Of(key, Content).WithAttribute(SigningTimeOid, null) with
        {
            UnsignedAttributes = [Attribute(SigningTimeOid, UtcTime(SigningOffice.Now))],
        };

        Refused(forged.Encode(), "CMS_ATTRIBUTE_UNSIGNED", Indication.Indeterminate, SubIndication.SigConstraintsFailure);
        Assert.That(Judge(forged.Encode()).Signatures[0].SignedAt, Is.Null);
    }

    [Test]
    public void A_signing_time_that_is_no_time() => Refused(
        Of(key, Content).WithAttribute(SigningTimeOid, Octets([1])).Encode(), "CMS_SIGNING_TIME_UNREADABLE", Indication.TotalFailed, SubIndication.FormatFailure);

    // ETSI EN 319 122-1 §5.2.2: what has signed attributes of CAdES has it; what somebody added unsigned says nothing.
    [TestCase("1.2.840.113549.1.9.16.2.16", true, Indication.Indeterminate)]
    [TestCase("0.4.0.1733.2.1", true, Indication.Indeterminate)]
    [TestCase("0.4.0.1733.2.1", false, Indication.TotalPassed)]
    [TestCase("1.2.3.4", true, Indication.TotalPassed)]
    public void Without_a_reference_to_its_certificate_it_is_no_CAdES(string oid, bool isSigned, Indication indication)
    {
        var attribute = Attribute(oid, Octets([1]));
        var plain = Of(key, Content).WithAttribute(SigningCertificateOid, null);
        var cms = (isSigned ? plain.WithMore(attribute) : plain with { UnsignedAttributes = [attribute] }).Encode();
        var found = Judge(cms).Signatures[0].Findings.Single(finding => finding.Code == "CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING");
        Assert.That((found.Indication, found.SubIndication), Is.EqualTo((indication, indication == Indication.TotalPassed ? SubIndication.None : SubIndication.SigConstraintsFailure)));
    }

    [TestCase(SigningTimeOid, "CMS_SIGNING_TIME_MISSING")]
    [TestCase(SigningCertificateOid, "CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING")]
    [TestCase(ProtectionOid, "CMS_ALGORITHM_PROTECTION_MISSING")]
    public void Under_the_strict_policy_an_attribute_of_ours_left_out(string oid, string code) => Refused(
        Of(key, Content).WithAttribute(oid, null).Encode(), code, Indication.Indeterminate, SubIndication.SigConstraintsFailure, ValidationPolicy.Strict);

    [Test]
    public void A_signing_certificate_reference_left_out_where_the_policy_demands_one() => Refused(
        Of(key, Content).WithAttribute(SigningCertificateOid, null).Encode(), "CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING",
        Indication.Indeterminate, SubIndication.SigConstraintsFailure, ValidationPolicy.Foreign with { RequiresSigningCertificateReference = true });

    [TestCase(SigningCertificateOid)]
    [TestCase(ProtectionOid)]
    public void What_names_certificate_or_algorithms_and_is_not_signed(string oid)
    {
        var honest = Of(key, Content);
        var forged = honest.WithAttribute(oid, null) with { UnsignedAttributes = [honest.Attributes.Single(one => OidOf(one) == oid)] };

        Refused(forged.Encode(), "CMS_ATTRIBUTE_UNSIGNED", Indication.Indeterminate, SubIndication.SigConstraintsFailure);
    }

    [Test]
    public void Under_the_strict_policy_an_attribute_we_do_not_write() => Refused(
        Of(key, Content).WithMore(Attribute("1.2.3.4", Octets([1]))).Encode(), "CMS_NOT_OWN_FORM", Indication.TotalFailed, SubIndication.FormatFailure, ValidationPolicy.Strict);

    [Test]
    public void Under_the_strict_policy_an_unsigned_attribute() => Refused(
        (Of(key, Content) with { UnsignedAttributes = [Attribute("1.2.3.4", Octets([1]))] }).Encode(),
        "CMS_UNSIGNED_ATTRIBUTE", Indication.Indeterminate, SubIndication.SigConstraintsFailure, ValidationPolicy.Strict);

    [Test]
    public void An_unsigned_attribute_that_the_policy_allows_passes()
    {
        var cms = (Of(key, Content) with { UnsignedAttributes = [Attribute("1.2.3.4", Octets([1]))] }).Encode();

        Assert.That(Judge(cms, ValidationPolicy.Strict with { AllowedUnsignedAttributes = new HashSet<string> { "1.2.3.4" } }).Faults, Is.Empty);
    }

    // X.690 §8.1.3.6: what BER allows around the signed part passes as foreign and not as ours.
    [Test]
    public void Under_the_strict_policy_indefinite_length_around_the_signed_part()
    {
        var cms = Of(key, Content).Encode();
        byte[] indefinite = [0x30, 0x80, .. new AsnReader(cms, AsnEncodingRules.DER).PeekContentBytes().Span, 0, 0];

        Refused(indefinite, "CMS_NOT_DER", Indication.TotalFailed, SubIndication.FormatFailure, ValidationPolicy.Strict);
        Assert.That(Judge(indefinite).Faults, Is.Empty);
    }

    [Test]
    public void Under_the_strict_policy_a_certificate_that_is_none()
    {
        var forged = Of(key, Content);
        var cms = (forged with { Certificates = [.. forged.Certificates, Sequence(Octets([1]))] }).Encode();

        Refused(cms, "CMS_CERTIFICATE_UNREADABLE", Indication.TotalFailed, SubIndication.FormatFailure, ValidationPolicy.Strict);
        Assert.That(Judge(cms).Faults, Is.Empty, "a foreign signature needs it not");
    }

    // Algorithms.
    [Test]
    public void A_digest_algorithm_that_disagrees_with_the_signature_algorithm()
    {
        var forged = Of(key, Content).WithAttribute(MessageDigestOid, Octets(SHA384.HashData(Content))).WithAttribute(ProtectionOid, null) with
        {
            DigestAlgorithm = Algorithm(Sha384),
        };

        Refused(forged.Encode(), "CMS_DIGEST_ALGORITHM_MISMATCH", Indication.TotalFailed, SubIndication.FormatFailure);
    }

    [Test]
    public void Other_algorithms_than_the_protected_ones()
    {
        var protection = Sequence(Algorithm(Sha384), Tlv(0xA1, Oid("1.2.840.10045.4.3.3")));

        Refused(
            Of(key, Content).WithAttribute(ProtectionOid, protection).Encode(),
            "CMS_ALGORITHM_PROTECTION_MISMATCH", Indication.TotalFailed, SubIndication.SigCryptoFailure);
    }

    [TestCase(Md5, "1.2.840.113549.1.1.4", "MD5")]
    [TestCase(Sha1, "1.2.840.113549.1.1.5", "SHA-1")]
    public void Broken_digests(string digest, string algorithm, string name)
    {
        var hash = new HashAlgorithmName(name.Replace("-", "", StringComparison.Ordinal));
        using var rsa = RSA.Create(2048);
        var forged = OfRsa(rsa, hash, RSASignaturePadding.Pkcs1) with
        {
            DigestAlgorithm = Algorithm(digest),
            SignatureAlgorithm = Sequence(Oid(algorithm), [5, 0]),
        };
        var claimed = forged.WithAttribute(MessageDigestOid, Octets(CryptographicOperations.HashData(hash, Content)));

        Refused(claimed.Encode(), "CMS_ALGORITHM_EXPIRED", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure);
        var backdated = claimed.WithAttribute(SigningTimeOid, UtcTime(new DateTimeOffset(2003, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Refused(backdated.Encode(), "CMS_ALGORITHM_EXPIRED", Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe);
    }

    [Test]
    public void RSA_of_1024_bits()
    {
        using var rsa = RSA.Create(1024);

        Refused(OfRsa(rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Encode(), "CMS_ALGORITHM_EXPIRED", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure);
    }

    [Test]
    public void PSS_with_a_SHA_1_mask()
    {
        using var rsa = RSA.Create(2048);
        var parameters = Sequence(
            Tlv(0xA0, Algorithm(Sha256)),
            Tlv(0xA1, Sequence(Oid("1.2.840.113549.1.1.8"), Algorithm(Sha1))),
            Tlv(0xA2, [2, 1, 32]));
        var forged = OfRsa(rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) with { SignatureAlgorithm = Sequence(Oid("1.2.840.113549.1.1.10"), parameters) };

        Refused(forged.Encode(), "CMS_ALGORITHM_EXPIRED", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure);
    }

    [Test]
    public void PSS_with_one_digest_passes()
    {
        using var rsa = RSA.Create(2048);
        var parameters = Sequence(
            Tlv(0xA0, Algorithm(Sha256)),
            Tlv(0xA1, Sequence(Oid("1.2.840.113549.1.1.8"), Algorithm(Sha256))),
            Tlv(0xA2, [2, 1, 32]));
        var signed = OfRsa(rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) with { SignatureAlgorithm = Sequence(Oid("1.2.840.113549.1.1.10"), parameters) };

        Assert.That(Judge(signed.Encode(), anchor: signed.Certificates[0]).Faults, Is.Empty);
    }

    [Test]
    public void RSA_PKCS1_after_2028()
    {
        using var rsa = office.Certify(KeyAlgorithm.Rsa);
        var later = new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var cms = Of(rsa, Content).Encode();
        var validator = new CmsValidator(WithIntermediates(), ValidationPolicy.Strict);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(validator.Judge(cms, null, later.AddSeconds(-1), CertificateUsage.DocumentSigning).Faults, Is.Empty);
            Assert.That(validator.Judge(cms, null, later, CertificateUsage.DocumentSigning).SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailureNoPoe));
        }
    }

    [Test]
    public void R_or_s_zero_or_beyond_the_order([Values] bool isGm, [Values] bool isR, [Values("0", "n", "-1")] string value)
    {
        var order = BigInteger.Parse(
            isGm ? "0FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123" : "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            System.Globalization.NumberStyles.HexNumber);
        var bad = value == "n" ? order : BigInteger.Parse(value);
        var forged = Of(isGm ? gmKey : key, Content) with { Signature = _ => isR ? Pair(bad, 1) : Pair(1, bad) };

        Refused(forged.Encode(), "CMS_SIGNATURE_OUT_OF_RANGE", Indication.TotalFailed, SubIndication.SigCryptoFailure);
    }

    [Test]
    public void An_SM2_signature_under_another_user_id()
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.Sm2);
        using var other = office.Certify(pair, "市公安局");
        var signer = new Org.BouncyCastle.Crypto.Signers.SM2Signer();
        signer.Init(true, new Org.BouncyCastle.Crypto.Parameters.ParametersWithID(
            Org.BouncyCastle.Security.PrivateKeyFactory.CreateKey(pair.Secret.ExportPkcs8()), "ALICE123@YAHOO.COM"u8.ToArray()));
        var forged = Of(other, Content) with
        {
            Signature = signed =>
            {
                signer.BlockUpdate(signed);
                return signer.GenerateSignature();
            },
        };

        Refused(forged.Encode(), "CMS_SIGNATURE_INVALID", Indication.TotalFailed, SubIndication.SigCryptoFailure);
    }

    [Test]
    public void A_forged_PKCS1_padding_under_a_key_with_exponent_3()
    {
        // Bleichenbacher 2006: a cube root whose cube begins like padding and digest, with rubbish behind.
        var generator = new Org.BouncyCastle.Crypto.Generators.RsaKeyPairGenerator();
        generator.Init(new Org.BouncyCastle.Crypto.Parameters.RsaKeyGenerationParameters(
            Org.BouncyCastle.Math.BigInteger.Three, new Org.BouncyCastle.Security.SecureRandom(), 2048, 80));
        using var rsa = RSA.Create(Org.BouncyCastle.Security.DotNetUtilities.ToRSAParameters(
            (Org.BouncyCastle.Crypto.Parameters.RsaPrivateCrtKeyParameters)generator.GenerateKeyPair().Private));
        var honest = OfRsa(rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var forged = honest with { Signature = ForgePadding };

        Assert.That(Judge(honest.Encode(), anchor: honest.Certificates[0]).Faults, Is.Empty);
        Refused(forged.Encode(), "CMS_SIGNATURE_INVALID", Indication.TotalFailed, SubIndication.SigCryptoFailure);
    }

    [Test]
    public void A_signature_of_another_kind_than_the_key() => Refused(
        (Of(key, Content) with { SignatureAlgorithm = Sequence(Oid("1.2.840.113549.1.1.11"), [5, 0]) }).WithAttribute(ProtectionOid, null).Encode(),
        "CMS_SIGNATURE_INVALID", Indication.TotalFailed, SubIndication.SigCryptoFailure);

    [Test]
    public void An_unknown_algorithm() => Refused(
        (Of(key, Content) with { SignatureAlgorithm = Algorithm("1.2.3.4.5") }).WithAttribute(ProtectionOid, null).Encode(),
        "CMS_ALGORITHM_UNKNOWN", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure);

    [Test]
    public void An_SM2_value_of_64_raw_bytes_passes_as_foreign_and_not_as_ours()
    {
        byte[] Raw(byte[] signed)
        {
            var pair = new AsnReader(gmKey.SignAsync(signed, CancellationToken.None).AsTask().GetAwaiter().GetResult(), AsnEncodingRules.DER).ReadSequence();
            return [.. Fixed(pair.ReadInteger()), .. Fixed(pair.ReadInteger())];
        }

        var cms = (Of(gmKey, Content) with { Signature = Raw }).Encode();

        Assert.That(Judge(cms).Faults, Is.Empty);
        Refused(cms, "CMS_SIGNATURE_NOT_DER", Indication.TotalFailed, SubIndication.FormatFailure, ValidationPolicy.Strict);
    }

    [Test]
    public void What_Chinese_products_write_after_GBT_35275_passes_as_foreign_and_not_as_ours()
    {
        const string GmData = "1.2.156.10197.6.1.4.2.1";
        var cms = (Of(gmKey, Content).WithAttribute(ContentTypeOid, Oid(GmData)).WithAttribute(ProtectionOid, null) with
        {
            OuterType = "1.2.156.10197.6.1.4.2.2",
            ContentType = GmData,
            SignatureAlgorithm = Algorithm("1.2.156.10197.1.301.1"),
        }).Encode();

        Assert.That(Judge(cms).Faults, Is.Empty);
        Refused(cms, "CMS_CONTENT_TYPE_NOT_DATA", Indication.TotalFailed, SubIndication.FormatFailure, ValidationPolicy.Strict);
    }

    /// <summary>The same signature with the content taken out.</summary>
    private static byte[] DetachedOf(ForgedCms cms)
    {
        var value = CmsSignedData.Parse(cms.Encode(), CmsLimits.Default).Signers[0].Signature.ToArray();
        return (cms with { Content = null, Signature = _ => value }).Encode();
    }

    private static byte[] Fixed(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static byte[] ForgePadding(byte[] signed)
    {
        byte[] prefix = [0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, .. Sequence(Sequence(Oid(Sha256), [5, 0]), Octets(SHA256.HashData(signed)))];
        byte[] low = [.. prefix, .. new byte[256 - prefix.Length]];
        var target = new BigInteger(low, isUnsigned: true, isBigEndian: true);
        var root = BigInteger.Zero;
        for (var bit = 700; bit >= 0; bit--)
        {
            var next = root + BigInteger.Pow(2, bit);
            root = BigInteger.Pow(next, 3) <= target ? next : root;
        }

        var forged = (root + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        var cube = BigInteger.Pow(root + 1, 3).ToByteArray(isUnsigned: true, isBigEndian: true);
        Assert.That(cube.AsSpan(0, prefix.Length - 1).ToArray(), Is.EqualTo(prefix[1..]), "the forgery is one");
        return [.. new byte[256 - forged.Length], .. forged];
    }

    /// <summary>A self-signed certificate for a key the product would not certify, and a CMS signed with it.</summary>
    private static ForgedCms OfRsa(RSA rsa, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        var request = new CertificateRequest("CN=外部签名人", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        using var selfSigned = request.CreateSelfSigned(SigningOffice.Start, SigningOffice.End);
        var certificate = Certificate.Parse(selfSigned.RawData);
        using var borrowed = new BorrowedKey(certificate);
        return Of(borrowed, Content).WithAttribute(ProtectionOid, null) with { Signature = signed => rsa.SignData(signed, hash, padding) };
    }

    private TrustStore WithIntermediates() => office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };

    private Verdict Judge(byte[] cms, ValidationPolicy? policy = null, ContentDigests? detached = null, byte[]? anchor = null)
    {
        var store = WithIntermediates();
        store = anchor is null ? store : store with { Anchors = [.. store.Anchors, Certificate.Parse(anchor)] };
        return new CmsValidator(store, policy ?? ValidationPolicy.Foreign).Judge(cms, detached, SigningOffice.Now, CertificateUsage.DocumentSigning);
    }

    private void Refused(byte[] cms, string code, Indication indication, SubIndication sub, ValidationPolicy? policy = null)
    {
        var verdict = Judge(cms, policy);
        var fault = verdict.Faults.FirstOrDefault(fault => fault.Code == code);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults.Select(one => one.Code), Has.Member(code));
            Assert.That(fault?.Indication, Is.EqualTo(indication));
            Assert.That(fault?.SubIndication, Is.EqualTo(sub));
            Assert.That(verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
        }
    }

    /// <summary>Lends a certificate to the forge; it signs nothing.</summary>
    private sealed class BorrowedKey(Certificate certificate) : ISigningKey
    {
        public KeyAlgorithm Algorithm => KeyAlgorithm.Rsa;

        public Certificate Certificate => certificate;

        public IReadOnlyList<Certificate> Chain => [];

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) => throw new NotSupportedException("It has no key.");

        public void Dispose()
        {
        }
    }
}
