using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Certificates;

[TestFixture]
public sealed class RevocationTests
{
    private static readonly DateTimeOffset Noon = SamplePki.Noon;

    private SamplePki pki = null!;

    [SetUp]
    public void SetUp() => pki = new SamplePki(Suite.Intl);

    [TearDown]
    public void TearDown() => pki.Dispose();

    [Test]
    public void Fails_for_a_certificate_revoked_before()
    {
        var finding = Judge(pki.PathsWith(Revoked(Noon.AddDays(-2)))).Single();

        Assert.That((finding.Code, finding.Indication, finding.SubIndication), Is.EqualTo(("CERT_REVOKED", Indication.TotalFailed, SubIndication.Revoked)));
    }

    [Test]
    public void Remarks_upon_a_certificate_revoked_later()
    {
        var finding = Judge(pki.PathsWith(Revoked(Noon.AddSeconds(1)))).Single();

        Assert.That((finding.Code, finding.Indication), Is.EqualTo(("CERT_REVOKED_LATER", Indication.TotalPassed)));
    }

    [Test]
    public void Fails_from_the_invalidity_date_on() =>
        Assert.That(Judge(pki.PathsWith(Revoked(Noon.AddDays(1)) with { InvalidityDate = Noon.AddDays(-1) })).Single().Code, Is.EqualTo("CERT_REVOKED"));

    [Test]
    public void Is_indeterminate_below_a_revoked_authority()
    {
        var list = SamplePki.ListOf(pki.Root, new RevokedCertificate(pki.Authority.Certificate.SerialNumber, Noon.AddDays(-9), RevocationReason.CaCompromise));
        var finding = Judge(With(list, SamplePki.ListOf(pki.Authority))).Single();

        Assert.That((finding.Code, finding.SubIndication), Is.EqualTo(("CERT_REVOKED", SubIndication.RevokedCaNoPoe)));
    }

