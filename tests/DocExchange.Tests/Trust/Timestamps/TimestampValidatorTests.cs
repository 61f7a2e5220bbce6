using System.Formats.Asn1;
using System.Numerics;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;

namespace DocExchange.Tests.Trust.Timestamps;

[TestFixture]
public sealed class TimestampValidatorTests
{
    private StampingSite site = null!;

    [OneTimeSetUp]
    public void Found() => site = new StampingSite();

    [OneTimeTearDown]
    public void Close() => site.Dispose();

    [TestCase(KeyAlgorithm.EcdsaP256, DigestAlgorithm.Sha256)]
    [TestCase(KeyAlgorithm.EcdsaP384, DigestAlgorithm.Sha512)]
    [TestCase(KeyAlgorithm.Rsa, DigestAlgorithm.Sha384)]
    [TestCase(KeyAlgorithm.Sm2, DigestAlgorithm.Sm3)]
    [TestCase(KeyAlgorithm.Sm2, DigestAlgorithm.Sha256)]
    public async Task Passes_a_genuine_token_of_either_suite(KeyAlgorithm key, DigestAlgorithm digest)
    {
        using var other = new StampingSite(key);

        var verdict = other.Judge(await other.StampAsync(algorithm: digest));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(verdict), Is.Empty);
            Assert.That(verdict.Signature.Kind, Is.EqualTo(SignatureKind.Timestamp));
            Assert.That(verdict.Signature.Signer, Is.EqualTo(other.Key.Certificate));
            Assert.That(verdict.Signature.SignedAt, Is.EqualTo(SigningOffice.Now));
            Assert.That(verdict.ProvenAt, Is.EqualTo(SigningOffice.Now + TimestampAuthority.Accuracy), "the clock may be slow by its accuracy");
        }
    }

    [Test]
    public async Task Names_the_built_in_authority_as_what_it_is()
    {
        var builtIn = site.Judge(await site.StampAsync());
        var foreign = site.Judge(await site.ForgeAsync(info => info));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(builtIn.IsBuiltIn, Is.True);
            Assert.That(builtIn.Signature.Findings.Select(finding => finding.Code), Has.Member("TST_BUILT_IN_AUTHORITY"));
            Assert.That(foreign.IsBuiltIn, Is.False);
            Assert.That(foreign.Signature.Findings.Select(finding => finding.Code), Has.No.Member("TST_BUILT_IN_AUTHORITY"));
        }
    }

    [Test]
    public async Task Fails_a_token_over_other_content()
    {
        var verdict = site.Judge(await site.StampAsync(), "x"u8.ToArray());

        Assert.That(Faults(verdict), Is.EqualTo(new[] { "TST_IMPRINT_MISMATCH" }));
        Assert.That(verdict.Signature.SubIndication, Is.EqualTo(SubIndication.HashFailure));
        Assert.That(verdict.ProvenAt, Is.Null);
    }

    [Test]
    public async Task Fails_a_token_whose_statement_was_altered()
    {
        var token = await site.StampAsync();
        var info = TimestampToken.Parse(token).Signed.Content!.Value.Span;
        var at = token.AsSpan().IndexOf(info) + info.IndexOf("2026"u8) + 3;
        token[at]--;

        var verdict = site.Judge(token);

        Assert.That(Faults(verdict), Does.Contain("CMS_DIGEST_MISMATCH"));
        Assert.That(verdict.Signature.Indication, Is.EqualTo(Indication.TotalFailed));
    }

    [TestCase(CertificateProfile.DocumentSigning)]
    [TestCase(CertificateProfile.MachineSigning)]
    public async Task Refuses_a_certificate_that_is_not_for_time_stamping(CertificateProfile profile)
    {
        using var other = new StampingSite(profile: profile);

        var verdict = other.Judge(await other.ForgeAsync(info => info));

        Assert.That(Faults(verdict), Is.EqualTo(new[] { "CERT_PURPOSE" }));
        Assert.That(verdict.Signature.SubIndication, Is.EqualTo(SubIndication.ChainConstraintsFailure));
        Assert.That(verdict.ProvenAt, Is.Null);
    }

    [TestCase(false, false)]
    [TestCase(true, true)]
    public async Task Refuses_a_purpose_that_is_not_critical_or_not_the_only_one(bool isCritical, bool hasAnother)
    {
        using var pki = new SamplePki(Suite.Intl);
        using var pair = KeyPair.Generate(Suite.Intl);
        KeyPurposeID[] purposes = hasAnother ? [KeyPurposeID.id_kp_timeStamping, KeyPurposeID.id_kp_codeSigning] : [KeyPurposeID.id_kp_timeStamping];
        using var rootKey = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("另一根", "北京市", null);
        var root = SamplePki.Odd(rootKey, name, rootKey, name, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var certificate = SamplePki.Odd(rootKey, name, pair, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, isCritical, new ExtendedKeyUsage(purposes)));
        using var key = pair.Certified(certificate, []);
        var info = TimestampToken.Parse(await site.ForgeAsync(info => info)).Info;
        var token = await TokenWriter.WriteAsync(info, key, withCertificates: true, CancellationToken.None);

        var verdict = new TimestampValidator(new TrustStore([root], [], []), StampingSite.Policy).Judge(token, ContentDigests.Of(StampingSite.Content), SigningOffice.Now);

        Assert.That(verdict.Signature.Findings.Where(finding => finding.Code == "CERT_PURPOSE").Select(finding => finding.SubIndication), Is.EqualTo(new[] { SubIndication.ChainConstraintsFailure }));
        Assert.That(verdict.ProvenAt, Is.Null);
    }

    [Test]
    public async Task Does_not_pass_an_authority_nobody_trusts()
    {
        var token = await site.StampAsync();

        var verdict = new TimestampValidator(TrustStore.Empty, StampingSite.Policy).Judge(token, ContentDigests.Of(StampingSite.Content), SigningOffice.Now);

        Assert.That(verdict.Signature.Indication, Is.EqualTo(Indication.Indeterminate));
        Assert.That(verdict.Signature.SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
    }

    [Test]
    public async Task Finds_the_certificate_that_is_not_in_the_token_among_the_known_ones()
    {
        var token = await site.ForgeAsync(info => info, withCertificates: false);
        var store = site.StoreWith();

        var without = site.Judge(token);
        var with = new TimestampValidator(store with { Intermediates = [.. store.Intermediates, site.Key.Certificate] }, StampingSite.Policy)
            .Judge(token, ContentDigests.Of(StampingSite.Content), SigningOffice.Now);

        Assert.That(Faults(without), Is.EqualTo(new[] { "CMS_SIGNING_CERTIFICATE_NOT_FOUND" }));
        Assert.That(Faults(with), Is.Empty);
    }

    [Test]
    public async Task Fails_what_was_stamped_after_the_authority_was_revoked()
    {
        var verdict = site.Judge(await site.StampAsync(), revoked: site.Revoked(SigningOffice.Now.AddDays(-1), RevocationReason.Superseded));

        Assert.That(Faults(verdict), Is.EqualTo(new[] { "CERT_REVOKED" }));
        Assert.That(verdict.Signature.Indication, Is.EqualTo(Indication.TotalFailed));
    }

    [TestCase(RevocationReason.Superseded, true)]
    [TestCase(RevocationReason.CessationOfOperation, true)]
    [TestCase(RevocationReason.AffiliationChanged, true)]
    [TestCase(RevocationReason.KeyCompromise, false)]
    [TestCase(RevocationReason.Unspecified, false)]
    [TestCase(RevocationReason.CaCompromise, false)]
    public async Task Lets_tokens_outlive_a_later_revocation_only_for_a_harmless_reason(RevocationReason reason, bool passes)
    {
        var verdict = site.Judge(await site.StampAsync(), at: SigningOffice.Now.AddDays(2), revoked: site.Revoked(SigningOffice.Now.AddDays(1), reason));
        var proven = site.Judge(await site.StampAsync(), at: SigningOffice.Now.AddHours(1), revoked: site.Revoked(SigningOffice.Now.AddDays(1), reason));

        Assert.That(Faults(verdict), passes ? Is.Empty : Is.EqualTo(new[] { "TST_AUTHORITY_REVOKED_LATER" }));
        Assert.That(verdict.Signature.SubIndication, Is.EqualTo(passes ? SubIndication.None : SubIndication.RevokedNoPoe));
        Assert.That(Faults(proven), Is.Empty, "a token known to be older than the revocation stays good");
    }

    /// <param name="told">When a responder that was certified in 2026 says so: within its period, or, by its own word, before.</param>
    [TestCase(2026, 11, RevocationReason.KeyCompromise)]
    [TestCase(2026, 11, RevocationReason.Superseded)]
    [TestCase(2025, 12, RevocationReason.Superseded)]
    public async Task Fails_a_token_of_an_authority_that_is_known_today_to_have_been_revoked_before_it(int year, int month, RevocationReason reason)
    {
        using var pki = new PastPki();
        var stamper = PastPki.Issue(pki.IssuerKey, PastPki.AuthorityName, pki.LeafKey, PastPki.LeafName, PastPki.Day(2023), PastPki.Day(2030), extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeID.id_kp_timeStamping)));
        var responder = PastPki.Responder(pki.IssuerKey, PastPki.AuthorityName, pki.OtherKey, PastPki.Day(2026), PastPki.Day(2027, 6));
        var revocable = PastPki.Issue(pki.IssuerKey, PastPki.AuthorityName, pki.OtherKey, new DistinguishedName("OCSP", null, null), PastPki.Day(2026), PastPki.Day(2027, 6), extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_OCSPSigning)));
        var then = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, stamper, pki.Issuer, OcspAnswers.Good, PastPki.Signed.AddDays(-1), PastPki.Today.AddDays(1));
        OcspResponse Say(CertStatus status, Certificate by) => OcspAnswers.Make(pki.OtherKey, by, stamper, pki.Issuer, status, PastPki.Day(year, month, 20), PastPki.Today.AddDays(9), null, by);
        var final = pki.OwnList(PastPki.Today.AddDays(-1), PastPki.Names(stamper, PastPki.Day(2024, 7), RevocationReason.Superseded));
        using var key = pki.LeafKey.Certified(stamper, []);
        var info = new TimestampInfo
        {
            Version = 1,
            Policy = "1.2.3.4",
            Imprint = MessageImprint.Of(DigestAlgorithm.Sha256, DigestAlgorithms.Hash(DigestAlgorithm.Sha256, StampingSite.Content)),
            SerialNumber = 1,
            GenTime = PastPki.Signed,
            Accuracy = TimeSpan.FromSeconds(1),
        };
        var token = await TokenWriter.WriteAsync(info, key, withCertificates: true, CancellationToken.None);
        IEnumerable<string> Judge(CertStatus status, Certificate by, params IReadOnlyList<RevocationList> lists)
        {
            var store = new TrustStore([pki.Root], [pki.Issuer], [pki.RootList(), .. lists]) { OcspResponses = [then, Say(status, by)] };
            return Faults(new TimestampValidator(store, new TimestampPolicy()).Judge(token, ContentDigests.Of(StampingSite.Content), PastPki.Today));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(OcspAnswers.RevokedAt(PastPki.Day(2024, 3), reason), responder), Is.EqualTo(new[] { "CERT_REVOKED" }));
            Assert.That(Judge(OcspAnswers.Good, responder), Is.Empty);
            Assert.That(Judge(OcspAnswers.RevokedAt(PastPki.Day(2024, 3), reason), revocable), Is.EqualTo(new[] { "CERT_REVOKED" }), "nobody tells its own state");
            Assert.That(Judge(OcspAnswers.RevokedAt(PastPki.Today.AddDays(10)), responder), Is.EqualTo(new[] { "TST_AUTHORITY_REVOKED_LATER" }), "told today, whatever date it gives");
            Assert.That(Judge(OcspAnswers.RevokedAt(PastPki.Day(2024, 4), RevocationReason.CertificateHold), responder, final), Is.EqualTo(new[] { month == 11 ? "CERT_WAS_ON_HOLD" : "CERT_ON_HOLD" }), "suspended when it stamped, then revoked");
        }
    }

    [Test]
    public async Task Leaves_open_a_token_for_whose_authority_no_list_speaks_at_the_time_of_judgement()
    {
        var token = await site.StampAsync();
        var root = site.Office.Root.IssueRevocationList([], SigningOffice.Now.AddDays(-1), SigningOffice.Now.AddYears(1), 1);
        var later = SigningOffice.Now.AddDays(31);
        TimestampVerdict Judge(DateTimeOffset at, bool isRequired, params IReadOnlyList<RevocationList> more)
        {
            var store = site.StoreWith();
            return new TimestampValidator(store with { RevocationLists = [.. store.RevocationLists, root, .. more] }, StampingSite.Policy with { RevocationRequired = isRequired })
                .Judge(token, ContentDigests.Of(StampingSite.Content), at);
        }

        RevocationList Fresh(params IReadOnlyList<RevokedCertificate> revoked) => site.Issuer.IssueRevocationList(revoked, later.AddDays(-1), later.AddDays(30), 8);
        var stale = Judge(later, isRequired: true);
        var remarked = Judge(later, isRequired: false);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(SigningOffice.Now.AddDays(29), isRequired: true)), Is.Empty);
            Assert.That(Faults(stale), Is.EqualTo(new[] { "CRL_STALE" }));
            Assert.That((stale.Signature.Indication, stale.Signature.SubIndication, stale.Proof), Is.EqualTo((Indication.Indeterminate, SubIndication.TryLater, (ProofOfExistence?)null)));
            Assert.That(remarked.Signature.Findings.Where(finding => finding.Code == "CRL_STALE").Select(finding => finding.Indication), Is.EqualTo(new[] { Indication.TotalPassed }), "as of signers, where no list is demanded");
            Assert.That(Faults(Judge(later, isRequired: true, Fresh())), Is.Empty);
            Assert.That(Faults(Judge(later, isRequired: true, Fresh(site.Revoked(SigningOffice.Now.AddDays(3), RevocationReason.KeyCompromise)))), Is.EqualTo(new[] { "TST_AUTHORITY_REVOKED_LATER" }));
        }
    }

    [Test]
    public async Task Keeps_a_token_of_an_expired_authority_only_with_a_proof_that_it_is_older()
    {
        var token = await site.StampAsync();
        var later = site.Key.Certificate.NotAfter.AddDays(1);

        Assert.That(Faults(site.Judge(token, at: later)), Is.EqualTo(new[] { "TST_AUTHORITY_EXPIRED" }));
        Assert.That(site.Judge(token, at: later).Signature.SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
        Assert.That(Faults(site.Judge(token, at: later.AddDays(-2))), Is.Empty);
    }

    [Test]
    public async Task Does_not_trust_an_algorithm_by_the_time_the_token_itself_states()
    {
        var token = await site.ForgeAsync(info => info with
        {
            Imprint = MessageImprint.Of(DigestAlgorithm.Sha1, DigestAlgorithms.Hash(DigestAlgorithm.Sha1, StampingSite.Content)),
        });
        var ended = StampingSite.Policy with { Algorithms = AlgorithmPolicy.Default.With("SHA-1", SigningOffice.Now.AddDays(1)) };
        var validator = new TimestampValidator(site.StoreWith(), ended);

        var today = validator.Judge(token, ContentDigests.Of(StampingSite.Content), SigningOffice.Now);
        var later = validator.Judge(token, ContentDigests.Of(StampingSite.Content), SigningOffice.Now.AddDays(2));

        Assert.That(Faults(today), Is.Empty);
        Assert.That(Faults(later), Is.EqualTo(new[] { "TST_ALGORITHM_EXPIRED" }));
        Assert.That(later.Signature.SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailureNoPoe));
    }

    [Test]
    public async Task Reports_every_oddity_of_the_statement()
    {
        var odd = await site.ForgeAsync(info => info with
        {
            Version = 2,
            GenTime = SigningOffice.Now.AddMinutes(30),
            Accuracy = TimeSpan.FromMinutes(1),
            AuthorityName = ForgedCms.Tlv(0xA4, new DistinguishedName("别的服务", null, null).ToName().GetDerEncoded()),
            Imprint = MessageImprint.Of(DigestAlgorithm.Sha256, new byte[20]),
        });
        var policy = StampingSite.Policy with { AcceptedPolicies = new HashSet<string> { "1.2.3.5" }, MaxInaccuracy = TimeSpan.FromSeconds(1) };

        var verdict = new TimestampValidator(site.StoreWith(), policy).Judge(odd, ContentDigests.Of(StampingSite.Content), SigningOffice.Now);

        Assert.That(Faults(verdict), Is.EquivalentTo(new[]
        {
            "TST_VERSION", "TST_POLICY_NOT_ACCEPTED", "TST_INACCURATE", "TST_IN_FUTURE", "TST_IMPRINT_LENGTH", "TST_IMPRINT_MISMATCH", "TST_AUTHORITY_NAME",
        }));
    }

    [Test]
    public async Task Leaves_open_an_imprint_of_an_unknown_algorithm()
    {
        var algorithm = ForgedCms.Algorithm("1.2.3.4");
        var token = await site.ForgeAsync(info => info with { Imprint = new MessageImprint(new CmsAlgorithm("1.2.3.4", null), new byte[32], algorithm) });

        var verdict = site.Judge(token);

        Assert.That(Faults(verdict), Is.EqualTo(new[] { "TST_IMPRINT_ALGORITHM" }));
        Assert.That((verdict.Signature.Indication, verdict.Signature.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.CryptoConstraintsFailure)));
        Assert.That(verdict.ProvenAt, Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Leaves_open_a_statement_with_a_critical_extension_that_is_not_understood(bool isCritical)
    {
        var info = TimestampToken.Parse(await site.ForgeAsync(info => info)).Signed.Content!.Value.ToArray();
        var extension = ForgedCms.Sequence(ForgedCms.Oid("1.2.3.4"), isCritical ? [1, 1, 0xFF] : [], ForgedCms.Octets([5, 0]));
        var extended = ForgedCms.Sequence(new AsnReader(info, AsnEncodingRules.DER).PeekContentBytes().ToArray(), ForgedCms.Tlv(0xA1, extension));

        var verdict = site.Judge(Signed(extended).Encode());

        Assert.That(Faults(verdict), isCritical ? Is.EqualTo(new[] { "TST_CRITICAL_EXTENSION" }) : Is.Empty);
        Assert.That(verdict.Signature.SubIndication, Is.EqualTo(isCritical ? SubIndication.SigConstraintsFailure : SubIndication.None));
    }

    // RFC 3161 §2.4.2: accuracy may be left out, and is then to be known by other means.
    [Test]
    public async Task Remarks_that_an_accuracy_is_not_stated_and_refuses_it_where_one_is_demanded()
    {
        var token = await site.ForgeAsync(info => info with { Accuracy = null });
        var demanding = new TimestampValidator(site.StoreWith(), StampingSite.Policy with { MaxInaccuracy = TimeSpan.FromSeconds(1) });

        var verdict = site.Judge(token);
        var demanded = demanding.Judge(token, ContentDigests.Of(StampingSite.Content), SigningOffice.Now);

        Assert.That(verdict.Signature.Findings.Single(finding => finding.Code == "TST_ACCURACY_MISSING").Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(Faults(verdict), Is.Empty);
        Assert.That(Faults(demanded), Is.EqualTo(new[] { "TST_INACCURATE" }));
        Assert.That(demanded.Signature.SubIndication, Is.EqualTo(SubIndication.SigConstraintsFailure));
    }

    [Test]
    public async Task Time_stamps_upon_a_token_are_not_judged_and_prove_nothing()
    {
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await site.StampAsync(), CmsLimits.Default));
        pieces.Signers[0].Add(TimestampOids.SignatureTimestamp, await site.StampAsync());

        var verdict = site.Judge(pieces.Encode());

        Assert.That(verdict.Signature.Findings.Single(finding => finding.Code == "TIMESTAMP_NOT_JUDGED").Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(Faults(verdict), Is.Empty);
    }

    [Test]
    public async Task A_bad_counter_signature_upon_a_token_is_left_out()
    {
        var elsewhere = CmsSignedData.Parse(ForgedCms.Of(site.Key, [1]).CounterSigned(CounterSigning.Counter(site.Key)), CmsLimits.Default).Signers[0].UnsignedAttributes!.All[0];
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await site.StampAsync(), CmsLimits.Default));
        pieces.Signers[0].Add(elsewhere.Oid, elsewhere.Values[0].Span);

        var verdict = site.Judge(pieces.Encode());

        Assert.That(Faults(verdict), Is.Empty);
        Assert.That(verdict.Signature.Findings.Select(finding => finding.Code), Has.Member("COUNTER_SIGNATURE_LEFT_OUT"));
    }

    [Test]
    public async Task Does_not_pass_without_the_reference_to_the_certificate()
    {
        var token = TimestampToken.Parse(await site.StampAsync());
        var forged = Signed(token.Signed.Content!.Value.ToArray());

        Assert.That(Faults(site.Judge(forged.Encode())), Is.Empty, "the forgery is otherwise a good token");
        Assert.That(Faults(site.Judge(forged.WithAttribute("1.2.840.113549.1.9.16.2.47", null).Encode())), Is.EqualTo(new[] { "CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING" }));
        Assert.That(Faults(site.Judge((forged with { Copies = 2 }).Encode())), Does.Contain("TST_SIGNERS"));
    }

    [TestCase(DigestAlgorithm.Sha1, "1.2.840.113549.1.9.16.2.12")]
    [TestCase(DigestAlgorithm.Sha256, "1.2.840.113549.1.9.16.2.47")]
    public async Task Takes_both_versions_of_the_reference_to_the_certificate(DigestAlgorithm algorithm, string attribute)
    {
        var token = TimestampToken.Parse(await site.StampAsync());
        var forged = Signed(token.Signed.Content!.Value.ToArray()).WithAttribute("1.2.840.113549.1.9.16.2.47", null);
        byte[] Reference(byte[] certificate) => ForgedCms.Sequence(ForgedCms.Sequence(ForgedCms.Sequence(ForgedCms.Octets(DigestAlgorithms.Hash(algorithm, certificate)))));

        var right = forged.WithAttribute(attribute, Reference(site.Key.Certificate.Der));
        var wrong = forged.WithAttribute(attribute, Reference(site.Issuer.Certificate.Der));

        Assert.That(Faults(site.Judge(right.Encode())), Is.Empty);
        Assert.That(Faults(site.Judge(wrong.Encode())), Is.EqualTo(new[] { "CMS_SIGNING_CERTIFICATE_MISMATCH" }));
    }

    [Test]
    public void Says_of_bytes_that_are_no_token_what_is_wrong_with_them()
    {
        Assert.That(Faults(site.Judge([])), Is.EqualTo(new[] { "TST_MALFORMED" }));
        Assert.That(Faults(site.Judge(ForgedCms.Of(site.Key, StampingSite.Content).Encode())), Is.EqualTo(new[] { "TST_CONTENT_TYPE" }));
        var beyond = site.Judge(new byte[TimestampToken.MaxSize + 1]);
        Assert.That(Faults(beyond), Is.EqualTo(new[] { "TST_TOO_LARGE" }));
        Assert.That((beyond.Signature.Indication, beyond.Signature.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.Generic)));
    }

    [Test]
    public void Reads_no_request_and_no_answer_beyond_its_limit()
    {
        Assert.That(() => TimestampRequest.Parse(new byte[TimestampRequest.MaxSize + 1]), Refused("TST_TOO_LARGE"));
        Assert.That(() => TimestampResponse.Parse(new byte[TimestampResponse.MaxSize + 1]), Refused("TST_TOO_LARGE"));
        Assert.That(() => TimestampRequest.Parse(new byte[TimestampRequest.MaxSize]), Refused("TST_MALFORMED"));

        static NUnit.Framework.Constraints.IResolveConstraint Refused(string code) => Throws.TypeOf<TimestampFormatException>().With.Property("Code").EqualTo(code);
    }

    [Test]
    public async Task Orders_tokens_only_as_far_as_their_clocks_allow()
    {
        var token = TimestampToken.Parse(await site.ForgeAsync(info => info)).Info;
        var next = token with { GenTime = token.GenTime.AddMilliseconds(1500) };
        var ordered = (token with { IsOrdered = true }, next with { IsOrdered = true });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(token.IsBefore(next, isSameAuthority: true), Is.False, "each may be off by a second");
            Assert.That(token.IsBefore(next with { GenTime = token.GenTime.AddSeconds(3) }, isSameAuthority: false), Is.True);
            Assert.That(ordered.Item1.IsBefore(ordered.Item2, isSameAuthority: true), Is.True);
            Assert.That(ordered.Item1.IsBefore(ordered.Item2, isSameAuthority: false), Is.False);
            Assert.That((token with { Accuracy = TimeSpan.FromSeconds(int.MaxValue) }).Earliest, Is.LessThan(token.GenTime));
            Assert.That((token with { Accuracy = TimeSpan.MaxValue }).Latest, Is.EqualTo(DateTimeOffset.MaxValue));
        }
    }

    [Test]
    public async Task Reads_back_every_field_it_writes()
    {
        var full = TimestampToken.Parse(await site.ForgeAsync(info => info with
        {
            SerialNumber = BigInteger.Pow(2, 159),
            GenTime = SigningOffice.Now.AddMilliseconds(120),
            Accuracy = new TimeSpan(0, 0, 0, 2, 3, 4),
            IsOrdered = true,
            Nonce = 77,
        })).Info;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(full.SerialNumber, Is.EqualTo(BigInteger.Pow(2, 159)));
            Assert.That(full.GenTime, Is.EqualTo(SigningOffice.Now.AddMilliseconds(120)));
            Assert.That(full.Accuracy, Is.EqualTo(new TimeSpan(0, 0, 0, 2, 3, 4)));
            Assert.That(full.IsOrdered, Is.True);
            Assert.That(full.Nonce, Is.EqualTo(new BigInteger(77)));
        }
    }

    /// <summary>A token over these bytes, which can be altered before it is signed.</summary>
    private ForgedCms Signed(byte[] info)
    {
        var forged = ForgedCms.Of(site.Key, info) with { ContentType = TimestampOids.Info, Version = 3 };
        return forged.WithAttribute("1.2.840.113549.1.9.3", ForgedCms.Oid(TimestampOids.Info));
    }

    private static IEnumerable<string> Faults(TimestampVerdict verdict) =>
        verdict.Signature.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Code);
}
