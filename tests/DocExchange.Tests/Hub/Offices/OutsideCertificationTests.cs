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
    private static readonly DistinguishedName Anybody = new("单位甲", null, null);

    private FakeTimeProvider clock = null!;
    private TemporaryFolder folder = null!;
    private SiteStore site = null!;
    private CertificateAuthority authority = null!;
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
        var directories = new DirectoryKeeper(new FileObjectStore(Path.Combine(folder.Path, "objects"), new LocalDisk()));
        directories.Become(new OfficeDirectory("bj", 1, Now, [], [], [], [], [authority.Certificate]), 0);
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

    private byte[] Issue(RequestedKey key, CertificateProfile profile, CertificateAuthority? by = null)
    {
        var issuer = by ?? authority;
        var certificate = issuer.Issue(key.Request, profile, Anybody, profile == CertificateProfile.Tls ? ["n1.bj.docexchange"] : null, Now.AddMinutes(-5), Now.AddYears(2));
        return System.Text.Encoding.ASCII.GetBytes(certificate.ToPem() + issuer.Certificate.ToPem());
    }

    private static RequestedKey Requested(PartyId party, CertificateUse use, CertificateProfile profile)
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        return new RequestedKey(party, use, pair.CreateRequest(Anybody), profile, Anybody, use == CertificateUse.Tls ? ["n1.bj.docexchange"] : []);
    }

    private static CertificateAuthority Root(string name) => CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName(name, null, null), Now.AddYears(-1), Now.AddYears(9));

    private static RefusedException Refused(Action act) => Assert.Throws<RefusedException>(() => act())!;
}
