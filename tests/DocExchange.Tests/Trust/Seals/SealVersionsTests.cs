using System.Formats.Asn1;
using System.Text;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

public sealed class SealVersionsTests
{
    private static readonly DateTimeOffset Now = SealWorld.Sealed.AddDays(1);

    private SealWorld world = null!;
    private SealValidator validator = null!;

    [OneTimeSetUp]
    public void CreateWorld()
    {
        world = new SealWorld();
        validator = new SealValidator(world.Trust);
    }

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [TestCase("20260305023015Z")]
    [TestCase("260305023015Z")]
    public async Task Reads_and_passes_the_version_of_2014_with_its_time_as_text(string time)
    {
        var seal = await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker);
        var der = await SealForms.FirstSignatureAsync(seal, world.Holder, Encoding.ASCII.GetBytes(time), SealWorld.Content, SealWorld.Property);
        Check(der, 1, "");
    }

    [Test]
    public async Task Reads_and_passes_the_version_of_2014_with_its_time_in_DER()
    {
        var time = new AsnWriter(AsnEncodingRules.DER);
        time.WriteGeneralizedTime(SealWorld.Sealed, omitFractionalSeconds: true);
        var seal = await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker);
        Check(await SealForms.FirstSignatureAsync(seal, world.Holder, time.Encode(), SealWorld.Content, SealWorld.Property), 1, "");
    }

    [Test]
    public async Task Does_not_pass_a_version_of_2014_without_a_readable_time()
    {
        var seal = await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker);
        var der = await SealForms.FirstSignatureAsync(seal, world.Holder, [1, 2, 3], SealWorld.Content, SealWorld.Property);
        var verdict = validator.Validate(der, SealWorld.Content, SealWorld.Property, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(verdict.Findings.Select(finding => finding.Code), Is.EqualTo(["SEAL_TIME_UNKNOWN"]));
        }
    }

    [Test]
    public async Task Detects_a_swapped_list_in_a_seal_of_2014()
    {
        var genuine = await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker);
        var proof = new AsnReader(genuine, AsnEncodingRules.DER).ReadSequence();
        proof.ReadEncodedValue();
        var forged = SealForms.Sequence(outer =>
        {
            outer.WriteEncodedValue(SealForms.Info(1, world.Definition(world.Stranger)));
            outer.WriteEncodedValue(proof.ReadEncodedValue().Span);
        });
        var verdict = validator.ValidateSeal(Seal.Parse(forged), Now);
        Assert.That(verdict.Findings.Select(finding => finding.Code), Is.EqualTo(["SEAL_MAKER_SIGNATURE"]));
    }

    [Test]
    public async Task Reads_and_passes_the_version_of_2025()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker);
        Check(await SealForms.SignedAsync(SealForms.ToSign(5, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder), 5, "");
    }

    [Test]
    public async Task Accepts_raw_signature_values_of_64_bytes()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker, raw: true);
        Check(await SealForms.SignedAsync(SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder, raw: true), 4, "");
    }

    [Test]
    public async Task Accepts_a_default_that_is_written_out_and_keeps_the_bytes()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(), SealForms.ExplicitFalse), world.Maker);
        var toSign = SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property, tbs =>
        {
            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                SealForms.ExplicitFalse(tbs);
            }
        });
        var der = await SealForms.SignedAsync(toSign, world.Holder);
        Check(der, 4, "");
        var parsed = SealSignature.Parse(der);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(parsed.Seal.Der.ToArray(), Is.EqualTo(seal));
            Assert.That(parsed.SignedBytes.ToArray(), Is.EqualTo(toSign));
            Assert.That(parsed.Seal.Extensions, Has.Count.EqualTo(1));
            Assert.That(parsed.Extensions[0].Critical, Is.False);
            Assert.That(parsed.Extensions[0].Value.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        }
    }

    [Test]
    public async Task Finds_the_signer_in_a_list_of_digests()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(4, world.Definition(), asDigests: true), world.Maker);
        var toSign = SealForms.ToSign(4, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property);
        Check(await SealForms.SignedAsync(toSign, world.Holder), 4, "");
        var stranger = validator.Validate(await SealForms.SignedAsync(toSign, world.Stranger), SealWorld.Content, null, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Seal.Parse(seal).CertificateListType, Is.EqualTo(CertificateListType.Digests));
            Assert.That(
                stranger.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
                Is.EqualTo([("SEAL_SIGNER_NOT_LISTED", Indication.TotalFailed, SubIndication.SigConstraintsFailure)]));
        }
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(6)]
    public async Task Refuses_versions_it_does_not_know(int version)
    {
        var info = SealForms.Info(version, world.Definition());
        var der = await SealForms.SignedAsync(info, world.Maker);
        Assert.That(Assert.Throws<SealFormatException>(() => Seal.Parse(der))!.Code, Is.EqualTo("SEAL_VERSION"));
    }

    private void Check(byte[] der, int version, string remark)
    {
        var parsed = SealSignature.Parse(der);
        var verdict = validator.Validate(parsed, SealWorld.Content, SealWorld.Property, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", verdict.Findings));
            Assert.That(string.Join(' ', verdict.Findings.Select(finding => finding.Code)), Is.EqualTo(remark));
            Assert.That(parsed.Version, Is.EqualTo(version));
            Assert.That(parsed.Seal.Version, Is.EqualTo(version));
            Assert.That(parsed.SignedAt, Is.EqualTo(SealWorld.Sealed));
            Assert.That(parsed.Seal.ValidUntil, Is.EqualTo(SealWorld.Until));
            Assert.That(parsed.SignerCertificate, Is.EqualTo(world.Holder.Certificate));
        }
    }
}
