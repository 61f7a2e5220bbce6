using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>Requests out and certificates in, by files: only what fits the key, the purpose and an accepted authority.</summary>
public sealed class OutsideCertificationTests
{
    private static readonly DateTimeOffset Now = ExchangeSite.Start;
    private const string Code = "91350100M000100Y43";
    private const string OtherCode = "12100000400002195R";
    private static readonly DistinguishedName OfOffice = new("单位甲", null, null);
    private static readonly DistinguishedName OfNode = new("节点一", "北京市", null);

    private FakeTimeProvider clock = null!;
    private TemporaryFolder folder = null!;
    private SiteStore site = null!;
    private CertificateAuthority authority = null!;
    private DirectoryKeeper directories = null!;
    private OutsideCertification outside = null!;
    private RequestedKey document = null!;
    private RequestedKey tls = null!;

    [SetUp]
    public void SetUp()
    {
        clock = new FakeTimeProvider(Now);
        folder = new TemporaryFolder();
        site = new SiteStore(Path.Combine(folder.Path, "site.litedb"));
        authority = Root("Outside");
        directories = new DirectoryKeeper(new FileObjectStore(Path.Combine(folder.Path, "objects"), new LocalDisk()));
        Office[] offices = [new(PartyId.Parse("bj/a"), "单位甲", "甲") { CreditCode = Code }, new(PartyId.Parse("bj/b"), "单位乙", "乙") { CreditCode = OtherCode }];
        directories.Become(new OfficeDirectory("bj", 1, Now, offices, [new Machine(PartyId.Parse("bj/~n2"), "节点二", [])], [], [], [authority.Certificate]), 0);
        site.Save(new StoredInvitation("bj/~n1", "节点一", ["bj/a"], [], Now, null, null));
        outside = new OutsideCertification(site, directories, new HubFolder(folder.Path), new LocalDisk(), clock, NullLogger<OutsideCertification>.Instance);
        document = Requested(PartyId.Parse("bj/a"), CertificateUse.Document, CertificateProfile.DocumentSigning);
        tls = Requested(PartyId.Parse("bj/~n1"), CertificateUse.Tls, CertificateProfile.Tls);
    }

    [TearDown]
    public void TearDown()
    {
        authority.Dispose();
        site.Dispose();
        folder.Dispose();
    }

