using DocExchange.Hub.Offices;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Supervision;

public sealed class ExpiriesTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public void Says_nothing_while_all_is_new() => Assert.That(At(Start.AddDays(1)), Is.Empty);

    [Test]
    public void Names_what_runs_out_within_90_days_the_next_first()
    {
        var found = At(Start.AddYears(5).AddDays(-60));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Where(each => each.What == "certificate").Select(each => each.Use).Distinct(), Is.SupersetOf(new[] { "Document", "Seal", "Machine", "Tls" }));
            Assert.That(found.Where(each => each.What == "seal").Select(each => each.Holder), Does.Contain(Dongcheng.ToString()));
            Assert.That(found.Where(each => each.What is "certificate" or "seal").Select(each => each.Days), Is.All.InRange(58, 61));
            Assert.That(found.Select(each => each.Until), Is.Ordered);
        }
    }

    [Test]
    public void Names_what_has_run_out_with_negative_days() =>
        Assert.That(At(Start.AddYears(5).AddDays(10)).Where(each => each.What == "certificate").Select(each => each.Days), Is.Not.Empty.And.All.LessThan(0));

    [Test]
    public void Names_a_revocation_list_that_nobody_renews()
    {
        hub.Get<Revocation>().RenewLists();
        Assert.That(At(hub.Clock.GetUtcNow()), Is.Empty);
        Assert.That(At(Start.AddYears(1)).Select(each => each.What), Is.Not.Empty.And.All.EqualTo("revocation-list"));
    }

    [Test]
    public async Task Does_not_name_a_seal_that_another_replaced()
    {
        hub.Clock.SetUtcNow(Start.AddYears(3));
        await hub.Get<SealRenewal>().RenewAsync(Dongcheng, CancellationToken.None);
        Assert.That(At(Start.AddYears(5).AddDays(-60)).Where(each => each.What == "seal").Select(each => each.Holder), Does.Not.Contain(Dongcheng.ToString()).And.Contain(Xicheng.ToString()));
    }

    private IReadOnlyList<Expiry> At(DateTimeOffset time) => Expiries.Of(hub.Get<DirectoryKeeper>().Current, hub.Get<DirectoryKeeper>().Trust, time);
}
