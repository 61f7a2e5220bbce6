using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Delta lists (RFC 5280 §5.2.4): a hold, its lifting by removeFromCRL, and what a delta cannot lift.</summary>
public sealed class DeltaListTests
{
    private static readonly DateTimeOffset Noon = SamplePki.Noon;
    private static readonly DistinguishedName RootName = new("delta root", null, null);

    private readonly KeyPair rootKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair leafKey = KeyPair.Generate(Suite.Intl);
    private Certificate root = null!;
    private Certificate leaf = null!;

    [OneTimeSetUp]
    public void Issue()
    {
        root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        leaf = SamplePki.Odd(rootKey, RootName, leafKey, SamplePki.OfficeName);
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        leafKey.Dispose();
    }

    [Test]
    public void A_hold_fails_until_a_delta_list_removes_it()
    {
        var complete = List(5, null, RevocationReason.CertificateHold);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(complete), Is.EqualTo(new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }));
            Assert.That(Judge(complete, List(6, 5, null)), Is.EqualTo(new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }), "silence lifts nothing");
            Assert.That(Judge(complete, List(6, 5, RevocationReason.RemoveFromCrl)), Is.Empty);
        }
    }

    [Test]
    public void A_delta_list_that_builds_upon_a_newer_complete_one_lifts_nothing()
    {
        var verdict = Judge(List(5, null, RevocationReason.CertificateHold), List(7, 6, RevocationReason.RemoveFromCrl));

        Assert.That(verdict, Does.Contain(("CERT_ON_HOLD", SubIndication.TryLater)).And.Contain(("CRL_SCOPE", SubIndication.None)));
    }

    [Test]
    public void A_delta_list_older_than_the_complete_one_lifts_nothing() =>
        Assert.That(Judge(List(5, null, null), List(6, 5, RevocationReason.RemoveFromCrl), List(7, null, RevocationReason.CertificateHold)), Does.Contain(("CERT_ON_HOLD", SubIndication.TryLater)));

    [Test]
    public void A_revocation_that_is_no_hold_is_not_lifted_by_removeFromCRL() =>
        Assert.That(Judge(List(5, null, RevocationReason.KeyCompromise), List(6, 5, RevocationReason.RemoveFromCrl)), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));

    [Test]
    public void A_delta_list_revokes_what_the_complete_one_does_not_name_yet() =>
        Assert.That(Judge(List(5, null, null), List(6, 5, RevocationReason.KeyCompromise)), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));

    [Test]
    public void A_delta_list_without_its_complete_one_clears_nobody_and_still_revokes()
    {
        var older = List(4, null, null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(older, List(6, 5, RevocationReason.KeyCompromise)), Does.Contain(("CERT_REVOKED", SubIndication.Revoked)).And.Contain(("CRL_SCOPE", SubIndication.None)));
            Assert.That(Judge(List(6, 5, RevocationReason.RemoveFromCrl)).Select(finding => finding.Code), Does.Contain("CRL_SCOPE").And.Not.Contain("CERT_REVOKED"));
            Assert.That(Judge(List(6, 5, null), List(7, null, null)).Select(finding => finding.Code), Is.EqualTo(new[] { "CRL_SCOPE" }), "the complete one speaks");
        }
    }

    // §5.2.3, §5.2.4.
    [TestCase(6, true, false)]
    [TestCase(6, false, true)]
    [TestCase(-6, true, true)]
    public void A_delta_list_is_written_as_the_profile_demands(int number, bool isCritical, bool isNamed)
    {
        var findings = CertificateCheck.Judge(
            leaf, new TrustStore([root], [], [List(5, null, null), List(number, 5, null, isCritical: isCritical)]), Noon, CertificateUsage.Any, CertificateCheck.Strict).Findings;
        Assert.That(findings.Select(finding => finding.Code), isNamed ? Has.Member("CRL_PROFILE") : Has.No.Member("CRL_PROFILE"));
    }

    [Test]
    public void A_delta_list_of_another_issuer_with_the_same_name_lifts_nothing()
    {
        using var other = KeyPair.Generate(Suite.Intl);
        var forged = List(6, 5, RevocationReason.RemoveFromCrl, other);

        Assert.That(Judge(List(5, null, RevocationReason.CertificateHold), forged), Does.Contain(("CERT_ON_HOLD", SubIndication.TryLater)).And.Contain(("CRL_SIGNATURE", SubIndication.None)));
    }

    private IEnumerable<(string Code, SubIndication SubIndication)> Judge(params RevocationList[] lists) =>
        new CertificatePaths(new TrustStore([root], [], lists), CertificatePathOptions.Default).Build(leaf, [], Noon, CertificateUsage.Any)
            .Findings.Select(finding => (finding.Code, finding.SubIndication));

    /// <param name="baseNumber">Of the complete list a delta builds upon; null for a complete one.</param>
    /// <param name="reason">Why the leaf is named; null where it is not.</param>
    private RevocationList List(int number, int? baseNumber, RevocationReason? reason, KeyPair? signedBy = null, bool isCritical = true)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(rootKey.Algorithm));
        generator.SetIssuer(root.Inner.SubjectDN);
        generator.SetThisUpdate(CertificateIssuing.TimeOf(Noon.AddHours(number - 24)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(Noon.AddDays(6)));
        if (reason is { } why)
        {
            generator.AddCrlEntry(new DerInteger(new BigInteger(leaf.SerialNumber, 16)), CertificateIssuing.TimeOf(Noon.AddDays(-3)), (int)why);
        }

        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(root)));
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(number));
        if (baseNumber is { } from)
        {
            extensions.AddExtension(X509Extensions.DeltaCrlIndicator, isCritical, DerInteger.ValueOf(from));
        }

        generator.SetExtensions(extensions.Generate());
        return RevocationList.Parse(CertificateIssuing.Sign(signedBy ?? rootKey, generator.GenerateTbsCertList()));
    }
}