    [Test]
    public void Writes_requests_until_all_are_certified_and_gives_the_same_answer_again()
    {
        var waiting = Refused(() => outside.Certify("n1", [tls, document], Now));
        var answered = outside.Import(Issue(document, CertificateProfile.DocumentSigning));
        var still = Refused(() => outside.Certify("n1", [tls, document], Now));
        outside.Import(Issue(tls, CertificateProfile.Tls));
        var certified = outside.Certify("n1", [tls, document], Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.Refusal, Is.EqualTo(Refusal.Pending));
            Assert.That(answered, Is.EqualTo(new[] { "n1/a.document.csr" }));
            Assert.That(still.English, Does.Contain("1 certificates").And.Contain("n1/tls.csr").And.Not.Contain("a.document"));
            Assert.That(outside.Waiting(), Is.Empty);
            Assert.That(certified[document].PublicKeyFingerprint, Is.EqualTo(document.Request.PublicKeyFingerprint));
            Assert.That(outside.Certify("n1", [tls, document], Now)[tls], Is.EqualTo(certified[tls]));
            Assert.That(outside.Import(certified[tls].Der), Is.Empty, "imported twice");
        }
    }

    [Test]
    public void The_profile_beside_a_request_is_what_OpenSSL_reads()
    {
        Refused(() => outside.Certify("n1", [tls], Now));

        var text = File.ReadAllText(Path.Combine(folder.Path, "requests", "n1", "tls.cnf"));
        Assert.That(text, Does.Contain("extendedKeyUsage=serverAuth,clientAuth\n").And.Contain("subjectAltName=DNS:n1.bj.docexchange\n").And.Contain("basicConstraints=critical,CA:FALSE\n"));
    }

    [Test]
    public void Refuses_a_certificate_of_a_stranger_for_another_purpose_or_for_no_request()
    {
        Refused(() => outside.Certify("n1", [document], Now));
        using var stranger = Root("Stranger");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refused(() => outside.Import(Issue(document, CertificateProfile.DocumentSigning, stranger))).Refusal, Is.EqualTo(Refusal.NotAuthentic));
            Assert.That(Refused(() => outside.Import(Issue(document, CertificateProfile.Tls))).Refusal, Is.EqualTo(Refusal.NotAuthentic));
            Assert.That(Refused(() => outside.Import(Issue(tls, CertificateProfile.Tls))).Refusal, Is.EqualTo(Refusal.NotFound));
            Assert.That(Refused(() => outside.Import("rubbish"u8)).Refusal, Is.EqualTo(Refusal.FormatFailure));
            Assert.That(outside.Waiting(), Is.EqualTo(new[] { "n1/a.document.csr" }));
        }
    }

    [Test]
    public void Asks_again_for_a_certificate_that_has_expired()
    {
        Refused(() => outside.Certify("n1", [document], Now));
        outside.Import(Issue(document, CertificateProfile.DocumentSigning));
        clock.Advance(TimeSpan.FromDays(800));

        Assert.That(Refused(() => outside.Certify("n1", [document], clock.GetUtcNow())).Refusal, Is.EqualTo(Refusal.Pending));
    }

    [TestCase("单位甲", null, TestName = "the office in CN")]
    [TestCase("单位甲", "北京市人民政府", TestName = "the office in CN, its superior in O")]
    [TestCase(Code + "单位甲", null, TestName = "code and office in CN")]
    [TestCase("11000000000001", Code + "单位甲", TestName = "a seal's number in CN, code and office in O")]
    public void Takes_a_seal_certificate_whose_subject_names_the_office(string commonName, string? organization)
    {
        var seal = WaitsFor(CertificateUse.Seal, CertificateProfile.Seal);
        Assert.That(outside.Import(Issue(seal, CertificateProfile.Seal, name: new DistinguishedName(commonName, organization, null))), Is.EqualTo(new[] { "n1/a.seal.csr" }));
    }

    [TestCase("单位乙", null, "names somebody else, '单位乙'", TestName = "another office")]
    [TestCase("单位乙", Code + "单位甲", "names somebody else, '单位乙'", TestName = "another office in CN, this one in O")]
    [TestCase(OtherCode + "单位甲", null, "has the credit code " + OtherCode, TestName = "the code of another office before the name")]
    [TestCase("11000000000001", OtherCode + "单位甲", "has the credit code " + OtherCode, TestName = "the code of another office in O")]
    [TestCase("某人", "北京市", "does not name 单位甲（bj/a）", TestName = "nobody known")]
    public void Refuses_a_seal_certificate_whose_subject_is_not_the_office(string commonName, string? organization, string why)
    {
        var seal = WaitsFor(CertificateUse.Seal, CertificateProfile.Seal);
        var refused = Refused(() => outside.Import(Issue(seal, CertificateProfile.Seal, name: new DistinguishedName(commonName, organization, null))));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Refusal, refused.English.Contains(why, StringComparison.Ordinal)), Is.EqualTo((Refusal.NotAuthentic, true)), refused.English);
            Assert.That(outside.Waiting(), Is.EqualTo(new[] { "n1/a.seal.csr" }));
        }
    }

    [Test]
    public void Refuses_a_certificate_of_a_node_that_names_another_or_lacks_its_DNS_name()
    {
        Refused(() => outside.Certify("n1", [tls], Now));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refused(() => outside.Import(Issue(tls, CertificateProfile.Tls, name: new DistinguishedName("节点二", "北京市", null)))).English, Does.Contain("names somebody else, '节点二'"));
            Assert.That(Refused(() => outside.Import(Issue(tls, CertificateProfile.Tls, name: new DistinguishedName("单位甲", "节点一", null)))).English, Does.Contain("names somebody else, '单位甲'"));
            Assert.That(Refused(() => outside.Import(Issue(tls, CertificateProfile.Tls, name: new DistinguishedName("n1", "节点一", HolderUnits.Hub)))).English, Does.Contain("OU says '中心'"));
            Assert.That(Refused(() => outside.Import(Issue(tls, CertificateProfile.Tls, dnsName: "n2.bj.docexchange"))).English, Does.Contain("lack the DNS name n1.bj.docexchange"));
            Assert.That(outside.Import(Issue(tls, CertificateProfile.Tls, name: new DistinguishedName("n1", null, null))), Is.EqualTo(new[] { "n1/tls.csr" }));
        }
    }

    [Test]
    public void A_certificate_taken_in_before_does_not_serve_an_office_that_is_called_otherwise_now()
    {
        Refused(() => outside.Certify("n1", [document], Now));
        outside.Import(Issue(document, CertificateProfile.DocumentSigning));
        directories.Become(directories.Current.Next(Now, offices: [.. directories.Current.Offices.Select(office => office with { Name = office.Name + "筹备处" })]), 1);

        Assert.That(Refused(() => outside.Certify("n1", [document], Now)).Refusal, Is.EqualTo(Refusal.Pending));
    }

    private RequestedKey WaitsFor(CertificateUse use, CertificateProfile profile)
    {
        var key = Requested(PartyId.Parse("bj/a"), use, profile);
        Refused(() => outside.Certify("n1", [key], Now));
        return key;
    }

    private byte[] Issue(RequestedKey key, CertificateProfile profile, CertificateAuthority? by = null, DistinguishedName? name = null, string dnsName = "n1.bj.docexchange")
    {
        var issuer = by ?? authority;
        var certificate = issuer.Issue(key.Request, profile, name ?? key.Name, profile == CertificateProfile.Tls ? [dnsName] : null, Now.AddMinutes(-5), Now.AddYears(2));
        return System.Text.Encoding.ASCII.GetBytes(certificate.ToPem() + issuer.Certificate.ToPem());
    }

    private static RequestedKey Requested(PartyId party, CertificateUse use, CertificateProfile profile)
    {
        using var pair = KeyPair.Generate(use == CertificateUse.Seal ? KeyAlgorithm.Sm2 : KeyAlgorithm.EcdsaP256);
        var name = party.IsMachine ? OfNode : OfOffice;
        return new RequestedKey(party, use, pair.CreateRequest(name), profile, name, use == CertificateUse.Tls ? ["n1.bj.docexchange"] : []);
    }

    private static CertificateAuthority Root(string name) => CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName(name, null, null), Now.AddYears(-1), Now.AddYears(9));

    private static RefusedException Refused(Action act) => Assert.Throws<RefusedException>(() => act())!;
}
