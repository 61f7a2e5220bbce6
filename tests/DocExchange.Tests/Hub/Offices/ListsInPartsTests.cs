using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>An outside authority may publish its revocations in parts, and by several keys under one name.</summary>
public sealed class ListsInPartsTests
{
    private static readonly DistinguishedName Name = new("外部CA", "外部", null);

    private HubUnderTest hub = null!;
    private KeyPair key = null!;
    private KeyPair second = null!;
    private Certificate signer = null!;
    private Certificate secondSigner = null!;
    private Certificate ofHaidian = null!;
    private Certificate ofDongcheng = null!;

    [SetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("外部根", "外部", null), Start.AddYears(-1), Start.AddYears(9));
        (key, second) = (KeyPair.Generate(KeyAlgorithm.EcdsaP256), KeyPair.Generate(KeyAlgorithm.EcdsaP256));
        (signer, secondSigner) = (Subordinate(root, key), Subordinate(root, second));
        using var authority = CertificateAuthority.Of(key, signer, []);
        (ofHaidian, ofDongcheng) = (Issue(authority), Issue(authority));
        await hub.Get<DirectoryPublishing>().PublishAsync(
            current => current.Next(
                hub.Clock.GetUtcNow(), offices: [.. current.Offices.Select(office => office.Id == Haidian ? Bind(office, ofHaidian) : office.Id == Dongcheng ? Bind(office, ofDongcheng) : office)],
                authorities: [.. current.Authorities, root.Certificate, signer, secondSigner]),
            CancellationToken.None);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await hub.DisposeAsync();
        key.Dispose();
        second.Dispose();
    }

    [Test]
    public async Task Parts_of_a_list_stand_beside_each_other_and_none_gives_way_to_an_older_one()
    {
        var (a, b) = (ListOf(key, signer, 7, Part("a"), ofHaidian), ListOf(key, signer, 8, Part("b"), ofDongcheng));
        var older = ListOf(key, signer, 6, Part("a"));

        var revoked = await ImportAsync(a, b);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(revoked, Is.EquivalentTo(new[] { ofHaidian.Fingerprint, ofDongcheng.Fingerprint }));
            Assert.That(Kept(), Is.EquivalentTo(new[] { a.Fingerprint, b.Fingerprint }));
            Assert.That((await HubUnderTest.RefusalOf(() => ImportAsync(older))).Refusal, Is.EqualTo(Refusal.WrongState));
        }
    }

    [Test]
    public async Task The_newest_list_of_several_stays_whatever_their_order()
    {
        var newest = ListOf(key, signer, 9, null, ofHaidian);

        await ImportAsync(newest, ListOf(key, signer, 8, null));

        Assert.That(Kept(), Is.EqualTo(new[] { newest.Fingerprint }));
    }

    [Test]
    public async Task A_list_of_another_key_under_the_same_name_replaces_nothing_and_revokes_nothing_of_the_first()
    {
        var first = ListOf(key, signer, 7, null);
        var other = ListOf(second, secondSigner, 8, null, ofHaidian);

        var revoked = await ImportAsync(first, other);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(revoked, Is.Empty);
            Assert.That(Kept(), Is.EquivalentTo(new[] { first.Fingerprint, other.Fingerprint }));
        }
    }

    [Test]
    public async Task Refuses_a_delta_list_and_an_indirect_list_and_says_what_to_import()
    {
        var delta = ListOf(key, signer, 8, (X509Extensions.DeltaCrlIndicator, new DerInteger(BigInteger.One)), ofHaidian);
        var indirect = ListOf(key, signer, 8, (X509Extensions.IssuingDistributionPoint, new IssuingDistributionPoint(null, false, false, null, true, false)), ofHaidian);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => ImportAsync(delta))).English, Does.Contain("a delta list").And.Contain("complete list"));
            Assert.That((await HubUnderTest.RefusalOf(() => ImportAsync(indirect))).English, Does.Contain("an indirect list"));
            Assert.That(Kept(), Is.Empty);
        }
    }

    [Test]
    public async Task Refuses_a_list_that_says_to_be_of_more_than_a_day_from_now()
    {
        var ahead = (int)TimeSpan.FromDays(1).TotalMinutes + 1 + (int)(hub.Clock.GetUtcNow() - Start).TotalMinutes;
        await ImportAsync(ListOf(key, signer, ahead - 2, null));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => ImportAsync(ListOf(key, signer, ahead, null)))).English, Does.Contain("says to be of").And.Contain("the hub's clock says"));
            Assert.That(Kept().Count(), Is.EqualTo(1));
        }
    }

    private Task<IReadOnlyList<DocExchange.Trust.Digests.Digest>> ImportAsync(params RevocationList[] lists) => hub.Get<Revocation>().ImportAsync(lists, CancellationToken.None);

    private IEnumerable<DocExchange.Trust.Digests.Digest> Kept() => hub.Get<SiteStore>().RevocationLists().Select(list => list.Fingerprint);

    private static (DerObjectIdentifier, Asn1Encodable) Part(string name)
    {
        var names = new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, $"http://ca.example/{name}.crl"));
        return (X509Extensions.IssuingDistributionPoint, new IssuingDistributionPoint(new DistributionPointName(names), false, false, null, false, false));
    }

    /// <param name="number">Also the minute it was made in.</param>
    private static RevocationList ListOf(KeyPair key, Certificate signer, int number, (DerObjectIdentifier Oid, Asn1Encodable Value)? extension, params Certificate[] revoked)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(signer.Inner.SubjectDN);
        generator.SetThisUpdate(CertificateIssuing.TimeOf(Start.AddMinutes(number)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(Start.AddDays(30)));
        foreach (var certificate in revoked)
        {
            generator.AddCrlEntry(new DerInteger(new BigInteger(certificate.SerialNumber, 16)), CertificateIssuing.TimeOf(Start), (int)RevocationReason.KeyCompromise);
        }

        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(number));
        if (extension is var (oid, value))
        {
            extensions.AddExtension(oid, true, value);
        }

        generator.SetExtensions(extensions.Generate());
        return RevocationList.Parse(CertificateIssuing.Sign(key, generator.GenerateTbsCertList()));
    }

    private static Certificate Subordinate(CertificateAuthority root, KeyPair pair) => root.IssueSubordinate(pair.CreateRequest(Name), Name, Start.AddYears(-1), Start.AddYears(8));

    private static Certificate Issue(CertificateAuthority authority)
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        return authority.Issue(pair.CreateRequest(Name), CertificateProfile.DocumentSigning, Name, null, Start.AddDays(-1), Start.AddYears(2));
    }

    private static Office Bind(Office office, Certificate certificate) =>
        office with { Certificates = [.. office.Certificates, new BoundCertificate(CertificateUse.Document, certificate, new Period(Start))] };
}
