using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

internal sealed class NameConstraintTests
{
    private static readonly DistinguishedName RootName = new("Constrained root", null, null);

    private readonly KeyPair rootKey = KeyPair.Generate(Suite.Intl);
    private readonly KeyPair key = KeyPair.Generate(Suite.Gm);

    [OneTimeTearDown]
    public void Dispose()
    {
        rootKey.Dispose();
        key.Dispose();
    }

    [TestCase(GeneralName.DnsName, "example.com", "example.com", true)]
    [TestCase(GeneralName.DnsName, "example.com", "a.b.EXAMPLE.com", true)]
    [TestCase(GeneralName.DnsName, "example.com", "notexample.com", false)]
    [TestCase(GeneralName.DnsName, "example.com", "*.example.com", true)]
    [TestCase(GeneralName.DnsName, "foo.example.com", "*.example.com", false)]
    [TestCase(GeneralName.DnsName, "", "anything.at.all", true)]
    [TestCase(GeneralName.DnsName, "example.com", ".example.com", false)]
    [TestCase(GeneralName.Rfc822Name, "example.com", "who@example.com", true)]
    [TestCase(GeneralName.Rfc822Name, "example.com", "who@mail.example.com", false)]
    [TestCase(GeneralName.Rfc822Name, ".example.com", "who@mail.example.com", true)]
    [TestCase(GeneralName.Rfc822Name, ".example.com", "who@example.com", false)]
    [TestCase(GeneralName.Rfc822Name, "who@example.com", "who@EXAMPLE.com", true)]
    [TestCase(GeneralName.Rfc822Name, "who@example.com", "Who@example.com", false)]
    [TestCase(GeneralName.Rfc822Name, "example.com", "a@b@example.com", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "host.example.com", "https://host.example.com:8443/x", true)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "https://host.example.com/", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, ".example.com", "https://host.example.com/", true)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "https://example.com@evil.org/", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "urn:example.com", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "https://192.0.2.1/", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "https://example.com./", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "mailto:who@example.com", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "https:\\\\example.com", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", " https://example.com/", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "example.com", "HTTPS://EXAMPLE.COM:8443/", true)]
    [TestCase(GeneralName.IPAddress, "192.0.2.0/255.255.255.0", "192.0.2.77", true)]
    [TestCase(GeneralName.IPAddress, "192.0.2.0/255.255.255.0", "192.0.3.1", false)]
    [TestCase(GeneralName.IPAddress, "192.0.2.0/255.255.255.0", "2001:db8::1", false)]
    [TestCase(GeneralName.IPAddress, "2001:db8::/ffff:ffff::", "2001:db8::1", true)]
    [TestCase(GeneralName.DirectoryName, "C=CN,O=Office", "C=CN,O= office ,CN=x", true)]
    [TestCase(GeneralName.DirectoryName, "C=CN,O=Office", "C=CN,O=Other,CN=x", false)]
    [TestCase(GeneralName.DirectoryName, "C=CN,O=Office", "O=Office,C=CN", false)]
    public void Permits_what_lies_inside(int form, string subtree, string name, bool isInside)
    {
        var constraint = new NameForm(Constraint(form, subtree));
        var actual = new NameForm(new GeneralName(form, name));

        Assert.That(NameForms.IsWithin(actual, constraint), Is.EqualTo(isInside));
    }

    [TestCase("bar.example.com", "*.example.com", true, Description = "CVE-2025-61727")]
    [TestCase("bar.other.com", "*.example.com", false)]
    [TestCase("example.com", "*.example.com", true)]
    [TestCase("example.com", "malformed..example", true)]
    public void Excludes_what_may_lie_inside(string subtree, string name, bool mayBeInside)
    {
        var constraint = new NameForm(new GeneralName(GeneralName.DnsName, subtree));

        Assert.That(NameForms.MayBeWithin(new NameForm(new GeneralName(GeneralName.DnsName, name)), constraint), Is.EqualTo(mayBeInside));
    }

    // RFC 5280 §4.2.1.10: where a constraint applies to URIs, one without a fully qualified domain name is refused.
    [TestCase("https://127.0.0.1/x", true)]
    [TestCase("urn:x:y", true)]
    [TestCase("https://localhost/", true)]
    [TestCase("https://example.com./", true)]
    [TestCase("https://host.example.com./x", true)]
    [TestCase("https://host.other.org/", false)]
    [TestCase("https://host.example.com/", true)]
    public void Excludes_a_URI_of_which_no_host_is_known(string uri, bool mayBeInside) => Assert.That(
        NameForms.MayBeWithin(new NameForm(new GeneralName(GeneralName.UniformResourceIdentifier, uri)), new NameForm(new GeneralName(GeneralName.UniformResourceIdentifier, ".example.com"))),
        Is.EqualTo(mayBeInside));

