using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>Why a seal was stopped stands in the ledger for ever, so it is there and bounded.</summary>
public sealed class SealStopReasonTests
{
    [TestCase(0)]
    [TestCase(2_001)]
    [TestCase(10_000)]
    public async Task A_seal_is_not_stopped_without_a_reason_that_fits(int letters)
    {
        await using var hub = await HubUnderTest.StartAsync();
        var seal = hub.Get<DirectoryKeeper>().Current.Find(Dongcheng)!.Seals[0];
        var size = hub.Ledger.Size;
        var refused = await HubUnderTest.RefusalOf(() => hub.Get<Revocation>().StopSealAsync(Dongcheng, seal.EsId, new string('由', letters), default));
        Assert.That((refused.Refusal, hub.Ledger.Size), Is.EqualTo((Refusal.ReasonMissing, size)));
    }
}
