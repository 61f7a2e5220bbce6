using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>What is said today of a certificate that signed years ago (ETSI EN 319 102-1 §5.6.2.1), and by whom.</summary>
public sealed class PastRevocationTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DerObjectIdentifier Unknown = new("1.3.6.1.4.1.99999.1");

    private PastPki pki = null!;

    [SetUp]
    public void SetUp() => pki = new PastPki();

    [TearDown]
    public void TearDown() => pki.Dispose();

    [Test]
    public void Believes_a_responder_that_was_certified_after_the_signature()
    {
        var today = Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2026), Day(2027, 6));
        OcspResponse Say(CertStatus status) => OcspAnswers.Make(pki.OtherKey, today, pki.Leaf, pki.Issuer, status, Today.AddDays(-1), Today.AddDays(20), null, today);
        var then = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Signed.AddDays(-1), Signed.AddDays(6));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList()], Say(OcspAnswers.Good)), Is.Empty, "it clears");
            Assert.That(pki.Faults([pki.RootList()], then, Say(OcspAnswers.RevokedAt(Day(2024, 3)))), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }), "it revokes");
        }
    }

    [Test]
    public void Believes_no_responder_that_says_to_have_signed_when_it_was_not_certified()
    {
        var ended = Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2024), Day(2025));
        var answer = OcspAnswers.Make(pki.OtherKey, ended, pki.Leaf, pki.Issuer, OcspAnswers.Good, Today.AddDays(-1), Today.AddDays(20), null, ended);

        Assert.That(pki.Faults([pki.RootList()], answer), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }));
    }

    // A responder that nobody can revoke is safe because it ends: what it is said to have signed before may be dated back.
    [Test]
    public void Believes_no_responder_that_had_ended_when_the_signature_was_made()
    {
        var ended = Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2023), Day(2024));
        var answer = OcspAnswers.Make(pki.OtherKey, ended, pki.Leaf, pki.Issuer, OcspAnswers.Good, Day(2023, 6), Day(2040), null, ended);

        Assert.That(pki.Faults([pki.RootList()], answer), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }));
    }

    [Test]
    public void Clears_nobody_by_what_an_authority_signed_after_it_was_revoked()
    {
        var root = pki.RootList(Names(pki.Issuer, Day(2025), RevocationReason.Superseded));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([root, pki.OwnList(Recently)]), Is.EqualTo(new[] { ("CRL_ISSUER_REVOKED", SubIndication.RevokedCaNoPoe) }));
            Assert.That(pki.Faults([root, pki.OwnList(Signed.AddDays(-1))]), Is.Empty, "nothing is wrong with the key");
            Assert.That(pki.Faults([root, pki.OwnList(Recently, Names(pki.Leaf, Day(2024), RevocationReason.Superseded))]), Does.Contain(("CERT_REVOKED", SubIndication.Revoked)), "what it names is revoked");
        }
    }

    [Test]
    public void Clears_nobody_by_a_list_of_a_compromised_authority_that_is_not_proven_older()
    {
        var root = pki.RootList(Names(pki.Issuer, Day(2025), RevocationReason.KeyCompromise));
        var list = pki.OwnList(Signed.AddDays(-1));
        IEnumerable<(string, SubIndication)> Proven(DateTimeOffset at, RevocationList of) =>
            pki.Paths([root, list]).Build(pki.Leaf, [], Signed, CertificateUsage.Any, StatusProofs.Of([of], [], at)).Findings
                .Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));
        var unknown = new[] { ("CRL_ISSUER_REVOKED", SubIndication.RevokedCaNoPoe) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([root, list]), Is.EqualTo(unknown));
            Assert.That(Proven(Day(2025, 1, 2), list), Is.EqualTo(unknown), "proven too late");
            Assert.That(Proven(Day(2024, 12), root), Is.EqualTo(unknown), "another is proven");
            Assert.That(Proven(Day(2024, 12), list), Is.Empty);
        }
    }

    [Test]
    public void Clears_nobody_by_what_an_authority_signed_after_its_end_unless_its_key_was_certified_anew()
    {
        pki.Issuer = Authority(pki.RootKey, RootName, pki.IssuerKey, AuthorityName, Day(2018), Day(2025));
        var lists = new[] { List(pki.RootKey, RootName, Signed.AddDays(-1), []), pki.RootList(), pki.OwnList(Recently) };

        Assert.That(pki.Faults(lists), Is.EqualTo(new[] { ("CRL_ISSUER_EXPIRED", SubIndication.TryLater) }));
        pki.Others.Add(Authority(pki.RootKey, RootName, pki.IssuerKey, AuthorityName, Day(2024, 12), Day(2034)));
        Assert.That(pki.Faults(lists), Is.Empty);
    }

    [Test]
    public void Tells_a_hold_from_a_revocation()
    {
        var held = pki.OwnList(Recently, Names(pki.Leaf, Day(2024, 5), RevocationReason.CertificateHold));
        var later = pki.OwnList(Recently, Names(pki.Leaf, Day(2025), RevocationReason.CertificateHold));
        var verdict = CertificateCheck.Judge(pki.Leaf, new TrustStore([pki.Root], [pki.Issuer], [pki.RootList(), later]), Today, CertificateUsage.Any, CertificateCheck.Strict with { RequiresProfile = false });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Judge([pki.RootList(), held]).Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Is.EqualTo(new[] { ("CERT_ON_HOLD", Indication.Indeterminate, SubIndication.TryLater) }));
            Assert.That(pki.Codes([pki.RootList(), later]), Is.EqualTo(new[] { "CERT_HELD_LATER" }));
            Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication)), Is.EqualTo(new[] { ("CERT_ON_HOLD", Indication.TotalFailed) }), "of the certificate itself, today");
        }
    }

    [Test]
    public void Leaves_open_a_signature_of_a_time_of_suspension_that_was_lifted_later()
    {
        var hold = Names(pki.Leaf, Day(2024, 5), RevocationReason.CertificateHold);
        var lifted = pki.OwnList(Signed.AddDays(40));
        var open = new[] { ("CERT_WAS_ON_HOLD", SubIndication.RevokedNoPoe) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList(), pki.OwnList(Signed.AddDays(-1), hold), lifted]), Is.EqualTo(open), "by the list of then");
            Assert.That(pki.Faults([pki.RootList(), pki.OwnList(Signed.AddDays(2), hold), lifted]), Is.EqualTo(open), "by a list of soon after");
            Assert.That(pki.Faults([pki.RootList(), pki.OwnList(Signed.AddDays(-20), hold), pki.OwnList(Signed.AddDays(-1)), lifted]), Is.Empty, "lifted before");
            Assert.That(pki.Faults([pki.RootList(), pki.OwnList(Signed.AddDays(2), hold with { At = Signed.AddDays(1) }), lifted]), Is.Empty, "held after");
        }
    }

    [Test]
    public void Tries_every_certificate_of_a_key_that_signed_a_list([Values] bool isTurned)
    {
        var lister = new DistinguishedName("Past lister", null, null);
        Certificate Lister(int from, int to) => Issue(
            pki.RootKey, RootName, pki.OtherKey, lister, Day(from), Day(to), extensions => extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign)));
        var leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), extensions => extensions.AddExtension(
            X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(null, null, new GeneralNames(new GeneralName(lister.ToName())))])));
        var listers = new[] { Lister(2018, 2022), Lister(2021, 2035) };
        var entry = Names(leaf, Day(2024), RevocationReason.KeyCompromise) with { More = it => it.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(AuthorityName.ToName()))) };
        var list = List(pki.OtherKey, lister, Recently, [entry], it => it.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(null, false, false, null, true, false)));
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var store = new TrustStore([pki.Root], [pki.Issuer, .. isTurned ? listers.Reverse() : listers], [pki.RootList(), list]) { OcspResponses = [good] };

        Assert.That(new CertificatePaths(store, CertificatePathOptions.Default).Build(leaf, [], Signed, CertificateUsage.Any).Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "CERT_REVOKED" }));
    }

    [Test]
    public void Takes_a_list_of_after_the_end_of_a_certificate_that_says_to_keep_expired_ones()
    {
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2025));
        RevocationList Keeping(int since) => List(pki.IssuerKey, AuthorityName, Recently, [], it => it.AddExtension(new DerObjectIdentifier("2.5.29.60"), false, new DerGeneralizedTime(Day(since).UtcDateTime)));
        OcspResponse Cut(int since)
        {
            var cutoff = new X509ExtensionsGenerator();
            cutoff.AddExtension(OcspObjectIdentifiers.PkixOcspArchiveCutoff, false, new DerGeneralizedTime(Day(since).UtcDateTime));
            return OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20), null, cutoff.Generate());
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList(), Keeping(2018)]), Is.Empty);
            Assert.That(pki.Faults([pki.RootList(), Keeping(2026)]), Is.EqualTo(new[] { ("CRL_STALE", SubIndication.TryLater) }));
            Assert.That(pki.Faults([pki.RootList()], Cut(2018)), Is.Empty);
            Assert.That(pki.Faults([pki.RootList()], Cut(2026)), Is.EqualTo(new[] { ("OCSP_STALE", SubIndication.TryLater) }));
        }
    }

    [Test]
    public void Does_not_say_that_an_expired_certificate_is_known_not_to_be_revoked_by_a_list_that_no_longer_speaks_of_it()
    {
        var expired = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2025));
        SubIndication Judge(DateTimeOffset thisUpdate, DateTimeOffset at) =>
            CertificateRules.Judge(expired, Day(2024), pki.Paths([pki.RootList(), pki.OwnList(thisUpdate)]), [], at, CertificateUsage.Any).Findings.Single(finding => finding.Code == "CERT_EXPIRED").SubIndication;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Recently, Today), Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
            Assert.That(Judge(Day(2024, 12, 20), Day(2025, 1, 10)), Is.EqualTo(SubIndication.OutOfBoundsNotRevoked), "the last word came before its end");
        }
    }

    [Test]
    public void A_silent_list_of_after_the_end_lifts_no_hold()
    {
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2025));
        var held = pki.OwnList(Day(2024, 12, 20), Names(pki.Leaf, Day(2024, 5), RevocationReason.CertificateHold));

        Assert.That(pki.Faults([pki.RootList(), held, pki.OwnList(Recently)]), Is.EqualTo(new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }));
    }

    [Test]
    public void Says_that_a_list_is_of_a_namesake_and_wants_it_certified_for_lists([Values] bool isAuthority)
    {
        pki.Others.Add(isAuthority
            ? Authority(pki.RootKey, RootName, pki.OtherKey, AuthorityName, Day(2018), Day(2040))
            : Issue(pki.RootKey, RootName, pki.OtherKey, AuthorityName, Day(2018), Day(2040)));
        var list = List(pki.OtherKey, AuthorityName, Recently, []);

        Assert.That(pki.Codes([pki.RootList(), list]), Is.EqualTo(isAuthority ? ["CRL_OTHER_KEY"] : new[] { "CRL_ISSUER_USAGE", "CRL_MISSING" }));
    }

    [Test]
    public void A_complete_list_that_names_a_certificate_as_removed_revokes_it() =>
        Assert.That(pki.Faults([pki.RootList(), pki.OwnList(Recently, Names(pki.Leaf, Day(2024), RevocationReason.RemoveFromCrl))]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));

    [TestCase(RevocationReason.CertificateHold, RevocationReason.KeyCompromise)]
    [TestCase(RevocationReason.KeyCompromise, RevocationReason.CertificateHold)]
    public void Of_two_entries_of_one_number_the_one_that_revokes_for_good_counts(RevocationReason first, RevocationReason second) =>
        Assert.That(
            pki.Faults([pki.RootList(), pki.OwnList(Recently, Names(pki.Leaf, Day(2024), first), Names(pki.Leaf, Day(2024), second))]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));

    [TestCase(true)]
    [TestCase(false)]
    public void What_a_list_names_is_revoked_though_something_critical_in_it_is_not_understood(bool isInEntry)
    {
        void Critical(X509ExtensionsGenerator extensions) => extensions.AddExtension(Unknown, true, DerNull.Instance);
        var entry = Names(pki.Leaf, Day(2024), RevocationReason.KeyCompromise);
        RevocationList Odd(Certificate named) => List(pki.IssuerKey, AuthorityName, Recently, [entry with { Certificate = named, More = isInEntry ? Critical : null }], isInEntry ? null : Critical);
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Codes([pki.RootList(), Odd(pki.Leaf)], good), Is.EqualTo(new[] { "CRL_EXTENSION", "CERT_REVOKED" }));
            Assert.That(pki.Faults([pki.RootList(), Odd(pki.Issuer)]), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }), "it clears nobody");
        }
    }

    [Test]
    public void Leaves_open_what_a_genuine_list_names_that_is_malformed()
    {
        var malformed = pki.OwnList(Recently, Names(pki.Issuer, Day(2024), (RevocationReason)70_000));
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently.AddDays(1), Today.AddDays(20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults([pki.RootList(), malformed], good), Is.EqualTo(new[] { ("CRL_UNREAD", SubIndication.TryLater) }));
            Assert.That(pki.Faults([pki.RootList(), malformed, pki.OwnList(Recently.AddDays(1))]), Is.Empty, "a newer one speaks");
        }
    }

    [Test]
    public async Task Lists_inside_a_signature_are_as_old_as_what_proves_its_age()
    {
        using var key = pki.LeafKey.Certified(pki.Leaf, []);
        var (root, own) = (pki.RootList(Names(pki.Issuer, Day(2025), RevocationReason.KeyCompromise)), pki.OwnList(Signed.AddDays(-1)));
        var bare = await CmsSigner.SignAsync("公文"u8.ToArray(), key, Signed, CmsForm.Encapsulated, CancellationToken.None);
        IEnumerable<string> Judge(byte[] cms, params IReadOnlyList<RevocationList> lists) =>
            new CmsValidator(new TrustStore([pki.Root], [pki.Issuer], lists), ValidationPolicy.Foreign with { RevocationRequired = true })
                .Validate(CmsSignedData.Parse(cms, CmsLimits.Default), null, Today, CertificateUsage.Any, [new ProofOfExistence(Signed, "a test")])
                .SelectMany(verdict => verdict.Findings).Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Code);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(bare, root, own), Is.EqualTo(new[] { "CRL_ISSUER_REVOKED" }));
            Assert.That(Judge(SignatureLevels.AddValidationData(bare, [], [own], []), root), Is.Empty);
        }
    }

    [Test]
    public void Nothing_that_nobody_trusted_says_fails_a_signature()
    {
        var revoked = pki.OwnList(Recently, Names(pki.Leaf, Day(2024), RevocationReason.KeyCompromise));
        (string, Indication, SubIndication) Judge(Certificate leaf, DateTimeOffset at, string code) => CertificateRules.Judge(
            leaf, at, new CertificatePaths(new TrustStore([], [pki.Issuer], [revoked]), CertificatePathOptions.Default), [], at, CertificateUsage.Any)
            .Findings.Where(finding => finding.Code == code).Select(finding => (finding.Code, finding.Indication, finding.SubIndication)).Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(pki.Leaf, Signed, "CERT_REVOKED"), Is.EqualTo(("CERT_REVOKED", Indication.Indeterminate, SubIndication.RevokedNoPoe)));
            Assert.That(Judge(pki.Leaf, Day(2031), "CERT_EXPIRED"), Is.EqualTo(("CERT_EXPIRED", Indication.Indeterminate, SubIndication.OutOfBoundsNoPoe)));
            Assert.That(Judge(pki.Leaf, Day(2020), "CERT_NOT_YET_VALID"), Is.EqualTo(("CERT_NOT_YET_VALID", Indication.Indeterminate, SubIndication.OutOfBoundsNoPoe)));
        }
    }
}