    // RFC 5280 §7.1, RFC 4518: what is the same name, for permitted and excluded subtrees alike.
    [TestCase("Bad", "B\u00adad", true, Description = "soft hyphen")]
    [TestCase("Bad", "\uff22\uff41\uff44", true, Description = "fullwidth")]
    [TestCase("Bad Office", "Bad\u3000 Office\u200b", true, Description = "blanks")]
    [TestCase("Bad Office", "Bad\tOffice\u0000", true, Description = "controls")]
    [TestCase("Straße", "STRASSE", true)]
    [TestCase("café", "CAFE\u0301", true, Description = "decomposed")]
    [TestCase("a\u0323\u0301", "a\u0301\u0323", true, Description = "marks in another order")]
    [TestCase("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af", true)]
    [TestCase("ΣΊΣΥΦΟΣ", "σίσυφος", true)]
    [TestCase("更", "\uf901", true, Description = "compatibility ideograph")]
    [TestCase("café", "cafe", false)]
    [TestCase("东城区人民政府", "西城区人民政府", false)]
    public void Compares_directory_names_as_RFC_4518_prepares_them(string subtree, string name, bool isSame)
    {
        NameForm Of(string organization) => new(new GeneralName(X509Name.GetInstance(new DerSequence(new DerSet(new DerSequence(X509Name.O, new DerUtf8String(organization)))))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(NameForms.IsWithin(Of(name), Of(subtree)), Is.EqualTo(isSame));
            Assert.That(NameForms.MayBeWithin(Of(name), Of(subtree)), Is.EqualTo(isSame));
        }
    }

    [Test]
    public void Compares_directory_names_of_any_kind_of_string()
    {
        NameForm Of(Asn1Encodable organization) => new(new GeneralName(X509Name.GetInstance(new DerSequence(new DerSet(new DerSequence(X509Name.O, organization))))));
        var expected = Of(new DerUtf8String("Bad"));

        Assert.That(
            new Asn1Encodable[] { new DerPrintableString("bad"), new DerBmpString("Bad"), new DerT61String("BAD"), new DerUniversalString([0, 0, 0, 0x42, 0, 0, 0, 0x61, 0, 0, 0, 0x64]) }
                .Select(text => NameForms.IsWithin(Of(text), expected)),
            Is.All.True);
    }

    // RFC 9598 §6.
    [TestCase("example.com", "用户@example.com", true)]
    [TestCase("example.com", "用户@EXAMPLE.com", true)]
    [TestCase("example.com", "用户@other.org", false)]
    [TestCase("example.com", "用户@mail.example.com", false)]
    [TestCase(".example.com", "用户@mail.example.com", true)]
    [TestCase("who@example.com", "用户@example.com", false, Description = "an address of ASCII is never this one")]
    [TestCase("who@example.com", "who@example.com", true)]
    public void Holds_constraints_on_addresses_against_internationalised_ones(string subtree, string address, bool isInside)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IsRefused(0, subtree, new DerUtf8String(address)), Is.EqualTo(!isInside), "permitted");
            Assert.That(IsRefused(1, subtree, new DerUtf8String(address)), Is.EqualTo(isInside), "excluded");
        }
    }

    [Test]
    public void An_internationalised_address_that_cannot_be_read_meets_no_constraint([Values(0, 1)] int tag) => Assert.That(
        (IsRefused(tag, "example.com", new DerIA5String("who@other.org")), IsRefused(tag, "example.com", new DerUtf8String("用户@例子.中国"))), Is.EqualTo((true, true)));

    [TestCase(GeneralName.DnsName, ".example.com", false)]
    [TestCase(GeneralName.DnsName, "*.example.com", false)]
    [TestCase(GeneralName.UniformResourceIdentifier, "192.0.2.1", false)]
    [TestCase(GeneralName.IPAddress, "192.0.2.0/255.0.255.0", false)]
    [TestCase(GeneralName.IPAddress, "192.0.2.0/255.255.255.240", true)]
    [TestCase(GeneralName.Rfc822Name, ".example.com", true)]
    public void Knows_constraints_that_are_malformed(int form, string subtree, bool isWellFormed) =>
        Assert.That(NameForms.IsWellFormedSubtree(new NameForm(Constraint(form, subtree))), Is.EqualTo(isWellFormed));

    [Test]
    public void Holds_the_trust_anchors_constraints_against_every_name_below()
    {
        var outside = Judge(Permitted(GeneralName.DnsName, "example.com"), "example.org");
        var inside = Judge(Permitted(GeneralName.DnsName, "example.com"), "www.example.com");

        Assert.Multiple(() =>
        {
            Assert.That(outside, Does.Contain("CERT_NAME_CONSTRAINTS"));
            Assert.That(inside, Does.Not.Contain("CERT_NAME_CONSTRAINTS"));
        });
    }

    // RFC 5280 §4.2.1.10: never empty, minimum 0, no maximum.
    [TestCase("nothing in them")]
    [TestCase("a minimum")]
    [TestCase("a maximum")]
    [TestCase("a name that is none")]
    public void Refuses_constraints_that_cannot_be_held_against_a_name(string fault)
    {
        var name = new GeneralName(GeneralName.DnsName, fault == "a name that is none" ? ".example.com" : "example.com");
        var constraints = fault switch
        {
            "nothing in them" => NameConstraints.GetInstance(DerSequence.Empty),
            "a minimum" => Of(0, new GeneralSubtree(name, DerInteger.One, null)),
            "a maximum" => Of(0, new GeneralSubtree(name, DerInteger.Zero, DerInteger.ValueOf(10))),
            _ => Of(0, new GeneralSubtree(name)),
        };
        var leaf = SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName);

        var finding = Findings(Root(constraints), leaf).Single(each => each.Code == "CERT_NAME_CONSTRAINTS_MALFORMED");

        Assert.That((finding.Indication, finding.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.ChainConstraintsFailure)));
    }

    [Test]
    public void Refuses_a_form_it_cannot_compare()
    {
        var registered = new GeneralName(GeneralName.RegisteredID, "1.2.3");
        var constraints = Of(0, new GeneralSubtree(registered));
        var root = Root(constraints);
        var leaf = SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(registered)));

        Assert.That(Codes(root, leaf), Does.Contain("CERT_NAME_CONSTRAINTS"));
    }

    [Test]
    public void Stops_at_a_limit_when_names_and_constraints_multiply()
    {
        var subtrees = Enumerable.Range(0, 1000).Select(i => (Asn1Encodable)new GeneralSubtree(new GeneralName(GeneralName.DnsName, $"n{i}.example.com"))).ToArray();
        var root = Root(Of(1, subtrees));
        var leaf = SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames([.. Enumerable.Range(0, 1000).Select(i => new GeneralName(GeneralName.DnsName, $"m{i}.example.com"))])));

        Assert.That(Codes(root, leaf), Does.Contain("CERT_NAME_LIMIT"));
    }

    private static GeneralName Constraint(int form, string text)
    {
        if (form != GeneralName.IPAddress)
        {
            return new GeneralName(form, text);
        }

        var (address, mask) = (System.Net.IPAddress.Parse(text.Split('/')[0]), System.Net.IPAddress.Parse(text.Split('/')[1]));
        return new GeneralName(form, new DerOctetString([.. address.GetAddressBytes(), .. mask.GetAddressBytes()]));
    }

    private static NameConstraints Permitted(int form, string subtree) => Of(0, new GeneralSubtree(Constraint(form, subtree)));

    private bool IsRefused(int tag, string subtree, Asn1Encodable address)
    {
        var mailbox = new GeneralName(GeneralName.OtherName, new DerSequence(new DerObjectIdentifier("1.3.6.1.5.5.7.8.9"), new DerTaggedObject(true, 0, address)));
        var root = Root(Of(tag, new GeneralSubtree(new GeneralName(GeneralName.Rfc822Name, subtree))));
        var leaf = SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName, extensions => extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(mailbox)));
        return Codes(root, leaf).Contains("CERT_NAME_CONSTRAINTS");
    }

    /// <param name="tag">0 for permitted, 1 for excluded subtrees.</param>
    private static NameConstraints Of(int tag, params Asn1Encodable[] subtrees) =>
        NameConstraints.GetInstance(new DerSequence(new DerTaggedObject(isExplicit: false, tag, new DerSequence(subtrees))));

    private Certificate Root(NameConstraints constraints) => SamplePki.Odd(rootKey, RootName, rootKey, RootName, extensions =>
    {
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
        extensions.AddExtension(X509Extensions.NameConstraints, true, constraints);
    });

    private IEnumerable<string> Judge(NameConstraints constraints, string dnsName)
    {
        var leaf = SamplePki.Odd(rootKey, RootName, key, SamplePki.OfficeName, extensions =>
            extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.DnsName, dnsName))));
        return Codes(Root(constraints), leaf);
    }

    private static IEnumerable<string> Codes(Certificate root, Certificate leaf) => Findings(root, leaf).Select(finding => finding.Code);

    private static IReadOnlyList<Finding> Findings(Certificate root, Certificate leaf) =>
        new CertificatePaths(TrustStore.Of([root], []), CertificatePathOptions.Default).Build(leaf, [], SamplePki.Noon, CertificateUsage.Any).Findings;
}
