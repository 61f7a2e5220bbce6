using System.Formats.Asn1;
using System.Security.Cryptography;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>Encodings that the standards do not have and seals of other makers do.</summary>
public sealed class ForeignSealTests
{
    private static readonly Asn1Tag GeneralizedTime = Asn1Tag.GeneralizedTime;

    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public async Task Reads_what_own_form_forbids()
    {
        var seal = await SealForms.SignedAsync(LooseInfo(), world.Maker);

        var read = Seal.ParseForeign(seal);
        Assert.Throws<SealFormatException>(() => Seal.Parse(seal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Name, Is.EqualTo("北京市税务局"));
            Assert.That(read.EsId, Is.EqualTo("印章一号"));
            Assert.That(read.CreatedAt, Is.EqualTo(new DateTimeOffset(2026, 1, 10, 8, 0, 0, TimeSpan.FromHours(8))));
            Assert.That(read.Picture.WidthMm, Is.Zero);
            Assert.That(read.Signers, Has.Count.EqualTo(1));
            Assert.That(new SealValidator(world.Trust).ValidateSeal(read, SealWorld.Sealed).Findings.Select(finding => finding.Code), Has.None.EqualTo("SEAL_MAKER_SIGNATURE"));
        }
    }

    [Test]
    public async Task Reads_octets_for_bits_algorithm_identifiers_and_trailing_bytes()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        var toSign = SealForms.Sequence(tbs =>
        {
            tbs.WriteInteger(4);
            tbs.WriteEncodedValue(seal);
            tbs.WriteUtcTime(SealWorld.Sealed);
            tbs.WriteOctetString(DocExchange.Trust.Digests.Sm3.Hash(SealWorld.Content));
            tbs.WriteCharacterString(UniversalTagNumber.UTF8String, "/文档/Signature.xml");
        });
        var value = await world.Holder.SignAsync(toSign, CancellationToken.None);
        byte[] signature =
        [
            .. SealForms.Sequence(outer =>
            {
                outer.WriteEncodedValue(toSign);
                outer.WriteOctetString(world.Holder.Certificate.Der);
                outer.WriteEncodedValue(ForgedCms.Algorithm("1.2.156.10197.1.501"));
                outer.WriteOctetString(Wide(value));
            }),
            0, 0, 0,
        ];

