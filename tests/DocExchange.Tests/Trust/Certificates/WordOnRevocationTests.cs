using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Whose word revokes, whose leaves open, and what lifts a hold.</summary>
public sealed class WordOnRevocationTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DateTimeOffset March = Day(2024, 3);
    private static readonly (string, SubIndication)[] Revoked = [("CERT_REVOKED", SubIndication.Revoked)];
    private static readonly (string, SubIndication)[] Doubtful = [("CERT_REVOKED", SubIndication.RevokedNoPoe)];
    private static readonly (string, SubIndication)[] Held = [("CERT_WAS_ON_HOLD", SubIndication.RevokedNoPoe)];

    private PastPki pki = null!;

    /// <summary>Of the issuer itself, of the time of signing.</summary>
    private OcspResponse Then => Say(OcspAnswers.Good, Signed.AddDays(-1), Signed.AddDays(6));

    [SetUp]
    public void SetUp() => pki = new PastPki();

    [TearDown]
    public void TearDown() => pki.Dispose();

    // RFC 6960 §4.2.2.2.1 leaves it to the authority how the state of its responders is told.
    [Test]
    public void A_responder_whose_own_state_nobody_tells_revokes_and_clears_nobody([Values] RevocationDemand demand)
    {
        var responder = Revocable(Day(2026), Day(2027, 6));
        IEnumerable<(string, SubIndication)> Judge(params IReadOnlyList<OcspResponse> answers) => Faults(Default with { Revocation = demand }, [pki.RootList()], answers);
        var (revoked, good) = (Say(OcspAnswers.RevokedAt(March), Recently, Today, responder), Say(OcspAnswers.Good, Recently, Today, responder));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Then, revoked), Is.EqualTo(demand == RevocationDemand.Ignored ? [] : Revoked));
            Assert.That(Judge(revoked), Is.EqualTo(demand == RevocationDemand.Ignored ? [] : Revoked));
            Assert.That(Judge(good), Is.EqualTo(demand == RevocationDemand.Required ? new[] { ("CRL_MISSING", SubIndication.TryLater) } : []));
        }
    }

    [Test]
    public void A_responder_revokes_nobody_without_the_purpose_or_once_its_key_was_stolen_and_leaves_open_while_it_is_suspended()
    {
        var responder = Revocable(Day(2026), Day(2027, 6));
        var plain = Issue(pki.IssuerKey, AuthorityName, pki.OtherKey, new DistinguishedName("OCSP 2026", null, null), Day(2026), Day(2027, 6));
        var revoked = Say(OcspAnswers.RevokedAt(March), Recently, Today, responder);
        IEnumerable<(string, SubIndication)> Judge(RevocationReason reason) =>
            pki.Faults([pki.RootList(), pki.OwnList(Today.AddDays(-3), Names(responder, Today.AddDays(-9), reason))], Then, revoked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList()], Then, Say(OcspAnswers.RevokedAt(March), Recently, Today, plain)), Is.Empty, "without the purpose");
            Assert.That(Judge(RevocationReason.KeyCompromise), Is.Empty, "its key was stolen before");
            Assert.That(Judge(RevocationReason.CertificateHold), Is.EqualTo(Doubtful));
        }
    }

    [Test]
    public void What_a_responder_says_to_have_signed_before_its_key_was_stolen_may_be_dated_back()
    {
        var responder = Revocable(Day(2024), Day(2027, 6));
        var (stolen, own) = (pki.OwnList(Today.AddDays(-3), Names(responder, Day(2026, 6), RevocationReason.KeyCompromise)), pki.OwnList(Today.AddDays(-3)));
        var revoked = Say(OcspAnswers.RevokedAt(March), Day(2026, 5), Today, responder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList(), stolen], Then, revoked), Is.EqualTo(Doubtful));
            Assert.That(pki.Faults([pki.RootList(), own], Then, revoked), Is.EqualTo(Revoked));
            Assert.That(Faults(Default, [pki.RootList(), stolen], [Then, revoked], StatusProofs.Of([], [revoked], Day(2026, 5, 3))), Is.EqualTo(Revoked), "proven older");
        }
    }

    // Some authorities write the time of their zone as if it were UTC. RFC 5280 §6.3.3 (i), (j): what is on the list is revoked.
    [Test]
    public void What_was_told_by_then_is_revoked_whatever_date_stands_beside_it()
    {
        var entry = Names(pki.Leaf, Signed.AddDays(10), RevocationReason.KeyCompromise);
        var answer = Say(OcspAnswers.RevokedAt(Signed.AddDays(10)), Signed.AddDays(-1), Signed.AddDays(6));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList(), pki.OwnList(Signed.AddDays(-1), entry)]), Is.EqualTo(Revoked));
            Assert.That(pki.Faults([pki.RootList()], answer), Is.EqualTo(Revoked));
            Assert.That(pki.Codes([pki.RootList(), pki.OwnList(Signed.AddDays(1), entry)]), Is.EqualTo(new[] { "CERT_REVOKED_LATER" }), "told later");
        }
    }

    [Test]
    public void An_authority_that_was_revoked_by_then_is_told_once_whatever_date_stands_beside_it()
    {
        var root = List(pki.RootKey, RootName, Signed.AddDays(-1), [Names(pki.Issuer, Signed.AddDays(10), RevocationReason.Superseded)]);

        Assert.That(pki.Faults([root, pki.OwnList(Signed.AddDays(20))]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.RevokedCaNoPoe) }));
    }

    [Test]
    public void A_hold_that_nobody_lifted_goes_on_until_the_revocation([Values] bool isCurrent, [Values] bool isAnswer)
    {
        var told = isCurrent ? Signed.AddDays(-20) : Day(2024, 4, 2);
        var hold = Names(pki.Leaf, Day(2024, 4), RevocationReason.CertificateHold);
        var final = pki.OwnList(Recently, Names(pki.Leaf, Day(2024, 7), RevocationReason.KeyCompromise));
        var held = Say(OcspAnswers.RevokedAt(Day(2024, 4), RevocationReason.CertificateHold), told, told.AddDays(30));
        var found = isAnswer ? pki.Judge([pki.RootList(), final], held) : pki.Judge([pki.RootList(), pki.OwnList(told, hold), final]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication)), Is.EqualTo(Held));
            Assert.That(found[0].English, Does.Contain("never released but revoked with effect from 2024-07-01"));
        }
    }

    [Test]
    public void A_hold_goes_on_until_a_silent_word_of_its_kind()
    {
        var held = pki.OwnList(Day(2024, 4, 2), Names(pki.Leaf, Day(2024, 4), RevocationReason.CertificateHold));
        var again = pki.OwnList(Signed.AddDays(30), Names(pki.Leaf, Signed.AddDays(20), RevocationReason.CertificateHold));
        var silent = pki.OwnList(Recently);
        IEnumerable<(string, SubIndication)> Judge(params IReadOnlyList<RevocationList> lists) => pki.Faults([pki.RootList(), .. lists]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(held, silent), Is.EqualTo(Held), "the last word of then is the hold");
            Assert.That(Judge(held, pki.OwnList(Signed.AddDays(-1)), silent), Is.Empty, "lifted before");
            Assert.That(Judge(held, again), Is.EqualTo(new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }), "another hold lifts none");
            Assert.That(Judge(held, again, silent), Is.EqualTo(Held));
            Assert.That(Judge(held, pki.OwnList(Signed.AddDays(-1)), again, silent), Is.Empty, "lifted before, held again after");
        }
    }

    // Offline authorities sign lists ahead, and clocks go wrong.
    [Test]
    public void What_says_to_be_of_a_time_that_has_not_come_revokes_and_neither_clears_nor_lifts_a_hold()
    {
        var held = pki.OwnList(Recently, Names(pki.Leaf, Day(2024, 4), RevocationReason.CertificateHold));
        var open = new[] { ("CERT_ON_HOLD", SubIndication.TryLater) };
        IReadOnlyList<Finding> Judge(params IReadOnlyList<RevocationList> lists) => Build(Default with { VerifiedAt = Today }, [pki.RootList(), .. lists], [], StatusProofs.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(FaultsOf(Judge(held, pki.OwnList(Today.AddDays(30)))), Is.EqualTo(open));
            Assert.That(Judge(held, pki.OwnList(Today.AddDays(30))).Select(finding => finding.Code), Does.Contain("CRL_AHEAD"));
            Assert.That(FaultsOf(Judge(pki.OwnList(Today.AddDays(30)))), Is.EqualTo(new[] { ("CRL_STALE", SubIndication.TryLater) }));
            Assert.That(FaultsOf(Judge(pki.OwnList(Today.AddDays(30), Names(pki.Leaf, March, RevocationReason.KeyCompromise)))), Is.EqualTo(Revoked));
            Assert.That(Judge(pki.OwnList(Today.AddHours(8))), Is.Empty, "clocks and zones differ");
            Assert.That(FaultsOf(Judge(pki.OwnList(Today.AddHours(8), Names(pki.Leaf, Today.AddHours(7), RevocationReason.KeyCompromise)))), Is.Empty, "told long after");
        }
    }

    [Test]
    public void What_is_at_hand_was_told_by_the_time_of_verification()
    {
        var list = pki.OwnList(Today.AddHours(8), Names(pki.Leaf, Today.AddHours(7), RevocationReason.KeyCompromise));
        IEnumerable<(string, SubIndication)> Judge(DateTimeOffset verifiedAt) =>
            FaultsOf(new CertificatePaths(new TrustStore([pki.Root], [pki.Issuer], [pki.RootList(), list]), Default with { VerifiedAt = verifiedAt }).Build(pki.Leaf, [], Today, CertificateUsage.Any).Findings);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Today), Is.EqualTo(Revoked));
            Assert.That(Judge(Today.AddHours(9)), Is.Empty);
        }
    }

    [Test]
    public void An_answer_knows_nothing_of_what_came_after_it_was_made()
    {
        var held = Say(OcspAnswers.RevokedAt(Day(2024, 4), RevocationReason.CertificateHold), Recently, Today.AddDays(9));
        var ahead = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently.AddDays(1), Today.AddDays(9), producedAt: Recently.AddDays(-1));

        Assert.That(pki.Faults([pki.RootList()], held, ahead), Is.EqualTo(new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }));
    }

    [Test]
    public void Whoever_stole_the_key_of_an_authority_fails_nobody_by_a_list_or_an_answer([Values] bool isRevokedBefore)
    {
        var since = isRevokedBefore ? Day(2024, 2) : Day(2025);
        var (root, good) = (pki.RootList(Names(pki.Issuer, since, RevocationReason.KeyCompromise)), pki.OwnList(Signed.AddDays(-1)));
        var forged = pki.OwnList(Recently, Names(pki.Leaf, March, RevocationReason.KeyCompromise));
        var back = pki.OwnList(Signed.AddDays(3), Names(pki.Leaf, March, RevocationReason.KeyCompromise));
        var answer = Say(OcspAnswers.RevokedAt(March), Recently, Today, Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2023), Day(2027, 6)));
        var rest = isRevokedBefore ? new[] { ("CERT_REVOKED", SubIndication.RevokedCaNoPoe) } : [];
        IEnumerable<(string, SubIndication)> Judge(IReadOnlyList<RevocationList> lists, IReadOnlyList<OcspResponse> answers, params IReadOnlyList<RevocationList> proven) =>
            Faults(Default, [root, good, .. lists], answers, StatusProofs.Of([good, .. proven], [], since.AddDays(-1)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge([], []), Is.EqualTo(rest), "without it");
            Assert.That(Judge([forged], []), Is.EquivalentTo(Doubtful.Concat(rest)));
            Assert.That(Judge([back], []), Is.EquivalentTo(Doubtful.Concat(rest)), "dated back");
            Assert.That(Judge([], [answer]), Is.EquivalentTo(Doubtful.Concat(rest)), "by a responder that it certified");
            Assert.That(Judge([back], [], back), Is.EquivalentTo(Revoked.Concat(rest)), "proven to be older");
        }
    }

    [Test]
    public void Says_where_all_rests_on_a_responder_that_has_ended_since_and_nothing_proves_its_word_older([Values] bool isOfThen)
    {
        var responder = isOfThen ? Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2024), Day(2024, 12)) : Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2025), Day(2026, 2));
        var answer = Say(OcspAnswers.Good, isOfThen ? Day(2024, 7) : Day(2025, 12), Day(2031), responder);
        IEnumerable<string> Judge(DateTimeOffset verifiedAt, StatusProofs proofs, params IReadOnlyList<RevocationList> more) =>
            Build(Default with { VerifiedAt = verifiedAt }, [List(pki.RootKey, RootName, Signed.AddDays(-1), []), .. more], [answer], proofs).Select(finding => finding.Code);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Today, StatusProofs.None), Is.EqualTo(new[] { "STATUS_UNPROVEN" }));
            Assert.That(Judge(Today, StatusProofs.Of([], [answer], responder.NotAfter.AddDays(-2))), Is.Empty, "proven");
            Assert.That(Judge(responder.NotAfter.AddDays(-1), StatusProofs.None), Is.Empty, "it has not ended");
            Assert.That(Judge(Today, StatusProofs.None, pki.OwnList(Recently)), Is.Empty, "another speaks");
        }
    }

    [Test]
    public void Says_why_an_answer_of_after_the_end_of_its_responder_is_not_believed()
    {
        var answer = Say(OcspAnswers.Good, Day(2025, 3), Day(2031), Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2024), Day(2025)));

        Assert.That(pki.Codes([pki.RootList()], answer), Is.EqualTo(new[] { "STATUS_SIGNER_UNTRUSTED", "STATUS_SIGNER_ENDED", "CRL_MISSING" }));
    }

    [Test]
    public void Says_until_when_an_answer_without_an_end_was_current()
    {
        var stale = pki.Judge([pki.RootList()], Say(OcspAnswers.Good, Signed.AddDays(-10), null)).Single(finding => finding.Code == "OCSP_STALE");

        Assert.That(stale.English, Does.Contain("until 2024-05-30"));
    }

    private static CertificatePathOptions Default => CertificatePathOptions.Default;

    /// <summary>A responder that says nothing of how its own state is told.</summary>
    private Certificate Revocable(DateTimeOffset from, DateTimeOffset to) =>
        Issue(pki.IssuerKey, AuthorityName, pki.OtherKey, new DistinguishedName("OCSP 2026", null, null), from, to, extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_OCSPSigning)));

    /// <param name="responder">Null for the issuer.</param>
    private OcspResponse Say(CertStatus status, DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate, Certificate? responder = null) => responder is null
        ? OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, status, thisUpdate, nextUpdate)
        : OcspAnswers.Make(pki.OtherKey, responder, pki.Leaf, pki.Issuer, status, thisUpdate, nextUpdate, null, responder);

    private IReadOnlyList<Finding> Build(CertificatePathOptions options, IReadOnlyList<RevocationList> lists, IReadOnlyList<OcspResponse> answers, StatusProofs proofs) =>
        new CertificatePaths(new TrustStore([pki.Root], [pki.Issuer], lists) { OcspResponses = answers }, options).Build(pki.Leaf, [], Signed, CertificateUsage.Any, proofs).Findings;

    private IEnumerable<(string, SubIndication)> Faults(CertificatePathOptions options, IReadOnlyList<RevocationList> lists, IReadOnlyList<OcspResponse> answers, StatusProofs? proofs = null) =>
        FaultsOf(Build(options, lists, answers, proofs ?? StatusProofs.None));

    private static IEnumerable<(string, SubIndication)> FaultsOf(IReadOnlyList<Finding> findings) =>
        findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));
}
