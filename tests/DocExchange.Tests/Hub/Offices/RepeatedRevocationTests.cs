using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>A revocation that broke off anywhere is finished when it is asked for again, and nothing of it is stated twice.</summary>
public sealed class RepeatedRevocationTests
{
    private readonly FailingObjects failing = new();
    private HubUnderTest hub = null!;
    private Certificate certificate = null!;

    [SetUp]
    public async Task StartAsync()
    {
        failing.Left = long.MaxValue;
        hub = await HubUnderTest.StartAsync(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IObjectStore>(provider =>
            {
                failing.Inner = new FileObjectStore(provider.GetRequiredService<HubFolder>().Objects, provider.GetRequiredService<IDisk>());
                return failing;
            }));
        });
        certificate = hub.Site.Offices[Haidian].Key.Certificate;
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [TestCase(0, TestName = "Finishes_a_revocation_whose_list_could_not_be_stored")]
    [TestCase(1, TestName = "Finishes_a_revocation_whose_directory_could_not_be_stored")]
    public async Task Finishes_a_revocation_that_met_a_full_disk(int stored)
    {
        failing.Left = stored;
        await Assert.ThrowsAsync<IOException>(() => RevokeAsync(RevocationReason.KeyCompromise));
        failing.Left = long.MaxValue;
        hub.Clock.Advance(TimeSpan.FromMinutes(5));
        await hub.RestartAsync();
        await RevokeAsync(RevocationReason.Superseded);

        var again = await HubUnderTest.RefusalOf(() => RevokeAsync(RevocationReason.KeyCompromise));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Refusal, Is.EqualTo(Refusal.WrongState));
            Assert.That(IsBound(), Is.False);
            Assert.That((await StatedAsync<CertificateRevokedBody>()).Select(body => (body.Certificate, body.Reason)), Is.EqualTo(new[] { (certificate.Fingerprint, "KeyCompromise") }), "as the list says");
            Assert.That((await File.ReadAllLinesAsync(Path.Combine(hub.Folder.Authority, "revoked.csv"))).Length, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task States_what_was_unbound_before_the_hub_died()
    {
        hub.Get<SiteKeys>().Authorities.Revoke(certificate, RevocationReason.KeyCompromise, hub.Clock.GetUtcNow(), null);
        hub.Get<Revocation>().RenewLists();
        await UnbindAsync();

        await RevokeAsync(RevocationReason.KeyCompromise);

        Assert.That((await StatedAsync<CertificateRevokedBody>()).Single().Certificate, Is.EqualTo(certificate.Fingerprint));
    }

    [Test]
    public async Task An_imported_list_states_also_what_was_unbound_before_and_does_so_once()
    {
        await UnbindAsync();
        var now = hub.Clock.GetUtcNow();
        var list = hub.Get<SiteKeys>().Authorities.IssuerFor(KeyAlgorithm.EcdsaP256)
            .IssueRevocationList([new RevokedCertificate(certificate.SerialNumber, now, RevocationReason.KeyCompromise)], now, now.AddDays(30), 7);

        var first = await hub.Get<Revocation>().ImportAsync([list], CancellationToken.None);
        var again = await hub.Get<Revocation>().ImportAsync([list], CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.EqualTo(new[] { certificate.Fingerprint }));
            Assert.That(again, Is.Empty);
            Assert.That(await StatedAsync<CertificateRevokedBody>(), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_seal_is_stopped_in_the_directory_at_the_second_attempt_and_stated_once()
    {
        var seal = hub.Site.Offices[Haidian].Seal.EsId;
        failing.Left = 0;
        await Assert.ThrowsAsync<IOException>(() => StopAsync(seal));
        failing.Left = long.MaxValue;

        await StopAsync(seal);

        var again = await HubUnderTest.RefusalOf(() => StopAsync(seal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Refusal, Is.EqualTo(Refusal.WrongState));
            Assert.That(await StatedAsync<SealStoppedBody>(), Has.Count.EqualTo(1));
            Assert.That(hub.Get<DirectoryKeeper>().Current.Find(Haidian)!.Seals.Single(each => each.EsId == seal).IsStopped, Is.True);
        }
    }

    private Task RevokeAsync(RevocationReason reason) => hub.Get<Revocation>().RevokeAsync(certificate.Fingerprint, reason, null, CancellationToken.None);

    private Task StopAsync(string seal) => hub.Get<Revocation>().StopSealAsync(Haidian, seal, "机构更名", CancellationToken.None);

    private Task UnbindAsync() => hub.Get<DirectoryPublishing>().PublishAsync(
        current => current.Next(hub.Clock.GetUtcNow(), [.. current.Offices.Select(office => office.Id != Haidian ? office : office with
        {
            Certificates = [.. office.Certificates.Select(each => each with { Period = each.Period with { Until = hub.Clock.GetUtcNow() } })],
        })]),
        CancellationToken.None);

    private bool IsBound() => hub.Get<DirectoryKeeper>().Current.Find(Haidian)!.Certificates.Any(each => each.Certificate.Equals(certificate) && each.Period.Until is null);

    private async Task<IReadOnlyList<T>> StatedAsync<T>() => [.. (await hub.MailboxAsync(OtherNode)).Select(logged => logged.Statement.Body).OfType<T>()];

    /// <summary>Stores so many objects more, then no others.</summary>
    private sealed class FailingObjects : IObjectStore
    {
        public IObjectStore Inner { get; set; } = null!;

        public long Left { get; set; }

        public Task<Digest> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
            --Left >= 0 ? Inner.PutAsync(bytes, cancellation) : throw new IOException("No space left on device");

        public byte[]? Get(Digest digest) => Inner.Get(digest);

        public bool Contains(Digest digest) => Inner.Contains(digest);
    }
}
