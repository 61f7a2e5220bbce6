using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class DeliveryTests
{
    [Test]
    public async Task A_package_is_expected_from_the_transaction_on_that_keeps_its_entries()
    {
        await using var desk = await TestDesk.StartAsync();
        var announced = await Arrivals.At(desk).AnnounceAsync();

        Assert.That(RowOf(desk, announced), Has.Property(nameof(PackageRow.State)).EqualTo(PackageState.Wanted));
    }

    [Test]
    public async Task What_was_judged_is_kept_though_its_Delivered_could_not_be_made()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = await arrivals.AnnounceAsync();
        arrivals.Shelve(announced);
        desk.Part<StatementQueue>().Dispose();

        Assert.That(() => desk.Part<Delivery>().ReconcileAsync([announced.Document], CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(RowOf(desk, announced), Has.Property(nameof(PackageRow.State)).EqualTo(PackageState.Verified));
    }

    [Test]
    public async Task A_package_that_does_not_pass_is_kept_together_with_its_alarm()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = await arrivals.AnnounceAsync(alter: bytes => bytes[^200] ^= 1);
        arrivals.Shelve(announced);

        await desk.Part<Delivery>().ReconcileAsync([announced.Document], CancellationToken.None);

        var row = RowOf(desk, announced);
        Assert.That(row.State, Is.EqualTo(PackageState.Unsound));
        Assert.That(desk.Part<AlarmBell>().Newest().Select(alarm => alarm.Key), Does.Contain($"package {row.Package} {row.Indication}"));
    }

    private static PackageRow RowOf(TestDesk desk, Announced announced) => desk.Part<NodeRecords>().Packages.FindById(announced.Document.ToString());
}
