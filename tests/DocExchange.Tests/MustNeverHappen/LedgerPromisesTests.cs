using DocExchange.Core.Ledger;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Tests.Hub.Ledger;
using DocExchange.Tests.Hub.Operations;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.MustNeverHappen;

/// <summary>No acknowledgement without a durable entry, no entry twice, whatever the disk does.</summary>
public sealed class LedgerPromisesTests
{
    private static readonly DiskStep[] Steps = [DiskStep.BeforeWrite, DiskStep.AfterWrite, DiskStep.BeforeSync, DiskStep.AfterSync];

    [TestCaseSource(nameof(Steps))]
    public async Task An_acknowledgement_without_a_durable_entry(object step)
    {
        var disk = new MemoryDisk();
        await using var hub = await StartOnAsync(disk);
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var size = hub.Ledger.Size;

        FailAt(disk, (DiskStep)step, canCut: true);
        await Assert.ThrowsAsync<IOException>(() => hub.PostAsync(statement));
        Assert.That(hub.Ledger.Size, Is.EqualTo(size));

        disk.Step = null;
        await RequireDurableAsync(disk, await hub.PostAsync(statement));
    }

    [TestCaseSource(nameof(Steps))]
    public async Task An_entry_twice_after_an_append_that_may_have_been_written(object step)
    {
        var disk = new MemoryDisk();
        await using var hub = await StartOnAsync(disk);
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));

        // The file cannot even be cut back: only opening it again tells what is there.
        FailAt(disk, (DiskStep)step, canCut: false);
        await Assert.ThrowsAsync<IOException>(() => hub.PostAsync(statement));
        disk.Step = null;

        var logged = await hub.PostAsync(statement);
        await RequireDurableAsync(disk, logged);
        var other = await hub.ActAsync(StatementType.Opened, Haidian, document: new(default));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IdsIn(hub).Count(id => id == statement.Id), Is.EqualTo(1));
            Assert.That(IdsIn(hub)[(int)logged.Index], Is.EqualTo(statement.Id));
            Assert.That(IdsIn(hub)[(int)other.Index], Is.EqualTo(other.Id));
            Assert.That(other.Checkpoint.Checkpoint.Size, Is.EqualTo(hub.Ledger.Size));
        }
    }

    [Test]
    public async Task An_entry_twice_for_a_statement_sent_many_times_at_once()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => hub.Writer.SubmitAsync(statement, hub.Site.Offices[Dongcheng].Key.Certificate, DistrictNode, CancellationToken.None)));
        var again = await hub.PostAsync(statement);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Append(again).Select(answer => (answer.Index, answer.Id, answer.Effect)).Distinct().Count(), Is.EqualTo(1));
            Assert.That(IdsIn(hub).Count(id => id == statement.Id), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task An_acknowledgement_without_a_checkpoint_that_covers_it()
    {
        var disk = new MemoryDisk();
        await using var hub = await StartOnAsync(disk);
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        disk.Step = (step, name) =>
        {
            if (name == CheckpointLog.FileName && step == DiskStep.BeforeWrite)
            {
                throw new IOException("no checkpoint today");
            }
        };
        await Assert.ThrowsAsync<IOException>(() => hub.PostAsync(statement));
        disk.Step = null;

        var logged = await hub.PostAsync(statement);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IdsIn(hub).Count(id => id == statement.Id), Is.EqualTo(1));
            Assert.That(logged.Checkpoint.Checkpoint.Size, Is.GreaterThan(logged.Index));
            Assert.That(hub.Ledger.LatestCheckpoint!.Value.Span.SequenceEqual(logged.Checkpoint.ToBytes()), Is.True);
        }
    }

    [Test]
    public async Task An_entry_twice_for_an_equivocation()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var first = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var second = await hub.SignAsync(StatementType.Returned, Dongcheng, new PlainBody("又一份"), new(default));
        await hub.PostAsync(first);

        var logged = await hub.PostAsync(second);
        var again = await hub.PostAsync(second);
        await hub.RestartAsync(withoutCatalogue: true);
        var rebuilt = await hub.PostAsync(second);
        var next = await hub.ActAsync(StatementType.Opened, Dongcheng, document: new(default));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(logged.Effect.IsEffective, Is.False);
            Assert.That(logged.Effect.English, Does.Contain("equivocation"));
            Assert.That(new[] { again, rebuilt }.Select(answer => (answer.Index, answer.Effect)), Is.All.EqualTo((logged.Index, logged.Effect)));
            Assert.That(IdsIn(hub).Count(id => id == second.Id), Is.EqualTo(1));
            Assert.That(next.Index, Is.EqualTo(logged.Index + 1));
            Assert.That(hub.Log.Lines, Has.Some.StartsWith("Critical Equivocation by bj/dc"));
        }
    }

    private static async Task RequireDurableAsync(MemoryDisk disk, LoggedEntry logged)
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            await using var after = FileLedgerStore.Open(disk.AfterPowerLoss(new Random(seed)), FileLedgerStore.DefaultSegmentSize);
            Assert.That(after.Read(logged.Index).Span.SequenceEqual(logged.Entry.Bytes.Span), Is.True, "what was acknowledged went with the power");
        }
    }

    private static async Task<HubUnderTest> StartOnAsync(MemoryDisk disk)
    {
        var site = await GetAsync();
        using var folder = new Durability.TemporaryFolder();
        site.CopyTo(folder.Path);
        var entries = new List<ReadOnlyMemory<byte>>();
        await using (var initial = FileLedgerStore.Open(Path.Combine(folder.Path, "ledger")))
        {
            await foreach (var (_, entry) in initial.ReadFrom(0, CancellationToken.None))
            {
                entries.Add(entry);
            }
        }

        await using (var store = FileLedgerStore.Open(disk, FileLedgerStore.DefaultSegmentSize))
        {
            await store.AppendAsync(entries, CancellationToken.None);
        }

        return await HubUnderTest.StartAsync(services => services.AddSingleton<ILedgerStore>(_ => new ReopeningLedger(() => FileLedgerStore.Open(disk, FileLedgerStore.DefaultSegmentSize))));
    }

    private static void FailAt(MemoryDisk disk, DiskStep at, bool canCut) => disk.Step = (step, name) =>
    {
        if ((step == at && name != CheckpointLog.FileName) || (step == DiskStep.BeforeTruncate && !canCut))
        {
            throw new IOException($"the disk failed at {step}");
        }
    };

    private static List<StatementId> IdsIn(HubUnderTest hub) =>
        [.. Enumerable.Range(0, (int)hub.Ledger.Size).Select(index => SignedStatement.Parse(LedgerEntry.Parse(hub.Ledger.Read(index)).Statement, hub.Get<DocExchange.Hub.Objects.IObjectStore>().Get).Id)];
}
