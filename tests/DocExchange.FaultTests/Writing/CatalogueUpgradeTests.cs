using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.FaultTests.Disks;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Tests;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using LiteDB;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.FaultTests.Writing;

/// <summary>
/// A catalogue as an earlier version kept it is made anew. Whatever happens in the midst of that, the next start gives the same
/// answers, and the version before takes nothing that is half made for its own. Every fourth write fails; with DOCEX_EVERY_WRITE=1
/// each.
/// </summary>
internal sealed class CatalogueUpgradeTests
{
    private const int Earlier = CatalogueForm.Current - 1;

    private static readonly bool IsEvery = Environment.GetEnvironmentVariable("DOCEX_EVERY_WRITE") == "1";

    [TestCase(Moment.Before)]
    [TestCase(Moment.After)]
    public async Task Whichever_write_fails_the_next_start_completes_it(Moment moment)
    {
        await using var faulted = await FaultedHub.StartAsync();
        await FillAsync(faulted.Hub);
        var before = await HubPromises.AnswersAsync(faulted.Hub);
        var (failures, isHit) = (0, true);
        for (var write = 0; isHit; write += IsEvery ? 1 : 4)
        {
            var failing = write;
            await faulted.RestartAfterAsync(() =>
            {
                Age(new LocalDisk(), faulted.Hub.Folder);
                faulted.Fault.Arm(failing, moment);
            });
            await faulted.UntilAsync("The hub does not come to rest", () => IsAtRest(faulted.Hub));
            faulted.Fault.Disarm();
            isHit = faulted.Fault.Failed is not null;
            failures += isHit ? 1 : 0;
            Assert.That(await HubPromises.AnswersAsync(faulted.Hub), Is.EqualTo(before), $"after: {faulted.Fault.Failed}");
        }

        Assert.That(failures, Is.GreaterThan(10));
        TestContext.Out.WriteLine($"{failures} writes failed, {faulted.Restarts} restarts.");
    }

    [Test]
    public async Task Killed_or_without_power_anywhere_in_it_the_next_start_completes_it()
    {
        const int MostStates = 20;
        var disk = new RecordingDisk();
        await using var hub = await HubUnderTest.StartAsync(services => services.AddSingleton<ICatalogue>(
            provider => CatalogueFiles.Open(provider.GetRequiredService<HubFolder>(), provider.GetRequiredService<HubSettings>(), disk)));
        await FillAsync(hub);
        var before = await HubPromises.AnswersAsync(hub);
        await hub.RestartAfterAsync(() =>
        {
            Age(disk, hub.Folder);
            disk = disk.Copy();
        });
        await RequireAsync(hub, before, "made anew");
        var upgrade = disk;
        var (first, last) = (upgrade.Origin, upgrade.Operations.Count);
        for (var count = first; count <= last; count += Math.Max(1, (last - first) / MostStates))
        {
            foreach (var left in new[] { upgrade.KilledAfter(count), upgrade.PowerlessAfter(count, new Random(count)) })
            {
                RequireNothingHalfMadeForEarlier(left.Copy(), hub.Folder, hub.Ledger.Size, $"after {count} of {last}");
                await hub.RestartAfterAsync(() => disk = left);
                await RequireAsync(hub, before, $"after {count} of {last}");
            }
        }

        Assert.That(last - first, Is.GreaterThan(MostStates));
    }

    [Test]
    public async Task Leaves_room_for_the_new_one_and_says_why_it_is_made_anew()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await FillAsync(hub);
        var (error, said) = (Console.Error, new StringWriter());
        Console.SetError(said);
        try
        {
            await hub.RestartAfterAsync(() => Age(new LocalDisk(), hub.Folder));
        }
        finally
        {
            Console.SetError(error);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(said.ToString(), Does.Contain($"目录库按账本重建：格式为第 {Earlier} 式，本版本采用第 {CatalogueForm.Current} 式。").And.Contain($"it has form {Earlier}, this version keeps form {CatalogueForm.Current}."));
            Assert.That(File.Exists(hub.Folder.Catalogue + ".damaged"), Is.False, "nothing was damaged");
        }
    }

    // As it was written before: another mark, and what this version asks for is not there.
    private static void Age(IDisk disk, HubFolder folder)
    {
        using var files = new DurableDatabase(disk, folder.Catalogue, CatalogueTables.Mapper());
        files.Write(() =>
        {
            files.Database.GetCollection("inProgress").DeleteAll();
            files.Database.GetCollection("tallies").DeleteAll();
            return files.Database.GetCollection("meta").Upsert(new BsonDocument { ["_id"] = "form", ["value"] = Earlier });
        });
    }

    private static void RequireNothingHalfMadeForEarlier(RecordingDisk disk, HubFolder folder, long size, string when)
    {
        if (!disk.Exists(folder.Catalogue))
        {
            return;
        }

        try
        {
            using var files = new DurableDatabase(disk, folder.Catalogue, CatalogueTables.Mapper());
            var meta = files.Database.GetCollection("meta");
            if (meta.FindById("form")?["value"].AsInt32 == Earlier)
            {
                Assert.That(meta.FindById("size")?["value"].AsInt64, Is.EqualTo(size), when);
                Assert.That(files.Database.GetCollection("documents").Count(), Is.EqualTo(2), when);
            }
        }
        catch (Exception damage) when (CatalogueFiles.IsDamage(damage))
        {
            // Which that version makes anew too.
        }
    }

    private static async Task FillAsync(HubUnderTest hub)
    {
        foreach (var number in Enumerable.Range(1, 2))
        {
            var package = await TestPackage.MakeAsync(TestPackage.Metadata($"京政发〔2026〕{number}号"), $"{number}");
            await hub.DispatchAsync(package);
            await hub.DeliverAsync(package, Dongcheng);
            if (number == 1)
            {
                await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
            }
        }

        await Waiting.UntilAsync("the hub comes to rest", () => IsAtRest(hub));
    }

    private static async Task RequireAsync(HubUnderTest hub, List<string> answers, string when)
    {
        await Waiting.UntilAsync($"the hub comes to rest, {when}", () => IsAtRest(hub));
        Assert.That(await HubPromises.AnswersAsync(hub), Is.EqualTo(answers), when);
    }

    private static bool IsAtRest(HubUnderTest hub) => hub.Catalogue is var catalogue && catalogue.ProjectedSize == hub.Ledger.Size && catalogue.StatementsArchivedTo == hub.Ledger.Size
        && catalogue.Unarchived(1).Count == 0 && catalogue.InPhase(DocumentPhase.AwaitingPackage).Count == 0;
}
