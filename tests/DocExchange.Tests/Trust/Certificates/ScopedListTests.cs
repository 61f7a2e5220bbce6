using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Lists for a part of an issuer's certificates, and lists that speak for other issuers (RFC 5280 §5.2.5, §5.3.3, §6.3.3).</summary>
internal sealed class ScopedListTests
{
    private const int AllReasons = ReasonFlags.KeyCompromise | ReasonFlags.CACompromise | ReasonFlags.AffiliationChanged | ReasonFlags.Superseded
        | ReasonFlags.CessationOfOperation | ReasonFlags.CertificateHold | ReasonFlags.PrivilegeWithdrawn | ReasonFlags.AACompromise;

    private static readonly DateTimeOffset Noon = SamplePki.Noon;
    private static readonly DistinguishedName RootName = new("分区根", "北京市", null);
    private static readonly DistinguishedName ListName = new("吊销列表机构", "北京市", null);
    private static readonly (string Code, SubIndication SubIndication)[] Unused = [("CRL_SCOPE", SubIndication.None), ("CRL_MISSING", SubIndication.TryLater)];
    private static readonly (string Code, SubIndication SubIndication)[] Revoked = [("CERT_REVOKED", SubIndication.Revoked)];

    private readonly KeyPair rootKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair listKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair leafKey = KeyPair.Generate(Suite.Intl);
    private Certificate root = null!;
    private Certificate lister = null!;

    [OneTimeSetUp]
    public void Issue()
    {
        root = SamplePki.Odd(rootKey, RootName, rootKey, RootName, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        lister = Lister(KeyUsage.CrlSign);
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        listKey.Dispose();
        leafKey.Dispose();
    }

    [Test]
    public void A_list_of_one_distribution_point_speaks_for_the_certificates_that_name_it()
    {
        var leaf = Leaf(Point(At("http://a")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(leaf, OwnList(Idp(At("http://a")))), Is.Empty);
            Assert.That(Judge(leaf, OwnList(Idp(At("http://b", "http://a")))), Is.Empty, "one name in common is enough");
            Assert.That(Judge(leaf, OwnList(Idp(At("http://b")))), Is.EqualTo(Unused));
            Assert.That(Judge(leaf, OwnList(Idp(At("http://a")), leaf)), Is.EqualTo(Revoked));
            Assert.That(Judge(leaf, OwnList(Idp(At("http://b")), leaf)), Is.EqualTo(Unused), "another part of the issuer's certificates has the same number");
            Assert.That(Judge(leaf, OwnList(null)), Is.Empty, "a list without a point speaks for all");
            Assert.That(Judge(Leaf(), OwnList(Idp(At("http://a")))), Is.EqualTo(Unused), "it names no point");
        }
    }

    [Test]
    public void A_name_relative_to_the_issuer_is_the_same_as_the_whole_name()
    {
        var relative = new DistributionPointName(DistributionPointName.NameRelativeToCrlIssuer, new DerSet(new DerSequence(X509Name.CN, new DerUtf8String("第一分区"))));
        var parts = RootName.ToName();
        var whole = new X509Name(
            new List<DerObjectIdentifier>(parts.GetOidList()) { X509Name.CN }, new List<string>(parts.GetValueList()) { "第一分区" });
        var full = new DistributionPointName(DistributionPointName.FullName, new GeneralNames(new GeneralName(whole)));

        Assert.That(Judge(Leaf(Point(relative)), OwnList(Idp(full))), Is.Empty);
        Assert.That(Judge(Leaf(Point(At("http://a"))), OwnList(Idp(full))), Is.EqualTo(Unused));
    }

    [Test]
    public void A_list_of_one_kind_of_certificates_speaks_for_no_other()
    {
        var leaf = Leaf();
        var authority = SamplePki.Odd(rootKey, RootName, leafKey, SamplePki.OfficeName, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var (users, authorities, attributes) = (Idp(null, onlyUsers: true), Idp(null, onlyAuthorities: true), Idp(null, onlyAttributes: true));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(leaf, OwnList(users)), Is.Empty);
            Assert.That(Judge(leaf, OwnList(authorities)), Is.EqualTo(Unused));
            Assert.That(Judge(leaf, OwnList(attributes)), Is.EqualTo(Unused));
            Assert.That(Judge(authority, OwnList(authorities)), Is.Empty);
            Assert.That(Judge(authority, OwnList(users)), Is.EqualTo(Unused));
            Assert.That(Judge(authority, OwnList(attributes)), Is.EqualTo(Unused));
        }
    }

