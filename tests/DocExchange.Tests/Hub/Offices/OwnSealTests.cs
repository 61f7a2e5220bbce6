using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>An office stops a seal of its own, and has it made anew.</summary>
public sealed class OwnSealTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task An_office_stops_its_lost_seal_at_once()
    {
        await StopAsync(await OrderAsync(), DistrictNode);
        var stated = await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.SealStopped);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stated.Statement.Body, Is.EqualTo(new SealStoppedBody(Listed.EsId, Listed.Seal, "印章遗失")));
            Assert.That(Listed.IsStopped, Is.True);
            Assert.That(File.ReadAllText(hub.Folder.AuditTrail), Does.Contain("\"act\":\"StopOwnSeal\"").And.Contain("赵六").And.Contain("\"step\":\"done\""));
        }
    }

    [Test]
    public async Task Keeps_the_order_as_proof_of_who_wanted_it()
    {
        var order = await OrderAsync();
        await StopAsync(order, DistrictNode);
        Assert.That(hub.Get<IObjectStore>().Get(Digest.Of(order)), Is.EqualTo(order));
    }

    [Test]
    public async Task Nobody_stops_the_seal_of_another()
    {
        var order = await OrderAsync();
        var foreign = await OrderAsync(key: hub.Site.Offices[Haidian].Key);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await RefusalOf(order, OtherNode)).Refusal, Is.EqualTo(Refusal.NotHosted), "from a node that does not host it");
            Assert.That((await RefusalOf(foreign, DistrictNode)).Refusal, Is.EqualTo(Refusal.NotBound), "signed by another office");
            Assert.That((await RefusalOf(await OrderAsync(exchange: "sh"), DistrictNode)).Refusal, Is.EqualTo(Refusal.WrongExchange));
            Assert.That(Listed.IsStopped, Is.False);
        }
    }

    [Test]
    public async Task Every_changed_byte_of_an_order_makes_it_void()
    {
        var order = await OrderAsync();
        for (var at = 0; at < order.Length; at += 7)
        {
            var altered = order.ToArray();
            altered[at] ^= 4;
            var refused = await RefusalOf(altered, DistrictNode);
            Assert.That(refused.Refusal, Is.AnyOf(Refusal.FormatFailure, Refusal.NotAuthentic, Refusal.NotBound), $"byte {at}");
        }

        Assert.That(Listed.IsStopped, Is.False);
    }

    [Test]
    public async Task A_renewed_seal_is_for_the_same_key_with_a_number_of_its_own()
    {
        var before = Listed;
        await hub.Get<SealRenewal>().RenewAsync(Dongcheng, CancellationToken.None);
        var seals = hub.Get<DirectoryKeeper>().Current.Find(Dongcheng)!.Seals;
        var made = Seal.Parse(hub.Get<IObjectStore>().Get(seals[1].Seal)!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seals, Has.Count.EqualTo(2));
            Assert.That((seals[0].EsId, seals[0].IsStopped, seals[0].Period.Until), Is.EqualTo((before.EsId, false, (DateTimeOffset?)hub.Clock.GetUtcNow())));
            Assert.That(seals[1].EsId, Is.Not.EqualTo(before.EsId));
            Assert.That(made.Lists(hub.Site.Offices[Dongcheng].SealKey.Certificate), Is.True);
        }
    }

    [Test]
    public async Task An_old_order_does_not_stop_the_seal_made_since()
    {
        var order = await OrderAsync();
        await StopAsync(order, DistrictNode);
        await hub.Get<SealRenewal>().RenewAsync(Dongcheng, CancellationToken.None);
        Assert.That((await RefusalOf(order, DistrictNode)).Refusal, Is.EqualTo(Refusal.WrongState));
        Assert.That(hub.Get<DirectoryKeeper>().Current.Find(Dongcheng)!.Seals[1].IsStopped, Is.False);
    }

    private OfficeSeal Listed => hub.Get<DirectoryKeeper>().Current.Find(Dongcheng)!.Seals[0];

    private Task<byte[]> OrderAsync(ISigningKey? key = null, string exchange = Exchange) =>
        new SealOrder(exchange, Dongcheng, Listed.EsId, Listed.Seal, "印章遗失", new Actor("zhao", "赵六", Roles.SealKeeper, "password"), hub.Clock.GetUtcNow())
            .SignAsync(key ?? hub.Site.Offices[Dongcheng].Key, CancellationToken.None);

    private Task<LoggedEntry> StopAsync(byte[] order, PartyId node) => hub.Get<OwnSealStops>().StopAsync(order, node, CancellationToken.None);

    private Task<RefusedException> RefusalOf(byte[] order, PartyId node) => HubUnderTest.RefusalOf(() => StopAsync(order, node));
}
