using System.Text;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Random chains, most of them wrong somewhere, on which OpenSSL must come to the same verdict.</summary>
internal sealed class OpenSslPathTests
{
    private const string Policies = "1.2.156.99.";

    private readonly KeyPair[] keys = [.. Enumerable.Range(0, 5).Select(_ => KeyPair.Generate(Suite.Intl))];

    [OneTimeTearDown]
    public void Dispose() => Array.ForEach(keys, key => key.Dispose());

    [Test]
    public void Agrees_with_OpenSsl([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        var chain = RandomChain(random);
        var acceptable = Enumerable.Range(1, 3).Where(_ => random.Next(4) == 0).Select(i => Policies + i).ToHashSet();
        var policies = new PolicyDemands(acceptable, random.Next(3) == 0, random.Next(5) == 0, random.Next(5) == 0);

        var result = Judge(chain, policies);
        var output = Ask(chain, policies);

        Assert.That(result.IsTrusted, Is.EqualTo(output.ExitCode == 0), $"{output.Output}\n{string.Join('\n', result.Findings)}");
    }

    private static PathResult Judge(IReadOnlyList<Certificate> chain, PolicyDemands policies)
    {
        var options = new CertificatePathOptions { Revocation = RevocationDemand.Ignored, Policies = policies };
        return new CertificatePaths(new TrustStore([chain[^1]], [.. chain.Skip(1).SkipLast(1)], []), options).Build(chain[0], [], SamplePki.Noon, CertificateUsage.Any);
    }

    private static (int ExitCode, string Output) Ask(IReadOnlyList<Certificate> chain, PolicyDemands policies)
    {
        using var openssl = new OpenSsl();
        openssl.Write("root.pem", chain[^1].ToPem());
        openssl.Write("leaf.pem", chain[0].ToPem());
        openssl.Write("between.pem", string.Concat(chain.Skip(1).SkipLast(1).Select(certificate => certificate.ToPem())));
        var command = new StringBuilder($"verify -policy_check -attime {SamplePki.Noon.ToUnixTimeSeconds()} -trusted root.pem");
        command.Append(chain.Count > 2 ? " -untrusted between.pem" : "");
        command.Append(policies.RequireExplicit ? " -explicit_policy" : "").Append(policies.InhibitMapping ? " -inhibit_map" : "").Append(policies.InhibitAny ? " -inhibit_any" : "");

        // Without one, OpenSSL takes the set of acceptable policies as empty once an explicit one is required.
        command.Append(string.Concat(policies.Acceptable.DefaultIfEmpty(PolicyGraph.AnyPolicy).Select(policy => " -policy " + policy)));
        return openssl.Run(command + " leaf.pem");
    }

    /// <summary>Leaf first.</summary>
    private List<Certificate> RandomChain(Random random)
    {
        var depth = random.Next(2, 5);
        var chain = new List<Certificate>();
        for (var i = depth; i >= 0; i--)
        {
            var isRoot = i == depth;
            var issuer = isRoot ? i : i + 1;
            chain.Insert(0, SamplePki.Odd(keys[issuer], Name(issuer), keys[i], Name(i), extensions => Extend(extensions, random, isLeaf: i == 0, isRoot)));
        }

        return chain;
    }

    private static void Extend(X509ExtensionsGenerator extensions, Random random, bool isLeaf, bool isRoot)
    {
        if (isLeaf)
        {
            extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.DnsName, random.Next(3) == 0 ? "www.example.org" : "www.example.com")));
        }
        else
        {
            var isAuthority = isRoot || random.Next(12) != 0;
            extensions.AddExtension(X509Extensions.BasicConstraints, true, isAuthority && random.Next(6) == 0 ? new BasicConstraints(random.Next(3)) : new BasicConstraints(isAuthority));
            var usage = !isAuthority || random.Next(12) == 0 ? KeyUsage.DigitalSignature : KeyUsage.KeyCertSign;
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(usage));
        }

        if (isRoot)
        {
            return;
        }

        if (random.Next(8) != 0)
        {
            var named = Enumerable.Range(1, 3).Where(_ => random.Next(2) == 0).Select(Policy).Append(random.Next(3) == 0 ? PolicyInformationOfAny : Policy(1)).DistinctBy(policy => policy.PolicyIdentifier);
            extensions.AddExtension(X509Extensions.CertificatePolicies, false, new CertificatePolicies([.. named]));
        }

        if (!isLeaf)
        {
            Constrain(extensions, random);
        }
    }

    private static void Constrain(X509ExtensionsGenerator extensions, Random random)
    {
        if (random.Next(4) == 0)
        {
            var pairs = Enumerable.Range(0, random.Next(1, 3)).Select(_ => (random.Next(1, 4), random.Next(1, 4))).Distinct();
            extensions.AddExtension(X509Extensions.PolicyMappings, true, new DerSequence(pairs.Select(pair => (Asn1Encodable)new DerSequence(
                new DerObjectIdentifier(Policies + pair.Item1), new DerObjectIdentifier(Policies + pair.Item2))).ToArray()));
        }

        if (random.Next(4) == 0)
        {
            extensions.AddExtension(X509Extensions.PolicyConstraints, true, new DerSequence(new DerTaggedObject(isExplicit: false, random.Next(2), DerInteger.ValueOf(random.Next(3)))));
        }

        if (random.Next(6) == 0)
        {
            extensions.AddExtension(X509Extensions.InhibitAnyPolicy, true, DerInteger.ValueOf(random.Next(3)));
        }

        if (random.Next(4) == 0)
        {
            var subtree = new GeneralSubtree(new GeneralName(GeneralName.DnsName, random.Next(2) == 0 ? "example.com" : "example.org"));
            extensions.AddExtension(X509Extensions.NameConstraints, true, new DerSequence(new DerTaggedObject(isExplicit: false, random.Next(2), new DerSequence(subtree))));
        }
    }

    private static PolicyInformation PolicyInformationOfAny => new(new DerObjectIdentifier("2.5.29.32.0"));

    private static PolicyInformation Policy(int number) => new(new DerObjectIdentifier(Policies + number));

    private static DistinguishedName Name(int depth) => new($"Certificate {depth}", "Office", null);
}
