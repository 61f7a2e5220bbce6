using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Node.Records;

namespace DocExchange.Tests.Durability;

/// <summary>A hub or node killed in its very first start, while its databases are made, starts as if it never had.</summary>
internal sealed class NewDatabaseTests
{
    private const string Root = "/data";

    [Test]
    public void The_nodes_is_made_whole_by_the_next_start_wherever_the_first_was_killed_or_lost_its_power() => RequireMadeWhole(disk =>
    {
        using var records = new NodeRecords(new DataFolder(Root), disk);
        Assert.That((records.Inbox.Count(), records.Packages.Find(row => row.State == PackageState.Wanted).Count(), records.Alarms.Find(row => row.Key == "").Count()), Is.EqualTo((0, 0, 0)));
        Assert.That(records.Write(() => records.NextId("something")), Is.Positive);
    });

    [Test]
    public void The_hubs_is_made_whole_by_the_next_start_wherever_the_first_was_killed_or_lost_its_power() => RequireMadeWhole(disk =>
    {
        using var site = new SiteStore(Path.Combine(Root, "site.litedb"), disk);
        Assert.That(site.AllInvitations(), Is.Empty);
    });

    [Test]
    public void The_catalogue_is_made_whole_by_the_next_start_wherever_the_first_was_killed_or_lost_its_power() => RequireMadeWhole(disk =>
    {
        using var files = new DurableDatabase(disk, Path.Combine(Root, "catalogue.litedb"), CatalogueTables.Mapper());
        _ = new CatalogueTables(files, TimeZoneInfo.Utc);
        // What nobody wrote is in none of them; meta has its form.
        Assert.That(CatalogueTables.Names.Where(name => name != "meta").Sum(name => files.Database.GetCollection(name).Count()), Is.Zero);
        Assert.That(files.Database.GetCollection("meta").FindAll().Select(row => row["_id"].AsString), Is.EquivalentTo(new[] { "form", "zone" }));
    });

    private static void RequireMadeWhole(Action<RecordingDisk> start)
    {
        const int MostStates = 60;
        var first = new RecordingDisk();
        start(first);
        var all = first.Operations.Count;
        for (var count = 0; count <= all; count += Math.Max(1, all / MostStates))
        {
            foreach (var left in new[] { first.KilledAfter(count), first.PowerlessAfter(count, new Random(count)) })
            {
                Assert.That(() => start(left), Throws.Nothing, $"after {count} of {all}");
            }
        }
    }
}
