using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>What is known of a revocation is not hidden: not by certificates that came along, and not by the order in which things are looked at.</summary>
public sealed class HiddenRevocationTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DistinguishedName OtherRootName = new("Other root", null, null);
    private static readonly DistinguishedName ListerName = new("Lister", null, null);
    private static readonly (string, SubIndication)[] Revoked = [("CERT_REVOKED", SubIndication.Revoked)];

    private PastPki pki = null!;
    private KeyPair otherRootKey = null!;
    private Certificate otherRoot = null!;

    [SetUp]
    public void SetUp()
    {
        pki = new PastPki();
        otherRootKey = KeyPair.Generate(Suite.Intl);
        otherRoot = Authority(otherRootKey, OtherRootName, otherRootKey, OtherRootName, Day(2015), Day(2045));
    }

    [TearDown]
    public void TearDown()
    {
        pki.Dispose();
        otherRootKey.Dispose();
    }

    // Of the responder's name or of its key, which is public; below a name that anybody makes up, or below that of the responder's issuer.
    [Test]
    public void Finds_a_responder_among_certificates_that_anybody_made([Values] bool isByKey, [Values] bool isUnderTheIssuersName)
    {
        var responder = Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2026), Day(2027, 6));
        pki.Others.Add(responder);
        var name = isByKey ? OcspAnswers.ByKey(pki.OtherKey) : new ResponderID(responder.Inner.SubjectDN);
        var revoked = OcspAnswers.MakeAs(name, pki.OtherKey, pki.Leaf, pki.Issuer, OcspAnswers.RevokedAt(Day(2024, 3)), Today.AddDays(-1), Today.AddDays(20));
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Signed.AddDays(-1), Signed.AddDays(6));
        var made = Enumerable.Range(0, 20).Select(i => Responder(pki.LeafKey, isUnderTheIssuersName ? AuthorityName : LeafName, pki.OtherKey, Day(2026), Day(2028).AddDays(i))).ToList();
        var paths = pki.Paths([pki.RootList()], good, revoked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(paths, []), Is.EqualTo(Revoked));
            Assert.That(Faults(paths, made), Is.EqualTo(Revoked), "all of them came along");
        }
    }

    // All made certificates stand before the true one, which came along as they did.
    [Test]
    public void Finds_the_signer_of_a_list_among_certificates_that_anybody_made_under_its_name([Values] bool isOfItsKey)
    {
        var lister = Lister(pki.IssuerKey, AuthorityName, pki.OtherKey, AuthorityName);
        var list = List(pki.OtherKey, AuthorityName, Recently, [Names(pki.Leaf, Day(2024), RevocationReason.KeyCompromise)]);
        var made = Enumerable.Range(0, 20).Select(_ => Lister(pki.LeafKey, LeafName, isOfItsKey ? pki.OtherKey : pki.LeafKey, AuthorityName));
        OcspResponse Good(Certificate certificate) => OcspAnswers.Make(pki.IssuerKey, pki.Issuer, certificate, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));

        Assert.That(Faults(pki.Paths([pki.RootList(), list], Good(pki.Leaf), Good(lister)), [.. made, lister]), Is.EqualTo(Revoked));
    }

    [TestCase(8, false)]
    [TestCase(9, true)]
    public void Says_so_where_a_responder_has_more_certificates_at_once_than_are_looked_at(int count, bool isCut)
    {
        pki.Others.AddRange(Enumerable.Range(0, count).Select(i => Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2026), Day(2027, 6).AddDays(i))));
        pki.Others.AddRange(Enumerable.Range(0, 9).Select(i => Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2025), Day(2025, 6).AddDays(i))));
        var good = OcspAnswers.MakeAs(OcspAnswers.ByKey(pki.OtherKey), pki.OtherKey, pki.Leaf, pki.Issuer, OcspAnswers.Good, Today.AddDays(-1), Today.AddDays(20));

        Assert.That(pki.Faults([pki.RootList()], good), Is.EqualTo(isCut ? [("CRL_LIMIT", SubIndication.TryLater)] : Array.Empty<(string, SubIndication)>()));
    }

    [Test]
    public void Believes_an_answer_that_its_issuer_signed_whatever_it_calls_itself()
    {
        var odd = OcspAnswers.MakeAs(OcspAnswers.ByKey(pki.LeafKey), pki.IssuerKey, pki.Leaf, pki.Issuer, OcspAnswers.RevokedAt(Day(2024, 3)), Recently, Today.AddDays(20));

        Assert.That(pki.Codes([pki.RootList(), pki.OwnList(Recently)], odd), Is.EqualTo(new[] { "CERT_REVOKED" }));
    }

    [Test]
    public void Counts_what_an_indirect_list_revokes_in_chains_to_other_anchors_too()
    {
        var lister = Lister(pki.RootKey, RootName, pki.OtherKey, ListerName);
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), extensions => extensions.AddExtension(
            X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(At("http://x"), null, new GeneralNames(new GeneralName(ListerName.ToName())))])));
        RevocationList Indirect(params Entry[] entries) => List(pki.OtherKey, ListerName, Recently, entries, extensions =>
            extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(At("http://x"), false, false, null, true, false)));
        var named = new Entry(pki.Leaf, Day(2024), RevocationReason.KeyCompromise, extensions =>
            extensions.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(AuthorityName.ToName()))));
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Paths([lister], [Indirect(named)], good), []), Is.EqualTo(Revoked));
            Assert.That(Faults(Paths([lister], [Indirect(named)], good), [Cross()]), Is.EqualTo(Revoked), "the authority is certified by another anchor too");
            Assert.That(Faults(Paths([lister], [Indirect()], good), [Cross()]), Is.Empty, "it names nobody");
            Assert.That(CodesOf(new CertificatePaths(new TrustStore([otherRoot], [Cross(), lister], [OtherRootList(), Indirect(named)]), CertificatePathOptions.Default), []),
                Is.EqualTo(new[] { "CRL_SIGNATURE", "CRL_MISSING" }), "of an anchor that nothing leads to nothing counts");
        }
    }

    [Test]
    public void Clears_nobody_by_an_indirect_list_of_a_signer_below_another_anchor()
    {
        var lister = Lister(otherRootKey, OtherRootName, pki.OtherKey, AuthorityName);
        var list = List(pki.OtherKey, AuthorityName, Recently, []);
        var onlyByOther = new CertificatePaths(
            new TrustStore([pki.Root, otherRoot], [pki.Issuer, Cross(Day(2016), Day(2017)), lister], [pki.RootList(), OtherRootList(), list]), CertificatePathOptions.Default);

        Assert.That(Faults(onlyByOther, []), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }));
    }

    [Test]
    public void Counts_what_a_list_revokes_whichever_certificate_of_its_issuer_allows_it_to_sign_lists()
    {
        var mayNot = Issue(otherRootKey, OtherRootName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040), extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign));
        });
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var list = pki.OwnList(Recently, Names(pki.Leaf, Day(2024), RevocationReason.KeyCompromise));

        Assert.That(Faults(Paths([], [list], good), [mayNot]), Is.EqualTo(Revoked));
    }

    [TestCase(RevocationReason.KeyCompromise, true)]
    [TestCase(RevocationReason.CaCompromise, true)]
    [TestCase(RevocationReason.Superseded, false)]
    [TestCase(RevocationReason.Unspecified, false)]
    public void A_stolen_key_of_an_authority_is_stolen_whichever_anchor_certified_it(RevocationReason reason, bool isStolen)
    {
        var lists = new[] { pki.RootList(Names(pki.Issuer, Day(2024), reason)), OtherRootList(), pki.OwnList(Recently) };
        IEnumerable<(string, SubIndication)> Judge(params IReadOnlyList<Certificate> along) =>
            Faults(new CertificatePaths(new TrustStore([pki.Root, otherRoot], [pki.Issuer], lists), CertificatePathOptions.Default), along);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.RevokedCaNoPoe) }));
            Assert.That(Judge(Cross()), isStolen ? Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.RevokedCaNoPoe) }) : Is.Empty);
        }
    }

    [Test]
    public void What_was_signed_with_a_key_that_was_stolen_later_clears_nobody_in_any_chain()
    {
        var lists = new[] { pki.RootList(Names(pki.Issuer, Day(2025), RevocationReason.KeyCompromise)), OtherRootList(), pki.OwnList(Signed.AddDays(-1)) };
        var paths = new CertificatePaths(new TrustStore([pki.Root, otherRoot], [pki.Issuer], lists), CertificatePathOptions.Default);

        Assert.That(Faults(paths, [Cross()]), Is.EqualTo(new[] { ("CRL_ISSUER_REVOKED", SubIndication.RevokedCaNoPoe) }));
    }

    // S1 signs the list of one part of the certificates, with which S2's stands or falls; S2 signs that of the leaf and of S1.
    [Test]
    public void What_is_known_of_a_signer_of_lists_does_not_depend_on_the_order_of_dates([Values] bool isFirstNewer)
    {
        using var firstKey = KeyPair.Generate(Suite.Intl);
        var first = Lister(pki.IssuerKey, AuthorityName, firstKey, AuthorityName, "http://x");
        var second = Lister(pki.IssuerKey, AuthorityName, pki.OtherKey, AuthorityName, "http://y");
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), extensions =>
            extensions.AddExtension(X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(At("http://x"), null, null)])));
        var (newer, older) = (Today.AddDays(-5), Today.AddDays(-10));
        var ofSecond = List(firstKey, AuthorityName, isFirstNewer ? newer : older, [Names(second, Day(2024), RevocationReason.KeyCompromise)], Part("http://y"));
        var ofLeaf = List(pki.OtherKey, AuthorityName, isFirstNewer ? older : newer, [], Part("http://x"));
        OcspResponse Good(Certificate certificate) => OcspAnswers.Make(pki.IssuerKey, pki.Issuer, certificate, pki.Issuer, OcspAnswers.Good, Today.AddDays(-20), Today.AddDays(20));
        pki.Others.AddRange([first, second]);

        Assert.That(pki.Faults([pki.RootList(), ofSecond, ofLeaf], Good(first), Good(second)).Select(fault => fault.Item2), Is.EqualTo(new[] { SubIndication.TryLater }));

        static Action<X509ExtensionsGenerator> Part(string point) => extensions =>
            extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(At(point), false, false, null, false, false));
    }

    [TestCase(RevocationReason.KeyCompromise)]
    [TestCase(RevocationReason.Superseded)]
    public void A_responder_that_need_not_be_looked_up_clears_nobody_when_its_issuer_revokes_it(RevocationReason reason)
    {
        var responder = Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2024), Day(2027, 6));
        var good = OcspAnswers.Make(pki.OtherKey, responder, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20), null, responder);
        var names = Names(responder, Day(2026, 6), reason);
        var check = CertificateCheck.Strict with { RequiresProfile = false };
        Indication Judge(params IReadOnlyList<RevocationList> lists) => CertificateCheck.Judge(
            pki.Leaf, new TrustStore([pki.Root], [pki.Issuer], [pki.RootList(), .. lists]) { OcspResponses = [good] }, Today, CertificateUsage.Any, check).Indication;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(), Is.EqualTo(Indication.TotalPassed), "nobody need speak of it");
            Assert.That(Judge(List(pki.IssuerKey, AuthorityName, Today.AddDays(-60), [])), Is.EqualTo(Indication.TotalPassed), "an old list is silent");
            Assert.That(Judge(List(pki.IssuerKey, AuthorityName, Today.AddDays(-60), [names])), Is.EqualTo(Indication.Indeterminate), "an old list revokes it");
        }
    }

    private static IEnumerable<(string, SubIndication)> FaultsOf(PathResult result) =>
        result.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));

    private IEnumerable<(string, SubIndication)> Faults(CertificatePaths paths, IReadOnlyList<Certificate> along) => FaultsOf(paths.Build(pki.Leaf, along, Signed, CertificateUsage.Any));

    private IEnumerable<string> CodesOf(CertificatePaths paths, IReadOnlyList<Certificate> along) => paths.Build(pki.Leaf, along, Signed, CertificateUsage.Any).Findings.Select(finding => finding.Code);

    /// <summary>With two anchors and their lists.</summary>
    private CertificatePaths Paths(IReadOnlyList<Certificate> others, IReadOnlyList<RevocationList> lists, params IReadOnlyList<OcspResponse> answers) =>
        new(new TrustStore([pki.Root, otherRoot], [pki.Issuer, .. others], [pki.RootList(), OtherRootList(), .. lists]) { OcspResponses = answers }, CertificatePathOptions.Default);

    /// <summary>The authority's key, certified by the other anchor.</summary>
    private Certificate Cross(DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        Authority(otherRootKey, OtherRootName, pki.IssuerKey, AuthorityName, from ?? Day(2018), to ?? Day(2040));

    private RevocationList OtherRootList() => List(otherRootKey, OtherRootName, Today.AddDays(-10), []);

    private static Certificate Lister(KeyPair issuerKey, DistinguishedName issuer, KeyPair key, DistinguishedName subject, string? point = null) =>
        Issue(issuerKey, issuer, key, subject, Day(2020), Day(2040), extensions =>
        {
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign));
            if (point is not null)
            {
                extensions.AddExtension(X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(At(point), null, null)]));
            }
        });

    private static DistributionPointName At(string address) => new(DistributionPointName.FullName, new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, address)));
}
