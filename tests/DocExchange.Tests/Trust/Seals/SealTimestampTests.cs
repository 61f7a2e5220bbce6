using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>Time-stamps over the signature values of seals (GM/T 0031-2025): what they prove, and what a bad one does.</summary>
public sealed class SealTimestampTests
{
    private static readonly DateTimeOffset Stamped = SealWorld.Sealed.AddDays(1);
    private static readonly DateTimeOffset Revocation = SealWorld.Sealed.AddDays(10);
    private static readonly DateTimeOffset Now = SealWorld.Sealed.AddDays(20);

    private SealWorld world = null!;
    private ISigningKey authority = null!;

    [OneTimeSetUp]
    public void CreateWorld()
    {
        world = new SealWorld();
        authority = world.Key("时间戳服务", CertificateProfile.TimeStamping, SealWorld.Made, SealWorld.Until.AddYears(5));
    }

    [OneTimeTearDown]
    public void DisposeWorld()
    {
        authority.Dispose();
        world.Dispose();
    }

    [Test]
    public async Task Proves_that_the_seal_was_applied_before_its_signers_certificate_was_revoked()
    {
        var bare = Judge(await AppliedAsync(null), Revoking(world.Holder));
        var stamped = Judge(await AppliedAsync(value => StampAsync(value)), Revoking(world.Holder));
        var late = Judge(await AppliedAsync(value => StampAsync(value, Revocation.AddDays(1))), Revoking(world.Holder));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bare.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
            Assert.That(stamped.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", stamped.Faults));
            Assert.That(stamped.Signatures.Select(signature => (signature.Kind, signature.Of)), Is.EqualTo(new (SignatureKind, int?)[] { (SignatureKind.Seal, null), (SignatureKind.Timestamp, 0) }));
            Assert.That(stamped.Signatures[0].Proof!.Time, Is.EqualTo(Stamped.AddSeconds(1)));
            Assert.That(late.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
        }
    }

    [Test]
    public async Task Keeps_a_seal_alive_whose_maker_was_revoked_or_whose_algorithm_ended_later()
    {
        var applied = await AppliedAsync(value => StampAsync(value));
        var revoked = Judge(applied, Revoking(world.Maker));
        var ended = Judge(applied, world.Trust, AlgorithmPolicy.Default.With("SM2", Revocation));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(revoked.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", revoked.Faults));

            // The token itself is SM2 too and has nothing that proves its own age.
            Assert.That(ended.Signatures[0].SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailureNoPoe));
        }
    }

    [Test]
    public async Task Takes_a_token_over_the_bit_string_that_holds_the_value_and_over_a_raw_value()
    {
        var asBits = Judge(await AppliedAsync(value => StampAsync(Bits(value))), Revoking(world.Holder));
        var raw = Judge(await AppliedAsync(value => StampAsync(value), raw: true), Revoking(world.Holder));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asBits.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", asBits.Faults));
            Assert.That(raw.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", raw.Faults));
        }
    }

