using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Trust;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Tests.Hub.Stamping;

[TestFixture]
public sealed class CheckpointStamperTests
{
    [Test]
    public async Task The_token_in_the_ledger_is_one_that_OpenSSL_verifies_over_the_checkpoint()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var checkpoint = hub.Writer.Checkpoint.Checkpoint;

        var stamped = await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);

        var statement = hub.Get<DocumentReplay>().Read(stamped.Index).Statement;
        var body = (CheckpointStampedBody)statement.Body;
        using var openssl = new OpenSsl();
        openssl.Write("token.der", hub.Get<IObjectStore>().Get(body.Token)!);
        openssl.Write("checkpoint", checkpoint.Text);
        openssl.Write("other", checkpoint.Text + " ");
        openssl.Write("roots.pem", string.Concat(hub.Get<DirectoryKeeper>().Current.Authorities.Select(certificate => certificate.ToPem())));
        var judged = $"-in token.der -token_in -CAfile roots.pem -attime {hub.Clock.GetUtcNow().ToUnixTimeSeconds()}";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(statement.Issuer.IsHub, Is.True);
            Assert.That((body.Size, body.Root), Is.EqualTo((checkpoint.Size, checkpoint.Root)));
            Assert.That(openssl.Do($"ts -verify -data checkpoint {judged}"), Does.Contain("Verification: OK"));
            Assert.That(openssl.Run($"ts -verify -data other {judged}").ExitCode, Is.Not.Zero);
        }
    }

    [Test]
    public async Task The_hubs_own_service_is_named_as_such_and_every_node_is_told_with_the_token()
    {
        await using var hub = await HubUnderTest.StartAsync();

        var stamped = await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);
        var mailbox = await hub.WatchAsync(ExchangeSite.OtherNode);
        var status = hub.Get<StampingDesk>().Status();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stamped.IsOwn, Is.True);
            Assert.That(stamped.At, Is.EqualTo(hub.Clock.GetUtcNow()));
            Assert.That(stamped.Authority, Does.Contain("时间戳"));
            Assert.That(TimestampToken.Parse(mailbox.Single(entry => entry.Index == (ulong)stamped.Index).Objects.Single().Memory).Info.Policy, Is.EqualTo(TimestampOids.BuiltInPolicy));
            Assert.That((status.IsOwn, status.Last.IsOwn, status.Last.Size, status.FailingSince), Is.EqualTo((true, true, (ulong)stamped.Size, "")));
        }
    }

    [Test]
    public async Task Nothing_is_stamped_twice_where_only_the_stamp_itself_came()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var stamper = hub.Get<CheckpointStamper>();

        var first = await stamper.StampAsync(CancellationToken.None);
        var again = await stamper.StampAsync(CancellationToken.None);
        await hub.DispatchAsync(await TestPackage.MakeAsync());
        var next = await stamper.StampAsync(CancellationToken.None);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(next.Size, Is.GreaterThan(first.Index), "the next stamp covers the one before");
    }

    [Test]
    public async Task A_failing_authority_stops_nothing_is_flagged_and_made_up_for()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var key = Path.Combine(hub.Folder.Keys, "tsa.p12");
        File.Move(key, key + ".away");
        var began = hub.Clock.GetUtcNow();

        var first = await Assert.ThrowsAsync<NoTimestampException>(() => hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None));
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThatAsync(() => hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None), Throws.InstanceOf<NoTimestampException>());
        var package = await TestPackage.MakeAsync();
        var accepted = await hub.DispatchAsync(package);
        var flagged = hub.Get<CheckpointStamper>().State;
        File.Move(key + ".away", key);
        var stamped = await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first!.English, Does.Contain("tsa.p12"));
            Assert.That(accepted.Statement.Type, Is.EqualTo(StatementType.Accepted), "work goes on");
            Assert.That(flagged.FailingSince, Is.EqualTo(began));
            Assert.That(hub.Log.Lines, Has.Some.Contains("The checkpoint was not stamped"));
            Assert.That(stamped.Size, Is.GreaterThan(accepted.Index));
            Assert.That(hub.Get<CheckpointStamper>().State.FailingSince, Is.Null);
        }
    }

    [Test]
    public async Task The_schedule_stamps_by_the_clock_goes_on_after_a_restart_and_tries_again_soon_after_a_failure()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var first = await TurnAsync(hub);
        hub.Clock.Advance(TimeSpan.FromHours(23));
        var tooEarly = await TurnAsync(hub);
        var size = hub.Ledger.Size;
        await hub.RestartAsync();
        var afterRestart = await TurnAsync(hub);
        var sizeAfterRestart = hub.Ledger.Size;
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        hub.Clock.Advance(TimeSpan.FromHours(1));
        var onTime = await TurnAsync(hub);
        var second = hub.Get<CheckpointStamper>().State.Last;
        File.Delete(Path.Combine(hub.Folder.Keys, "tsa.p12"));
        await hub.RestartAsync();
        hub.Clock.Advance(TimeSpan.FromHours(25));
        await hub.DeliverAsync(package, package.Dispatch.Recipients.Main[0]);
        var failed = await TurnAsync(hub);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.EqualTo(TimeSpan.FromHours(24)));
            Assert.That(tooEarly, Is.EqualTo(TimeSpan.FromHours(1)));
            Assert.That(afterRestart, Is.EqualTo(TimeSpan.FromHours(1)), "the ledger knows when it was stamped last");
            Assert.That(sizeAfterRestart, Is.EqualTo(size));
            Assert.That(onTime, Is.EqualTo(TimeSpan.FromHours(24)));
            Assert.That(second!.At, Is.EqualTo(ExchangeSite.Start.AddHours(25)));
            Assert.That(failed, Is.EqualTo(TimeSpan.FromMinutes(15)));
        }
    }

    [Test]
    public async Task The_schedule_runs_by_itself_in_the_background()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var schedule = hub.Get<StampingSchedule>();

        await schedule.StartAsync(CancellationToken.None);
        var logged = await hub.WaitForAsync(each => each.Statement.Type == StatementType.CheckpointStamped);
        await schedule.StopAsync(CancellationToken.None);

        Assert.That(((CheckpointStampedBody)logged.Statement.Body).Size, Is.EqualTo(logged.Index));
    }

    [Test]
    public async Task An_audit_judges_every_stamp_and_notices_a_lost_token()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);
        await hub.DispatchAsync(await TestPackage.MakeAsync());
        var second = await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);

        var sound = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None, hub.Clock);
        var body = (CheckpointStampedBody)hub.Get<DocumentReplay>().Read(second.Index).Statement.Body;
        File.Delete(Directory.EnumerateFiles(hub.Folder.Objects, body.Token.ToString()[2..] + "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(hub.Folder.Objects, body.Token.ToString() + "*", SearchOption.AllDirectories)).First());
        var damaged = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None, hub.Clock);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sound.Problems, Is.Empty);
            Assert.That(sound.Timestamps, Is.EqualTo(new StampAuditResult(2, 2, 0, second.Size, second.At + TimestampAuthority.Accuracy)));
            Assert.That(damaged.Problems.Single().English, Does.Contain("missing from objects"));
            Assert.That(damaged.Problems[0].Chinese, Does.EndWith($"时间戳有误：objects 中缺少时间戳 {body.Token}。"));
            Assert.That(damaged.Timestamps.Passed, Is.EqualTo(1));
        }
    }

    private static Task<TimeSpan> TurnAsync(HubUnderTest hub) => hub.Get<StampingSchedule>().TurnAsync(CancellationToken.None);
}