        var read = SealSignature.ParseForeign(signature);
        Assert.Throws<SealFormatException>(() => SealSignature.Parse(signature));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.TrailingBytes, Is.Zero, "zeros are padding");
            Assert.That(
                new SealValidator(world.Trust).Validate(SealSignature.ParseForeign((byte[])[.. signature, 7]), SealWorld.Content, null, SealWorld.Sealed.AddDays(1)).Findings.Select(finding => (finding.Code, finding.SubIndication)),
                Does.Contain(("SEAL_TRAILING_BYTES", SubIndication.FormatFailure)));
            Assert.That(read.SignedAt, Is.EqualTo(SealWorld.Sealed));
            Assert.That(read.PropertyInfo, Is.EqualTo("/文档/Signature.xml"));
            Assert.That(new SealValidator(world.Trust).Validate(read, SealWorld.Content, null, SealWorld.Sealed.AddDays(1)).Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public async Task Fails_bytes_behind_a_seal_that_are_no_padding()
    {
        var der = (await world.MakeAsync()).Der.ToArray();
        var validator = new SealValidator(world.Trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(validator.ValidateSeal(Seal.ParseForeign((byte[])[.. der, 0, 0]), SealWorld.Sealed).Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(
                validator.ValidateSeal(Seal.ParseForeign((byte[])[.. der, 0, 7]), SealWorld.Sealed).Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
                Is.EqualTo(new[] { ("SEAL_TRAILING_BYTES", Indication.TotalFailed, SubIndication.FormatFailure) }));
        }
    }

    [TestCase("1.2.840.113549.1.1.11", 32)]
    [TestCase("1.2.840.113549.1.1.5", 20)]
    [TestCase("1.2.840.113549.1.1.1", 32)]
    public void Verifies_seals_made_with_RSA_and_says_that_they_are_not_SM2(string algorithm, int hash)
    {
        using var rsa = RSA.Create(2048);
        var certificate = SelfSigned(rsa);
        var info = SealForms.Info(4, world.Definition() with { Signers = [certificate] });
        var seal = Rsa(info, certificate, rsa, algorithm);
        var toSign = SealForms.Sequence(tbs =>
        {
            tbs.WriteInteger(4);
            tbs.WriteEncodedValue(seal);
            tbs.WriteGeneralizedTime(SealWorld.Sealed, omitFractionalSeconds: true);
            tbs.WriteBitString(hash == 20 ? SHA1.HashData(SealWorld.Content) : SHA256.HashData(SealWorld.Content));
            tbs.WriteCharacterString(UniversalTagNumber.IA5String, SealWorld.Property);
        });
        var signature = Rsa(toSign, certificate, rsa, algorithm);
        var validator = new SealValidator(world.Trust);

        var intact = validator.Validate(SealSignature.ParseForeign(signature), SealWorld.Content, null, SealWorld.Sealed);
        var altered = validator.Validate(SealSignature.ParseForeign(signature), new byte[] { 1 }, null, SealWorld.Sealed);
        signature[^9] ^= 1;
        var forged = validator.Validate(SealSignature.ParseForeign(signature), SealWorld.Content, null, SealWorld.Sealed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(intact.Indication, Is.EqualTo(Indication.Indeterminate), string.Join("\n", intact.Findings));
            Assert.That(
                intact.Findings.Where(finding => finding.Code.EndsWith("_NOT_SM2", StringComparison.Ordinal)).Select(finding => (finding.Code, finding.SubIndication)),
                Is.EquivalentTo(new[] { ("SEAL_ALGORITHM_NOT_SM2", SubIndication.CryptoConstraintsFailure), ("SEAL_MAKER_ALGORITHM_NOT_SM2", SubIndication.CryptoConstraintsFailure) }));
            Assert.That(altered.SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(forged.SubIndication, Is.EqualTo(SubIndication.SigCryptoFailure));
        }
    }

    [TestCase("1.2.840.10045.4.3.2")]
    [TestCase("1.2.3.4")]
    public void Leaves_open_what_was_signed_by_algorithms_that_are_not_verified(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        var certificate = SelfSigned(rsa);
        var seal = Rsa(SealForms.Info(4, world.Definition() with { Signers = [certificate] }), certificate, rsa, algorithm);
        var signature = Rsa(SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), certificate, rsa, algorithm);

        var verdict = new SealValidator(TrustStore.Empty).Validate(SealSignature.ParseForeign(signature), SealWorld.Content, null, SealWorld.Sealed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.Indeterminate), string.Join("\n", verdict.Findings));
            Assert.That(verdict.Integrity, Is.EqualTo(SignatureIntegrity.Unknown));
            Assert.That(
                verdict.Findings.Select(finding => (finding.Code, finding.SubIndication)),
                Does.Contain(("SEAL_ALGORITHM", SubIndication.CryptoConstraintsFailure)).And.Contain(("SEAL_MAKER_ALGORITHM", SubIndication.CryptoConstraintsFailure)));
        }
    }

    [Test]
    public async Task Only_tells_the_period_of_a_certificate_that_no_anchor_vouches_for()
    {
        using var expired = world.Key("过期", CertificateProfile.Seal, SealWorld.From.AddYears(-1), SealWorld.From);
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(expired)), world.Maker);
        var signature = SealSignature.ParseForeign(await SealForms.SignedAsync(SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), expired));

        var known = new SealValidator(world.Trust).Validate(signature, SealWorld.Content, null, SealWorld.Sealed);
        var unknown = new SealValidator(TrustStore.Empty).Validate(signature, SealWorld.Content, null, SealWorld.Sealed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.SubIndication, Is.EqualTo(SubIndication.Expired));
            Assert.That(unknown.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(unknown.Findings.Select(finding => finding.Code), Does.Contain("CERT_EXPIRED"));
        }
    }

    private byte[] LooseInfo()
    {
        var gbk = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(936)!;
        return SealForms.Sequence(info =>
        {
            info.WriteEncodedValue(SealForms.Sequence(header =>
            {
                header.WriteCharacterString(UniversalTagNumber.PrintableString, "ES");
                header.WriteInteger(2);
                header.WriteCharacterString(UniversalTagNumber.UTF8String, "某公司");
            }));
            info.WriteEncodedValue(ForgedCms.Tlv(0x16, gbk.GetBytes("印章一号")));
            info.WriteEncodedValue(SealForms.Sequence(property =>
            {
                property.WriteInteger(15);
                property.WriteCharacterString(UniversalTagNumber.BMPString, "北京市税务局");
                property.WriteInteger(1);
                property.WriteEncodedValue(SealForms.Sequence(list =>
                {
                    list.WriteEncodedValue(world.Holder.Certificate.Der);
                    list.WriteOctetString([1, 2, 3]);
                }));
                property.WriteEncodedValue(ForgedCms.Tlv(0x18, "20260110080000"u8.ToArray()));
                property.WriteUtcTime(SealWorld.From);
                property.WriteGeneralizedTime(SealWorld.Until, omitFractionalSeconds: true, GeneralizedTime);
            }));
            info.WriteEncodedValue(SealForms.Sequence(picture =>
            {
                picture.WriteCharacterString(UniversalTagNumber.UTF8String, "png");
                picture.WriteOctetString(world.Definition().Picture.Data.Span);
                picture.WriteInteger(0);
                picture.WriteInteger(4000);
            }));
        });
    }

    private static byte[] Wide(byte[] der)
    {
        var raw = SealForms.Raw(der);
        return [.. new byte[32], .. raw.AsSpan(0, 32), .. new byte[32], .. raw.AsSpan(32)];
    }

    private static Certificate SelfSigned(RSA rsa)
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Certificate.Parse(request.CreateSelfSigned(SealWorld.From.AddYears(-1), SealWorld.Until).RawData);
    }

    private static byte[] Rsa(byte[] content, Certificate certificate, RSA rsa, string algorithm) => SealForms.Sequence(outer =>
    {
        outer.WriteEncodedValue(content);
        outer.WriteOctetString(certificate.Der);
        outer.WriteObjectIdentifier(algorithm);
        outer.WriteBitString(rsa.SignData(content, algorithm.EndsWith(".5", StringComparison.Ordinal) ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    });
}
