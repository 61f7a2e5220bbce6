using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.X509;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>An authority, or who signs lists, was renamed and kept its key: what its older certificate says of the key is true of the newer one.</summary>
public sealed class RenamedAuthorityTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DistinguishedName OlderName = new("What it was called", null, null);
    private static readonly DistinguishedName ListerName = new("Lister", null, null);
    private static readonly DistinguishedName SecondName = new("Second root", null, null);

    private PastPki pki = null!;

    [SetUp]
    public void SetUp() => pki = new PastPki();

    [TearDown]
    public void TearDown() => pki.Dispose();

    [Test]
    public void A_key_that_was_stolen_under_its_older_name_is_stolen()
    {
        var older = Authority(pki.RootKey, RootName, pki.IssuerKey, OlderName, Day(2016), Day(2040));
        pki.Others.Add(older);
        IEnumerable<(string, SubIndication)> Judge(RevocationReason reason) => pki.Faults([pki.RootList(Names(older, Day(2024), reason)), pki.OwnList(Recently)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(RevocationReason.KeyCompromise), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.RevokedCaNoPoe) }));
            Assert.That(Judge(RevocationReason.Superseded), Is.Empty, "a certificate ends when its holder is renamed");
        }
    }

    // Anybody may certify a public key, under any name.
    [Test]
    public void What_another_authority_says_of_it_under_a_name_of_its_own_is_in_doubt()
    {
        var secondRoot = Authority(pki.OtherKey, SecondName, pki.OtherKey, SecondName, Day(2015), Day(2045));
        var other = Authority(pki.OtherKey, SecondName, pki.IssuerKey, OlderName, Day(2016), Day(2040));
        var says = List(pki.OtherKey, SecondName, Recently, [Names(other, Day(2024), RevocationReason.KeyCompromise)]);
        IEnumerable<(string, SubIndication)> Judge(params Certificate[] anchors) => new CertificatePaths(new TrustStore([pki.Root, .. anchors], [pki.Issuer, other], [pki.RootList(), pki.OwnList(Recently), says]), CertificatePathOptions.Default)
            .Build(pki.Leaf, [], Signed, CertificateUsage.Any).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(secondRoot), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.TryLater) }));
            Assert.That(Judge(), Is.Empty, "nobody trusts who says so");
        }
    }

    [Test]
    public void A_signer_of_lists_whose_key_was_stolen_under_its_older_name_clears_nobody([Values] bool isStolen)
    {
        Certificate Lister(DistinguishedName name) => Issue(pki.RootKey, RootName, pki.OtherKey, name, Day(2020), Day(2040), extensions => extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign)));
        var (lister, older) = (Lister(ListerName), Lister(OlderName));
        pki.Others.AddRange([lister, older]);
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), extensions => extensions.AddExtension(
            X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(Point(), null, new GeneralNames(new GeneralName(ListerName.ToName())))])));
        var clears = List(pki.OtherKey, ListerName, Recently, [], extensions =>
            extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(Point(), false, false, null, true, false)));

        var faults = pki.Faults([isStolen ? pki.RootList(Names(older, Day(2024), RevocationReason.KeyCompromise)) : pki.RootList(), clears]);

        Assert.That(faults, Is.EqualTo(isStolen ? [("CRL_MISSING", SubIndication.TryLater)] : Array.Empty<(string, SubIndication)>()));
    }

    private static DistributionPointName Point() => new(DistributionPointName.FullName, new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, "http://x")));
}
