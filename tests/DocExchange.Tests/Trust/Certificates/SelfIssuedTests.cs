using System.Security.Cryptography;
using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>What is self-issued and what is self-signed (RFC 5280 §3.2): the one is a matter of names, the other of keys.</summary>
internal sealed class SelfIssuedTests
{
    private static readonly DistinguishedName RootName = new("自签根", null, null);
    private static readonly DistinguishedName RolloverName = new("换密钥机构", null, null);
    private static readonly AlgorithmIdentifier Unknown = new(new DerObjectIdentifier("1.2.156.99.1"));

    private readonly KeyPair rootKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair oldKey = KeyPair.Generate(KeyAlgorithm.Rsa, 2048);
    private readonly KeyPair newKey = KeyPair.Generate(Suite.Gm);

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        oldKey.Dispose();
        newKey.Dispose();
    }

    [Test]
    public void A_certificate_by_which_an_authority_certified_its_new_key_is_no_anchor()
    {
        // RFC 4210 §4.4, newWithOld: in the bundle of every authority that has changed its key.
        var root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, AddAuthority);
        var old = SamplePki.Odd(rootKey, RootName, oldKey, RolloverName, AddAuthority);
        var rollover = SamplePki.Odd(oldKey, RolloverName, newKey, RolloverName, AddAuthority);
        var leaf = SamplePki.Odd(newKey, RolloverName, rootKey, SamplePki.OfficeName);
        var options = CertificatePathOptions.Default with { Revocation = RevocationDemand.Ignored };

        var store = TrustStore.Of([root, rollover], []);
        var alone = new CertificatePaths(store, options).Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);
        var whole = new CertificatePaths(store, options).Build(leaf, [old], SamplePki.Noon, CertificateUsage.Any);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((store.Anchors, store.Intermediates), Is.EqualTo((new[] { root }, new[] { rollover })));
            Assert.That(alone.Findings.Select(finding => finding.Code), Is.EqualTo(new[] { "CERT_ISSUER_UNKNOWN" }));
            Assert.That(whole.IsTrusted, string.Join('\n', whole.Findings));
            Assert.That(whole.Chain, Is.EqualTo(new[] { leaf, rollover, old, root }));
        }
    }

    [TestCase("1.2.840.113549.1.1.5", "SHA1")]
    [TestCase("1.2.840.113549.1.1.4", "MD5")]
    public void A_root_of_old_is_one_by_its_signature(string algorithm, string digest)
    {
        var (oid, hash) = (new AlgorithmIdentifier(new DerObjectIdentifier(algorithm), DerNull.Instance), new HashAlgorithmName(digest));
        var root = EndedAlgorithmTests.Resign(SamplePki.Odd(oldKey, RolloverName, oldKey, RolloverName, AddAuthority), oid, hash, oldKey);
        var rollover = EndedAlgorithmTests.Resign(SamplePki.Odd(oldKey, RolloverName, rootKey, RolloverName, AddAuthority), oid, hash, oldKey);

        Assert.That(TrustStore.Of([root, rollover], []).Anchors, Is.EqualTo(new[] { root }));
    }

    [Test]
    public void Where_the_algorithm_is_not_known_the_key_identifiers_decide()
    {
        var root = WithUnknownAlgorithm(SamplePki.Odd(rootKey, RolloverName, rootKey, RolloverName, AddAuthority));
        var rollover = WithUnknownAlgorithm(SamplePki.Odd(oldKey, RolloverName, rootKey, RolloverName, AddAuthority));

        Assert.That(TrustStore.Of([root, rollover], []).Anchors, Is.EqualTo(new[] { root }));
    }

    [Test]
    public void A_name_in_another_order_is_another_name()
    {
        var root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, AddAuthority);
        Asn1Encodable[] parts = [Part(X509Name.C, "CN"), Part(X509Name.O, "部"), Part(X509Name.CN, "下级")];
        var (name, reversed) = (Name(parts), Name([.. parts.Reverse()]));
        var authority = Issue(rootKey, RootName.ToName(), name, oldKey, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(0));
            extensions.AddExtension(X509Extensions.NameConstraints, true, new DerSequence(new DerTaggedObject(false, 0, new DerSequence(new GeneralSubtree(new GeneralName(Name(parts[..2])))))));
        });
        var below = Issue(oldKey, name, reversed, newKey, AddAuthority);
        var leaf = Issue(newKey, reversed, Name([.. parts[..2], Part(X509Name.CN, "人")]), rootKey, _ => { });

        var result = new CertificatePaths(TrustStore.Of([root, authority, below], []), CertificatePathOptions.Default with { Revocation = RevocationDemand.Ignored })
            .Build(leaf, [], SamplePki.Noon, CertificateUsage.Any);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(below.IsSelfIssued, Is.False);
            Assert.That(result.Chain, Has.Count.EqualTo(4));
            Assert.That(result.Findings.Select(finding => finding.Code), Is.SupersetOf(new[] { "CERT_PATH_LENGTH", "CERT_NAME_CONSTRAINTS" }));
        }
    }

    [Test]
    public void Thousands_of_parts_in_the_reverse_order_cost_little()
    {
        Asn1Encodable[] parts = [.. Enumerable.Range(0, 1900).Select(i => Part(X509Name.OU, $"{i:x4}"))];
        var (name, reversed) = (Name(parts), Name([.. parts.Reverse()]));
        var set = Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? Issue(rootKey, name, reversed, rootKey, AddAuthority) : Issue(rootKey, reversed, name, rootKey, AddAuthority)).ToList();
        var root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, AddAuthority);
        var top = Issue(rootKey, RootName.ToName(), reversed, rootKey, AddAuthority);
        var leaf = Issue(rootKey, name, SamplePki.OfficeName.ToName(), rootKey, _ => { });

        var before = ThreadTime.Now;
        var verdict = CertificateCheck.Judge(leaf, TrustStore.Of([root, top, .. set], []), SamplePki.Noon, CertificateUsage.Any, CertificateCheck.Strict with { Revocation = RevocationDemand.Ignored });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(2)));
            Assert.That(verdict.Chain, Has.Count.GreaterThanOrEqualTo(4));
        }
    }

    private static void AddAuthority(X509ExtensionsGenerator extensions)
    {
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
    }

    private static DerSet Part(DerObjectIdentifier type, string value) => new(new DerSequence(type, new DerUtf8String(value)));

    private static X509Name Name(Asn1Encodable[] parts) => X509Name.GetInstance(new DerSequence(parts));

    private static Certificate Issue(KeyPair issuerKey, X509Name issuer, X509Name subject, KeyPair key, Action<X509ExtensionsGenerator> add)
    {
        var extensions = new X509ExtensionsGenerator();
        add(extensions);
        return CertificateIssuing.Issue(
            issuerKey, issuer, CertificateIssuing.KeyIdOf(issuerKey.PublicKeyInfo), subject, key.PublicKeyInfo, extensions, SamplePki.Start, SamplePki.Start.AddYears(1));
    }

    private static Certificate WithUnknownAlgorithm(Certificate certificate)
    {
        var signed = Asn1Sequence.GetInstance(certificate.Inner.CertificateStructure.TbsCertificate.ToAsn1Object());
        return Certificate.Parse(new DerSequence(new DerSequence((Asn1Encodable[])[.. signed.Take(2), Unknown, .. signed.Skip(3)]), Unknown, new DerBitString([1, 2, 3])).GetDerEncoded());
    }
}
