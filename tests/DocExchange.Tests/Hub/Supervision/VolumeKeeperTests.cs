using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Hub.Supervision;

/// <summary>封卷: what closing a volume promises, also when it is cut off.</summary>
public sealed class VolumeKeeperTests
{
    private const string March = "2026-03";

    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Puts_the_digest_of_the_file_into_the_ledger_once()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        var closed = await CloseAsync();
        var again = await CloseAsync();
        await hub.RestartAsync(withoutCatalogue: true);
        var later = await CloseAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stated().Single().Body, Is.EqualTo(new VolumeClosedBody(March, Digest.Of(await File.ReadAllBytesAsync(FileOf(March))), 1)));
            Assert.That((again, later), Is.EqualTo((closed, closed)));
            Assert.That(File.GetAttributes(FileOf(March)).HasFlag(FileAttributes.ReadOnly), Is.True);
        }
    }

    [Test]
    public async Task Archives_into_a_continuation_what_comes_after()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        await CloseAsync();
        var after = await ArchiveAsync("京政发〔2026〕2号");
        Assert.That(hub.Catalogue.Find(after.Document)!.Volume, Is.EqualTo("2026-03-2"));
        Assert.That((await hub.Get<VolumeKeeper>().ListAsync(CancellationToken.None)).Select(each => (each.Volume, each.Stage, each.Stated is not null)), Is.EqualTo(new[] { (March, VolumeStage.Closed, true), ("2026-03-2", VolumeStage.Open, false) }));
    }

    [Test]
    public async Task Closes_the_month_that_runs_only_where_that_is_said()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        hub.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 31, 23, 59, 59, TimeSpan.Zero));
        var refused = await HubUnderTest.RefusalOf(() => hub.Get<VolumeKeeper>().CloseAsync(March, isEvenNow: false, CancellationToken.None));
        Assert.That((refused.Refusal, hub.Get<IArchiveStore>().StageOf(March), Stated()), Is.EqualTo((Refusal.WrongState, VolumeStage.Open, Array.Empty<Statement>())));
        Assert.That(refused.Message, Does.Contain("尚未结束").And.Contains("--even-now"));

        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        var closed = await hub.Get<VolumeKeeper>().CloseAsync(March, isEvenNow: false, CancellationToken.None);
        Assert.That(closed.Manifest.Volume, Is.EqualTo(March));
    }

    [Test]
    public async Task A_volume_closed_while_its_month_ran_is_closed_again_without_more()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        var closed = await CloseAsync();
        Assert.That(await hub.Get<VolumeKeeper>().CloseAsync(March, isEvenNow: false, CancellationToken.None), Is.EqualTo(closed));
    }

    [Test]
    public async Task Finishes_what_was_cut_off_between_the_mark_and_the_manifest()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        await hub.RestartAfterAsync(() => Mark(FileOf(March)));
        Assert.That((hub.Get<IArchiveStore>().StageOf(March), Stated()), Is.EqualTo((VolumeStage.Closing, Array.Empty<Statement>())));
        await StatedAfterStartAsync();
    }

    [Test]
    public async Task Finishes_what_was_cut_off_between_the_manifest_and_the_ledger()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        await hub.Get<IArchiveStore>().CloseVolumeAsync(March, CancellationToken.None);
        await hub.RestartAsync();
        await StatedAfterStartAsync();
    }

    [Test]
    public async Task Closes_no_damaged_volume()
    {
        var package = await ArchiveAsync("京政发〔2026〕1号");
        await hub.RestartAfterAsync(() => Damage(FileOf(March), package.Bytes));
        var refused = await HubUnderTest.RefusalOf(() => CloseAsync());
        Assert.That((refused.Refusal, hub.Get<IArchiveStore>().StageOf(March), Stated()), Is.EqualTo((Refusal.WrongState, VolumeStage.Open, Array.Empty<Statement>())));
    }

    [Test]
    public async Task Refuses_a_volume_that_is_not_there()
    {
        var refused = await HubUnderTest.RefusalOf(() => hub.Get<VolumeKeeper>().CloseAsync("../2026-03", isEvenNow: true, CancellationToken.None));
        Assert.That(refused.Refusal, Is.EqualTo(Refusal.NotFound));
    }

    [Test]
    public async Task Closes_months_long_past_by_itself_where_the_site_wants_it()
    {
        hub.Get<HubSettings>().CloseVolumesAfterMonths = 2;
        await ArchiveAsync("京政发〔2026〕1号");
        await hub.Get<VolumeKeeper>().StartAsync(CancellationToken.None);
        hub.Clock.SetUtcNow(new DateTimeOffset(2026, 5, 31, 0, 0, 0, TimeSpan.Zero));
        Assert.That(hub.Get<IArchiveStore>().StageOf(March), Is.EqualTo(VolumeStage.Open));
        var stated = hub.WaitForAsync(logged => logged.Statement.Type == StatementType.VolumeClosed);
        for (var day = 0; !stated.IsCompleted && day < 1_000; day++)
        {
            hub.Clock.Advance(TimeSpan.FromDays(1));
            await Task.WhenAny(stated, hub.Log.NextAsync(TimeSpan.FromMilliseconds(20)));
        }

        Assert.That((await stated).ReceivedAt, Is.GreaterThanOrEqualTo(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)));
        await hub.Get<VolumeKeeper>().StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task An_audit_tells_a_closed_volume_that_was_altered_or_taken_away()
    {
        await ArchiveAsync("京政发〔2026〕1号");
        await CloseAsync();
        var copy = Path.Combine(hub.Folder.Root, "medium", March + ".litedb");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(FileOf(March), copy);
        var sound = await HubAudit.RunAsync(hub.Folder, [copy], CancellationToken.None);
        Alter(copy);
        var altered = await HubAudit.RunAsync(hub.Folder, [copy], CancellationToken.None);
        File.Delete(FileOf(March));
        var absent = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sound.Problems, Is.Empty);
            Assert.That(sound.Volumes.Select(each => each.State), Is.EqualTo(new[] { "intact", "intact" }));
            Assert.That(altered.Volumes.Select(each => each.State), Is.EqualTo(new[] { "intact", "altered" }));
            Assert.That(altered.Problems.Single().English, Does.Contain("medium").And.Contain("altered"));
            Assert.That(altered.Problems.Single().Chinese, Does.Contain("已被改动").And.Not.Contain("altered"));
            Assert.That(altered.Lines(VerbAnswer.Of("text", "zh")), Has.Some.StartWith("  完好  ").And.Some.StartWith("  已被改动  ").And.None.Contain("intact"));
            Assert.That(absent.Problems.Single().English, Does.Contain("absent"));
        }
    }

    private Task<ClosedVolume> CloseAsync() => hub.Get<VolumeKeeper>().CloseAsync(March, isEvenNow: true, CancellationToken.None);

    private async Task<TestPackage> ArchiveAsync(string number)
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata(number), number);
        await hub.DispatchAsync(package);
        await hub.ArchiveAsync(() => hub.Catalogue.Find(package.Document)?.Volume.Length > 0);
        return package;
    }

    private async Task StatedAfterStartAsync()
    {
        await hub.Get<VolumeKeeper>().StartAsync(CancellationToken.None);
        var stated = await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.VolumeClosed);
        await hub.Get<VolumeKeeper>().StopAsync(CancellationToken.None);
        var content = ((VolumeClosedBody)stated.Statement.Body).Content;
        Assert.That((content, hub.Get<IArchiveStore>().StageOf(March)), Is.EqualTo((Digest.Of(await File.ReadAllBytesAsync(FileOf(March))), VolumeStage.Closed)));
    }

    private static void Mark(string file)
    {
        using var volume = Volume.At(new LocalDisk(), file);
        volume.Write(database =>
        {
            VolumeContents.MarkClosed(database, ExchangeSite.Start);
            return 0;
        });
    }

    private static void Damage(string file, byte[] content)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf(content.AsSpan(0, 200)) + 100] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static void Alter(string file)
    {
        File.SetAttributes(file, FileAttributes.Normal);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private string FileOf(string volume) => Path.Combine(hub.Folder.Archive, volume + ".litedb");

    private Statement[] Stated() => [.. Enumerable.Range(0, (int)hub.Ledger.Size).Select(at => hub.Get<DocumentReplay>().Read(at).Statement).Where(statement => statement.Type == StatementType.VolumeClosed)];
}
