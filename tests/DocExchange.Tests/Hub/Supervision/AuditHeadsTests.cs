using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using Microsoft.Extensions.Logging.Abstractions;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Supervision;

/// <summary>The head of the audit trail stands in the ledger every day, and an audit compares.</summary>
public sealed class AuditHeadsTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task States_the_head_at_once_then_a_day_after_the_last_one_whatever_starts_again()
    {
        await hub.Get<AuditHeads>().StartAsync(CancellationToken.None);
        var first = await HeadAsync(1);
        await hub.Get<AuditHeads>().StopAsync(CancellationToken.None);
        hub.Clock.Advance(TimeSpan.FromHours(20));
        await hub.RestartAsync(withoutCatalogue: true);
        Act("CloseVolume");

        await hub.Get<AuditHeads>().StartAsync(CancellationToken.None);
        for (var hour = 0; hub.Ledger.Size <= first.Index + 1 && hour < 1_000; hour++)
        {
            hub.Clock.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(HeadAsync(2), hub.Log.NextAsync(TimeSpan.FromMilliseconds(20)));
        }

        var second = await HeadAsync(2);
        await hub.Get<AuditHeads>().StopAsync(CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.ReceivedAt - first.ReceivedAt, Is.GreaterThanOrEqualTo(TimeSpan.FromDays(1)));
            Assert.That(((AuditHeadBody)second.Statement.Body).Count, Is.EqualTo(((AuditHeadBody)first.Statement.Body).Count + 1));
            Assert.That((await hub.MailboxAsync(OtherNode)).Count(each => each.Statement.Type == StatementType.AuditHead), Is.EqualTo(2), "Every node holds them.");
        }
    }

    [Test]
    public async Task An_audit_finds_the_trail_whole_or_names_the_first_altered_line()
    {
        Act("Invite");
        Act("RevokeCertificate");
        Act("StopSeal");
        await hub.Get<AuditHeads>().StartAsync(CancellationToken.None);
        await HeadAsync(1);
        await hub.Get<AuditHeads>().StopAsync(CancellationToken.None);
        var sound = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None);
        var altered = await AuditAfterAsync(text => text.Replace("RevokeCertificate", "ListVolumes", StringComparison.Ordinal));
        var missing = await AuditAfterAsync(_ => "");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((sound.Problems, sound.AuditLines, sound.AuditHeads), Is.EqualTo((Array.Empty<AuditProblem>(), 4L, 1)));
            Assert.That(altered.Problems.Single().English, Does.Contain("audit.log: line 3 was altered"));
            Assert.That(missing.Problems.Single().English, Does.Contain("a head over 4 lines, the audit trail has 0"));
        }
    }

    [Test]
    public async Task Raises_an_alarm_at_the_start_when_the_trail_was_made_anew()
    {
        await hub.Get<AuditHeads>().StartAsync(CancellationToken.None);
        await HeadAsync(1);
        await hub.RestartAfterAsync(() => File.WriteAllBytes(hub.Folder.AuditTrail, []));
        await hub.Get<AuditHeads>().StartAsync(CancellationToken.None);
        while (!hub.Log.Lines.Any(line => line.StartsWith("Critical The audit trail is not what was written", StringComparison.Ordinal)))
        {
            Assert.That(await hub.Log.NextAsync(TimeSpan.FromSeconds(30)), Is.True);
        }

        await hub.Get<AuditHeads>().StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task Goes_on_stating_heads_when_the_trail_cannot_be_compared()
    {
        await hub.Get<AuditHeads>().StartAsync(CancellationToken.None);
        await HeadAsync(1);
        await hub.Get<AuditHeads>().StopAsync(CancellationToken.None);

        // A folder in the file's place: opening it is not allowed to anybody.
        using var trail = AuditTrail.Open(hub.Folder.AuditTrail, hub.Get<IDisk>(), hub.Clock);
        var elsewhere = hub.Folder with { Root = hub.Folder.Root + "/elsewhere" };
        System.IO.Directory.CreateDirectory(elsewhere.AuditTrail);
        using var heads = new AuditHeads(trail, hub.Get<HubWord>(), hub.Writer, elsewhere, hub.Clock, NullLogger<AuditHeads>.Instance);
        await heads.StartAsync(CancellationToken.None);
        hub.Clock.Advance(TimeSpan.FromDays(2));
        var stated = HeadAsync(2);
        for (var hour = 0; !stated.IsCompleted && !heads.ExecuteTask!.IsFaulted && hour < 1_000; hour++)
        {
            hub.Clock.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(stated, hub.Log.NextAsync(TimeSpan.FromMilliseconds(20)));
        }

        Assert.That(heads.ExecuteTask!.IsFaulted, Is.False, heads.ExecuteTask.Exception?.ToString());
        await stated;
        await heads.StopAsync(CancellationToken.None);
    }

    private void Act(string act) => hub.Get<AuditTrail>().Append(new AuditedAct(act, "uid 0 root", "done", new Dictionary<string, string>()));

    private Task<LoggedStatement> HeadAsync(int number)
    {
        var seen = new HashSet<long>();
        return hub.WaitForAsync(logged => logged.Statement.Type == StatementType.AuditHead && seen.Add(logged.Index) && seen.Count == number);
    }

    private async Task<HubAuditResult> AuditAfterAsync(Func<string, string> change)
    {
        var whole = await File.ReadAllBytesAsync(hub.Folder.AuditTrail);
        try
        {
            await File.WriteAllTextAsync(hub.Folder.AuditTrail, change(System.Text.Encoding.UTF8.GetString(whole)));
            return await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None);
        }
        finally
        {
            await File.WriteAllBytesAsync(hub.Folder.AuditTrail, whole);
        }
    }
}
