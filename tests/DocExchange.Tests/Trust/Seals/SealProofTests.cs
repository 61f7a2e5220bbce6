using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>The time a seal signature states is its signer's word: whoever stole a key can write any.</summary>
public sealed class SealProofTests
{
    private static readonly DateTimeOffset Now = SealWorld.Sealed.AddDays(20);
    private static readonly DateTimeOffset Revocation = SealWorld.Sealed.AddDays(10);

    private SealWorld world = null!;
    private byte[] applied = null!;

    [OneTimeSetUp]
    public async Task CreateWorld()
    {
        world = new SealWorld();
        applied = await world.ApplyAsync();
    }

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public void Does_not_take_the_word_of_a_revoked_signer_that_the_seal_is_older()
    {
        var verdict = Judge(Revoking(world.Holder.Certificate, Revocation), Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.RevokedNoPoe)));
            Assert.That(verdict.Findings.Single().Chinese, Does.StartWith("签章人证书").And.Contain("没有证据证明"));
        }
    }

    [Test]
    public void Passes_with_a_remark_at_a_proven_time_before_the_revocation()
    {
        var verdict = Judge(Revoking(world.Holder.Certificate, Revocation), Revocation.AddSeconds(-1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(verdict.Findings.Select(finding => finding.Code), Is.EqualTo(["CERT_REVOKED_LATER"]));
        }
    }

    [Test]
    public void Fails_a_signer_revoked_before_the_time_the_seal_states()
    {
        var verdict = Judge(Revoking(world.Holder.Certificate, SealWorld.Sealed.AddDays(-1)), Now);
        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.Revoked)));
    }

    [Test]
    public void Does_not_take_the_word_of_a_seal_of_a_revoked_maker_that_it_was_used_before()
    {
        var undecided = Judge(Revoking(world.Maker.Certificate, Revocation), Now);
        var proven = Judge(Revoking(world.Maker.Certificate, Revocation), Revocation.AddSeconds(-1));
        var failed = Judge(Revoking(world.Maker.Certificate, SealWorld.Sealed.AddDays(-1)), Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((undecided.Indication, undecided.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.RevokedNoPoe)));
            Assert.That(undecided.Findings[0].Chinese, Does.StartWith("制章人证书"));
            Assert.That(proven.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", proven.Findings));
            Assert.That((failed.Indication, failed.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.Revoked)));
        }
    }

    // By an authority of the same name below another anchor, to which no chain of the maker leads: it is open whether that counts.
    [Test]
    public async Task Leaves_a_maker_open_that_has_ended_since_and_whose_revocation_is_in_doubt([Values] bool isRevoked)
    {
        using var namesake = CertificateAuthority.CreateRoot(Suite.Gm, new DistinguishedName("测试根", null, null), SealWorld.Made.AddYears(-1), SealWorld.Until);
        using var maker = world.Key("短期制章", CertificateProfile.SealMaker, SealWorld.Made.AddDays(-1), SealWorld.Made.AddDays(5));
        var seal = await SealMaker.MakeAsync(world.Definition(), maker, CancellationToken.None);
        var signed = await SealForms.SignedAsync(SealForms.ToSign(4, seal.Der.ToArray(), SealWorld.Sealed, SealWorld.Content, SealWorld.Property), world.Holder);
        RevokedCertificate[] named = isRevoked ? [new RevokedCertificate(maker.Certificate.SerialNumber, SealWorld.Made.AddDays(3), RevocationReason.KeyCompromise)] : [];
        var trust = world.Trust;
        var both = TrustStore.Of([.. trust.Anchors, namesake.Certificate], [.. trust.RevocationLists, namesake.IssueRevocationList(named, SealWorld.Made.AddDays(3), SealWorld.Until, 1)]);
        var faults = new SealValidator(both).Validate(signed, SealWorld.Content, SealWorld.Property, Now).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));

        Assert.That(faults, Is.EqualTo(isRevoked ? [("CERT_REVOKED", SubIndication.TryLater)] : Array.Empty<(string, SubIndication)>()));
    }

    [Test]
    public async Task Leaves_a_signer_open_whose_certificate_expired_after_the_time_the_seal_states()
    {
        using var brief = world.Key("短期", CertificateProfile.Seal, SealWorld.Made, SealWorld.Sealed.AddDays(2));
        var signature = await SignedAsync(brief);
        var later = new SealValidator(world.Trust).Validate(signature, SealWorld.Content, SealWorld.Property, Now);
        var within = new SealValidator(world.Trust).Validate(signature, SealWorld.Content, SealWorld.Property, SealWorld.Sealed.AddDays(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(later.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(later.SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNotRevoked).Or.EqualTo(SubIndication.OutOfBoundsNoPoe));
            Assert.That(within.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("; ", within.Findings));
        }
    }

    [Test]
    public async Task Fails_a_seal_that_states_a_time_before_its_signers_certificate_was_valid()
    {
        using var recent = world.Key("新证书", CertificateProfile.Seal, SealWorld.Sealed.AddDays(1), SealWorld.Until);
        var verdict = new SealValidator(world.Trust).Validate(await SignedAsync(recent), SealWorld.Content, SealWorld.Property, Now);
        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.NotYetValid)));
    }

    [Test]
    public void Trusts_an_algorithm_as_long_as_the_policy_does()
    {
        var ending = new SealValidator(world.Trust, policy: new ValidationPolicy { Algorithms = AlgorithmPolicy.Default.With("SM2", Revocation) });
        var ended = new SealValidator(world.Trust, policy: new ValidationPolicy { Algorithms = AlgorithmPolicy.Default.With("SM2", SealWorld.Sealed) });
        var without = new SealValidator(world.Trust, policy: new ValidationPolicy { Algorithms = new AlgorithmPolicy(new Dictionary<string, DateTimeOffset?> { ["SM2"] = null }) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Validate(ending, Revocation.AddSeconds(-1)).Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(Described(Validate(ending, Now)), Is.EqualTo(("SEAL_ALGORITHM_EXPIRED", Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe)));
            Assert.That(Described(Validate(ended, Now)), Is.EqualTo(("SEAL_ALGORITHM_EXPIRED", Indication.Indeterminate, SubIndication.CryptoConstraintsFailure)), "not even its signer claims an earlier time");
            Assert.That(Validate(without, Now).Findings.Single().Code, Is.EqualTo("SEAL_ALGORITHM_NOT_ALLOWED"));
        }

        static (string, Indication, SubIndication) Described(SignatureVerdict verdict) => verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)).Single();

        SignatureVerdict Validate(SealValidator validator, DateTimeOffset at) => validator.Validate(applied, SealWorld.Content, SealWorld.Property, at);
    }

    private async Task<byte[]> SignedAsync(ISigningKey holder)
    {
        var seal = await SealMaker.MakeAsync(world.Definition(holder), world.Maker, CancellationToken.None);
        return await SealForms.SignedAsync(SealForms.ToSign(4, seal.Der.ToArray(), SealWorld.Sealed, SealWorld.Content, SealWorld.Property), holder);
    }

    private SignatureVerdict Judge(TrustStore trust, DateTimeOffset at) => new SealValidator(trust).Validate(applied, SealWorld.Content, SealWorld.Property, at);

    private TrustStore Revoking(Certificate certificate, DateTimeOffset at) =>
        world.TrustWith(new RevokedCertificate(certificate.SerialNumber, at, RevocationReason.KeyCompromise));
}
