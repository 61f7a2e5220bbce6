using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Protocol;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Timestamps;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Stamping;

/// <summary>A hub whose operator configured somebody else's authority.</summary>
[TestFixture]
public sealed class ExternalAuthorityTests
{
    [Test]
    public async Task Stamps_with_the_configured_authority_and_the_audit_counts_it_as_independent()
    {
        using var site = new StampingSite();
        site.Clock.AdjustTime(ExchangeSite.Start.AddHours(1));
        await using var server = await TimestampServer.StartAsync(async (request, cancellation) => await site.AnswerForeignAsync(request, cancellation));
        await using var hub = await StartAsync(server.Address, site);

        var stamped = await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);
        var audit = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None, hub.Clock);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stamped.IsOwn, Is.False);
            Assert.That(hub.Get<HubTimestamps>().IsOwn, Is.False);
            Assert.That(server.Questions, Is.EqualTo(1));
            Assert.That(audit.Problems, Is.Empty);
            Assert.That((audit.Timestamps.Passed, audit.Timestamps.Independent), Is.EqualTo((1, 1)));
        }
    }

    [Test]
    public async Task The_hubs_own_key_under_another_policy_is_not_counted_as_independent()
    {
        using var site = new StampingSite();
        HubUnderTest? running = null;
        await using var server = await TimestampServer.StartAsync((request, cancellation) => AnswerWithOwnKeyAsync(running!, request, cancellation));
        await using var hub = await StartAsync(server.Address, site);
        running = hub;
        await File.WriteAllTextAsync(
            Path.Combine(hub.Folder.Root, "tsa-trust.pem"), string.Concat(hub.Get<DirectoryKeeper>().Current.Authorities.Select(authority => authority.ToPem())));

        await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);
        var audit = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None, hub.Clock);

        Assert.That((audit.Timestamps.Passed, audit.Timestamps.Independent), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_later_stamp_of_the_hub_itself_keeps_no_expired_one_in_the_independent_count()
    {
        using var site = new StampingSite(years: 1);
        site.Clock.AdjustTime(ExchangeSite.Start.AddHours(1));
        await using var server = await TimestampServer.StartAsync(async (request, cancellation) => await site.AnswerForeignAsync(request, cancellation));
        var address = server.Address.ToString();
        await using var hub = await StartAsync(() => address, site);
        await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);
        address = "own";
        await hub.RestartAsync();
        await hub.DispatchAsync(await TestPackage.MakeAsync());
        await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);

        var before = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None, hub.Clock);
        var after = await HubAudit.RunAsync(hub.Folder, [], CancellationToken.None, new FakeTimeProvider(site.Key.Certificate.NotAfter.AddDays(1)));

        Assert.That((before.Timestamps.Passed, before.Timestamps.Independent), Is.EqualTo((2, 1)));
        Assert.That((after.Timestamps.Passed, after.Timestamps.Independent), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task Never_falls_back_to_its_own_service_when_the_configured_one_fails()
    {
        using var site = new StampingSite();
        await using var server = await TimestampServer.StartAsync((_, _) => Task.FromResult(TimestampResponse.Rejected(TimestampFailure.SystemFailure, "maintenance").Encode()));
        await using var hub = await StartAsync(server.Address, site);

        var fault = await Assert.ThrowsAsync<NoTimestampException>(() => hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None));

        Assert.That(fault!.English, Does.Contain("maintenance"));
        Assert.That((await hub.MailboxAsync(ExchangeSite.OtherNode)).Select(logged => logged.Statement.Type), Has.No.Member(StatementType.CheckpointStamped));
        Assert.That(hub.Get<CheckpointStamper>().State.FailingSince, Is.Not.Null);
    }

    [Test]
    public async Task Takes_no_token_of_an_authority_the_operator_does_not_trust()
    {
        using var site = new StampingSite();
        using var other = new StampingSite();
        site.Clock.AdjustTime(ExchangeSite.Start.AddHours(1));
        await using var server = await TimestampServer.StartAsync(async (request, cancellation) => await site.AnswerForeignAsync(request, cancellation));
        await using var hub = await StartAsync(server.Address, other);

        await Assert.ThatAsync(() => hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None), Throws.InstanceOf<NoTimestampException>());
    }

    private static async Task<byte[]> AnswerWithOwnKeyAsync(HubUnderTest hub, byte[] request, CancellationToken cancellation)
    {
        using var key = Pkcs12KeyFile.Read(await File.ReadAllBytesAsync(Path.Combine(hub.Folder.Keys, "tsa.p12"), cancellation), HubIdentity.ReadPassword(hub.Folder));
        var read = TimestampRequest.Parse(request);
        var info = new TimestampInfo
        {
            Version = 1,
            Policy = "1.2.3.4",
            Imprint = read.Imprint,
            Nonce = read.Nonce,
            SerialNumber = 1,
            GenTime = hub.Clock.GetUtcNow(),
        };
        return TimestampResponse.Granted(await TokenWriter.WriteAsync(info, key, withCertificates: true, cancellation)).Encode();
    }

    private static Task<HubUnderTest> StartAsync(Uri address, StampingSite trusted) => StartAsync(() => address.ToString(), trusted);

    private static async Task<HubUnderTest> StartAsync(Func<string> address, StampingSite trusted)
    {
        var hub = await HubUnderTest.StartAsync(services =>
        {
            var settings = (HubSettings)services.Last(service => service.ServiceType == typeof(HubSettings)).ImplementationInstance!;
            settings.TsaAddress = address();
        });
        await File.WriteAllTextAsync(
            Path.Combine(hub.Folder.Root, "tsa-trust.pem"), trusted.Office.RootPem + trusted.Office.Authority.Certificate.ToPem());
        return hub;
    }
}
