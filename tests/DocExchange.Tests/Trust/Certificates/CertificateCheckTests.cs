using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>What RFC 5280 §4 demands beyond path validation, and what is open rather than wrong.</summary>
internal sealed class CertificateCheckTests
{
    private static readonly DistinguishedName RootName = new("Strict root", null, null);

    private readonly KeyPair rootKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair key = KeyPair.Generate(Suite.Intl);

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        key.Dispose();
    }

    private static IEnumerable<TestCaseData> Irregular()
    {
        yield return Case("CERT_KEY_USAGE_CA", extensions => extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.DigitalSignature | KeyUsage.KeyCertSign)));
        yield return Case("CERT_PATH_LENGTH_UNDUE", extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new DerSequence(DerInteger.ValueOf(0))));
        yield return Case("CERT_NAME_CONSTRAINTS_UNDUE", extensions => extensions.AddExtension(X509Extensions.NameConstraints, true, new DerSequence(
            new DerTaggedObject(isExplicit: false, 0, new DerSequence(new GeneralSubtree(new GeneralName(GeneralName.DnsName, "example.com")))))));
        yield return Case("CERT_ALTERNATIVE_NAME", extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.DnsName, ".example.com"))));
        yield return Case("CERT_ALTERNATIVE_NAME", extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, DerSequence.Empty));
        yield return Case("CERT_ALTERNATIVE_NAME", extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.IPAddress, new DerOctetString(new byte[5])))));
        yield return Case("CERT_CRITICAL_EXTENSION", extensions => extensions.AddExtension(X509Extensions.AuthorityInfoAccess, true, DerSequence.Empty));
        yield return Case("CERT_USAGE_EMPTY", extensions => extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, DerSequence.Empty));
        yield return Case("CERT_USAGE_EMPTY", extensions => extensions.AddExtension(X509Extensions.KeyUsage, true, new DerBitString([0])));
        yield return Case("CERT_USAGE_EMPTY", extensions => extensions.AddExtension(X509Extensions.KeyUsage, true, new DerBitString([])));
        yield return Case("CERT_POLICIES", extensions => extensions.AddExtension(X509Extensions.PolicyMappings, true, DerSequence.Empty));
        yield return Case("CERT_POLICIES", extensions => extensions.AddExtension(
            X509Extensions.CertificatePolicies, false, new DerSequence(Policy("1.2.3"), Policy("1.2.3"))));

        static DerSequence Policy(string oid) => new(new DerObjectIdentifier(oid));

        static TestCaseData Case(string code, Action<X509ExtensionsGenerator> add) => new TestCaseData(code, add).SetArgDisplayNames(code);
    }

    [TestCaseSource(nameof(Irregular))]
    public void Fails_what_the_profile_forbids(string code, Action<X509ExtensionsGenerator> add)
    {
        var leaf = SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName, add);

        var verdict = Judge(leaf);

        Assert.Multiple(() =>
        {
            Assert.That(verdict.Findings.Select(finding => finding.Code), Does.Contain(code));
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalFailed));
        });
    }

    [Test]
    public void Passes_what_is_in_order() => Assert.That(Judge(Leaf()).Findings, Is.Empty);

    [Test]
    public void Wants_a_servers_name_where_it_is_to_be_one() =>
        Assert.That(Judge(Leaf(), usage: CertificateUsage.TlsServer).Findings.Select(finding => finding.Code), Does.Contain("CERT_ALTERNATIVE_NAME"));

    // RFC 5280 §4.2.1.9: INTEGER (0..MAX).
    [TestCase("-1", "CERT_MALFORMED")]
    [TestCase("-32768", "CERT_MALFORMED")]
    [TestCase("0", "CERT_PATH_LENGTH")]
    [TestCase("1", null)]
    [TestCase("2147483648", null)]
    [TestCase("4294967296", null)]
    [TestCase("1461501637330902918203684832716283019655932542976", null)]
    public void Reads_path_lengths_of_any_size(string length, string? code)
    {
        var (upper, lower) = (new DistinguishedName("Upper", null, null), new DistinguishedName("Lower", null, null));
        var set = new[] { Authority(RootName, upper, new DerSequence(DerBoolean.True, new DerInteger(new BigInteger(length)))), Authority(upper, lower, new BasicConstraints(true)) };
        var leaf = SamplePki.Odd(rootKey, lower, key, SamplePki.OfficeName);

        var verdict = CertificateCheck.Judge(
            leaf, new TrustStore([Root()], set, []), SamplePki.Noon, CertificateUsage.Any, CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored });

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication)), code is null ? Is.Empty : Is.EqualTo(new[] { (code, Indication.TotalFailed) }));
    }

    [Test]
    public void Leaves_open_what_is_not_known()
    {
        var unknownIssuer = CertificateCheck.Judge(Leaf(), TrustStore.Empty, SamplePki.Noon, CertificateUsage.Any, CertificateCheck.Strict);
        var unknownState = CertificateCheck.Judge(Leaf(), new TrustStore([Root()], [], []), SamplePki.Noon, CertificateUsage.Any, CertificateCheck.Strict);

        Assert.Multiple(() =>
        {
            Assert.That((unknownIssuer.Indication, unknownIssuer.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.NoCertificateChainFound)));
            Assert.That((unknownState.Indication, unknownState.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.TryLater)));
        });
    }

    [Test]
    public void Fails_a_certificate_that_was_altered()
    {
        var der = Leaf().Der.ToArray();
        der[^1] ^= 1;

        var verdict = Judge(Certificate.Parse(der));

        Assert.That((verdict.Indication, verdict.Findings[0].Code), Is.EqualTo((Indication.TotalFailed, "CERT_SIGNATURE")));
    }

    private Certificate Root() => Authority(RootName, RootName, new BasicConstraints(true));

    private Certificate Authority(DistinguishedName issuer, DistinguishedName subject, Asn1Encodable constraints) => SamplePki.Odd(rootKey, issuer, rootKey, subject, extensions =>
    {
        extensions.AddExtension(X509Extensions.BasicConstraints, true, constraints);
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
    });

    private Certificate Leaf() => SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName);

    private CertificateVerdict Judge(Certificate leaf, CertificateUsage usage = CertificateUsage.Any) =>
        CertificateCheck.Judge(leaf, new TrustStore([Root()], [], []), SamplePki.Noon, usage, CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored });
}