    [Test]
    public void Asks_to_try_later_without_a_list()
    {
        var findings = Judge(With());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(findings.Select(finding => finding.Code), Is.EqualTo(new[] { "CRL_MISSING", "CRL_MISSING" }));
            Assert.That(findings[0].SubIndication, Is.EqualTo(SubIndication.TryLater));
        }
    }

    [Test]
    public void Asks_to_try_later_with_a_stale_list()
    {
        var result = pki.PathsWith().Build(pki.Office, [], Noon.AddDays(6), CertificateUsage.DocumentSigning);

        Assert.That(
            result.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
            Is.EqualTo(Enumerable.Repeat(("CRL_STALE", Indication.Indeterminate, SubIndication.TryLater), 2)));
    }

    [Test]
    public void Only_remarks_upon_missing_and_stale_lists_where_policy_says_so()
    {
        var options = CertificatePathOptions.Default with { Revocation = RevocationDemand.WhenAvailable };
        var paths = new CertificatePaths(pki.Store with { RevocationLists = [pki.RootList] }, options);

        var result = paths.Build(pki.Office, [], Noon.AddDays(30), CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.IsTrusted, Is.True);
            Assert.That(result.Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "CRL_MISSING", "CRL_STALE" }));
        }
    }

    [Test]
    public void Still_counts_a_revocation_on_a_stale_list()
    {
        var result = pki.PathsWith(Revoked(Noon.AddDays(-2))).Build(pki.Office, [], Noon.AddDays(60), CertificateUsage.DocumentSigning);

        Assert.That(result.Findings.Select(finding => finding.Code), Does.Contain("CERT_REVOKED"));
    }

    [Test]
    public void Uses_a_later_list_for_an_earlier_time_but_not_one_from_after_expiry()
    {
        var early = SamplePki.Start.AddDays(1);
        var afterExpiry = pki.Authority.IssueRevocationList([], pki.Office.NotAfter.AddDays(1), pki.Office.NotAfter.AddDays(8), 9);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.PathsWith().Build(pki.Office, [], early, CertificateUsage.Seal).Findings, Is.Empty);
            Assert.That(With(pki.RootList, afterExpiry).Build(pki.Office, [], early, CertificateUsage.Seal).Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "CRL_STALE" }));
        }
    }

    [Test]
    public void Does_not_believe_a_list_of_another_issuer_with_the_same_name()
    {
        using var namesake = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("测试签发", "北京市", null), SamplePki.Start, SamplePki.Start.AddYears(2));

        var findings = Judge(With(pki.RootList, SamplePki.ListOf(namesake, Revoked(Noon.AddDays(-2)))));

        Assert.That(
            findings.Select(finding => (finding.Code, finding.SubIndication)),
            Is.EqualTo(new[] { ("CRL_SIGNATURE", SubIndication.None), ("CRL_MISSING", SubIndication.TryLater) }), "it neither revokes nor clears");
    }

    // RFC 5280 §6.3.3 (f): where keyUsage is present, cRLSign must be set. Whoever forges what the list names has the key that signs the certificates.
    [Test]
    public void Clears_nobody_by_a_list_of_an_authority_that_may_sign_none_but_takes_what_it_names()
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("no lists", null, null);
        var root = SamplePki.Odd(key, name, key, name, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign));
        });
        var leaf = SamplePki.Odd(key, name, pki.OfficeKey, SamplePki.OfficeName);
        IEnumerable<(string, Indication, SubIndication)> Judge(Certificate named) =>
            new CertificatePaths(new TrustStore([root], [], [Bare(key, root, named)]), CertificatePathOptions.Default).Build(leaf, [], Noon, CertificateUsage.Any).Findings
                .Select(finding => (finding.Code, finding.Indication, finding.SubIndication));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(root), Is.EqualTo(new[] { ("CRL_ISSUER_USAGE", Indication.TotalPassed, SubIndication.None), ("CRL_MISSING", Indication.Indeterminate, SubIndication.TryLater) }));
            Assert.That(Judge(leaf), Is.EqualTo(new[] { ("CRL_ISSUER_USAGE", Indication.TotalPassed, SubIndication.None), ("CERT_REVOKED", Indication.TotalFailed, SubIndication.Revoked) }));
        }
    }

    // RFC 5280 §5.1.2.5, §5.2.1, §5.2.3: nextUpdate, authorityKeyIdentifier and cRLNumber are obligatory.
    [Test]
    public void A_list_without_what_the_profile_demands_clears_nobody_and_still_revokes([Values] bool isRevoked)
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("bare lists", null, null);
        var root = SamplePki.Odd(key, name, key, name, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var leaf = SamplePki.Odd(key, name, pki.OfficeKey, SamplePki.OfficeName);
        var list = Bare(key, root, isRevoked ? leaf : null);

        var findings = CertificateCheck.Judge(leaf, new TrustStore([root], [], [list]), Noon, CertificateUsage.Any, CertificateCheck.Strict).Findings;

        Assert.That(findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Does.Contain(("CRL_PROFILE", Indication.TotalPassed, SubIndication.None)));
        Assert.That(
            findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication)),
            Does.Contain(isRevoked ? ("CERT_REVOKED", SubIndication.Revoked) : ("CRL_STALE", SubIndication.TryLater)));
    }

    // RFC 5280 §5.2.1.
    [Test]
    public void A_list_that_names_another_key_than_its_signers_clears_nobody_and_still_revokes([Values] bool isOther, [Values] bool isRevoked)
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("two keys", null, null);
        var root = SamplePki.Odd(key, name, key, name, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var leaf = SamplePki.Odd(key, name, pki.OfficeKey, SamplePki.OfficeName);
        var list = RevocationListIssuing.Issue(
            key, isOther ? SamplePki.Odd(key, name, pki.OfficeKey, name) : root, isRevoked ? [Revoked(Noon.AddDays(-2)) with { SerialNumber = leaf.SerialNumber }] : [], Noon.AddDays(-1), Noon.AddDays(6), BigInteger.One);

        var codes = CertificateCheck.Judge(leaf, new TrustStore([root], [], [list]), Noon, CertificateUsage.Any, CertificateCheck.Strict).Findings.Select(finding => finding.Code).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(codes.Contains("CRL_PROFILE"), Is.EqualTo(isOther));
            Assert.That(codes.Contains("CRL_STALE"), Is.EqualTo(isOther && !isRevoked));
            Assert.That(codes.Contains("CERT_REVOKED"), Is.EqualTo(isRevoked));
        }
    }

    // RFC 5280 §5.1.1.2. No profile is asked for.
    [Test]
    public void A_list_that_names_two_algorithms_clears_nobody_and_still_revokes([Values] bool isRevoked, [Values] bool isConsistent)
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("two algorithms", null, null);
        var root = SamplePki.Odd(key, name, key, name, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var leaf = SamplePki.Odd(key, name, pki.OfficeKey, SamplePki.OfficeName);
        var list = Bare(key, root, isRevoked ? leaf : null, isConsistent ? null : new AlgorithmIdentifier(X9ObjectIdentifiers.ECDsaWithSha384));

        var findings = new CertificatePaths(new TrustStore([root], [], [list]), CertificatePathOptions.Default).Build(leaf, [], Noon, CertificateUsage.Any).Findings;

        Assert.That(
            findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Code),
            isRevoked ? Is.EqualTo(new[] { "CERT_REVOKED" }) : isConsistent ? Is.Empty : Is.EqualTo(new[] { "CRL_STALE" }));
        Assert.That(findings.Select(finding => finding.Code), isConsistent ? Has.No.Member("CRL_PROFILE") : Has.Member("CRL_PROFILE"));
    }

    [Test]
    public void Lifts_a_hold_when_the_newest_list_is_silent()
    {
        var held = pki.Authority.IssueRevocationList([Revoked(Noon.AddDays(-20)) with { Reason = RevocationReason.CertificateHold }], Noon.AddDays(-19), Noon.AddDays(-12), 3);
        var current = SamplePki.ListOf(pki.Authority);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(With(pki.RootList, held, current)), Is.Empty);
            Assert.That(Judge(With(pki.RootList, held)).Select(finding => (finding.Code, finding.SubIndication)), Is.EqualTo(new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }));
        }
    }

    [Test]
    public void Lifts_no_hold_by_a_list_of_later_than_the_time_of_judgement_nor_by_one_of_the_same_moment()
    {
        var hold = Revoked(Noon.AddDays(-3)) with { Reason = RevocationReason.CertificateHold };
        var held = pki.Authority.IssueRevocationList([hold], Noon.AddDays(-1), Noon.AddDays(6), 3);
        var twin = pki.Authority.IssueRevocationList([], Noon.AddDays(-1), Noon.AddDays(6), 3);
        var future = pki.Authority.IssueRevocationList([], Noon.AddDays(1), Noon.AddDays(8), 4);
        var lifted = pki.Authority.IssueRevocationList([], Noon.AddHours(-1), Noon.AddDays(6), 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Strictly(held, future), Does.Contain("CERT_ON_HOLD"));
            Assert.That(Strictly(held, twin), Does.Contain("CERT_ON_HOLD"));
            Assert.That(Strictly(twin, held), Does.Contain("CERT_ON_HOLD"));
            Assert.That(Strictly(held, lifted), Has.None.EqualTo("CERT_ON_HOLD"));
        }
    }

    [Test]
    public void Lifts_no_hold_by_a_list_that_speaks_for_no_reason()
    {
        var hold = Revoked(Noon.AddDays(-3)) with { Reason = RevocationReason.CertificateHold };
        var older = new RevocationStatement("one", Noon.AddDays(-2), Noon.AddDays(6), hold, RevocationReasons.All, null);
        var silent = new RevocationStatement("one", Noon.AddDays(-1), Noon.AddDays(6), null, 0, null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new RevocationFacts([silent, older], []).Revocations(Noon).ToList(), Is.EqualTo(new[] { older }));
            Assert.That(new RevocationFacts([silent with { Reasons = RevocationReasons.All }, older], []).Revocations(Noon), Is.Empty);
        }
    }

    [Test]
    public void Remembers_a_revocation_that_the_newest_list_no_longer_names()
    {
        var older = pki.Authority.IssueRevocationList([Revoked(Noon.AddDays(-20))], Noon.AddDays(-19), Noon.AddDays(-12), 3);

        Assert.That(Judge(With(SamplePki.ListOf(pki.Authority), pki.RootList, older)).Select(finding => finding.Code), Is.EqualTo(new[] { "CERT_REVOKED" }));
    }

    [Test]
    public void Does_not_let_a_flood_of_forged_lists_hide_the_real_one()
    {
        using var forger = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("测试签发", "北京市", null), SamplePki.Start, SamplePki.Start.AddYears(2));
        var flood = Enumerable.Range(1, 20).Select(i => forger.IssueRevocationList([], Noon.AddMinutes(i), Noon.AddDays(i), i));
        var innocent = pki.Authority.IssueRevocationList([], Noon.AddDays(-1).AddHours(1), Noon.AddDays(6), 6);
        var guilty = SamplePki.ListOf(pki.Authority, Revoked(Noon.AddDays(-2)));
        var store = pki.Store with { RevocationLists = [.. flood, pki.RootList, innocent, guilty] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(new CertificatePaths(store, CertificatePathOptions.Default)).Select(finding => finding.Code), Does.Contain("CERT_REVOKED"));
            Assert.That(
                Judge(new CertificatePaths(store, CertificatePathOptions.Default with { MaxListsPerIssuer = 21 })).Any(finding => finding.Code == "CRL_LIMIT" && finding.Indication == Indication.Indeterminate),
                Is.True);
        }
    }

    /// <summary>Without extensions, as its issuer must not write it.</summary>
    private static RevocationList Bare(KeyPair key, Certificate issuer, Certificate? revoked, AlgorithmIdentifier? named = null)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(named ?? SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(issuer.Inner.SubjectDN);
        generator.SetThisUpdate(CertificateIssuing.TimeOf(Noon.AddDays(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(Noon.AddDays(6)));
        if (revoked is not null)
        {
            generator.AddCrlEntry(new DerInteger(revoked.Inner.SerialNumber), CertificateIssuing.TimeOf(Noon.AddDays(-3)), (int)RevocationReason.KeyCompromise);
        }

        return RevocationList.Parse(CertificateIssuing.Sign(key, generator.GenerateTbsCertList()));
    }

    private CertificatePaths With(params IReadOnlyList<RevocationList> lists) =>
        new(pki.Store with { RevocationLists = lists }, CertificatePathOptions.Default);

    private IEnumerable<string> Strictly(params IEnumerable<RevocationList> lists) =>
        Judge(new CertificatePaths(pki.Store with { RevocationLists = [pki.RootList, .. lists] }, CertificateCheck.Strict)).Select(finding => finding.Code);

    private RevokedCertificate Revoked(DateTimeOffset at) => new(pki.Office.SerialNumber, at, RevocationReason.KeyCompromise);

    private IReadOnlyList<Finding> Judge(CertificatePaths paths) => paths.Build(pki.Office, [], Noon, CertificateUsage.DocumentSigning).Findings;
}
