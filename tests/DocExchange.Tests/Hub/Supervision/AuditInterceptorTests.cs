using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Protocol;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Supervision;

/// <summary>Every act through the hub's socket leaves its lines, and no secret is in them.</summary>
public sealed class AuditInterceptorTests
{
    private const string Administration = "/docexchange.v1.Administration/";

    private HubUnderTest hub = null!;
    private AuditInterceptor interceptor = null!;
    private AdministrationService service = null!;
    private int before;

    [SetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        interceptor = new AuditInterceptor(hub.Get<AuditTrail>());
        service = ActivatorUtilities.CreateInstance<AdministrationService>(hub.Get<IServiceProvider>());
        before = Lines().Length;
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Keeps_what_was_asked_before_it_is_done_and_what_became_of_it()
    {
        var request = new Wire.StopSealRequest { Office = "dc", EsId = hub.Site.Offices[Dongcheng].Seal.EsId, Reason = "机构更名" };
        string[] during = [];
        await CallAsync("StopSeal", request, (asked, context) =>
        {
            during = NewLines();
            return service.StopSeal(asked, context);
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(during.Single(), Does.Contain("\"act\":\"StopSeal\"").And.Contain("\"step\":\"asked\"").And.Contain("机构更名").And.Contain("\"office\":\"dc\""));
            Assert.That(NewLines()[1], Does.Contain("\"act\":\"StopSeal\"").And.Contain("\"step\":\"done\"").And.Contain($"\"of\":\"{before + 1}\"").And.Contain("\"office\":\"dc\""), "whoever searches for the office finds both");
        }
    }

    [Test]
    public async Task Keeps_a_refused_act_and_why()
    {
        await HubUnderTest.RefusalOf(() => CallAsync("StopSeal", new Wire.StopSealRequest { Office = "dc", EsId = "1", Reason = "x" }, service.StopSeal));
        Assert.That(NewLines()[1], Does.Contain("\"step\":\"refused\"").And.Contain("NOT_FOUND"));
    }

    [Test]
    public async Task Keeps_no_secret_of_an_invitation_or_an_enrolment()
    {
        var invited = await CallAsync("Invite", new Wire.InviteRequest { Node = "n-new", Offices = { "yq" } }, service.Invite);
        var secret = System.Text.Json.JsonDocument.Parse(invited.Invitation.Memory).RootElement.GetProperty("secret").GetString()!;
        var enrolling = FakeHttp.Call("/docexchange.v1.Enrolment/Enrol", Door.Enrolment);
        var request = new Wire.EnrolRequest { Node = "bj/~n-new", Secret = ByteString.FromBase64(secret) };
        await interceptor.UnaryServerHandler(request, enrolling, (_, _) => Task.FromResult(new Wire.EnrolReply()));

        var text = string.Join('\n', Lines());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(NewLines(), Has.Length.EqualTo(3));
            Assert.That(text, Does.Contain("\"act\":\"Invite\"").And.Contain("\"act\":\"Enrol\"").And.Contain("192.0.2.7"));
            Assert.That(text, Does.Not.Contain(secret).And.Not.Contain(Convert.ToHexStringLower(Convert.FromBase64String(secret))));
            Assert.That(text, Does.Not.Contain(Digest.Of(Convert.FromBase64String(secret)).ToString()).And.Not.Contain(hub.Site.Password));
        }
    }

    [Test]
    public async Task Keeps_reading_in_one_line_and_watching_in_none()
    {
        await CallAsync("Search", new Wire.SearchRequest { Title = "防汛" }, service.Search);
        await CallAsync("GetStatus", new Wire.GetHubStatusRequest(), service.GetStatus);
        Assert.That(NewLines().Single(), Does.Contain("\"act\":\"Search\"").And.Contain("防汛"));
    }

    [Test]
    public async Task Keeps_nothing_of_what_nodes_do()
    {
        var call = FakeHttp.Call("/docexchange.v1.Archive/Search", Door.Nodes);
        await interceptor.UnaryServerHandler(new Wire.SearchRequest(), call, (_, _) => Task.FromResult(new Wire.SearchReply()));
        Assert.That(NewLines(), Is.Empty);
    }

    [Test]
    public async Task Does_nothing_that_cannot_be_kept()
    {
        hub.Get<AuditTrail>().Dispose();
        var wasDone = false;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => CallAsync("Invite", new Wire.InviteRequest { Node = "n" }, (_, _) =>
        {
            wasDone = true;
            return Task.FromResult(new Wire.InviteReply());
        }));
        Assert.That(wasDone, Is.False);
    }

    [Test]
    public async Task Never_keeps_as_refused_what_was_done_when_its_line_cannot_be_written()
    {
        var disk = new RecordingDisk();
        using var trail = AuditTrail.Open("/audit.log", disk, hub.Clock);
        var refused = await HubUnderTest.RefusalOf(() => new AuditInterceptor(trail).UnaryServerHandler(
            new Wire.InviteRequest { Node = "n" }, FakeHttp.Call(Administration + "Invite", Door.Local), (_, _) =>
            {
                // Full for one write; room for the next.
                disk.Before = _ =>
                {
                    disk.Before = null;
                    throw new StorageFullException("/audit.log", "no room");
                };
                return Task.FromResult(new Wire.InviteReply());
            }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.StorageFull));
            Assert.That(trail.Count, Is.EqualTo(1), "What was asked, and not a word that it was refused.");
        }
    }

    [Test]
    public void Describes_bytes_by_their_digest_and_leaves_out_what_is_called_a_secret()
    {
        var csv = new Wire.ImportOfficesRequest { Csv = ByteString.CopyFromUtf8("group,a,b") };
        Assert.That(AuditedRequest.Describe(csv), Is.EqualTo(new Dictionary<string, string> { ["csv"] = $"9 bytes, sha256 {Digest.Of("group,a,b"u8)}" }));
        Assert.That(AuditedRequest.Describe(new Wire.EnrolRequest { Node = "bj/~n", Secret = ByteString.CopyFromUtf8("0123456789abcdef") }).Keys, Is.EqualTo(new[] { "node" }));
    }

    private Task<TResponse> CallAsync<TRequest, TResponse>(string method, TRequest request, UnaryServerMethod<TRequest, TResponse> act)
        where TRequest : class
        where TResponse : class => interceptor.UnaryServerHandler(request, FakeHttp.Call(Administration + method, Door.Local), act);

    private string[] NewLines() => Lines()[before..];

    private string[] Lines()
    {
        using var file = new StreamReader(new FileStream(hub.Folder.AuditTrail, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
