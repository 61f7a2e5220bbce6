using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// Names, constraints and policies that multiply: by the chains of a certificate, and by the signers of its lists. One budget holds for
/// all of it; what is spent is counted, and stays under 2 s.
/// </summary>
internal sealed class HostileNamesTests
{
    private const int Many = 300;

    private static readonly DistinguishedName RootName = new("Root", null, null);
    private static readonly DistinguishedName IssuerName = new("Issuer", null, null);
    private static readonly DistributionPointName Point = new(DistributionPointName.FullName, new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, "http://x/")));

    private readonly KeyPair key = KeyPair.Generate(Suite.Intl);

    [OneTimeTearDown]
    public void Dispose() => key.Dispose();

    // 4 authorities by 31 holders, each with 300 names or 100 long ones.
    [TestCase(GeneralName.UniformResourceIdentifier)]
    [TestCase(GeneralName.DnsName)]
    [TestCase(GeneralName.Rfc822Name)]
    [TestCase(GeneralName.DirectoryName)]
    public void Holds_names_against_constraints_within_one_budget(int form)
    {
        var excluded = new DerSequence(new DerTaggedObject(false, 1, new DerSequence(NamesOf(form, isConstraint: true).Select(Asn1Encodable (name) => new GeneralSubtree(name)).ToArray())));
        var names = new GeneralNames([.. NamesOf(form, isConstraint: false)]);

        var (result, paths) = Judge(
            Enumerable.Range(0, 4).Select(_ => Authority(RootName, IssuerName, extensions => extensions.AddExtension(X509Extensions.NameConstraints, true, excluded))),
            extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, names));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("CRL_LIMIT", Indication.Indeterminate)));
            Assert.That(paths.Work, Is.InRange(CertificateCheck.Strict.MaxWork / 2, CertificateCheck.Strict.MaxWork));
        }
    }

    // 7 authorities in a row, the last of them 4 times, by 31 holders, each with a thousand policies.
    [Test]
    public void Processes_policies_within_one_budget()
    {
        var oids = Enumerable.Range(1, 1000).Select(i => new DerObjectIdentifier($"1.2.3.{i}")).ToArray();
        var policies = new CertificatePolicies([.. oids.Select(oid => new PolicyInformation(oid))]);
        var mappings = new DerSequence(oids.Index().Select(Asn1Encodable (oid) => new DerSequence(oid.Item, oids[oid.Index * 7 % oids.Length])).ToArray());
        var steps = Enumerable.Range(0, 6).Select(i => new DistinguishedName($"Step {i}", null, null)).Prepend(RootName).Append(IssuerName).ToList();

        var (result, paths) = Judge(
            Enumerable.Range(0, 7).SelectMany(i => Enumerable.Range(0, i == 6 ? 4 : 1).Select(_ => Authority(steps[i], steps[i + 1], extensions =>
            {
                extensions.AddExtension(X509Extensions.CertificatePolicies, false, policies);
                extensions.AddExtension(X509Extensions.PolicyMappings, true, mappings);
            }))),
            extensions => extensions.AddExtension(X509Extensions.CertificatePolicies, false, policies));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("CRL_LIMIT", Indication.Indeterminate)));
            Assert.That(paths.Work, Is.InRange(CertificateCheck.Strict.MaxWork / 2, CertificateCheck.Strict.MaxWork));
        }
    }

    [Test]
    public void Pays_once_for_a_certificate_that_recurs_in_several_chains()
    {
        var constraints = new DerSequence(new DerTaggedObject(false, 1, new DerSequence(NamesOf(GeneralName.DnsName, isConstraint: true).Select(Asn1Encodable (name) => new GeneralSubtree(name)).ToArray())));
        var root = Authority(RootName, RootName);
        var upper = Enumerable.Range(0, 4).Select(_ => Authority(RootName, new DistinguishedName("Upper", null, null))).ToList();
        var issuer = Authority(new DistinguishedName("Upper", null, null), IssuerName, extensions => extensions.AddExtension(X509Extensions.NameConstraints, true, constraints));
        var leaf = SamplePki.Odd(key, IssuerName, key, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames([.. NamesOf(GeneralName.DnsName, isConstraint: false)])));
        var options = CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored };

        var paths = new CertificatePaths(new TrustStore([root], [.. upper, issuer], []), options);
        var result = paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.IsTrusted, string.Join('\n', result.Findings));
            Assert.That(paths.Work, Is.InRange(Many * Many, Many * Many * 3 / 2));
        }
    }

    [Test]
    public void Draws_on_one_budget_for_all_signers_of_a_file_whatever_is_remembered()
    {
        var (store, leaves) = Signers(40);
        var options = CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored };
        IReadOnlyList<bool> Judge(CertificatePaths paths)
        {
            var file = FileWork.Of(options);
            return [.. leaves.Select(leaf => paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any, StatusProofs.None, file).IsTrusted)];
        }

        var (paths, warm) = (new CertificatePaths(store, options), new CertificatePaths(store, options));
        var first = Judge(paths);
        var remembers = leaves.Select(leaf => warm.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any).IsTrusted).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(paths.Work, Is.InRange(options.MaxFileWork * 9 / 10, options.MaxFileWork * 101 / 100), "what is paid for once in a file is counted in each search");
            Assert.That(first.Count(isTrusted => isTrusted), Is.InRange(10, 20));
            Assert.That(Judge(paths), Is.EqualTo(first), "those that were looked at are remembered");
            Assert.That(remembers, Is.All.True, "each by itself");
            Assert.That(Judge(warm), Is.EqualTo(first), "all are remembered");
        }
    }

    [Test]
    public async Task All_signers_of_one_CMS_and_what_stands_upon_them_draw_on_one_budget()
    {
        var (store, leaves) = Signers(40);
        SignedDataPieces? all = null;
        foreach (var leaf in leaves)
        {
            using var signer = key.Certified(leaf, []);
            var pieces = SignedDataPieces.Of(CmsSignedData.Parse(await CmsSigner.SignAsync("公文"u8.ToArray(), signer, SamplePki.Noon, CmsForm.Encapsulated, CancellationToken.None), CmsLimits.Default));
            all ??= pieces;
            if (all != pieces)
            {
                all.Certificates.AddRange(pieces.Certificates);
                all.Signers.AddRange(pieces.Signers);
            }
        }

        var verdict = new CmsValidator(store, ValidationPolicy.Foreign with { RevocationRequired = false }).Judge(all!.Encode(), null, SamplePki.Noon, CertificateUsage.Any);
        var limited = verdict.Signatures.Select(signature => signature.Findings.Any(finding => finding is { Code: "CERT_NAME_LIMIT" or "PATH_SEARCH_LIMIT", Indication: Indication.Indeterminate })).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(limited.Count(isLimited => !isLimited), Is.InRange(10, 20));
            Assert.That(limited, Is.Ordered, "the first were judged in full");
        }
    }

    /// <summary>Each with 300 names, below one authority with 300 constraints.</summary>
    private (TrustStore Store, IReadOnlyList<Certificate> Leaves) Signers(int count)
    {
        var constraints = new DerSequence(new DerTaggedObject(false, 1, new DerSequence(NamesOf(GeneralName.DnsName, isConstraint: true).Select(Asn1Encodable (name) => new GeneralSubtree(name)).ToArray())));
        var names = new GeneralNames([.. NamesOf(GeneralName.DnsName, isConstraint: false)]);
        var issuer = Authority(RootName, IssuerName, extensions => extensions.AddExtension(X509Extensions.NameConstraints, true, constraints));
        return (new TrustStore([Authority(RootName, RootName)], [issuer], []),
            [.. Enumerable.Range(0, count).Select(_ => SamplePki.Odd(key, IssuerName, key, SamplePki.OfficeName, extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, names)))]);
    }

    private (PathResult Result, CertificatePaths Paths) Judge(IEnumerable<Certificate> authorities, Action<X509ExtensionsGenerator> add)
    {
        var names = Enumerable.Range(0, 30).Select(i => new DistinguishedName($"Lister {i}", null, null)).ToList();
        var leaf = SamplePki.Odd(key, IssuerName, key, SamplePki.OfficeName, extensions =>
        {
            add(extensions);
            extensions.AddExtension(
                X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([.. names.Select(name => new DistributionPoint(Point, null, new GeneralNames(new GeneralName(name.ToName()))))]));
        });
        var listers = names.Select(name => SamplePki.Odd(key, IssuerName, key, name, extensions =>
        {
            add(extensions);
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign));
        }));
        var store = new TrustStore([Authority(RootName, RootName)], [.. authorities, .. listers], [.. names.Select(List)]);
        var paths = new CertificatePaths(store, CertificateCheck.Strict);
        var before = ThreadTime.Now;
        var result = paths.Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);
        Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(2)));
        return (result, paths);
    }

    private RevocationList List(DistinguishedName name)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(name.ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(6)));
        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo)));
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.One);
        extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(Point, false, false, null, true, false));
        generator.SetExtensions(extensions.Generate());
        var signed = generator.GenerateTbsCertList();
        return RevocationList.Parse(new DerSequence(
            signed, SignatureScheme.IdentifierFor(key.Algorithm), new DerBitString(key.Secret.Sign(signed.GetDerEncoded()))).GetDerEncoded());
    }

    private static IEnumerable<GeneralName> NamesOf(int form, bool isConstraint)
    {
        var word = isConstraint ? "h" : "a";
        return Enumerable.Range(0, form == GeneralName.DirectoryName ? 100 : Many).Select(i => form switch
        {
            GeneralName.DirectoryName => new GeneralName(form, string.Join(',', Enumerable.Range(0, 30).Select(j => $"OU=u{j}").Append($"CN={word}{i}"))),
            GeneralName.UniformResourceIdentifier when !isConstraint => new GeneralName(form, $"http://a{i}.xn--fiqs8s.example.org/x"),
            GeneralName.Rfc822Name when !isConstraint => new GeneralName(form, $"a{i}@host.example.org"),
            _ => new GeneralName(form, $"{word}{i}.example"),
        });
    }

    private Certificate Authority(DistinguishedName issuer, DistinguishedName subject, Action<X509ExtensionsGenerator>? add = null) =>
        SamplePki.Odd(key, issuer, key, subject, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
            add?.Invoke(extensions);
        });
}
