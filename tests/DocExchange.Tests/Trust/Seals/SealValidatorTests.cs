using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

public sealed class SealValidatorTests
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

    [Test]
    public async Task Passes_a_seal_signature_over_the_sealed_bytes()
    {
        var verdict = Judge(await world.ApplyAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Findings, Is.Empty);
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(verdict.Kind, Is.EqualTo(SignatureKind.Seal));
            Assert.That(verdict.Signer, Is.EqualTo(world.Holder.Certificate));
            Assert.That(verdict.SignedAt, Is.EqualTo(SealWorld.Sealed));
        }
    }

    [Test]
    public async Task Passes_a_seal_within_its_period_only()
    {
        var seal = await world.MakeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(validator.ValidateSeal(seal, SealWorld.From).Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(validator.ValidateSeal(seal, SealWorld.Until).Indication, Is.EqualTo(Indication.TotalPassed));
            Expect(validator.ValidateSeal(seal, SealWorld.From.AddSeconds(-1)), "SEAL_NOT_YET_VALID", SubIndication.NotYetValid);
            Expect(validator.ValidateSeal(seal, SealWorld.Until.AddSeconds(1)), "SEAL_EXPIRED", SubIndication.Expired);
        }
    }

    [Test]
    public async Task Fails_the_signature_of_another_document()
    {
        var der = await world.ApplyAsync();
        var verdict = validator.Validate(der, "other"u8.ToArray(), SealWorld.Property, Now);
        using (Assert.EnterMultipleScope())
        {
            Expect(verdict, "SEAL_DATA_HASH", SubIndication.HashFailure);
            Assert.That(verdict.Findings, Has.Count.EqualTo(1));
            Assert.That(verdict.Findings[0].Chinese, Does.Contain("内容被篡改").And.Not.Contain("印章无效"));
        }
    }

    [Test]
    public async Task Fails_a_signature_that_names_another_file()
    {
        var verdict = validator.Validate(await world.ApplyAsync(), SealWorld.Content, "/other.json", Now);
        Expect(verdict, "SEAL_PROPERTY_INFO", SubIndication.SigConstraintsFailure);
        Assert.That(validator.Validate(await world.ApplyAsync(), SealWorld.Content, null, Now).Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task Fails_a_seal_whose_picture_was_swapped_even_when_its_holder_signs_again()
    {
        var genuine = await world.MakeAsync();
        var swapped = world.Definition() with { Picture = RoundSeal.Draw(new RoundSealText { Name = "北京市财政局" }) };
        var forged = SealForms.Sequence(outer =>
        {
            outer.WriteEncodedValue(SealForms.Info(4, swapped));
            outer.WriteOctetString(genuine.MakerCertificate.Der);
            outer.WriteObjectIdentifier(genuine.SignatureAlgorithm);
            outer.WriteBitString(genuine.Signature.Span);
        });
        var signature = await SealForms.SignedAsync(SealForms.ToSign(4, forged, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder);

        using (Assert.EnterMultipleScope())
        {
            Expect(validator.ValidateSeal(Seal.Parse(forged), Now), "SEAL_MAKER_SIGNATURE", SubIndication.SigCryptoFailure);
            Expect(Judge(signature), "SEAL_MAKER_SIGNATURE", SubIndication.SigCryptoFailure);
        }
    }

    [Test]
    public async Task Fails_a_signer_whom_the_seal_does_not_list()
    {
        var seal = await world.MakeAsync();
        var toSign = SealForms.ToSign(4, seal.Der.ToArray(), SealWorld.Sealed, SealWorld.Content, SealWorld.Property);
        Expect(Judge(await SealForms.SignedAsync(toSign, world.Stranger)), "SEAL_SIGNER_NOT_LISTED", SubIndication.SigConstraintsFailure);
    }

    [Test]
    public async Task Fails_a_signature_that_names_a_holder_who_did_not_sign()
    {
        var seal = await world.MakeAsync();
        var toSign = SealForms.ToSign(4, seal.Der.ToArray(), SealWorld.Sealed, SealWorld.Content, SealWorld.Property);
        var forged = await SealForms.SignedAsync(toSign, world.Stranger, named: world.Holder.Certificate);
        Expect(Judge(forged), "SEAL_SIGNATURE", SubIndication.SigCryptoFailure);
    }

    [TestCase(-1, SubIndication.NotYetValid)]
    [TestCase(1, SubIndication.Expired)]
    public async Task Fails_a_signing_time_outside_the_period_of_the_seal(int side, SubIndication expected)
    {
        var at = side < 0 ? SealWorld.From.AddSeconds(-1) : SealWorld.Until.AddSeconds(1);
        var seal = await world.MakeAsync();
        var toSign = SealForms.ToSign(4, seal.Der.ToArray(), at, SealWorld.Content, SealWorld.Property);
        var verdict = validator.Validate(await SealForms.SignedAsync(toSign, world.Holder), SealWorld.Content, null, SealWorld.Until.AddDays(9));
        Expect(verdict, "SEAL_TIME_OUTSIDE_PERIOD", expected);
        Assert.That(verdict.Findings[0].Chinese, Does.Contain("签章时间不在印章有效期内").And.Not.Contain("篡改"));
    }

    [Test]
    public async Task Passes_a_signing_time_after_the_time_of_judgement_with_a_remark_where_clocks_differ_by_more_than_an_hour()
    {
        var applied = await world.ApplyAsync();
        var within = validator.Validate(applied, SealWorld.Content, null, SealWorld.Sealed.AddHours(-1));
        var beyond = validator.Validate(applied, SealWorld.Content, null, SealWorld.Sealed.AddHours(-1).AddSeconds(-1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(within.Findings, Is.Empty);
            Assert.That((beyond.Indication, string.Join(' ', beyond.Findings.Select(finding => finding.Code))), Is.EqualTo((Indication.TotalPassed, "SEAL_TIME_IN_FUTURE")));
        }
    }

    [Test]
    public async Task Fails_a_seal_that_claims_a_time_within_its_period_before_that_has_begun()
    {
        var verdict = validator.Validate(await world.ApplyAsync(), SealWorld.Content, null, SealWorld.From.AddHours(-2));
        Assert.That((verdict.Indication, verdict.Findings.Select(finding => finding.Code)), Is.EqualTo((Indication.TotalFailed, new[] { "SEAL_TIME_IN_FUTURE", "SEAL_NOT_YET_VALID" })));
    }

    [Test]
    public async Task Passes_with_a_remark_when_the_seal_expired_after_it_was_applied()
    {
        var verdict = validator.Validate(await world.ApplyAsync(), SealWorld.Content, null, SealWorld.Until.AddYears(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(verdict.Findings.Select(finding => finding.Code), Is.EqualTo(["SEAL_EXPIRED_SINCE_UNPROVEN"]));
        }
    }

    [Test]
    public async Task Passes_a_seal_whose_maker_expired_after_making_it()
    {
        using var shortLived = world.Key("短期制章", CertificateProfile.SealMaker, SealWorld.Made.AddDays(-1), SealWorld.Made.AddDays(2));
        var seal = await SealMaker.MakeAsync(world.Definition(), shortLived, CancellationToken.None);
        Assert.That(validator.ValidateSeal(seal, SealWorld.Sealed).Findings, Is.Empty);
    }

    [Test]
    public async Task Does_not_pass_a_signer_whose_certificate_was_not_valid_at_the_signing_time()
    {
        using var brief = world.Key("短期", CertificateProfile.Seal, SealWorld.Made, SealWorld.Sealed.AddDays(-2));
        var seal = await SealMaker.MakeAsync(world.Definition(brief), world.Maker, CancellationToken.None);
        var toSign = SealForms.ToSign(4, seal.Der.ToArray(), SealWorld.Sealed, SealWorld.Content, SealWorld.Property);
        var verdict = Judge(await SealForms.SignedAsync(toSign, brief));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.Expired)));
            Assert.That(verdict.Findings, Has.All.Property(nameof(Finding.Chinese)).StartsWith("签章人证书"));
        }
    }

    [Test]
    public async Task Does_not_pass_a_maker_whom_nobody_trusts()
    {
        using var elsewhere = new SealWorld();
        var der = await world.ApplyAsync();
        var verdict = new SealValidator(world.Trust, elsewhere.Trust).Validate(der, SealWorld.Content, null, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.NoCertificateChainFound)));
            // Its anchor has the name of the maker's authority, and did not sign.
            Assert.That(verdict.Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "CERT_SIGNATURE" }));
        }
    }

    [Test]
    public async Task A_maker_that_is_named_itself_is_asked_for_on_its_authoritys_list()
    {
        var der = await world.ApplyAsync();
        SignatureVerdict JudgeBy(TrustStore signers) => new SealValidator(signers with { SealMakers = [world.Maker.Certificate] }).Validate(der, SealWorld.Content, SealWorld.Property, Now);
        var revoked = world.TrustWith(new RevokedCertificate(world.Maker.Certificate.SerialNumber, SealWorld.Made.AddDays(-1), RevocationReason.KeyCompromise));

        var good = JudgeBy(world.Trust);
        Assert.That(good.Indication, Is.EqualTo(Indication.TotalPassed), string.Join(' ', good.Findings.Select(finding => $"{finding.Code}: {finding.English}")));
        Expect(JudgeBy(revoked), "CERT_REVOKED", SubIndication.Revoked);
    }

    [Test]
    public async Task Leaves_a_seal_open_that_its_holder_made([Values] bool underAnotherCertificate)
    {
        var (maker, other) = world.OneKeyTwice();
        using var _ = maker;
        using var __ = other;
        var holder = underAnotherCertificate ? other : maker;
        var seal = await SealMaker.MakeAsync(world.Definition(holder), maker, CancellationToken.None);

        var verdict = Judge(await SealApplication.ApplyAsync(seal, holder, SealWorld.Content, SealWorld.Property, SealWorld.Sealed, CancellationToken.None));

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Does.Contain(("SEAL_MADE_BY_HOLDER", Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
    }

    // The standard lets certificates be named as they like; those of real seals are met named by the seal's number.
    [TestCase("11000000000001", false)]
    [TestCase("北京市人民政府", false)]
    [TestCase("11000000000002", true)]
    [TestCase("110000000000021", false)]
    public async Task Remarks_upon_a_certificate_named_by_the_number_of_another_seal(string name, bool isAnother)
    {
        using var holder = world.Key(name, CertificateProfile.Seal, SealWorld.From.AddYears(-1), SealWorld.Until.AddYears(1));
        var seal = await SealMaker.MakeAsync(world.Definition(holder), world.Maker, CancellationToken.None);

        var verdict = Judge(await SealApplication.ApplyAsync(seal, holder, SealWorld.Content, SealWorld.Property, SealWorld.Sealed, CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication)), isAnother ? Is.EqualTo(new[] { ("SEAL_NUMBER_OF_ANOTHER", Indication.TotalPassed) }) : Is.Empty);
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed), "who may apply it is for the seal's own list to say");
        }
    }

    [Test]
    public void Gives_a_verdict_for_bytes_that_are_no_signature() =>
        Expect(Judge("not a seal"u8.ToArray()), "SEAL_FORMAT", SubIndication.FormatFailure);

    [Test]
    public void Calls_what_is_more_than_it_reads_neither_good_nor_bad() =>
        Expect(Judge(new byte[Seal.MaxSize + 1]), "SEAL_TOO_LARGE", SubIndication.Generic, Indication.Indeterminate);

    // Every third bit; a small picture keeps their number low.
    [Test]
    public async Task Notices_flipped_bits_in_a_seal_signature()
    {
        var seal = await MakeSmallAsync();
        var der = await SealApplication.ApplyAsync(seal, world.Holder, SealWorld.Content, SealWorld.Property, SealWorld.Sealed, CancellationToken.None);
        Assert.That(Judge(der).Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(Unnoticed(der, flipped => Judge(flipped).Indication), Is.Empty);
    }

    [Test]
    public async Task Notices_flipped_bits_in_a_seal()
    {
        var der = (await MakeSmallAsync()).Der.ToArray();
        Assert.That(JudgeSeal(der), Is.EqualTo(Indication.TotalPassed));
        Assert.That(Unnoticed(der, JudgeSeal), Is.Empty);

        Indication JudgeSeal(byte[] bytes)
        {
            try
            {
                return validator.ValidateSeal(Seal.Parse(bytes), Now).Indication;
            }
            catch (SealFormatException)
            {
                return Indication.TotalFailed;
            }
        }
    }

    private static IEnumerable<string> Unnoticed(byte[] der, Func<byte[], Indication> judge)
    {
        for (var bit = 0; bit < der.Length * 8; bit += 3)
        {
            var flipped = der.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (judge(flipped) == Indication.TotalPassed)
            {
                yield return $"byte {bit / 8}, bit {bit % 8}";
            }
        }
    }

    private static void Expect(SignatureVerdict verdict, string code, SubIndication sub, Indication indication = Indication.TotalFailed)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Findings.Select(finding => finding.Code), Does.Contain(code));
            Assert.That(verdict.Indication, Is.EqualTo(indication));
            Assert.That(verdict.SubIndication, Is.EqualTo(sub));
        }
    }

    private Task<Seal> MakeSmallAsync() => SealMaker.MakeAsync(
        world.Definition() with { Picture = new SealPicture("svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), 45, 45) }, world.Maker, CancellationToken.None);

    private SignatureVerdict Judge(byte[] signature) => validator.Validate(signature, SealWorld.Content, SealWorld.Property, Now);

    private SealValidator Revoking(Certificate certificate, DateTimeOffset at) =>
        new(world.TrustWith(new RevokedCertificate(certificate.SerialNumber, at, RevocationReason.CessationOfOperation)));
}