    [Test]
    public void Lists_for_some_reasons_clear_a_certificate_together_and_revoke_it_alone()
    {
        var leaf = Leaf();
        var compromise = Idp(null, reasons: ReasonFlags.KeyCompromise | ReasonFlags.CACompromise);
        var others = Idp(null, reasons: AllReasons & ~(ReasonFlags.KeyCompromise | ReasonFlags.CACompromise));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(leaf, OwnList(compromise)), Is.EqualTo(new[] { ("CRL_REASONS", SubIndication.TryLater) }));
            Assert.That(Judge(leaf, OwnList(compromise), OwnList(others)), Is.Empty);
            Assert.That(Judge(leaf, OwnList(compromise, leaf)), Is.EqualTo(Revoked));
            Assert.That(Judge(leaf, OwnList(others), OwnList(compromise, leaf)), Is.EqualTo(Revoked));
        }
    }

    [Test]
    public void A_point_for_some_reasons_needs_another_for_the_rest()
    {
        var some = new DistributionPoint(At("http://a"), new ReasonFlags(ReasonFlags.KeyCompromise), null);
        var rest = new DistributionPoint(At("http://b"), new ReasonFlags(AllReasons & ~ReasonFlags.KeyCompromise), null);
        var leaf = Leaf(some, rest);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(leaf, OwnList(Idp(At("http://a")))), Is.EqualTo(new[] { ("CRL_REASONS", SubIndication.TryLater) }));
            Assert.That(Judge(leaf, OwnList(Idp(At("http://a"))), OwnList(Idp(At("http://b")))), Is.Empty);
        }
    }

    [Test]
    public void An_indirect_list_speaks_for_the_certificates_that_name_its_issuer()
    {
        var leaf = Leaf(Indirect());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(JudgeIndirect(leaf, OtherList(Idp(null, isIndirect: true))), Is.Empty);
            Assert.That(JudgeIndirect(leaf, OtherList(Idp(null, isIndirect: true), (leaf, RootName))), Is.EqualTo(Revoked));
            Assert.That(JudgeIndirect(leaf, OtherList(Idp(null, isIndirect: true), (lister, RootName), (leaf, null))), Is.EqualTo(Revoked), "the issuer of an entry holds for those after it");
            Assert.That(JudgeIndirect(leaf, OtherList(Idp(null, isIndirect: true), (leaf, null))), Is.Empty, "without a name it is a certificate of the list's issuer");
            Assert.That(JudgeIndirect(leaf, OtherList(Idp(null, isIndirect: true), (leaf, RootName), (lister, ListName))), Is.EqualTo(Revoked));
            Assert.That(JudgeIndirect(leaf, OtherList(Idp(null))), Is.EqualTo(Unused), "it does not say that it is indirect");
            Assert.That(JudgeIndirect(leaf, OwnList(null)), Is.Empty, "the issuer may still speak for itself");
            Assert.That(JudgeIndirect(Leaf(), OtherList(Idp(null, isIndirect: true), (leaf, RootName))), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }), "the certificate does not name that issuer");
        }
    }

    [Test]
    public void An_indirect_list_is_believed_only_of_a_signer_below_the_same_anchor_that_may_sign_lists()
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var leaf = Leaf(Indirect());
        var stranger = SamplePki.Odd(key, ListName, key, ListName);
        var mayNot = Lister(KeyUsage.DigitalSignature);
        var list = OtherList(Idp(null, isIndirect: true), (leaf, RootName));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Judge(leaf, [root], [stranger], List(key, ListName, Idp(null, isIndirect: true), (leaf, RootName))),
                Is.EqualTo(new[] { ("CRL_SIGNATURE", SubIndication.None), ("CRL_MISSING", SubIndication.TryLater) }));
            Assert.That(
                Judge(leaf, [root, stranger], [], List(key, ListName, Idp(null, isIndirect: true), (leaf, RootName))),
                Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.TryLater) }), "another anchor: what it names is left open");
            Assert.That(
                Judge(leaf, [root], [mayNot], list), Is.EqualTo(new[] { ("CRL_ISSUER_USAGE", SubIndication.None), ("CRL_MISSING", SubIndication.TryLater) }));
            Assert.That(Judge(leaf, [root], [], list), Is.EqualTo(new[] { ("CRL_SIGNATURE", SubIndication.None), ("CRL_MISSING", SubIndication.TryLater) }), "nobody known signed it");
        }
    }

    [Test]
    public void An_issuer_named_in_an_entry_has_no_place_in_a_list_that_is_not_indirect()
    {
        var leaf = Leaf();

        Assert.That(Judge(leaf, List(rootKey, RootName, null, (leaf, ListName))), Is.EqualTo(Unused));
    }

    // RFC 5280 §5.1.1.2.
    [Test]
    public void A_list_that_names_two_algorithms_clears_nobody()
    {
        var leaf = Leaf();
        var whole = Asn1Sequence.GetInstance(Asn1Object.FromByteArray(OwnList(null).Der));
        var signed = Asn1Sequence.GetInstance(whole[0]);
        var changed = new DerSequence((Asn1Encodable[])[signed[0], new AlgorithmIdentifier(new DerObjectIdentifier("1.2.840.10045.4.3.3")), .. signed.Skip(2)]);
        var list = RevocationList.Parse(new DerSequence(changed, whole[1], new DerBitString(rootKey.Secret.Sign(changed.GetDerEncoded()))).GetDerEncoded());

        var findings = CertificateCheck.Judge(leaf, new TrustStore([root], [], [list]), Noon, CertificateUsage.Any, CertificateCheck.Strict).Findings;

        Assert.That(
            findings.Where(finding => finding.Code.StartsWith("CRL_", StringComparison.Ordinal)).Select(finding => (finding.Code, finding.SubIndication)),
            Is.EqualTo(new[] { ("CRL_PROFILE", SubIndication.None), ("CRL_STALE", SubIndication.TryLater) }));
    }

    /// <summary>With a list that clears the signer of indirect lists and nobody else; that it does not speak for the leaf is left out.</summary>
    private IEnumerable<(string Code, SubIndication SubIndication)> JudgeIndirect(Certificate leaf, params IReadOnlyList<RevocationList> lists)
    {
        var result = new CertificatePaths(new TrustStore([root], [lister], [OwnList(Idp(At("http://lists"))), .. lists]), CertificatePathOptions.Default).Build(leaf, [], Noon, CertificateUsage.Any);
        return result.Findings.Where(finding => finding.Code != "CRL_SCOPE" || finding.English.Contains(ListName.CommonName, StringComparison.Ordinal))
            .Select(finding => (finding.Code, finding.SubIndication));
    }

    private Certificate Lister(int usage) => SamplePki.Odd(rootKey, RootName, listKey, ListName, extensions =>
    {
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(usage));
        extensions.AddExtension(X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([Point(At("http://lists"))]));
    });

    private IEnumerable<(string Code, SubIndication SubIndication)> Judge(Certificate leaf, params IReadOnlyList<RevocationList> lists) => Judge(leaf, [root], [lister], lists);

    private static IEnumerable<(string Code, SubIndication SubIndication)> Judge(
        Certificate leaf, IReadOnlyList<Certificate> anchors, IReadOnlyList<Certificate> others, params IReadOnlyList<RevocationList> lists) =>
        new CertificatePaths(new TrustStore(anchors, others, lists), CertificatePathOptions.Default)
            .Build(leaf, [], Noon, CertificateUsage.Any).Findings.Select(finding => (finding.Code, finding.SubIndication));

    private Certificate Leaf(params DistributionPoint[] points) => SamplePki.Odd(rootKey, RootName, leafKey, SamplePki.OfficeName, extensions =>
    {
        if (points.Length > 0)
        {
            extensions.AddExtension(X509Extensions.CrlDistributionPoints, false, new CrlDistPoint(points));
        }
    });

    private static DistributionPoint Point(DistributionPointName name) => new(name, null, null);

    private static DistributionPoint Indirect() => new(null, null, new GeneralNames(new GeneralName(ListName.ToName())));

    private static DistributionPointName At(params string[] addresses) =>
        new(DistributionPointName.FullName, new GeneralNames([.. addresses.Select(address => new GeneralName(GeneralName.UniformResourceIdentifier, address))]));

    private static IssuingDistributionPoint Idp(
        DistributionPointName? name, bool onlyUsers = false, bool onlyAuthorities = false, bool onlyAttributes = false, int? reasons = null, bool isIndirect = false) =>
        new(name, onlyUsers, onlyAuthorities, reasons is { } some ? new ReasonFlags(some) : null, isIndirect, onlyAttributes);

    private RevocationList OwnList(IssuingDistributionPoint? scope, params Certificate[] revoked) =>
        List(rootKey, RootName, scope, [.. revoked.Select(certificate => (certificate, (DistinguishedName?)null))]);

    private RevocationList OtherList(IssuingDistributionPoint? scope, params (Certificate Certificate, DistinguishedName? Issuer)[] revoked) => List(listKey, ListName, scope, revoked);

    private static RevocationList List(
        KeyPair key, DistinguishedName name, IssuingDistributionPoint? scope, params (Certificate Certificate, DistinguishedName? Issuer)[] revoked)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(name.ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(Noon.AddDays(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(Noon.AddDays(6)));
        foreach (var (certificate, issuer) in revoked)
        {
            var extensions = new X509ExtensionsGenerator();
            extensions.AddExtension(X509Extensions.ReasonCode, false, new CrlReason(CrlReason.KeyCompromise));
            if (issuer is not null)
            {
                extensions.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(issuer.ToName())));
            }

            generator.AddCrlEntry(new DerInteger(certificate.Inner.SerialNumber), CertificateIssuing.TimeOf(Noon.AddDays(-3)), extensions.Generate());
        }

        var all = new X509ExtensionsGenerator();
        all.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo)));
        all.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(7));
        if (scope is not null)
        {
            all.AddExtension(X509Extensions.IssuingDistributionPoint, true, scope);
        }

        generator.SetExtensions(all.Generate());
        return RevocationList.Parse(CertificateIssuing.Sign(key, generator.GenerateTbsCertList()));
    }
}
