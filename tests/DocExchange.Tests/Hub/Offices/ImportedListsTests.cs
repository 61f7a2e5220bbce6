using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>Revocation lists that come as files.</summary>
public sealed class ImportedListsTests
{
    [Test]
    public async Task What_an_imported_list_revokes_is_unbound_and_stated_once()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var certificate = hub.Site.Offices[Haidian].Key.Certificate;
        var list = ListOf(hub, certificate);
        var older = ListOf(hub, certificate, TimeSpan.FromMinutes(-10));

        var revoked = await hub.Get<Revocation>().ImportAsync([list], CancellationToken.None);
        var again = await hub.Get<Revocation>().ImportAsync([list], CancellationToken.None);

        var stated = await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.CertificateRevoked);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(revoked, Is.EqualTo(new[] { certificate.Fingerprint }));
            Assert.That(again, Is.Empty);
            Assert.That(((CertificateRevokedBody)stated.Statement.Body).Reason, Is.EqualTo("KeyCompromise"));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.ActAsync(StatementType.Opened, Haidian, document: new(default)))).Refusal, Is.EqualTo(Refusal.Revoked).Or.EqualTo(Refusal.NotBound));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.Get<Revocation>().ImportAsync([older], CancellationToken.None))).Refusal, Is.EqualTo(Refusal.WrongState));
        }
    }

    [Test]
    public async Task A_list_of_a_stranger_revokes_nothing()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var certificate = hub.Site.Offices[Haidian].Key.Certificate;
        using var stranger = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("北京市 签发CA (ECDSA)", "北京市", null), Start.AddYears(-1), Start.AddYears(1));
        var list = stranger.IssueRevocationList([new RevokedCertificate(certificate.SerialNumber, Start, RevocationReason.KeyCompromise)], Start, Start.AddDays(1), 1);

        var refused = await HubUnderTest.RefusalOf(() => hub.Get<Revocation>().ImportAsync([list], CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.Issuer, Is.EqualTo(certificate.Issuer));
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.NotAuthentic));
        }
    }

    private static RevocationList ListOf(HubUnderTest hub, Certificate certificate, TimeSpan shift = default)
    {
        var now = hub.Clock.GetUtcNow() + shift;
        var issuing = hub.Get<SiteKeys>().Authorities.IssuerFor(KeyAlgorithm.EcdsaP256);
        return issuing.IssueRevocationList([new RevokedCertificate(certificate.SerialNumber, now, RevocationReason.KeyCompromise)], now, now.AddDays(30), now.ToUnixTimeMilliseconds());
    }
}