    [Test]
    public async Task Is_not_passed_and_proves_nothing_when_it_is_over_something_else_or_no_token()
    {
        var other = Judge(await AppliedAsync(_ => StampAsync(SealWorld.Content)), Revoking(world.Holder));
        var rubbish = Judge(await AppliedAsync(_ => Task.FromResult<byte[]>([0x30, 0x00])), world.Trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((other.Signatures[0].SubIndication, other.Signatures[0].Proof), Is.EqualTo((SubIndication.RevokedNoPoe, (ProofOfExistence?)null)));
            Assert.That((other.Signatures[1].Kind, other.Signatures[1].SubIndication), Is.EqualTo((SignatureKind.Timestamp, SubIndication.SigConstraintsFailure)));
            Assert.That(rubbish.Signatures[0].Indication, Is.EqualTo(Indication.TotalPassed));
            // Anybody can add one.
            Assert.That((rubbish.Signatures[1].Indication, rubbish.Signatures[1].IsLeftOut, rubbish.Indication), Is.EqualTo((Indication.TotalFailed, true, Indication.TotalPassed)));
            Assert.That(rubbish.Signatures[0].Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "TIMESTAMP_LEFT_OUT" }));
            var alone = await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker, timestamp: [0x30, 0x00]);
            var judged = new SealValidator(world.Trust).ValidateSeal(Seal.ParseForeign(alone), Now);
            Assert.That((judged.Indication, judged.Timestamps[0].IsLeftOut), Is.EqualTo((Indication.TotalPassed, true)));
            Assert.That(judged.Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "TIMESTAMP_LEFT_OUT" }));
        }
    }

    [Test]
    public async Task Contradicts_a_seal_that_says_it_was_applied_later()
    {
        var verdict = Judge(await AppliedAsync(value => StampAsync(value, SealWorld.Sealed.AddHours(-2))), world.Trust);
        Assert.That((verdict.Indication, verdict.SubIndication, verdict.Faults.Single().Code), Is.EqualTo((Indication.Indeterminate, SubIndication.TimestampOrderFailure, "SEAL_TIME_AFTER_TIMESTAMP")));
    }

    [Test]
    public async Task Is_judged_in_the_seal_itself_as_well()
    {
        var seal = await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker, stamp: value => StampAsync(value, SealWorld.Made));
        var judged = Judge(await AppliedAsync(null, seal: seal), world.Trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", judged.Faults));
            Assert.That(judged.Signatures[1].SignedAt, Is.EqualTo(SealWorld.Made));
            Assert.That(new SealValidator(world.Trust).ValidateSeal(Seal.Parse(seal), Now).Timestamps.Single().Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    // Anybody can add one: it draws on the share of what is added, and takes nothing from the signers.
    [Test]
    public async Task Draws_on_the_work_of_the_file_that_the_seal_is_in([Values] bool isInSeal)
    {
        var seal = isInSeal ? await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker, stamp: value => StampAsync(value, SealWorld.Made)) : null;
        var signature = SealSignature.ParseForeign(await AppliedAsync(isInSeal ? null : value => StampAsync(value), seal: seal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(LimitsOf(new FileWork(1_200_000, 500_000)), Is.EqualTo(new[] { 0, 0 }));
            Assert.That(LimitsOf(new FileWork(1_200_000, 0)), Is.EqualTo(new[] { 0, 1 }));
        }

        IEnumerable<int> LimitsOf(FileWork work)
        {
            var judged = new SealValidator(world.Trust).Validate(signature, ContentDigests.Of(SealWorld.Content), SealWorld.Property, Now, work: work);
            return judged.Timestamps.Prepend(judged).Select(verdict => verdict.Findings.Count(finding => finding.Code == "CMS_VALUE_LIMIT"));
        }
    }

    // What the standard wants stamped is not known: a maker may mean something else.
    [Test]
    public async Task Fails_no_document_for_a_seal_that_its_maker_had_stamped_otherwise_than_expected()
    {
        var info = SealForms.Info(5, world.Definition());
        Func<byte[], byte[]>[] others = [_ => info, value => SealForms.Sequence(seal => seal.WriteOctetString(value)), _ => SealWorld.Content];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (index, other) in others.Index())
            {
                var seal = await SealForms.SignedAsync(info, world.Maker, stamp: value => StampAsync(other(value), SealWorld.Made));
                var judged = Judge(await AppliedAsync(null, seal: seal), world.Trust);
                var stamp = judged.Signatures.Single(signature => signature.Kind == SignatureKind.Timestamp);
                Assert.That((judged.Indication, stamp.Indication, stamp.SubIndication, stamp.IsLeftOut), Is.EqualTo((Indication.TotalPassed, Indication.Indeterminate, SubIndication.SigConstraintsFailure, true)), $"{index}");
                Assert.That(judged.Signatures[0].Findings.Single(finding => finding.Code == "SEAL_TIMESTAMP_OTHER").Chinese, Does.Not.Contain("篡改"));
            }

            var asOctets = await SealForms.SignedAsync(info, world.Maker, stamp: value => StampAsync(Octets(value), SealWorld.Made));
            Assert.That(Judge(await AppliedAsync(null, seal: asOctets), world.Trust).Signatures.Select(signature => (signature.Indication, signature.IsLeftOut)), Is.EqualTo(new[] { (Indication.TotalPassed, false), (Indication.TotalPassed, false) }));
        }
    }

    [Test]
    public async Task Is_judged_from_facts_that_were_kept()
    {
        var applied = await AppliedAsync(value => StampAsync(value));
        var demands = new FileDemands(Revoking(world.Holder), ValidationPolicy.Foreign, new DocExchange.Trust.Containers.PackageLimits(), Now);
        var file = await FileVerifier.VerifyAsync(new MemoryStream(applied), new MemoryStream(SealWorld.Content), demands, CancellationToken.None);

        var later = FactsJudge.Judge(FactsText.Read(FactsText.Write(file.Facts!)), ValidationPolicy.Foreign, Now.AddDays(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", file.Verdict.Faults));
            Assert.That((later.Indication, later.Signatures.Count), Is.EqualTo((Indication.TotalPassed, 2)), string.Join("; ", later.Faults));
        }
    }

    private static byte[] Octets(byte[] value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(value);
        return writer.Encode();
    }

    private async Task<byte[]> AppliedAsync(Func<byte[], Task<byte[]>>? stamp, bool raw = false, byte[]? seal = null)
    {
        seal ??= await SealForms.SignedAsync(SealForms.Info(5, world.Definition()), world.Maker);
        return await SealForms.SignedAsync(SealForms.ToSign(5, seal, SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder, raw, stamp: stamp);
    }

    private Task<byte[]> StampAsync(byte[] value, DateTimeOffset? at = null) => TokenWriter.WriteAsync(
        new TimestampInfo
        {
            Version = 1,
            Policy = "1.2.3.4",
            Imprint = MessageImprint.Of(DigestAlgorithm.Sm3, DigestAlgorithms.Hash(DigestAlgorithm.Sm3, value)),
            SerialNumber = 1,
            GenTime = at ?? Stamped,
            Accuracy = TimeSpan.FromSeconds(1),
        },
        authority, true, CancellationToken.None);

    private static Verdict Judge(byte[] applied, TrustStore trust, AlgorithmPolicy? algorithms = null) =>
        new(SignatureVerdict.WithTimestamps([new SealValidator(trust, policy: algorithms is null ? null : new ValidationPolicy { Algorithms = algorithms }).Validate(SealSignature.ParseForeign(applied), SealWorld.Content, SealWorld.Property, Now)]), []);

    private TrustStore Revoking(ISigningKey key) => world.TrustWith(new RevokedCertificate(key.Certificate.SerialNumber, Revocation, RevocationReason.KeyCompromise));

    private static byte[] Bits(byte[] value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteBitString(value);
        return writer.Encode();
    }
}
