using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Tests.Hub.Operations;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Ledger;

/// <summary>A full disk under the ledger: everybody is told, nothing is acknowledged, nothing lost, and work goes on when there is room.</summary>
public sealed class FullDiskTests
{
    private const int NoSpace = 28;

    private MemoryDisk disk = null!;
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync()
    {
        disk = new MemoryDisk();
        hub = await HubUnderTest.StartAsync(services => services.AddSingleton<ILedgerStore>(_ => new ReopeningLedger(() => Open(services))));
    }

    [TearDown]
    public async Task StopAsync()
    {
        disk.Step = null;
        await hub.DisposeAsync();
        disk.Dispose();
    }

    [TestCase(DiskStep.BeforeWrite, true)]
    [TestCase(DiskStep.AfterWrite, true)]
    [TestCase(DiskStep.BeforeSync, true)]
    [TestCase(DiskStep.BeforeWrite, false)]
    [TestCase(DiskStep.BeforeSync, false)]
    public async Task Refuses_every_waiter_and_goes_on_when_there_is_room(object step, bool canCut)
    {
        var statements = new List<SignedStatement>();
        foreach (var office in new[] { Dongcheng, Xicheng, Haidian })
        {
            statements.Add(await hub.SignAsync(StatementType.Opened, office, document: new(default)));
        }

        var size = hub.Ledger.Size;
        Fill((DiskStep)step, canCut);
        var refusals = await Task.WhenAll(statements.Select(statement => HubUnderTest.RefusalOf(() => hub.PostAsync(statement))));
        var again = await HubUnderTest.RefusalOf(() => hub.PostAsync(statements[0]));
        Assert.That(refusals.Append(again).Select(refused => refused.Refusal), Is.All.EqualTo(Refusal.StorageFull));
        Assert.That(again.English, Does.Contain("full").And.Contain("not acknowledged"));

        disk.Step = null;
        var logged = new List<LoggedEntry>();
        foreach (var statement in statements)
        {
            logged.Add(await hub.PostAsync(statement));
        }

        await using var after = FileLedgerStore.Open(disk.AfterPowerLoss(new Random(3)), FileLedgerStore.DefaultSegmentSize);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Ledger.Size, Is.EqualTo(size + statements.Count), "Each of them once.");
            Assert.That(logged.Select(entry => after.Read(entry.Index).Span.SequenceEqual(entry.Entry.Bytes.Span)), Is.All.True);
        }
    }

    [Test]
    public async Task Refuses_when_there_is_no_room_for_the_checkpoint()
    {
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        disk.Step = (step, name) =>
        {
            if (name == CheckpointLog.FileName && step == DiskStep.BeforeWrite)
            {
                throw new IOException("No space left on device", NoSpace);
            }
        };
        Assert.That((await HubUnderTest.RefusalOf(() => hub.PostAsync(statement))).Refusal, Is.EqualTo(Refusal.StorageFull));
        disk.Step = null;
        var logged = await hub.PostAsync(statement);
        Assert.That(logged.Checkpoint.Checkpoint.Size, Is.EqualTo(hub.Ledger.Size));
    }

    [Test]
    public async Task Judges_a_package_again_that_came_while_the_disk_was_full()
    {
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        Fill(DiskStep.BeforeWrite, canCut: true);
        await hub.UploadAsync(package);
        while (!hub.Log.Lines.Any(line => line.Contains("could not be judged", StringComparison.Ordinal)))
        {
            Assert.That(await hub.Log.NextAsync(TimeSpan.FromSeconds(30)), Is.True);
        }

        disk.Step = null;
        var accepted = hub.WaitForAsync(logged => logged.Statement.Type == StatementType.Accepted);
        while (!accepted.IsCompleted)
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(accepted, hub.Log.NextAsync(TimeSpan.FromMilliseconds(50)));
        }

        Assert.That((await accepted).Statement.Document, Is.EqualTo(package.Document));
    }

    // A real full disk is an IOException with ENOSPC; what was written of the batch may be there.
    private void Fill(DiskStep at, bool canCut) => disk.Step = (step, name) =>
    {
        if ((step == at && name != CheckpointLog.FileName) || (step == DiskStep.BeforeTruncate && !canCut))
        {
            throw at == DiskStep.BeforeWrite ? new StorageFullException(name, "there is no room") : new IOException("No space left on device", NoSpace);
        }
    };

    private FileLedgerStore Open(IServiceCollection services)
    {
        var store = FileLedgerStore.Open(disk, FileLedgerStore.DefaultSegmentSize);
        if (store.Size == 0)
        {
            var folder = (DocExchange.Hub.Operations.HubFolder)services.First(each => each.ServiceType == typeof(DocExchange.Hub.Operations.HubFolder)).ImplementationInstance!;
            store.AppendAsync(EntriesOf(folder.Ledger), CancellationToken.None).GetAwaiter().GetResult();
        }

        return store;
    }

    private static List<ReadOnlyMemory<byte>> EntriesOf(string ledger)
    {
        var initial = FileLedgerStore.Open(ledger);
        try
        {
            return [.. initial.ReadFrom(0, CancellationToken.None).ToBlockingEnumerable().Select(each => each.Entry)];
        }
        finally
        {
            initial.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
