using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Signatures;

[TestFixture]
public sealed class CmsSignerTests
{
    private static readonly byte[] Content = "关于贯彻落实《条例》的通知"u8.ToArray();

    private SigningOffice office = null!;

    [OneTimeSetUp]
    public void Found() => office = new SigningOffice();

    [OneTimeTearDown]
    public void Close() => office.Dispose();

    [Test]
    public async Task Passes_its_own_strict_profile(
        [Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.EcdsaP384, KeyAlgorithm.EcdsaP521, KeyAlgorithm.Rsa, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm,
        [Values] CmsForm form)
    {
        using var key = office.Certify(algorithm);
        var validator = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] }, ValidationPolicy.Strict);

        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, form, CancellationToken.None);
        var verdict = validator.Judge(cms, form == CmsForm.Detached ? ContentDigests.Of(Content) : null, SigningOffice.Now, CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(verdict.Signatures[0].Signer, Is.EqualTo(key.Certificate));
            Assert.That(verdict.Signatures[0].SignedAt, Is.EqualTo(SigningOffice.Now));
        }
    }

    [Test]
    public async Task Writes_DER_with_five_sorted_signed_attributes_and_no_unsigned_ones()
    {
        using var key = office.Certify(KeyAlgorithm.Sm2);

        var signed = CmsSignedData.Parse(await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(signed.IsDer, Is.True);
            Assert.That(signed.TrailingBytes, Is.Zero);
            Assert.That(signed.Version, Is.EqualTo(1));
            Assert.That(signed.ContentType, Is.EqualTo("1.2.840.113549.1.7.1"));
            Assert.That(signed.Content!.Value.ToArray(), Is.EqualTo(Content));
            Assert.That(signed.Certificates, Is.EqualTo(new[] { key.Certificate }));
            Assert.That(signed.Signers, Has.Count.EqualTo(1));
        }

        var signer = signed.Signers[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signer.SignedAttributes!.IsSorted, Is.True);
            Assert.That(signer.SignedAttributes.All.Select(attribute => attribute.Oid), Is.EquivalentTo(new[]
            {
                "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.52",
            }));
            Assert.That(signer.UnsignedAttributes, Is.Null);
            Assert.That(signer.DigestAlgorithm.Oid, Is.EqualTo("1.2.156.10197.1.401"));
            Assert.That(signer.SignatureAlgorithm.Oid, Is.EqualTo("1.2.156.10197.1.501"));
        }
    }

    [Test]
    public async Task Signs_a_stream_as_it_signs_the_same_bytes()
    {
        using var key = office.Certify(KeyAlgorithm.Rsa);

        var fromBytes = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
        var fromStream = await CmsSigner.SignAsync(new MemoryStream(Content), key, SigningOffice.Now, CancellationToken.None);

        Assert.That(fromStream, Is.EqualTo(fromBytes), "PKCS#1 v1.5 is deterministic");
    }

    [Test]
    public async Task Carries_the_chain_only_where_asked()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);

        var with = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, withChain: true, CancellationToken.None);
        var without = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, withChain: false, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CmsSignedData.Parse(with, CmsLimits.Default).Certificates, Is.EquivalentTo(new[] { key.Certificate, office.Authority.Certificate }));
            Assert.That(CmsSignedData.Parse(without, CmsLimits.Default).Certificates, Is.EqualTo(new[] { key.Certificate }));
        }
    }

    [TestCase("1949-12-31T23:59:59Z", 24)]
    [TestCase("1950-01-01T00:00:00Z", 23)]
    [TestCase("2049-12-31T23:59:59Z", 23)]
    [TestCase("2050-01-01T00:00:00Z", 24)]
    public async Task Writes_UTCTime_from_1950_to_2049_and_GeneralizedTime_outside(string time, int tag)
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var instant = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

        var signed = CmsSignedData.Parse(
            await CmsSigner.SignAsync(Content, key, instant.AddMilliseconds(900), CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(signed.Signers[0].SigningTime, Is.EqualTo(instant), "whole seconds");
            Assert.That(signed.Signers[0].SignedAttributes!.Single("1.2.840.113549.1.9.5")!.Value.Span[0], Is.EqualTo((byte)tag));
        }
    }

    [Test]
    public async Task Adds_a_signer_without_touching_the_first()
    {
        using var host = office.Certify(KeyAlgorithm.EcdsaP256, "市发展计划委");
        using var partner = office.Certify(KeyAlgorithm.Sm2, "市财政局");
        var digests = ContentDigests.Of(Content);
        var first = await CmsSigner.SignAsync(Content, host, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

        var joint = await CmsSigner.AddSignerAsync(first, digests, partner, SigningOffice.Now.AddHours(1), CancellationToken.None);

        var signed = CmsSignedData.Parse(joint, CmsLimits.Default);
        var before = CmsSignedData.Parse(first, CmsLimits.Default).Signers[0].Encoded.ToArray();
        var verdicts = new CmsValidator(office.Store, ValidationPolicy.Strict).Validate(signed, digests, SigningOffice.Now.AddHours(2), CertificateUsage.DocumentSigning);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signed.Signers.Select(signer => signer.Encoded.ToArray()), Has.Member(before));
            Assert.That(verdicts.Select(verdict => verdict.Signer), Is.EquivalentTo(new[] { host.Certificate, partner.Certificate }));
            Assert.That(verdicts.Select(verdict => verdict.Indication), Is.All.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public async Task Refuses_the_same_signer_twice()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var first = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

        await Assert.ThatAsync(
            () => CmsSigner.AddSignerAsync(first, ContentDigests.Of(Content), key, SigningOffice.Now, CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("signed already"));
    }

    [Test]
    public async Task Refuses_to_add_a_signer_over_other_content()
    {
        using var host = office.Certify(KeyAlgorithm.EcdsaP256, "市教委");
        using var partner = office.Certify(KeyAlgorithm.EcdsaP256, "市科委");
        var first = await CmsSigner.SignAsync(Content, host, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

        await Assert.ThatAsync(
            () => CmsSigner.AddSignerAsync(first, ContentDigests.Of("另一份文件"u8.ToArray()), partner, SigningOffice.Now, CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("other content"));
    }

    [TestCase("its content inside")]
    [TestCase("bytes behind it")]
    [TestCase("a certificate that is none")]
    [TestCase("a digest algorithm that is unknown")]
    [TestCase("no signer")]
    public async Task Refuses_to_add_a_signer_to_what_is_not_of_its_own_form(string oddity)
    {
        using var host = office.Certify(KeyAlgorithm.EcdsaP256, "市教委");
        using var partner = office.Certify(KeyAlgorithm.EcdsaP256, "市科委");
        var sound = ForgedCms.Of(host, Content) with { Content = null };
        var odd = oddity switch
        {
            "its content inside" => (sound with { Content = Content }).Encode(),
            "bytes behind it" => [.. sound.Encode(), 0],
            "a certificate that is none" => (sound with { Certificates = [.. sound.Certificates, [0x30, 0]] }).Encode(),
            "a digest algorithm that is unknown" => (sound with { ListedDigestAlgorithm = ForgedCms.Algorithm("1.2.3.4") }).Encode(),
            _ => (sound with { Copies = 0 }).Encode(),
        };

        await Assert.ThatAsync(() => Add(sound.Encode()), Throws.Nothing);
        await Assert.ThatAsync(() => Add(odd), Throws.TypeOf<CmsFormatException>().With.Property(nameof(CmsFormatException.Code)).EqualTo("CMS_NOT_EXTENDABLE"));

        Task<byte[]> Add(byte[] cms) => CmsSigner.AddSignerAsync(cms, ContentDigests.Of(Content), partner, SigningOffice.Now, CancellationToken.None);
    }

    [Test]
    public async Task Signs_no_documents_with_Ed25519()
    {
        using var key = office.Certify(KeyAlgorithm.Ed25519);

        await Assert.ThatAsync(
            () => CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None), Throws.ArgumentException);
    }

    [TestCase(KeyAlgorithm.EcdsaP256, CmsForm.Encapsulated)]
    [TestCase(KeyAlgorithm.Rsa, CmsForm.Encapsulated)]
    [TestCase(KeyAlgorithm.Sm2, CmsForm.Detached)]
    public async Task Detects_every_flipped_bit(KeyAlgorithm algorithm, CmsForm form)
    {
        using var key = office.Certify(algorithm);
        var store = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
        var validator = new CmsValidator(store, ValidationPolicy.Strict);
        var detached = form == CmsForm.Detached ? ContentDigests.Of(Content) : null;
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, form, CancellationToken.None);
        Assert.That(validator.Judge(cms, detached, SigningOffice.Now, CertificateUsage.DocumentSigning).Faults, Is.Empty);

        var unnoticed = new List<int>();
        for (var bit = 0; bit < cms.Length * 8; bit++)
        {
            var flipped = (byte[])cms.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (validator.Judge(flipped, detached, SigningOffice.Now, CertificateUsage.DocumentSigning).Indication == Indication.TotalPassed)
            {
                unnoticed.Add(bit);
            }
        }

        Assert.That(unnoticed, Is.Empty);
    }

    [Test]
    public async Task Detects_flipped_bits_in_a_joint_signature_with_its_chains_though_the_chains_are_known()
    {
        using var host = office.Certify(KeyAlgorithm.EcdsaP256, "市教委");
        using var partner = office.Certify(KeyAlgorithm.Sm2, "市科委");
        var validator = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] }, ValidationPolicy.Strict);
        var detached = ContentDigests.Of(Content);
        var first = await CmsSigner.SignAsync(Content, host, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
        var cms = await CmsSigner.AddSignerAsync(first, detached, partner, SigningOffice.Now, CancellationToken.None);
        Assert.That(validator.Judge(cms, detached, SigningOffice.Now, CertificateUsage.DocumentSigning).Faults, Is.Empty);

        // Every byte, another of its bits each time: the stride is prime to eight.
        var unnoticed = new List<int>();
        for (var bit = 0; bit < cms.Length * 8; bit += 7)
        {
            var flipped = (byte[])cms.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (validator.Judge(flipped, detached, SigningOffice.Now, CertificateUsage.DocumentSigning).Indication == Indication.TotalPassed)
            {
                unnoticed.Add(bit);
            }
        }

        Assert.That(unnoticed, Is.Empty);
    }

    [Test]
    public async Task Detects_the_other_of_the_two_ECDSA_values()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var signature = CmsSignedData.Parse(cms, CmsLimits.Default).Signers[0].Signature.ToArray();
        var integers = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (integers.ReadInteger(), integers.ReadInteger());
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber);

        var malleated = ForgedCms.Of(key, Content) with { Signature = _ => ForgedCms.Pair(r, order - s) };
        var verdict = new CmsValidator(office.Store, ValidationPolicy.Strict).Judge(malleated.Encode(), null, SigningOffice.Now, CertificateUsage.DocumentSigning);

        Assert.That(verdict.Faults.Select(fault => fault.Code), Has.Member("CMS_SIGNATURE_HIGH_S").And.No.Member("CMS_SIGNATURE_INVALID"));
    }
}
