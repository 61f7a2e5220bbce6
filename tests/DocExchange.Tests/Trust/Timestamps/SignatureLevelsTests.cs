using System.Formats.Asn1;
using System.Text.Json;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>CAdES levels, and what a time-stamp saves (standards: revocation and time).</summary>
[TestFixture]
public sealed class SignatureLevelsTests
{
    private static readonly byte[] Content = StampingSite.Content;
    private static readonly DateTimeOffset Signed = SigningOffice.Now;

    private StampingSite site = null!;
    private KeyPair pair = null!;
    private ISigningKey signer = null!;

    [SetUp]
    public void Found()
    {
        site = new StampingSite();
        pair = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("市档案局", null, null);
        signer = pair.Certified(site.Office.Authority.Issue(pair.CreateRequest(name), CertificateProfile.DocumentSigning, name, null, Signed.AddYears(-1), Signed.AddDays(30)), []);
    }

    [TearDown]
    public void Close()
    {
        signer.Dispose();
        pair.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task A_certificate_that_expired_after_the_time_stamp_still_passes_and_without_one_it_fails()
    {
        var bare = await SignAsync();
        var stamped = await StampAsync(bare);
        var later = Signed.AddYears(1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(stamped, later)), Is.Empty);
            Assert.That(Judge(stamped, later).Signatures[0].Proof?.Time, Is.EqualTo(Signed + TimestampAuthority.Accuracy));
            Assert.That(Judge(stamped, later).Signatures[1].Kind, Is.EqualTo(SignatureKind.Timestamp));
            Assert.That(Faults(Judge(bare, later)), Does.Contain("CERT_EXPIRED"));
            Assert.That(Faults(Judge(bare, Signed)), Is.Empty);
        }
    }

    [TestCase("not archived", false)]
    [TestCase("archived", true)]
    [TestCase("archived, a list added", true)]
    [TestCase("archived, signed by another too", true)]
    [TestCase("archived and renewed", true)]
    [TestCase("archived in an attribute", true)]
    [TestCase("archived before the list came", false)]
    public async Task A_list_inside_outlives_the_theft_of_its_issuers_key_by_an_archive_time_stamp_over_it(string story, bool outlives)
    {
        using var gm = new StampingSite(KeyAlgorithm.Sm2);
        var (stolen, later) = (Signed.AddDays(40), Signed.AddDays(60));
        using var other = gm.Office.Certify(KeyAlgorithm.EcdsaP256);
        var own = gm.Office.Authority.IssueRevocationList([], Signed.AddHours(-1), Signed.AddDays(7), 3);
        var stamped = await SignatureLevels.AddTimestampsAsync(
            await CmsSigner.SignAsync(Content, other, Signed, CmsForm.Encapsulated, CancellationToken.None), gm.Client(), CancellationToken.None);
        var cms = await Told(stamped);
        RevocationList Fresh(CertificateAuthority authority, params IReadOnlyList<RevokedCertificate> revoked) => authority.IssueRevocationList(revoked, later.AddDays(-1), later.AddDays(6), 9);
        var store = gm.Office.Store with
        {
            Intermediates = [gm.Office.GmAuthority.Certificate],
            RevocationLists =
            [
                Fresh(gm.Office.Root, new RevokedCertificate(gm.Office.Authority.Certificate.SerialNumber, stolen, RevocationReason.KeyCompromise)),
                Fresh(gm.Office.GmRoot),
                Fresh(gm.Office.GmAuthority),
            ],
        };

        var verdict = new CmsValidator(store, ValidationPolicy.Foreign with { RevocationRequired = true }).Judge(cms, null, later, CertificateUsage.DocumentSigning);

        Assert.That(verdict.Faults.Select(finding => (finding.Code, finding.SubIndication)).Distinct(), outlives ? Is.Empty : Is.EqualTo(new[] { ("CRL_ISSUER_REVOKED", SubIndication.RevokedCaNoPoe) }));

        async Task<byte[]> Told(byte[] from)
        {
            var full = story switch
            {
                "archived before the list came" => from,
                "archived in an attribute" => InAttribute(SignatureLevels.AddValidationData(from, [gm.Office.Authority.Certificate], [], []), own),
                _ => SignatureLevels.AddValidationData(from, [gm.Office.Authority.Certificate], [own], []),
            };
            var archived = story == "not archived" ? full : await SignatureLevels.AddArchiveTimestampsAsync(full, null, gm.Client(), CancellationToken.None);
            gm.Clock.SetUtcNow(later.AddDays(-1));
            return story switch
            {
                "archived, a list added" => SignatureLevels.AddValidationData(archived, [], [site.ListOf()], []),
                "archived, signed by another too" => await WithAnotherSignerAsync(archived),
                "archived and renewed" => await SignatureLevels.AddArchiveTimestampsAsync(
                    SignatureLevels.AddValidationData(archived, [], [Fresh(gm.Office.GmAuthority)], []), null, gm.Client(), CancellationToken.None),
                "archived before the list came" => SignatureLevels.AddValidationData(archived, [gm.Office.Authority.Certificate], [own], []),
                _ => archived,
            };
        }

        async Task<byte[]> WithAnotherSignerAsync(byte[] archived)
        {
            using var second = gm.Office.Certify(KeyAlgorithm.Sm2);
            var (pieces, more) = (Pieces(archived), Pieces(await CmsSigner.SignAsync(Content, second, later.AddDays(-1), CmsForm.Encapsulated, CancellationToken.None)));
            pieces.Certificates.AddRange(more.Certificates);
            pieces.Signers.AddRange(more.Signers);
            return pieces.Encode();
        }
    }

    private static SignedDataPieces Pieces(byte[] cms) => SignedDataPieces.Of(CmsSignedData.Parse(cms, CmsLimits.Default));

    /// <summary>With a list in revocation-values, and nowhere else.</summary>
    private static byte[] InAttribute(byte[] cms, RevocationList list)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        using (writer.PushSequence())
        using (writer.PushSequence(tag))
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(list.Der);
        }

        var pieces = Pieces(cms);
        pieces.Signers[0].Add(Oids.RevocationValues, writer.Encode());
        return pieces.Encode();
    }

    [Test]
    public async Task Time_stamps_draw_on_the_work_of_the_file_that_they_are_in()
    {
        var signed = CmsSignedData.Parse(await StampAsync(await SignAsync()), CmsLimits.Default);
        var facts = new CmsValidator(site.StoreWith(), ValidationPolicy.Foreign).Gather(signed, null);
        JudgedTimestamp Judge(FileWork? work) => StampedSignatures.Instance.Judge(
            facts.Signers[0], new TimestampDemands(site.StoreWith(), facts.Certificates, ValidationPolicy.Foreign with { RevocationRequired = false }, Signed, 16) { Work = work })[0];
        var plenty = new FileWork(1_000_000, 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(null).Proof, Is.Not.Null);
            Assert.That(Judge(plenty).Proof, Is.Not.Null);
            Assert.That(plenty.Left, Is.LessThan(1_000_000));
            Assert.That(Judge(new FileWork(0, 0)).Proof, Is.Null, "nothing is left");
        }
    }

    [Test]
    public async Task What_anybody_can_add_to_a_signature_takes_nothing_from_the_work_for_its_signers()
    {
        using var other = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        var parent = ForgedCms.Of(signer, Content) with { Certificates = [signer.Certificate.Der, other.Certificate.Der] };
        var bare = parent.Encode();
        var validator = new CmsValidator(site.StoreWith(), ValidationPolicy.Foreign with { RevocationRequired = false });
        IEnumerable<bool> Passed(byte[] cms, FileWork work) => validator
            .Validate(CmsSignedData.Parse(cms, CmsLimits.Default), null, Signed, CertificateUsage.DocumentSigning, null, work).Select(verdict => verdict.Indication == Indication.TotalPassed);
        var plenty = new FileWork(1_000_000, 0);
        var alone = Passed(bare, plenty).ToList();
        var cost = 1_000_000 - plenty.Left;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(alone, Is.EqualTo(new[] { true }));
            Assert.That(cost, Is.Positive);
            Assert.That(Passed(await StampAsync(bare), new FileWork(cost, 0)), Is.EqualTo(new[] { true, false }), "nothing is left for the time-stamp");
            Assert.That(Passed(await StampAsync(bare), new FileWork(cost, 1_000_000)), Is.EqualTo(new[] { true, true }));
            Assert.That(Passed(parent.CounterSigned(CounterSigning.Counter(other)), new FileWork(cost, 0)), Is.EqualTo(new[] { true, false }), "nothing is left for the counter-signature");
            Assert.That(Passed(parent.CounterSigned(CounterSigning.Counter(other)), new FileWork(cost, 1_000_000)), Is.EqualTo(new[] { true, true }));
        }
    }

    [TestCase("1.2.840.113549.1.9.16.2.48")]
    [TestCase("1.2.840.113549.1.9.16.2.26")]
    [TestCase("1.2.840.113549.1.9.16.2.49")]
    [TestCase("1.2.840.113549.1.9.16.2.50")]
    public void Says_that_a_proof_of_another_form_was_not_judged(string oid)
    {
        var cms = (ForgedCms.Of(signer, Content) with { UnsignedAttributes = [ForgedCms.Attribute(oid, ForgedCms.Octets([1]), ForgedCms.Octets([2]))] }).Encode();

        var verdict = Judge(cms, Signed);

        Assert.That(verdict.Signatures[0].Findings.Where(finding => finding.Code == "PROOF_FORM_NOT_JUDGED").Select(finding => finding.Indication), Is.EqualTo(new[] { Indication.TotalPassed }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_OCSP_answer_inside_says_whether_the_signer_is_revoked(bool isRevoked)
    {
        using var responder = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        using var certified = site.Office.Certify(responder, "应答机构", CertificateProfile.OcspResponder);
        var answer = OcspAnswers.Make(
            responder, certified.Certificate, signer.Certificate, site.Office.Authority.Certificate, isRevoked ? OcspAnswers.RevokedAt(Signed.AddHours(-2)) : OcspAnswers.Good,
            Signed.AddHours(-1), Signed.AddHours(1), null, certified.Certificate);
        var root = site.Office.Root.IssueRevocationList([], Signed.AddDays(-1), Signed.AddDays(6), 1);
        var cms = SignatureLevels.AddValidationData(await SignAsync(), [site.Office.Authority.Certificate], [root], [answer.Der]);
        var validator = new CmsValidator(site.Office.Store, ValidationPolicy.Foreign with { RevocationRequired = true });

        var with = validator.Judge(cms, null, Signed, CertificateUsage.DocumentSigning);
        var without = validator.Judge(SignatureLevels.AddValidationData(await SignAsync(), [site.Office.Authority.Certificate], [root], []), null, Signed, CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((with.Indication, with.SubIndication), Is.EqualTo(isRevoked ? (Indication.TotalFailed, SubIndication.Revoked) : (Indication.TotalPassed, SubIndication.None)), string.Join('\n', with.Faults));
            Assert.That(without.SubIndication, Is.EqualTo(SubIndication.TryLater), "nothing else speaks for the signer");
        }
    }

    [Test]
    public async Task A_certificate_that_was_expired_before_the_time_stamp_fails()
    {
        var bare = await SignAsync();
        site.Clock.Advance(TimeSpan.FromDays(31));

        var verdict = Judge(await StampAsync(bare), Signed.AddDays(32));

        Assert.That(Faults(verdict), Does.Contain("CERT_EXPIRED"));
        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.OutOfBoundsNoPoe)));
    }

    [TestCase(1, true)]
    [TestCase(-1, false)]
    public async Task Revoked_after_the_time_stamp_passes_and_before_it_fails(int days, bool passes)
    {
        var stamped = await StampAsync(await SignAsync());
        var revoked = new RevokedCertificate(signer.Certificate.SerialNumber, Signed.AddDays(days), RevocationReason.KeyCompromise);

        var verdict = Judge(stamped, Signed.AddDays(3), revoked);
        var bare = Judge(await SignAsync(), Signed.AddDays(3), revoked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, passes ? Is.EqualTo(Indication.TotalPassed) : Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.SubIndication, Is.EqualTo(passes ? SubIndication.None : SubIndication.Revoked));
            Assert.That(
                (bare.Indication, bare.SubIndication),
                Is.EqualTo(passes ? (Indication.Indeterminate, SubIndication.RevokedNoPoe) : (Indication.TotalFailed, SubIndication.Revoked)), "without a time-stamp nothing proves that it is older");
        }
    }

    [Test]
    public async Task A_key_bad_since_before_the_time_stamp_does_not_pass_however_late_that_became_known()
    {
        var stamped = await StampAsync(await SignAsync());
        var revoked = new RevokedCertificate(signer.Certificate.SerialNumber, Signed.AddDays(2), RevocationReason.KeyCompromise, Signed.AddDays(-2));

        var verdict = Judge(stamped, Signed.AddDays(3), revoked);

        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.Revoked)));
    }

    [Test]
    public async Task A_time_stamp_of_another_signature_proves_nothing_and_does_not_pass()
    {
        var one = await StampAsync(await SignAsync());
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await SignAsync("x"u8.ToArray()), CmsLimits.Default));
        pieces.Signers[0].Add(TimestampOids.SignatureTimestamp, CmsSignedData.Parse(one, CmsLimits.Default).Signers[0].UnsignedAttributes!.Single(TimestampOids.SignatureTimestamp)!.Value.Span);

        var verdict = Judge(pieces.Encode(), Signed.AddYears(1), content: "x"u8.ToArray());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(verdict), Does.Contain("TST_IMPRINT_MISMATCH").And.Contain("CERT_EXPIRED"));
            Assert.That(verdict.Signatures[0].Proof, Is.Null);
        }
    }

    [Test]
    public async Task A_time_stamp_older_than_that_over_the_content_is_out_of_order()
    {
        using var key = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        var forged = ForgedCms.Of(key, Content).WithMore(ForgedCms.Attribute(TimestampOids.ContentTimestamp, await site.StampAsync()));
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        var inOrder = await StampAsync(forged.Encode());
        site.Clock.AdjustTime(Signed);
        var outOfOrder = await StampAsync(forged.Encode());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(inOrder, Signed.AddHours(1))), Is.Empty);
            Assert.That(Judge(inOrder, Signed.AddHours(1)).Signatures, Has.Count.EqualTo(3));
            Assert.That(Faults(Judge(outOfOrder, Signed.AddHours(1))), Is.EqualTo(new[] { "TST_BEFORE_CONTENT" }));
            Assert.That(Judge(outOfOrder, Signed.AddHours(1)).SubIndication, Is.EqualTo(SubIndication.TimestampOrderFailure));
        }
    }

    [Test]
    public async Task An_archive_time_stamp_or_a_proof_from_outside_older_than_the_content_time_stamp_proves_nothing()
    {
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        var forged = ForgedCms.Of(signer, Content).WithMore(ForgedCms.Attribute(TimestampOids.ContentTimestamp, await site.StampAsync())).Encode();
        site.Clock.AdjustTime(Signed);
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(forged, null, site.Client(), CancellationToken.None);
        var afterExpiry = Signed.AddDays(40);
        var validator = new CmsValidator(site.StoreWith(), ValidationPolicy.Foreign);
        SignatureVerdict JudgeWith(DateTimeOffset proven) =>
            validator.Validate(CmsSignedData.Parse(forged, CmsLimits.Default), null, afterExpiry, CertificateUsage.DocumentSigning, [new ProofOfExistence(proven, "ledger")])[0];

        var (tooEarly, inOrder) = (JudgeWith(Signed), JudgeWith(Signed.AddMinutes(10)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(archived, Signed.AddHours(1))), Is.EqualTo(new[] { "TST_BEFORE_CONTENT" }));
            Assert.That((Judge(archived, afterExpiry).Indication, Judge(archived, afterExpiry).Signatures[0].Proof), Is.EqualTo((Indication.Indeterminate, (ProofOfExistence?)null)));
            Assert.That((tooEarly.Proof, tooEarly.Indication), Is.EqualTo(((ProofOfExistence?)null, Indication.Indeterminate)));
            Assert.That(tooEarly.Findings.Single(finding => finding.Code == "PROOF_BEFORE_CONTENT").SubIndication, Is.EqualTo(SubIndication.TimestampOrderFailure));
            Assert.That((inOrder.Proof?.Time, inOrder.Indication), Is.EqualTo(((DateTimeOffset?)Signed.AddMinutes(10), Indication.TotalPassed)));
        }
    }

    // ETSI EN 319 102-1 §5.3.4 steps 5 and 6.
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_content_time_stamp_after_the_end_of_the_certificate_shows_that_the_signature_came_later(bool isRevoked)
    {
        var revoked = isRevoked ? new RevokedCertificate(signer.Certificate.SerialNumber, Signed.AddDays(5), RevocationReason.KeyCompromise) : null;
        site.Clock.Advance(TimeSpan.FromDays(isRevoked ? 10 : 35));
        var late = ForgedCms.Of(signer, Content).WithMore(ForgedCms.Attribute(TimestampOids.ContentTimestamp, await site.StampAsync())).Encode();

        var verdict = Judge(late, site.Clock.GetUtcNow(), revoked);
        site.Clock.AdjustTime(Signed);
        var contradicted = Judge(await StampAsync(late), Signed.AddDays(36), revoked);

        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, isRevoked ? SubIndication.Revoked : SubIndication.Expired)));
        Assert.That(contradicted.Indication, Is.EqualTo(Indication.Indeterminate), "one of the two time-stamps is wrong, and nobody knows which");
        Assert.That(Faults(contradicted), Has.Member("TST_BEFORE_CONTENT"));
    }

    [Test]
    public async Task A_list_inside_that_another_signed_or_that_was_out_of_date_raises_no_level()
    {
        var stamped = await StampAsync(await SignAsync());
        using var namesake = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("示例签发机构", null, null), SigningOffice.Start, SigningOffice.End);
        var forged = namesake.IssueRevocationList([], Signed.AddDays(-1), Signed.AddDays(30), 9);
        var old = site.Issuer.IssueRevocationList([], Signed.AddMonths(-6), Signed.AddMonths(-5), 2);
        SignatureLevel? LevelWith(RevocationList list) =>
            Judge(SignatureLevels.AddValidationData(stamped, [site.Office.Authority.Certificate], [list], []), Signed.AddDays(1)).Signatures[0].Level;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(forged.Issuer, Is.EqualTo(site.ListOf().Issuer));
            Assert.That(LevelWith(site.ListOf()), Is.EqualTo(SignatureLevel.LongTerm));
            Assert.That(LevelWith(forged), Is.EqualTo(SignatureLevel.Time));
            Assert.That(LevelWith(old), Is.EqualTo(SignatureLevel.Time));
        }
    }

    [Test]
    public async Task A_bad_time_stamp_that_anybody_can_add_is_left_out_and_the_good_one_beside_it_counts()
    {
        var good = await StampAsync(await SignAsync());
        byte[] With(byte[] cms, byte[] token)
        {
            var pieces = SignedDataPieces.Of(CmsSignedData.Parse(cms, CmsLimits.Default));
            pieces.Signers[0].Add(TimestampOids.SignatureTimestamp, token);
            return pieces.Encode();
        }

        var bad = await site.StampAsync("x"u8.ToArray());
        var alone = Judge(With(await SignAsync(), bad), Signed);
        var expired = Judge(With(await SignAsync(), bad), Signed.AddYears(1));
        var beside = Judge(With(good, bad), Signed.AddYears(1));
        var rubbish = Judge(With(await SignAsync(), [0x30, 0x00]), Signed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((alone.Indication, alone.Signatures[0].Proof), Is.EqualTo((Indication.TotalPassed, (ProofOfExistence?)null)));
            Assert.That(alone.Signatures[0].Findings.Where(finding => finding.Code == "TIMESTAMP_LEFT_OUT").Select(finding => finding.Indication), Is.EqualTo(new[] { Indication.TotalPassed }));
            Assert.That((alone.Signatures[1].IsLeftOut, alone.Signatures[1].Indication, alone.Signatures[1].SubIndication), Is.EqualTo((true, Indication.TotalFailed, SubIndication.HashFailure)));
            Assert.That((expired.Indication, expired.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.OutOfBoundsNoPoe)), "its certificate has expired and nothing proves its age");
            Assert.That(expired.Faults.Select(fault => fault.Code), Does.Contain("CERT_EXPIRED").And.Not.Contain("TST_IMPRINT_MISMATCH"));
            Assert.That((beside.Indication, beside.Signatures[0].Proof?.Time), Is.EqualTo((Indication.TotalPassed, (DateTimeOffset?)(Signed + TimestampAuthority.Accuracy))));
            Assert.That((rubbish.Indication, rubbish.Signatures[1].IsLeftOut), Is.EqualTo((Indication.TotalPassed, true)));
        }
    }

    [Test]
    public async Task Tells_the_level_of_a_signature_and_what_each_time_stamp_is_over()
    {
        var archived = await ArchiveAsync();
        using var other = archived.NewAuthority;
        var extra = other.StoreWith();
        SignatureLevel? SignatureLevelOf(byte[] cms) => Judge(cms, Signed.AddDays(1), extra: extra).Signatures[0].Level;
        async Task<SignatureLevel?> LevelOf(Task<byte[]> cms) => SignatureLevelOf(await cms);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await LevelOf(SignAsync()), Is.EqualTo(SignatureLevel.Basic));
            Assert.That(await LevelOf(StampAsync(await SignAsync())), Is.EqualTo(SignatureLevel.Time));
            Assert.That(await LevelOf(Task.FromResult(archived.Stamped)), Is.EqualTo(SignatureLevel.LongTerm));
            Assert.That(
                SignatureLevelOf(SignatureLevels.AddValidationData(await StampAsync(await SignAsync()), [], [RootList()], [])), Is.EqualTo(SignatureLevel.Time), "a list that does not speak of the signer");
            Assert.That(await LevelOf(Task.FromResult(archived.Archived)), Is.EqualTo(SignatureLevel.LongTermArchive));
            Assert.That(Enum.GetValues<SignatureLevel>().Select(level => level.ToEtsi()), Is.EqualTo(new[] { "B-B", "B-T", "B-LT", "B-LTA" }));
            Assert.That(
                Judge(archived.Archived, Signed.AddDays(1), extra: extra).Signatures.Select(each => each.Stamps),
                Is.EqualTo(new TimestampKind?[] { null, TimestampKind.Signature, TimestampKind.Archive }));
            Assert.That(
                (await LevelOf(Task.FromResult(ForgedCms.Of(signer, Content).WithAttribute("1.2.840.113549.1.9.16.2.47", null).Encode()))), Is.Null, "no level of CAdES without the reference");
        }
    }

    [TestCase(KeyAlgorithm.Sm2, DigestAlgorithm.Sm3)]
    [TestCase(KeyAlgorithm.Rsa, DigestAlgorithm.Sha256)]
    public async Task Stamps_with_the_digest_of_the_signers_suite_and_leaves_every_signed_byte(KeyAlgorithm algorithm, DigestAlgorithm digest)
    {
        using var gm = new StampingSite(algorithm);
        using var key = gm.Office.Certify(algorithm);
        var before = await CmsSigner.SignAsync(Content, key, Signed, CmsForm.Encapsulated, CancellationToken.None);

        var after = CmsSignedData.Parse(await SignatureLevels.AddTimestampsAsync(before, gm.Client(), CancellationToken.None), CmsLimits.Default);
        var token = TimestampToken.Parse(after.Signers[0].UnsignedAttributes!.Single(TimestampOids.SignatureTimestamp)!.Value);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(token.Info.Imprint.DigestAlgorithm, Is.EqualTo(digest));
            Assert.That(after.IsDer, Is.True);
            Assert.That(after.Signers[0].Signature.ToArray(), Is.EqualTo(CmsSignedData.Parse(before, CmsLimits.Default).Signers[0].Signature.ToArray()));
            Assert.That(new CmsValidator(gm.StoreWith(), ValidationPolicy.Foreign).Judge(after.Encoded, null, Signed, CertificateUsage.DocumentSigning).Faults, Is.Empty);
        }
    }

    [Test]
    public async Task B_LT_carries_its_own_proof_so_that_the_roots_are_enough()
    {
        var stamped = await StampAsync(await SignAsync());
        byte[] ocsp = [0x30, 0x03, 0x0A, 0x01, 0x06];

        var full = SignatureLevels.AddValidationData(stamped, [site.Office.Authority.Certificate, site.Key.Certificate], [site.ListOf(), RootList()], [ocsp]);
        var again = SignatureLevels.AddValidationData(full, [site.Office.Authority.Certificate], [], [ocsp]);
        var signed = CmsSignedData.Parse(full, CmsLimits.Default);
        var verdict = new CmsValidator(site.Office.Store with { Intermediates = [] }, ValidationPolicy.Foreign with { RevocationRequired = true })
            .Judge(full, null, Signed.AddDays(2), CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(signed.Version, Is.EqualTo(5), "OCSP is another form of revocation information");
            Assert.That(signed.RevocationLists, Has.Count.EqualTo(2));
            Assert.That(signed.OtherRevocationInfos, Is.EqualTo(1));
            Assert.That(again, Is.EqualTo(full), "nothing is there twice");
        }
    }

    [Test]
    public async Task B_LTA_keeps_a_signature_whose_time_stamp_authority_has_expired()
    {
        var archived = await ArchiveAsync();
        var later = site.Key.Certificate.NotAfter.AddDays(1);

        var withArchive = Judge(archived.Archived, later, extra: archived.NewAuthority.StoreWith());
        var without = Judge(archived.Stamped, later, extra: archived.NewAuthority.StoreWith());

        archived.NewAuthority.Dispose();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(withArchive), Is.Empty, string.Join(' ', withArchive.Faults.Select(fault => fault.English)));
            Assert.That(withArchive.Signatures, Has.Count.EqualTo(3));
            Assert.That(Faults(without), Does.Contain("TST_AUTHORITY_EXPIRED"));
        }
    }

    [Test]
    public async Task B_LTA_notices_what_was_taken_out_and_tells_what_came_later()
    {
        var archived = await ArchiveAsync();
        var missing = SignedDataPieces.Of(CmsSignedData.Parse(archived.Archived, CmsLimits.Default));
        missing.Certificates.RemoveAll(certificate => certificate.Span.SequenceEqual(site.Office.Authority.Certificate.Der));
        var more = SignatureLevels.AddValidationData(archived.Archived, [archived.NewAuthority.Key.Certificate], [], []);
        var unstamped = SignedDataPieces.Of(CmsSignedData.Parse(archived.Archived, CmsLimits.Default));
        unstamped.Signers[0].Unsigned.RemoveAll(attribute => ForgedCms.OidOf(attribute.ToArray()) == TimestampOids.SignatureTimestamp);
        var extra = archived.NewAuthority.StoreWith();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(missing.Encode(), Signed.AddDays(1), extra: extra)), Does.Contain("ATS_HASH_INDEX_ENTRY"));
            Assert.That(Faults(Judge(unstamped.Encode(), Signed.AddDays(1), extra: extra)), Does.Contain("ATS_HASH_INDEX_ENTRY"));
            Assert.That(Judge(missing.Encode(), Signed.AddDays(1), extra: extra).Signatures.Single(each => each.IsLeftOut).SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(Judge(missing.Encode(), Signed.AddDays(1), extra: extra).Signatures[0].Level, Is.EqualTo(SignatureLevel.LongTerm));
            Assert.That(Faults(Judge(more, Signed.AddDays(1), extra: extra)), Is.Empty);
            Assert.That(Judge(more, Signed.AddDays(1), extra: extra).Signatures.SelectMany(each => each.Findings).Select(each => each.Code), Does.Contain("ATS_NOT_COVERED"));
        }

        archived.NewAuthority.Dispose();
    }

    [Test]
    public async Task An_old_list_inside_proves_nothing_later_unless_an_archive_time_stamp_or_a_ledger_proves_its_age()
    {
        var archived = await ArchiveAsync();
        using var other = archived.NewAuthority;
        var later = Signed.AddYears(2);
        var trust = Joined(site.Office.Store, other.Office.Store with
        {
            Intermediates = [other.Office.Authority.Certificate],
            RevocationLists = [other.Issuer.IssueRevocationList([], later.AddDays(-1), later.AddDays(30), 9), other.Office.Root.IssueRevocationList([], later.AddDays(-1), later.AddDays(30), 9)],
        });
        IReadOnlyList<SignatureVerdict> Judge(byte[] cms, params IReadOnlyList<ProofOfExistence> proofs)
        {
            var validator = new CmsValidator(trust, ValidationPolicy.Foreign with { RevocationRequired = true });
            return validator.Validate(CmsSignedData.Parse(cms, CmsLimits.Default), null, later, CertificateUsage.DocumentSigning, proofs);
        }

        var bare = Judge(archived.Stamped);
        var proven = Judge(archived.Stamped, new ProofOfExistence(Signed.AddDays(1), "a ledger"));
        var covered = Judge(archived.Archived);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((bare[1].Indication, bare[1].SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.TryLater)));
            Assert.That(bare[1].Findings.Select(finding => finding.Code), Does.Contain("CRL_STALE"));
            Assert.That(bare[0].Proof, Is.Null);
            Assert.That(bare[0].Indication, Is.EqualTo(Indication.Indeterminate), "its own certificate has expired since");
            Assert.That(new Verdict(proven, []).Faults, Is.Empty);
            Assert.That(proven[0].Proof!.Time, Is.EqualTo(Signed + TimestampAuthority.Accuracy));
            Assert.That(new Verdict(covered, []).Faults, Is.Empty);
        }
    }

    [Test]
    public async Task A_time_stamp_added_after_the_archive_one_gains_nothing_by_it()
    {
        var archived = await ArchiveAsync();
        var later = site.Key.Certificate.NotAfter.AddDays(1);
        site.Clock.AdjustTime(Signed.AddDays(-5));
        var backdated = await StampAsync(archived.Archived);

        var verdict = Judge(backdated, later, extra: archived.NewAuthority.StoreWith());

        archived.NewAuthority.Dispose();
        Assert.That(Faults(verdict), Is.EqualTo(new[] { "TST_AUTHORITY_EXPIRED" }), "the archive time-stamp does not name it");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_renewal_keeps_the_older_archive_time_stamp_only_when_it_covers_it(bool coversIt)
    {
        var archived = await ArchiveAsync(years: 5);
        using var older = archived.NewAuthority;
        using var renewing = new StampingSite(years: 10);
        renewing.Clock.Advance(TimeSpan.FromDays(1));
        var over = coversIt ? archived.Archived : archived.Stamped;
        var renewed = await SignatureLevels.AddArchiveTimestampsAsync(over, null, renewing.Client(), CancellationToken.None);
        if (!coversIt)
        {
            // Made over everything but the older archive time-stamp, and put beside it afterwards.
            var pieces = SignedDataPieces.Of(CmsSignedData.Parse(renewed, CmsLimits.Default));
            pieces.Signers[0].Add(TimestampOids.ArchiveTimestampV3, CmsSignedData.Parse(archived.Archived, CmsLimits.Default).Signers[0].UnsignedAttributes!.Single(TimestampOids.ArchiveTimestampV3)!.Value.Span);
            renewed = pieces.Encode();
        }

        var verdict = Judge(renewed, older.Key.Certificate.NotAfter.AddDays(1), extra: Joined(older.StoreWith(), renewing.StoreWith()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(verdict), coversIt ? Is.Empty : Is.EqualTo(new[] { "TST_AUTHORITY_EXPIRED" }));
            Assert.That(verdict.Signatures.Where(each => each.IsLeftOut).Select(each => each.SubIndication), coversIt ? Is.Empty : Is.EqualTo(new[] { SubIndication.OutOfBoundsNoPoe }));
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed), "the newer one covers the signature in both");
            Assert.That(verdict.Signatures, Has.Count.EqualTo(4));
        }
    }

    [Test]
    public async Task An_archive_time_stamp_covers_what_a_detached_signature_covers()
    {
        var detached = await CmsSigner.SignAsync(Content, signer, Signed, CmsForm.Detached, CancellationToken.None);
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(detached, ContentDigests.Of(Content), site.Client(), CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(archived, Signed, content: Content)), Is.Empty);
            Assert.That(Faults(Judge(archived, Signed, content: "x"u8.ToArray())), Does.Contain("TST_IMPRINT_MISMATCH").And.Contain("CMS_DIGEST_MISMATCH"));
            await Assert.ThatAsync(
                () => SignatureLevels.AddArchiveTimestampsAsync(detached, null, site.Client(), CancellationToken.None), Throws.InstanceOf<CmsFormatException>());
        }
    }

    [Test]
    public async Task An_archive_time_stamp_without_its_index_fails()
    {
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await SignAsync(), CmsLimits.Default));
        pieces.Signers[0].Add(TimestampOids.ArchiveTimestampV3, await site.StampAsync());

        var verdict = Judge(pieces.Encode(), Signed);

        Assert.That(Faults(verdict), Does.Contain("ATS_HASH_INDEX_MISSING").And.Contain("TST_CONTENT_MISSING"));
        Assert.That((verdict.Signatures[1].Indication, verdict.Signatures[1].SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.FormatFailure)));
        Assert.That((verdict.Indication, verdict.Signatures[0].Proof, verdict.Signatures[0].Level), Is.EqualTo((Indication.TotalPassed, (ProofOfExistence?)null, (SignatureLevel?)SignatureLevel.Basic)));
    }

    [Test]
    public async Task An_archive_time_stamp_older_than_what_it_covers_is_out_of_order()
    {
        var stamped = await StampAsync(await SignAsync());
        using var earlier = new StampingSite();
        earlier.Clock.AdjustTime(Signed.AddDays(-1));
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(stamped, null, earlier.Client(), CancellationToken.None);

        var verdict = Judge(archived, Signed, extra: earlier.StoreWith());

        Assert.That(Faults(verdict), Is.EqualTo(new[] { "ATS_BEFORE_ITS_OBJECT" }));
        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.TimestampOrderFailure)));
    }

    // Of an authority nobody trusts, or over something else.
    [Test]
    public async Task A_later_time_stamp_that_anybody_could_have_put_there_does_not_spoil_the_archive_time_stamp_over_it([Values] bool isTrusted)
    {
        using var later = new StampingSite();
        later.Clock.AdjustTime(Signed.AddDays(20));
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await StampAsync(await SignAsync()), CmsLimits.Default));
        pieces.Signers[0].Add(TimestampOids.SignatureTimestamp, await later.StampAsync("anything"u8.ToArray()));
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(pieces.Encode(), null, site.Client(), CancellationToken.None);

        var verdict = Judge(archived, Signed.AddDays(21), extra: isTrusted ? later.StoreWith() : null);

        Assert.That(Faults(verdict), Does.Not.Contain("ATS_BEFORE_ITS_OBJECT"));
        Assert.That((verdict.Indication, verdict.Signatures[^1].Stamps, verdict.Signatures[^1].Indication), Is.EqualTo((Indication.TotalPassed, (TimestampKind?)TimestampKind.Archive, Indication.TotalPassed)));
    }

    [Test]
    public async Task The_same_follows_from_facts_that_were_kept_and_impossible_ones_do_no_harm()
    {
        var archived = await ArchiveAsync();
        var later = site.Key.Certificate.NotAfter.AddDays(1);
        var store = Joined(site.StoreWith(), archived.NewAuthority.StoreWith());
        archived.NewAuthority.Dispose();
        var validator = new CmsValidator(store, ValidationPolicy.Foreign);
        var facts = validator.Gather(CmsSignedData.Parse(archived.Archived, CmsLimits.Default), null);

        var kept = JsonSerializer.Deserialize<CmsFacts>(JsonSerializer.Serialize(facts, FactsText.Options), FactsText.Options)!;
        var timestamps = facts.Signers[0].Timestamps.Select(each => each.HashIndex is { } index ? each with { HashIndex = index with { Timestamps = [0, -1, 99] } } : each);
        var wrong = facts with { Signers = [facts.Signers[0] with { Timestamps = [.. timestamps] }] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(validator.Judge(kept, later, CertificateUsage.DocumentSigning).SelectMany(each => each.Findings), Is.EqualTo(validator.Judge(facts, later, CertificateUsage.DocumentSigning).SelectMany(each => each.Findings)));
            Assert.That(() => validator.Judge(wrong, later, CertificateUsage.DocumentSigning), Throws.Nothing);
        }
    }

    [Test]
    public async Task Judges_no_more_than_its_limit_and_says_so()
    {
        var token = CmsSignedData.Parse(await StampAsync(await SignAsync()), CmsLimits.Default).Signers[0].UnsignedAttributes!.All[0].Values[0];
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await SignAsync(), CmsLimits.Default));
        pieces.Signers[0].Unsigned.Add(ForgedCms.Attribute(TimestampOids.SignatureTimestamp, [.. Enumerable.Repeat(token.ToArray(), 64)]));
        pieces.Signers[0].Unsigned.Add(ForgedCms.Attribute(TimestampOids.SignatureTimestamp, [.. Enumerable.Repeat(token.ToArray(), 64)]));

        var verdict = Judge(pieces.Encode(), Signed);

        Assert.That(verdict.Signatures, Has.Count.EqualTo(17));
        Assert.That(Faults(verdict), Does.Contain("TIMESTAMP_LIMIT"));
    }

    [Test]
    public async Task The_limit_holds_for_all_signers_of_one_file_together_measured_or_from_kept_facts()
    {
        var token = CmsSignedData.Parse(await StampAsync(await SignAsync()), CmsLimits.Default).Signers[0].UnsignedAttributes!.All[0].Values[0];
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await SignAsync(), CmsLimits.Default));
        pieces.Signers[0].Unsigned.Add(ForgedCms.Attribute(TimestampOids.ArchiveTimestampV3, [.. Enumerable.Repeat(token.ToArray(), 10)]));
        pieces.Signers.AddRange(Enumerable.Repeat(pieces.Signers[0], 3));
        var validator = new CmsValidator(site.StoreWith(), ValidationPolicy.Foreign);

        var facts = validator.Gather(CmsSignedData.Parse(pieces.Encode(), CmsLimits.Default), null);
        var verdicts = validator.Judge(facts, Signed, CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(facts.Signers.Sum(each => each.Timestamps.Count), Is.EqualTo(40));
            Assert.That(facts.Signers.SelectMany(each => each.Timestamps).Count(each => each.HashIndex is not null), Is.EqualTo(16));
            Assert.That(verdicts.Count(each => each.Kind == SignatureKind.Timestamp), Is.EqualTo(16));
            Assert.That(verdicts.Count(each => each.Findings.Any(finding => finding.Code == "TIMESTAMP_LIMIT")), Is.EqualTo(3));
        }
    }

    private Task<byte[]> SignAsync(byte[]? content = null) => CmsSigner.SignAsync(content ?? Content, signer, Signed, CmsForm.Encapsulated, CancellationToken.None);

    private Task<byte[]> StampAsync(byte[] cms) => SignatureLevels.AddTimestampsAsync(cms, site.Client(), CancellationToken.None);

    /// <summary>Signed, stamped, completed, and stamped for the archive by another authority whose certificate lives longer.</summary>
    private async Task<(byte[] Stamped, byte[] Archived, StampingSite NewAuthority)> ArchiveAsync(int years = 10)
    {
        var stamped = await StampAsync(await SignAsync());
        var full = SignatureLevels.AddValidationData(stamped, [site.Office.Authority.Certificate, site.Key.Certificate], [site.ListOf(), RootList()], []);
        var other = new StampingSite(years: years);
        other.Clock.Advance(TimeSpan.FromHours(1));
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(full, null, other.Client(), CancellationToken.None);
        return (full, archived, other);
    }

    private RevocationList RootList() => site.Office.Root.IssueRevocationList([], Signed.AddDays(-1), Signed.AddDays(30), 1);

    private Verdict Judge(byte[] cms, DateTimeOffset at, RevokedCertificate? revoked = null, byte[]? content = null, TrustStore? extra = null)
    {
        var store = site.StoreWith(revoked is null ? [] : [revoked]);
        store = extra is null ? store : Joined(store, extra);
        return new CmsValidator(store, ValidationPolicy.Foreign).Judge(cms, content is null ? null : ContentDigests.Of(content), at, CertificateUsage.DocumentSigning);
    }

    private static TrustStore Joined(TrustStore one, TrustStore other) =>
        new([.. one.Anchors, .. other.Anchors], [.. one.Intermediates, .. other.Intermediates], [.. one.RevocationLists, .. other.RevocationLists]);

    /// <summary>Those of time-stamps that were left out, too.</summary>
    private static IEnumerable<string> Faults(Verdict verdict) => AllFaults(verdict).Select(finding => finding.Code);

    private static IEnumerable<Finding> AllFaults(Verdict verdict) =>
        verdict.Signatures.SelectMany(signature => signature.Findings).Concat(verdict.Findings).Where(finding => finding.Indication != Indication.TotalPassed);
}
