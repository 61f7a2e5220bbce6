using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Certificate policies that no path may have, and how many are looked at (RFC 5280 §6.1.3, §6.1.4). NIST's suite has the rest.</summary>
public sealed class PolicyTests
{
    private const string AnyPolicy = "2.5.29.32.0";
    private static readonly DistinguishedName RootName = new("policy root", null, null);
    private static readonly DistinguishedName SubName = new("policy authority", null, null);

    private readonly KeyPair rootKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair subKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair leafKey = KeyPair.Generate(Suite.Intl);

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        subKey.Dispose();
        leafKey.Dispose();
    }

    // §6.1.4 (a).
    [TestCase(AnyPolicy, "1.2.3")]
    [TestCase("1.2.3", AnyPolicy)]
    public void Refuses_an_authority_that_maps_anyPolicy(string issuer, string subject)
    {
        var (finding, verdict) = Judge(Mapping([(issuer, subject)]), _ => { }, "CERT_POLICY_MAPPING");

        Assert.That((finding.Indication, finding.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.ChainConstraintsFailure)));
        Assert.That(verdict, Is.EqualTo(Indication.TotalFailed));
    }

    // §4.2.1.11.
    [TestCase(true)]
    [TestCase(false)]
    public void Refuses_empty_policy_constraints(bool isOfLeaf)
    {
        static void Empty(X509ExtensionsGenerator extensions) => extensions.AddExtension(X509Extensions.PolicyConstraints, true, DerSequence.Empty);
        var (finding, verdict) = isOfLeaf ? Judge(_ => { }, Empty, "CERT_MALFORMED") : Judge(Empty, _ => { }, "CERT_MALFORMED");

        Assert.That((finding.Indication, finding.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.CertificateChainGeneralFailure)));
        Assert.That(verdict, Is.Not.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public void Leaves_open_a_chain_with_more_policies_than_are_looked_at([Values] bool areMappings)
    {
        var many = Enumerable.Range(0, 1025).Select(number => $"1.2.3.{number}").ToArray();
        Action<X509ExtensionsGenerator> none = _ => { };

        var (finding, verdict) = areMappings
            ? Judge(Mapping([.. many.Select(oid => (oid, oid))]), none, "CERT_POLICY_LIMIT")
            : Judge(none, extensions => extensions.AddExtension(X509Extensions.CertificatePolicies, false, new DerSequence(many.Select(Asn1Encodable (oid) => new DerSequence(new DerObjectIdentifier(oid))).ToArray())), "CERT_POLICY_LIMIT");

        Assert.That((finding.Indication, finding.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.CertificateChainGeneralFailure)));
        Assert.That(verdict, Is.EqualTo(Indication.Indeterminate));
    }

    private static Action<X509ExtensionsGenerator> Mapping((string Issuer, string Subject)[] pairs) => extensions => extensions.AddExtension(
        X509Extensions.PolicyMappings, true, new DerSequence(pairs.Select(Asn1Encodable (pair) => new DerSequence(new DerObjectIdentifier(pair.Issuer), new DerObjectIdentifier(pair.Subject))).ToArray()));

    /// <returns>What a signature's verdict has of it, and what <c>docex cert check</c> makes of the certificate.</returns>
    private (Finding Finding, Indication Verdict) Judge(Action<X509ExtensionsGenerator> ofAuthority, Action<X509ExtensionsGenerator> ofLeaf, string code)
    {
        var root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, AsAuthority);
        var sub = SamplePki.Odd(rootKey, RootName, subKey, SubName, extensions =>
        {
            AsAuthority(extensions);
            ofAuthority(extensions);
        });
        var leaf = SamplePki.Odd(subKey, SubName, leafKey, SamplePki.OfficeName, ofLeaf);
        var store = new TrustStore([root], [sub], []);
        var options = CertificatePathOptions.Default with { Revocation = RevocationDemand.Ignored };
        var result = new CertificatePaths(store, options).Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);
        return (result.Findings.Single(finding => finding.Code == code), CertificateCheck.Judge(leaf, store, SamplePki.Noon, CertificateUsage.Any, options).Indication);
    }

    private static void AsAuthority(X509ExtensionsGenerator extensions) => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
}
