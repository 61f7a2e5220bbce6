using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>A seal that another maker made for an office is taken into the directory, or refused with the reason.</summary>
public sealed class TakenSealTests
{
    private const string EsId = "11010000000042";

    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Takes_the_place_of_the_seal_before()
    {
        var seal = await MakeAsync(Maker, SealCertificate);
        await TakeAsync(seal.Der);
        var listed = Seals;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed, Has.Count.EqualTo(2));
            Assert.That((listed[0].IsStopped, listed[0].Period.Until), Is.EqualTo((false, (DateTimeOffset?)hub.Clock.GetUtcNow())));
            Assert.That((listed[1].EsId, listed[1].Name, listed[1].Seal), Is.EqualTo((EsId, seal.Name, seal.Fingerprint)));
            Assert.That(hub.Get<IObjectStore>().Get(listed[1].Seal), Is.EqualTo(seal.Der.ToArray()));
        }
    }

    [Test]
    public async Task Is_refused_with_the_reason()
    {
        using var stranger = new SigningOffice();
        using var other = stranger.Certify(KeyAlgorithm.Sm2);
        var sound = await MakeAsync(Maker, SealCertificate);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await RefusalOf("no seal"u8.ToArray())).Refusal, Is.EqualTo(Refusal.FormatFailure));
            Assert.That((await RefusalOf((await MakeAsync(other, SealCertificate)).Der)).Refusal, Is.EqualTo(Refusal.NotAuthentic), "by a maker nobody here vouches for");
            Assert.That((await RefusalOf((await MakeAsync(hub.Site.Offices[Haidian].SealKey, SealCertificate)).Der)).Refusal, Is.EqualTo(Refusal.NotAuthentic), "made by another office");
            Assert.That((await RefusalOf((await MakeAsync(hub.Site.Offices[Dongcheng].SealKey, SealCertificate)).Der)).Refusal, Is.EqualTo(Refusal.NotAuthentic), "made by the office itself");
            Assert.That((await RefusalOf((await MakeAsync(Maker, hub.Site.Offices[Haidian].SealKey.Certificate)).Der)).Refusal, Is.EqualTo(Refusal.NotBound), "for another office");
            Assert.That((await RefusalOf((await MakeAsync(Maker, SealCertificate, minutes: -1)).Der)).Refusal, Is.EqualTo(Refusal.NotAuthentic), "out of date");
            Assert.That((await RefusalOf((await MakeAsync(Maker, SealCertificate, esId: Seals[0].EsId)).Der)).Refusal, Is.EqualTo(Refusal.WrongState), "its number is taken");
            Assert.That((await RefusalOf(Altered(sound))).Refusal, Is.AnyOf(Refusal.NotAuthentic, Refusal.FormatFailure), "altered");
            Assert.That(Seals, Has.Count.EqualTo(1));
        }
    }

    private IReadOnlyList<OfficeSeal> Seals => hub.Get<DirectoryKeeper>().Current.Find(Dongcheng)!.Seals;

    private ISigningKey Maker => hub.Get<SiteKeys>().SealMaker;

    private Certificate SealCertificate => hub.Site.Offices[Dongcheng].SealKey.Certificate;

    private Task TakeAsync(ReadOnlyMemory<byte> seal) => hub.Get<SealRenewal>().TakeAsync(Dongcheng, seal, CancellationToken.None);

    private Task<RefusedException> RefusalOf(ReadOnlyMemory<byte> seal) => HubUnderTest.RefusalOf(() => TakeAsync(seal));

    private static byte[] Altered(Seal seal)
    {
        var bytes = seal.Der.ToArray();
        bytes[^5] ^= 1;
        return bytes;
    }

    private Task<Seal> MakeAsync(ISigningKey maker, Certificate signer, int minutes = 60, string esId = EsId)
    {
        var now = hub.Clock.GetUtcNow();
        return SealMaker.MakeAsync(
            new SealDefinition
            {
                EsId = esId,
                VendorId = "ZHIZHANG",
                Name = "北京市东城区人民政府",
                Type = 1,
                Picture = RoundSeal.Draw(new RoundSealText { Name = "北京市东城区人民政府" }),
                Signers = [signer],
                CreatedAt = now.AddMinutes(-3),
                ValidFrom = now.AddMinutes(-3),
                ValidUntil = now.AddMinutes(minutes),
            },
            maker,
            CancellationToken.None);
    }
}
