using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;

namespace DocExchange.Tests.Trust.Certificates;

[TestFixture(Suite.Intl)]
[TestFixture(Suite.Gm)]
internal sealed class OcspTests(Suite suite)
{
    private static readonly DistinguishedName RootName = new("OCSP root", null, null);
    private static readonly DistinguishedName ResponderName = new("OCSP responder", null, null);
    private static readonly DateTimeOffset Noon = SamplePki.Noon;

    private readonly KeyPair rootKey = KeyPair.Generate(suite);
    private readonly KeyPair responderKey = KeyPair.Generate(suite);
    private readonly KeyPair leafKey = KeyPair.Generate(suite);
    private Certificate root = null!;
    private Certificate leaf = null!;
    private Certificate responder = null!;

    [OneTimeSetUp]
    public void Issue()
    {
        root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        });
        leaf = SamplePki.Odd(rootKey, RootName, leafKey, SamplePki.OfficeName);
        responder = Responder(extensions => extensions.AddExtension(OcspObjectIdentifiers.PkixOcspNocheck, false, DerNull.Instance));
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        responderKey.Dispose();
        leafKey.Dispose();
    }

    [Test]
    public void Believes_the_issuer() => Assert.That(Judge(ByIssuer(OcspAnswers.Good)), Is.Empty);

    [Test]
    public void Believes_the_issuer_with_each_hash_of_the_certificate_id() => Assert.Multiple(() =>
    {
        foreach (var hash in new[] { OcspStatement.Sha1, NistObjectIdentifiers.IdSha256, NistObjectIdentifiers.IdSha384, NistObjectIdentifiers.IdSha512, GMObjectIdentifiers.sm3 })
        {
            Assert.That(Judge(ByIssuer(OcspAnswers.Good, hash)), Is.Empty, hash.Id);
        }
    });

    [Test]
    public void Believes_a_responder_the_issuer_authorized() =>
        Assert.That(Judge(Answer(responderKey, responder, OcspAnswers.Good, along: responder)), Is.Empty);

    [Test]
    public void Fails_a_revoked_certificate_since_its_revocation()
    {
        var answer = ByIssuer(OcspAnswers.RevokedAt(Noon.AddDays(-3)));
        var fromLater = OcspAnswers.Make(rootKey, root, leaf, root, OcspAnswers.RevokedAt(Noon.AddHours(1)), Noon.AddHours(2), Noon.AddHours(3));

        Assert.Multiple(() =>
        {
            Assert.That(Judge(answer), Does.Contain("CERT_REVOKED"));
            Assert.That(Judge(ByIssuer(OcspAnswers.RevokedAt(Noon.AddHours(1)))), Does.Contain("CERT_REVOKED"), "what is listed is revoked, whatever the date");
            Assert.That(Judge(fromLater), Does.Contain("CERT_REVOKED_LATER").And.Not.Contain("CERT_REVOKED"));
            Assert.That(Verdict(answer).Findings.Single(finding => finding.Code == "CERT_REVOKED").SubIndication, Is.EqualTo(SubIndication.Revoked));
        });
    }

    [Test]
    public void Lifts_a_hold_by_a_newer_answer_of_any_responder_of_the_issuer_and_by_nothing_else()
    {
        using var otherKey = KeyPair.Generate(suite);
        var other = SamplePki.Odd(rootKey, RootName, otherKey, new DistinguishedName("Another OCSP responder", null, null), extensions =>
        {
            Purpose(extensions);
            extensions.AddExtension(OcspObjectIdentifiers.PkixOcspNocheck, false, DerNull.Instance);
        });
        using var strangerKey = KeyPair.Generate(suite);
        var stranger = SamplePki.Odd(strangerKey, RootName, otherKey, ResponderName, Purpose);
        OcspResponse Said(KeyPair key, Certificate by, CertStatus status, int hours) => OcspAnswers.Make(key, by, leaf, root, status, Noon.AddHours(hours), Noon.AddHours(6), null, by);
        var hold = OcspAnswers.RevokedAt(Noon.AddDays(-1), RevocationReason.CertificateHold);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge([], Said(responderKey, responder, hold, -3), Said(otherKey, other, OcspAnswers.Good, -2)), Has.None.EqualTo("CERT_ON_HOLD"));
            Assert.That(Judge([], Said(otherKey, other, OcspAnswers.Good, -2), Said(rootKey, root, hold, -3)), Has.None.EqualTo("CERT_ON_HOLD"), "whoever said it");
            Assert.That(Judge([], Said(responderKey, responder, hold, -2), Said(otherKey, other, OcspAnswers.Good, -3)), Does.Contain("CERT_ON_HOLD"), "the older one");
            Assert.That(Judge([], Said(responderKey, responder, hold, -2), Said(otherKey, other, OcspAnswers.Good, -2)), Does.Contain("CERT_ON_HOLD"), "of the same moment");
            Assert.That(Judge([], Said(responderKey, responder, hold, -3), Said(otherKey, stranger, OcspAnswers.Good, -2)), Does.Contain("CERT_ON_HOLD"), "another issuer's responder");
            Assert.That(Judge([], Said(responderKey, responder, OcspAnswers.RevokedAt(Noon.AddDays(-1)), -3), Said(otherKey, other, OcspAnswers.Good, -2)), Does.Contain("CERT_REVOKED"), "no hold");
        }
    }

    [Test]
    public void Takes_a_removal_from_the_list_in_an_answer_for_a_revocation_that_lifts_nothing()
    {
        using var otherKey = KeyPair.Generate(suite);
        var other = SamplePki.Odd(rootKey, RootName, otherKey, new DistinguishedName("Another OCSP responder", null, null), extensions =>
        {
            Purpose(extensions);
            extensions.AddExtension(OcspObjectIdentifiers.PkixOcspNocheck, false, DerNull.Instance);
        });
        OcspResponse Said(KeyPair key, Certificate by, RevocationReason reason, int hours) =>
            OcspAnswers.Make(key, by, leaf, root, OcspAnswers.RevokedAt(Noon.AddDays(-1), reason), Noon.AddHours(hours), Noon.AddHours(6), null, by);
        var (hold, removal) = (Said(responderKey, responder, RevocationReason.CertificateHold, -3), Said(otherKey, other, RevocationReason.RemoveFromCrl, -2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge([], removal), Does.Contain("CERT_REVOKED"));
            Assert.That(Judge([], hold, removal), Does.Contain("CERT_REVOKED"), "the hold of another responder");
        }
    }

    [Test]
    public void Wants_the_purpose_of_signing_answers()
    {
        var without = SamplePki.Odd(rootKey, RootName, responderKey, ResponderName);

        var verdict = Verdict(Answer(responderKey, without, OcspAnswers.Good, along: without));

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("STATUS_SIGNER_UNTRUSTED", Indication.TotalPassed)).And.Contain(("STATUS_SIGNER_CERT_PURPOSE", Indication.TotalPassed)), "and why");
        LeavesOpen(verdict);
    }

    [Test]
    public void Wants_to_know_of_a_responder_whether_it_was_revoked()
    {
        var revocable = Responder(_ => { });
        var answer = Answer(responderKey, revocable, OcspAnswers.Good, along: revocable);
        var authority = CertificateAuthority.Of(rootKey, root, []);
        var silent = authority.IssueRevocationList([], Noon.AddDays(-1), Noon.AddDays(1), 1);
        var revoking = authority.IssueRevocationList([new RevokedCertificate(revocable.SerialNumber, Noon.AddDays(-2), RevocationReason.KeyCompromise)], Noon.AddDays(-1), Noon.AddDays(1), 2);

        Assert.Multiple(() =>
        {
            Assert.That(Judge(answer), Does.Contain("STATUS_SIGNER_UNTRUSTED").And.Contain("STATUS_SIGNER_CRL_MISSING"));
            Assert.That(Judge([silent], answer), Is.Empty);
            Assert.That(Judge([revoking], answer), Does.Contain("STATUS_SIGNER_UNTRUSTED").And.Contain("STATUS_SIGNER_CERT_REVOKED").And.Not.Contain("CERT_REVOKED"));
        });
    }

    [Test]
    public void Believes_any_certificate_of_a_responder_that_has_several()
    {
        var withoutPurpose = SamplePki.Odd(rootKey, RootName, responderKey, ResponderName);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Answer(responderKey, responder, OcspAnswers.Good, null, withoutPurpose, responder)), Is.Empty);
            Assert.That(Judge(Answer(responderKey, responder, OcspAnswers.Good, null, responder, withoutPurpose)), Is.Empty);
        }
    }

    [Test]
    public void Does_not_believe_a_key_that_was_revoked_by_another_certificate_of_it()
    {
        var revoked = Responder(_ => { });
        var list = CertificateAuthority.Of(rootKey, root, []).IssueRevocationList(
            [new RevokedCertificate(revoked.SerialNumber, Noon.AddDays(-2), RevocationReason.KeyCompromise)], Noon.AddDays(-1), Noon.AddDays(1), 1);
        using (Assert.EnterMultipleScope())
        {
            foreach (var along in new[] { new[] { revoked, responder }, [responder, revoked] })
            {
                Assert.That(Judge([list], Answer(responderKey, responder, OcspAnswers.Good, null, along)), Does.Contain("STATUS_SIGNER_UNTRUSTED").And.Contain("STATUS_SIGNER_CERT_REVOKED"));
            }
        }
    }

    [Test]
    public void Believes_a_key_of_which_another_certificate_was_only_superseded([Values] bool isTurned)
    {
        var superseded = Responder(_ => { });
        var list = CertificateAuthority.Of(rootKey, root, []).IssueRevocationList(
            [new RevokedCertificate(superseded.SerialNumber, Noon.AddDays(-2), RevocationReason.Superseded)], Noon.AddDays(-1), Noon.AddDays(1), 1);

        Assert.That(Judge([list], Answer(responderKey, responder, OcspAnswers.Good, null, isTurned ? [responder, superseded] : [superseded, responder])), Is.Empty);
    }

    [Test]
    public void Does_not_believe_a_responder_of_another_issuer()
    {
        using var strangerKey = KeyPair.Generate(suite);
        var stranger = SamplePki.Odd(strangerKey, RootName, responderKey, ResponderName, Purpose);

        Assert.That(Judge(Answer(responderKey, stranger, OcspAnswers.Good, along: stranger)), Is.EqualTo(new[] { "OCSP_SIGNATURE", "CRL_MISSING" }));
    }

    // RFC 6960 §4.2.1: certs is optional.
    [Test]
    public void Finds_the_responder_among_the_known_certificates_and_wants_the_same_of_it()
    {
        using var strangerKey = KeyPair.Generate(suite);
        var stranger = SamplePki.Odd(strangerKey, RootName, responderKey, ResponderName, Purpose);
        var without = SamplePki.Odd(rootKey, RootName, responderKey, ResponderName);
        var answer = Answer(responderKey, responder, OcspAnswers.Good);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(answer), Is.EqualTo(new[] { "OCSP_SIGNATURE", "CRL_MISSING" }), "nobody knows it");
            Assert.That(Knowing(responder), Is.Empty);
            Assert.That(Along(responder), Is.Empty, "it came along with what is judged");
            Assert.That(Knowing(stranger), Is.EqualTo(new[] { "OCSP_SIGNATURE", "CRL_MISSING" }));
            Assert.That(Knowing(without), Does.Contain("STATUS_SIGNER_UNTRUSTED").And.Contain("CRL_MISSING"));
            Assert.That(Knowing(stranger, without, responder), Is.Empty);
        }

        IEnumerable<string> Knowing(params Certificate[] known) => CertificateCheck.Judge(
            leaf, new TrustStore([root], known, []) { OcspResponses = [answer] }, Noon, CertificateUsage.Any, CertificateCheck.Strict).Findings.Select(finding => finding.Code);

        IEnumerable<string> Along(Certificate known) => new CertificatePaths(new TrustStore([root], [], []) { OcspResponses = [answer] }, CertificateCheck.Strict)
            .Build(leaf, [known], Noon, CertificateUsage.Any).Findings.Select(finding => finding.Code);
    }

    [Test]
    public void Does_not_take_an_answer_about_another_certificate()
    {
        var other = SamplePki.Odd(rootKey, RootName, leafKey, SamplePki.OfficeName);
        var answer = OcspAnswers.Make(rootKey, root, other, root, OcspAnswers.Good, Noon.AddHours(-1), Noon.AddHours(1));

        Assert.That(Judge(answer), Is.EqualTo(new[] { "CRL_MISSING" }));
        LeavesOpen(Verdict(answer));
    }

    [Test]
    public void Does_not_take_an_altered_answer()
    {
        var der = ByIssuer(OcspAnswers.Good).Der.ToArray();
        der[^1] ^= 1;

        Assert.That(Judge(OcspResponse.Parse(der)), Is.EqualTo(new[] { "OCSP_SIGNATURE", "CRL_MISSING" }));
    }

    [TestCase(-48, -24, TestName = "An_answer_that_is_due_for_renewal_is_stale")]
    [TestCase(1, 24, TestName = "An_answer_from_later_does_not_count_when_asked_strictly")]
    public void Stale(int from, int until) => Assert.That(
        Judge(OcspAnswers.Make(rootKey, root, leaf, root, OcspAnswers.Good, Noon.AddHours(from), Noon.AddHours(until))), Is.EqualTo(new[] { "OCSP_STALE" }));

    [Test]
    public void Remarks_that_the_responder_does_not_know_the_certificate()
    {
        var unknown = new CertStatus(2, DerNull.Instance);

        Assert.That(Judge(ByIssuer(unknown)), Is.EqualTo(new[] { "OCSP_UNKNOWN", "CRL_MISSING" }));
    }

    // RFC 6960 §4.4: what is critical and not understood cannot be ignored, so the answer clears nobody; a nonce is understood.
    [TestCase(true)]
    [TestCase(false)]
    public void Clears_nobody_by_an_answer_with_a_critical_extension_that_is_not_understood(bool isOfAnswer)
    {
        var verdict = Verdict(Extended(isOfAnswer, "1.2.3.4", OcspAnswers.Good));

        Assert.That(
            verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
            Is.EqualTo(new[] { ("OCSP_EXTENSION", Indication.TotalPassed, SubIndication.None), ("CRL_MISSING", Indication.Indeterminate, SubIndication.TryLater) }));
        Assert.That(Judge(Extended(isOfAnswer, "1.2.3.4", OcspAnswers.RevokedAt(Noon.AddDays(-3)))), Does.Contain("CERT_REVOKED"));
    }

    [Test]
    public void Uses_an_answer_with_a_critical_nonce() => Assert.That(Judge(Extended(true, OcspObjectIdentifiers.PkixOcspNonce.Id, OcspAnswers.Good)), Is.Empty);

    private static void LeavesOpen(CertificateVerdict verdict)
    {
        Assert.That(verdict.Indication, Is.EqualTo(Indication.Indeterminate));
        Assert.That(verdict.Findings.Single(finding => finding.Code == "CRL_MISSING").SubIndication, Is.EqualTo(SubIndication.TryLater));
    }

    private static void Purpose(X509ExtensionsGenerator extensions) =>
        extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_OCSPSigning));

    private Certificate Responder(Action<X509ExtensionsGenerator> add) => SamplePki.Odd(rootKey, RootName, responderKey, ResponderName, extensions =>
    {
        Purpose(extensions);
        add(extensions);
    });

    private OcspResponse Extended(bool isOfAnswer, string oid, CertStatus status)
    {
        var generator = new X509ExtensionsGenerator();
        generator.AddExtension(new DerObjectIdentifier(oid), true, new DerOctetString(new byte[16]));
        var extensions = generator.Generate();
        return OcspAnswers.Make(rootKey, root, leaf, root, status, Noon.AddHours(-1), Noon.AddHours(1), isOfAnswer ? extensions : null, isOfAnswer ? null : extensions);
    }

    private OcspResponse ByIssuer(CertStatus status, DerObjectIdentifier? hash = null) => Answer(rootKey, root, status, hash);

    private OcspResponse Answer(KeyPair key, Certificate by, CertStatus status, DerObjectIdentifier? hash = null, params Certificate[] along) =>
        OcspAnswers.Make(key, by, leaf, root, status, Noon.AddHours(-1), Noon.AddHours(1), hash, along);

    private IEnumerable<string> Judge(params OcspResponse[] answers) => Judge([], answers);

    private IEnumerable<string> Judge(RevocationList[] lists, params OcspResponse[] answers) => Verdict(lists, answers).Findings.Select(finding => finding.Code);

    private CertificateVerdict Verdict(params OcspResponse[] answers) => Verdict([], answers);

    private CertificateVerdict Verdict(RevocationList[] lists, OcspResponse[] answers) =>
        CertificateCheck.Judge(leaf, new TrustStore([root], [], lists) { OcspResponses = answers }, Noon, CertificateUsage.Any, CertificateCheck.Strict);
}
