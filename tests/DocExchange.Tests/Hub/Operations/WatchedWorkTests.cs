using DocExchange.Core.Operating;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Core.Operating;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>What a person at a terminal sees of an audit, a restore and a rebuilding.</summary>
[NonParallelizable]
public sealed class WatchedWorkTests
{
    private StringWriter screen = null!;
    private TemporaryFolder folder = null!;

    private HubFolder Hub => new(folder.Path);

    private WorkBar Bar => new(new VerbAnswer(isJson: false, isEnglish: false), screen, new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) });

    [SetUp]
    public async Task CopyAsync()
    {
        (folder, screen) = (new TemporaryFolder(), new StringWriter());
        (await ExchangeSite.GetAsync()).CopyTo(folder.Path);
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task An_audit_shows_how_much_of_the_ledger_was_read()
    {
        var result = await HubAudit.RunAsync(Hub, [], CancellationToken.None, bar: Bar);

        Assert.That(result.Problems, Is.Empty);
        Assert.That(screen.ToString(), Does.Match(@"审计账本 ┄+ 0%(.|\n)*审计账本 ━+┄+ [1-9]\d%(.|\n)*审计账本 ━+┄* (99|100)%(.|\n)*核对档案卷"));
    }

    [Test]
    public async Task Restoring_a_backup_shows_how_much_was_verified_restored_and_audited()
    {
        using var other = new TemporaryFolder();
        await BackupVerbs.RunAsync(Hub, other.Under("backup"), CancellationToken.None);

        var restored = await HubRestore.RunAsync(other.Under("backup"), other.Under("restored"), null, new BackupLimits(), CancellationToken.None, Bar);

        Assert.That(restored.Passed, Is.True);
        Assert.That(screen.ToString(), Does.Match(@"核验备份 ┄+ 0%(.|\n)*核验备份 ━+┄+ [1-9]\d%(.|\n)*核验备份 ━+ 100%(.|\n)*恢复文件 ┄+ 0%(.|\n)*恢复文件 ━+┄+ [1-9]\d%(.|\n)*审计账本 ┄+ 0%(.|\n)*审计账本 ━+┄+ [1-9]\d%"));
    }

    [Test]
    public async Task Restoring_writes_nothing_but_its_answer_where_nobody_looks_on()
    {
        using var other = new TemporaryFolder();
        await BackupVerbs.RunAsync(Hub, other.Under("backup"), CancellationToken.None);

        var (code, output, error) = await CapturedConsole.RunAsync(
            () => new HubVerbs(new VerbLanguage(IsEnglish: false)).InvokeAsync(["restore", "--from", other.Under("backup"), "--data", other.Under("restored"), "--format", "json"]));

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("passed").GetBoolean(), Is.True);
    }

    [Test]
    public async Task A_rebuilding_shows_how_far_it_is()
    {
        var size = await HubHost.RebuildAsync(Hub, Bar, CancellationToken.None);

        Assert.That(size, Is.GreaterThan(0));
        Assert.That(screen.ToString(), Does.Match(@"重建目录库 ┄+ 0%(.|\n)*重建目录库 ━+ 100%(.|\n)*重建全文索引 ┄+ 0%"));
    }
}
