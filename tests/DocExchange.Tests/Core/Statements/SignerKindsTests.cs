using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Core.Statements;

/// <summary>Whose a certificate is by its own words, for readers without a directory.</summary>
internal sealed class SignerKindsTests
{
    private const string Organization = "北京市人民政府办公厅";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PartyId Hub = PartyId.Hub("bj");
    private static readonly PartyId Node = PartyId.Parse("bj/~districts");
    private static readonly PartyId Office = PartyId.Parse("bj/dc");

    [TestCase(Organization + " 中心", Organization, "中心", "hub")]
    [TestCase(Organization + " 中心", Organization, null, "hub", Description = "set up before the unit was written")]
    [TestCase("某公司 中心", "某公司", null, "office", Description = "the trusted root is another's")]
    [TestCase("某公司 中心", "某公司", "中心", "nobody", Description = "the trusted root is another's")]
    [TestCase(Organization, Organization, null, "office")]
    [TestCase("发改委（RSA）", "发改委", null, "office")]
    [TestCase("区县节点", Organization, "节点", "node")]
    [TestCase(Organization + " 中心", Organization, "节点", "node")]
    [TestCase("张三", Organization, "安全保密管理员", "administrator")]
    public void A_statement_is_of_the_kind_that_its_signers_certificate_says(string name, string organization, string? unit, string kind)
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName(Organization + " 根CA", Organization, null), Start, Start.AddYears(10));
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(name, organization, unit);
        var signer = root.Issue(CertificateRequest.Parse(pair.CreateRequest(subject).Der), CertificateProfile.MachineSigning, subject, null, Start, Start.AddYears(1));
        var trust = new TrustStore([root.Certificate], [], []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SignerKinds(trust).Check(signer, Hub, []) is null, Is.EqualTo(kind == "hub"));
            Assert.That(new SignerKinds(trust).Check(signer, Node, []) is null, Is.EqualTo(kind == "node"));
            Assert.That(new SignerKinds(trust).Check(signer, Office, []) is null, Is.EqualTo(kind == "office"));
        }

        var found = new SignerKinds(trust).Check(signer, kind == "node" ? Office : Node, []);
        if (kind is "node" or "office")
        {
            Assert.That(found, Has.Property("Code").EqualTo("SIGNER_OF_ANOTHER_KIND").And.Property("SubIndication").EqualTo(SubIndication.SigConstraintsFailure));
        }
    }

    // Readers with seals of an outside authority trust its root as well, and the office's own people are its customers.
    [TestCase("信息处张三", "中心")]
    [TestCase(Organization + " 中心", null)]
    public void Nobody_is_the_hub_by_the_word_of_an_outside_authority_though_the_hubs_own_is_trusted_too(string name, string? unit)
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName(Organization + " 根CA", Organization, null), Start, Start.AddYears(10));
        using var other = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("某公司 根CA", "某公司", null), Start, Start.AddYears(10));
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(name, Organization, unit);
        var request = CertificateRequest.Parse(pair.CreateRequest(subject).Der);
        var trust = new TrustStore([root.Certificate, other.Certificate], [], []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SignerKinds(trust).IsHub(other.Issue(request, CertificateProfile.MachineSigning, subject, null, Start, Start.AddYears(1)), []), Is.False);
            Assert.That(new SignerKinds(trust).IsHub(root.Issue(request, CertificateProfile.MachineSigning, subject, null, Start, Start.AddYears(1)), []), Is.True);
        }
    }

    // Whoever keeps the directory could bind any key as an office's; outside authorities write nothing of nodes.
    [TestCase("中心", true, true)]
    [TestCase("节点", false, true)]
    [TestCase("安全保密管理员", true, true)]
    [TestCase("办公室", false, false)]
    [TestCase(null, false, false)]
    public void A_certificate_of_another_kind_signs_for_no_node_and_no_office(string? unit, bool isOfNoNode, bool isOfNoOffice)
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName(Organization + " 根CA", Organization, null), Start, Start.AddYears(10));
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName("某", Organization, unit);
        var signer = root.Issue(CertificateRequest.Parse(pair.CreateRequest(subject).Der), CertificateProfile.MachineSigning, subject, null, Start, Start.AddYears(1));
        var trust = new TrustStore([root.Certificate], [], []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SignerKinds(trust).Contradiction(signer, Node, []) is not null, Is.EqualTo(isOfNoNode));
            Assert.That(new SignerKinds(trust).Contradiction(signer, Office, []) is not null, Is.EqualTo(isOfNoOffice));
        }
    }

    [Test]
    public void Whose_a_certificate_is_that_there_is_no_work_left_to_find_out_is_open()
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName(Organization + " 根CA", Organization, null), Start, Start.AddYears(10));
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(Organization + " 中心", Organization, null);
        var signer = root.Issue(CertificateRequest.Parse(pair.CreateRequest(subject).Der), CertificateProfile.MachineSigning, subject, null, Start, Start.AddYears(1));
        var trust = new TrustStore([root.Certificate], [], []);
        SignerKinds Kinds(long work) => new(trust, FileWork.Of(CertificatePathOptions.Default with { MaxFileWork = work }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Kinds(1000).IsHub(signer, []), Is.True);
            foreach (var work in new[] { 0, 20 })
            {
                Assert.That(Kinds(work).IsHub(signer, []), Is.Null, $"{work}");
                Assert.That(Kinds(work).Contradiction(signer, Office, []), Has.Property("Code").EqualTo("SIGNER_KIND_LIMIT").And.Property("Indication").EqualTo(Indication.Indeterminate));
                Assert.That(Kinds(work).Check(signer, Hub, []), Has.Property("Code").EqualTo("SIGNER_KIND_LIMIT"));
            }
        }
    }
}
