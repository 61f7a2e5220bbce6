using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>DSA counts where the path of RFC 5280 alone is asked for, and nowhere else; parameters come from the chain (RFC 3279 §2.3.2).</summary>
internal sealed class DsaPathTests
{
    private static readonly DistinguishedName RootName = new("DSA root", null, null);
    private static readonly DistinguishedName AuthorityName = new("DSA authority", null, null);

    private static readonly DsaParameter[] Groups = [DsaAuthority.Group1024, DsaAuthority.Group2048];

    private readonly KeyPair key = KeyPair.Generate(Suite.Intl);

    [OneTimeTearDown]
    public void Dispose() => key.Dispose();

    [Test]
    public void Verifies_certificates_and_lists_by_keys_that_inherit_their_parameters([Values(0, 1)] int group)
    {
        var pki = new Pki(Groups[group], key);

        var verdict = Judge(pki.Leaf, pki.Store);

        Assert.Multiple(() =>
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', verdict.Findings));
            Assert.That(verdict.Chain, Is.EqualTo([pki.Leaf, pki.AuthorityCertificate, pki.RootCertificate]));
            Assert.That(verdict.Findings.Select(finding => finding.Code).Distinct().Order(StringComparer.Ordinal), Is.EqualTo(["CERT_DSA", "CRL_DSA"]));
        });
    }

    [Test]
    public void Passes_no_DSA_signature_where_a_purpose_is_asked_for([Values] CertificateUsage usage, [Values(0, 1)] int group)
    {
        var pki = new Pki(Groups[group], key);

        // What the other question found out is not remembered for this one.
        var path = Judge(pki.Leaf, pki.Store);
        var verdict = Judge(pki.Leaf, pki.Store, usage);

        Assert.Multiple(() =>
        {
            Assert.That(path.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', path.Findings));
            Assert.That(verdict.Indication == Indication.TotalPassed, Is.EqualTo(usage == CertificateUsage.Any));
            Assert.That(verdict.Findings.Any(finding => finding.SubIndication == SubIndication.CryptoConstraintsFailure), Is.EqualTo(usage != CertificateUsage.Any));
        });
    }

    [Test]
    public void Passes_no_list_signed_by_DSA_where_a_purpose_is_asked_for()
    {
        // The root's lists are signed by another key under its name.
        var root = SamplePki.Odd(key, RootName, key, RootName, extensions => DsaAuthority.AddAuthority(extensions));
        var signer = DsaAuthority.Create(RootName, DsaAuthority.Group2048);
        var leaf = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName);
        var store = new TrustStore([root], [Reissued(root, signer.PublicKey)], [signer.List()]);

        Assert.Multiple(() =>
        {
            Assert.That(Judge(leaf, store).Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', Judge(leaf, store).Findings));
            Assert.That(Judge(leaf, store, CertificateUsage.DocumentSigning).Findings.Select(finding => finding.Code), Does.Contain("CRL_MISSING"));
        });
    }

    [Test]
    public void Lets_a_separate_signer_of_lists_inherit_from_its_own_chain()
    {
        var pki = new Pki(DsaAuthority.Group2048, key);
        var signer = DsaAuthority.Create(AuthorityName, DsaAuthority.Group2048, omitsParameters: true);
        var store = pki.Store with
        {
            Intermediates = [pki.AuthorityCertificate, pki.Root.Issue(signer)],
            RevocationLists = [pki.Root.List(), signer.List(pki.Leaf)],
        };

        Assert.That(Judge(pki.Leaf, store).Findings.Select(finding => finding.Code), Does.Contain("CERT_REVOKED"));
    }

    [Test]
    public void Believes_a_list_under_inherited_parameters_that_revokes()
    {
        var pki = new Pki(DsaAuthority.Group1024, key);

        var verdict = Judge(pki.Leaf, pki.Store with { RevocationLists = [pki.Root.List(), pki.Authority.List(pki.Leaf)] });

        Assert.That(verdict.Findings.Select(finding => finding.Code), Does.Contain("CERT_REVOKED"));
    }

    [Test]
    public void Takes_no_parameters_from_a_certificate_outside_the_chain([Values] bool underTheNameOfTheRoot, [Values] bool isFirst)
    {
        // The attacker knows no secret of the authority, but chooses g' so that its y is g'^x' of an x' of his own.
        var pki = new Pki(DsaAuthority.Group2048, key);
        var (p, q, chosen) = (pki.Authority.Group.P, pki.Authority.Group.Q, BigInteger.ValueOf(0x1234567));
        var group = new DsaParameter(p, q, pki.Authority.PublicValue.ModPow(chosen.ModInverse(q), p));
        var forger = new DsaAuthority(AuthorityName, group, chosen, omitsParameters: underTheNameOfTheRoot);
        Assert.That(forger.PublicValue, Is.EqualTo(pki.Authority.PublicValue));
        var bogusRoot = new DsaAuthority(RootName, group, chosen, omitsParameters: false);
        var bogus = underTheNameOfTheRoot ? bogusRoot.SelfSigned() : bogusRoot.Issue(forger);
        var forged = forger.Issue(SamplePki.OfficeName, key.PublicKeyInfo);
        var store = pki.Store with { Intermediates = isFirst ? [bogus, pki.AuthorityCertificate] : [pki.AuthorityCertificate, bogus] };

        Assert.Multiple(() =>
        {
            Assert.That(Judge(forged, store).Indication, Is.Not.EqualTo(Indication.TotalPassed));
            Assert.That(Judge(pki.Leaf, store).Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', Judge(pki.Leaf, store).Findings));
            Assert.That(Judge(forged, store with { RevocationLists = [.. store.RevocationLists, forger.List()] }).Indication, Is.Not.EqualTo(Indication.TotalPassed));
            Assert.That(
                Judge(pki.Leaf, store with { RevocationLists = [pki.Root.List(), pki.Authority.List(), forger.List(pki.Leaf)] }).Indication, Is.EqualTo(Indication.TotalPassed));
        });
    }

    [Test]
    public void Inherits_through_DSA_signatures_only()
    {
        // The trust anchor signs by ECDSA; a namesake of it has the parameters the authority's key would need.
        var authority = DsaAuthority.Create(AuthorityName, DsaAuthority.Group2048, omitsParameters: true);
        var root = SamplePki.Odd(key, RootName, key, RootName, extensions => DsaAuthority.AddAuthority(extensions));
        var withoutParameters = Reissued(SamplePki.Odd(key, RootName, key, AuthorityName, extensions => DsaAuthority.AddAuthority(extensions)), authority.PublicKey);
        var leaf = authority.Issue(SamplePki.OfficeName, key.PublicKeyInfo);
        var store = new TrustStore([root], [withoutParameters, DsaAuthority.Create(RootName, DsaAuthority.Group2048).SelfSigned()], []);

        Assert.Multiple(() =>
        {
            Assert.That(Judge(leaf, store).Indication, Is.Not.EqualTo(Indication.TotalPassed));
            Assert.That(Judge(withoutParameters, store).Findings.Select(finding => finding.Code), Does.Contain("CERT_KEY_WEAK"));
        });
    }

    [Test]
    public void Fails_an_altered_signature_and_leaves_an_unknown_issuer_open()
    {
        var pki = new Pki(DsaAuthority.Group1024, key);
        var der = pki.Leaf.Der.ToArray();
        der[^1] ^= 1;

        var altered = Judge(Certificate.Parse(der), pki.Store);
        var unknown = Judge(pki.Leaf, pki.Store with { Anchors = [] });

        Assert.Multiple(() =>
        {
            Assert.That(altered.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("CERT_SIGNATURE", Indication.TotalFailed)));
            Assert.That(unknown.Findings.Select(finding => finding.Code), Does.Contain("CERT_ISSUER_UNKNOWN"));
            Assert.That(unknown.Indication, Is.EqualTo(Indication.Indeterminate), string.Join('\n', unknown.Findings));
        });
    }

    [Test]
    public void Spends_its_budget_once_on_layers_of_keys_that_inherit()
    {
        var layers = Enumerable.Range(0, 10).Select(i => DsaAuthority.Create(new DistinguishedName($"Layer {i}", null, null), DsaAuthority.Group1024, omitsParameters: i < 9)).ToList();
        var set = Enumerable.Range(0, 9).SelectMany(i => Enumerable.Range(0, 5).Select(_ => layers[i + 1].Issue(layers[i]))).ToList();
        var options = CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored };
        var paths = new CertificatePaths(new TrustStore([], [.. set, layers[9].SelfSigned()], []), options);

        var result = paths.Build(layers[0].Issue(SamplePki.OfficeName, key.PublicKeyInfo), [], SamplePki.Noon, CertificateUsage.Any);

        Assert.Multiple(() =>
        {
            Assert.That(result.Findings.Select(finding => finding.Code), Does.Contain("PATH_SEARCH_LIMIT"));
            Assert.That(paths.SignatureChecks, Is.LessThanOrEqualTo(options.MaxSignatureChecks));
        });
    }

    [Test]
    public void Spends_no_more_than_its_budget_on_lists_and_says_so()
    {
        var pki = new Pki(DsaAuthority.Group1024, key);
        var stranger = DsaAuthority.Create(AuthorityName, DsaAuthority.Group1024);
        var lists = Enumerable.Range(0, 40).Select(_ => stranger.List()).ToList();
        var options = CertificateCheck.Strict with { MaxSignatureChecks = 30 };

        var verdict = Judge(pki.Leaf, pki.Store with { RevocationLists = [.. lists, .. pki.Store.RevocationLists] }, options: options);

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("CRL_LIMIT", Indication.Indeterminate)));
    }

    [Test]
    public void Still_refuses_SHA_1_of_other_keys()
    {
        var root = SamplePki.Odd(key, RootName, key, RootName, extensions => DsaAuthority.AddAuthority(extensions));
        var leaf = SamplePki.Odd(key, RootName, key, SamplePki.OfficeName);
        var ecdsaWithSha1 = Reissued(leaf, key.PublicKeyInfo, X9ObjectIdentifiers.ECDsaWithSha1);

        var verdict = CertificateCheck.Judge(
            ecdsaWithSha1, new TrustStore([root], [], []), SamplePki.Noon, CertificateUsage.Any, CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored });

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication)), Does.Contain(("CERT_ALGORITHM", Indication.TotalFailed)));
    }

    private static CertificateVerdict Judge(Certificate leaf, TrustStore store, CertificateUsage usage = CertificateUsage.Any, CertificatePathOptions? options = null) =>
        CertificateCheck.Judge(leaf, store, SamplePki.Noon, usage, options ?? CertificateCheck.Strict);

    /// <summary>The same certificate for another key, signed anew by ECDSA.</summary>
    private Certificate Reissued(Certificate certificate, SubjectPublicKeyInfo publicKey, DerObjectIdentifier? algorithm = null)
    {
        var tbs = certificate.Inner.CertificateStructure.TbsCertificate;
        var identifier = algorithm is null ? tbs.Signature : new AlgorithmIdentifier(algorithm);
        var generator = new V3TbsCertificateGenerator();
        generator.SetSerialNumber(tbs.SerialNumber);
        generator.SetSignature(identifier);
        generator.SetIssuer(tbs.Issuer);
        generator.SetStartDate(tbs.StartDate);
        generator.SetEndDate(tbs.EndDate);
        generator.SetSubject(tbs.Subject);
        generator.SetSubjectPublicKeyInfo(publicKey);
        var extensions = new X509ExtensionsGenerator();
        foreach (var oid in tbs.Extensions.GetExtensionOids())
        {
            var value = oid.Equals(X509Extensions.SubjectKeyIdentifier)
                ? new SubjectKeyIdentifier(CertificateIssuing.KeyIdOf(publicKey)).GetDerEncoded()
                : tbs.Extensions.GetExtension(oid).Value.GetOctets();
            extensions.AddExtension(oid, tbs.Extensions.GetExtension(oid).IsCritical, value);
        }

        generator.SetExtensions(extensions.Generate());
        var signed = generator.GenerateTbsCertificate();
        return Certificate.Parse(new DerSequence(signed, identifier, new DerBitString(key.Secret.Sign(signed.GetDerEncoded()))).GetDerEncoded());
    }

    /// <summary>A root with parameters, an authority without, and a certificate; all signed by DSA.</summary>
    private sealed class Pki
    {
        public Pki(DsaParameter group, KeyPair leafKey)
        {
            Root = DsaAuthority.Create(RootName, group);
            Authority = DsaAuthority.Create(AuthorityName, group, omitsParameters: true);
            RootCertificate = Root.SelfSigned();
            AuthorityCertificate = Root.Issue(Authority);
            Leaf = Authority.Issue(SamplePki.OfficeName, leafKey.PublicKeyInfo);
        }

        public DsaAuthority Root { get; }

        public DsaAuthority Authority { get; }

        public Certificate RootCertificate { get; }

        public Certificate AuthorityCertificate { get; }

        public Certificate Leaf { get; }

        public TrustStore Store => new([RootCertificate], [AuthorityCertificate], [Root.List(), Authority.List()]);
    }
}
