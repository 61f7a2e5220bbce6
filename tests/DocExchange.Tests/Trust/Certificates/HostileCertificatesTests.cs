using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Sets of certificates made to exhaust whoever judges them. What is spent is counted, not timed.</summary>
internal sealed class HostileCertificatesTests
{
    private const string Policies = "1.2.156.99.";

    private static readonly CertificatePathOptions Options = CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored };

    private readonly KeyPair key = KeyPair.Generate(Suite.Intl);

    [OneTimeTearDown]
    public void Dispose() => key.Dispose();

    [Test]
    public void Spends_its_budget_once_on_layers_of_cross_signed_authorities()
    {
        // Every certificate of a layer is signed by the key of every one above: 6^10 chains, none of which ends.
        var layers = Enumerable.Range(0, 11).Select(Layer).ToList();
        var set = Enumerable.Range(0, 10).SelectMany(layer => Enumerable.Range(0, 6).Select(_ => Authority(layers[layer + 1], layers[layer]))).ToList();
        var leaf = SamplePki.Odd(key, layers[0], key, SamplePki.OfficeName);
        var paths = new CertificatePaths(new TrustStore([], set, []), Options);

        var result = paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);

        Assert.Multiple(() =>
        {
            Assert.That(
                result.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
                Does.Contain(("PATH_SEARCH_LIMIT", Indication.Indeterminate, SubIndication.CertificateChainGeneralFailure)));
            Assert.That(paths.SignatureChecks, Is.LessThanOrEqualTo(Options.MaxSignatureChecks));
        });
    }

    [Test]
    public void Finds_the_issuer_among_thousands_under_its_name()
    {
        using var other = KeyPair.Generate(Suite.Intl);
        var rootName = Layer(1);
        var root = Authority(rootName, rootName);
        var namesake = SamplePki.Odd(other, rootName, other, rootName);
        var set = Enumerable.Range(0, 3000).Select(i => Renumbered(namesake, i)).ToList();
        var leaf = SamplePki.Odd(key, rootName, key, SamplePki.OfficeName);

        var result = new CertificatePaths(new TrustStore([root], set, []), Options).Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);

        Assert.That(result.IsTrusted, string.Join('\n', result.Findings));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Processes_policies_that_multiply_at_each_step(bool isAcceptable)
    {
        // As in CVE-2023-0464: each authority maps each of its policies to all of them, a tree of 24^12 nodes.
        var names = Enumerable.Range(0, 13).Select(Layer).ToList();
        var oids = Enumerable.Range(1, 24).Select(i => new DerObjectIdentifier(Policies + i)).ToArray();
        var chain = Enumerable.Range(0, 12).Select(i => Authority(names[i + 1], names[i], extensions =>
        {
            extensions.AddExtension(X509Extensions.CertificatePolicies, false, new CertificatePolicies([.. oids.Select(oid => new PolicyInformation(oid))]));
            extensions.AddExtension(X509Extensions.PolicyMappings, false, new DerSequence(oids.SelectMany(from => oids.Select(to => (Asn1Encodable)new DerSequence(from, to))).ToArray()));
        })).ToList();
        var leaf = SamplePki.Odd(key, names[0], key, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.CertificatePolicies, false, new CertificatePolicies(new PolicyInformation(oids[3]))));
        var acceptable = new HashSet<string> { isAcceptable ? Policies + "7" : "1.2.3" };
        var demands = Options with { Policies = new PolicyDemands(acceptable, RequireExplicit: true, InhibitMapping: false, InhibitAny: false) };

        var before = GC.GetAllocatedBytesForCurrentThread();
        var verdict = CertificateCheck.Judge(leaf, new TrustStore([Authority(names[12], names[12])], chain, []), SamplePki.Noon, CertificateUsage.Any, demands);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Multiple(() =>
        {
            Assert.That(verdict.Indication, Is.EqualTo(isAcceptable ? Indication.TotalPassed : Indication.TotalFailed), string.Join('\n', verdict.Findings));
            Assert.That(verdict.Policies, isAcceptable ? Is.EqualTo(acceptable) : Is.Empty);
            Assert.That(allocated, Is.LessThan(64 * 1024 * 1024));
        });
    }

    [Test]
    public void Refuses_depth_that_would_exhaust_the_stack()
    {
        var nested = Enumerable.Range(0, 12_000).Aggregate(Array.Empty<byte>(), (inner, _) => Wrapped(0x30, inner));

        Assert.Multiple(() =>
        {
            Assert.That(() => Certificate.Parse(Wrapped(0x30, nested)), Throws.InstanceOf<FormatException>());
            Assert.That(() => RevocationList.Parse(Wrapped(0x30, nested)), Throws.InstanceOf<FormatException>());
            Assert.That(() => OcspResponse.Parse(Wrapped(0x30, nested)), Throws.InstanceOf<FormatException>());
            Assert.That(
                () => SamplePki.Odd(key, Layer(0), key, SamplePki.OfficeName, extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, nested)),
                Throws.InstanceOf<FormatException>());
        });
    }

    private static byte[] Wrapped(byte tag, byte[] content) => content.Length < 128
        ? [tag, (byte)content.Length, .. content]
        : content.Length < 65536 ? [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content]
        : [tag, 0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static DistinguishedName Layer(int depth) => new($"Layer {depth}", null, null);

    /// <summary>The same certificate under another number; its signature no longer fits, which nobody knows before it is verified.</summary>
    private static Certificate Renumbered(Certificate certificate, int number)
    {
        var der = certificate.Der.ToArray();
        var at = der.AsSpan().IndexOf(certificate.Inner.SerialNumber.ToByteArrayUnsigned());
        der[at + 2] = (byte)(number >> 8);
        der[at + 3] = (byte)number;
        return Certificate.Parse(der);
    }

    private Certificate Authority(DistinguishedName issuer, DistinguishedName subject, Action<X509ExtensionsGenerator>? add = null) =>
        SamplePki.Odd(key, issuer, key, subject, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
            add?.Invoke(extensions);
        });
}
