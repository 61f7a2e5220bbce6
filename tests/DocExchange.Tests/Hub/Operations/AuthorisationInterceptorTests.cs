using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Trust.Certificates;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>Who may call what: decided by the door of the connection and the certificate, by nothing in the request.</summary>
public sealed class AuthorisationInterceptorTests
{
    private HubUnderTest hub = null!;
    private AuthorisationInterceptor interceptor = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        interceptor = ActivatorUtilities.CreateInstance<AuthorisationInterceptor>(hub.Get<IServiceProvider>());
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [TestCase("/docexchange.v1.Exchange/Post")]
    [TestCase("/docexchange.v1.Exchange/Fetch")]
    [TestCase("/docexchange.v1.Ledger/GetCheckpoint")]
    [TestCase("/docexchange.v1.Directory/Get")]
    [TestCase("/docexchange.v1.Archive/Search")]
    public async Task Lets_an_enrolled_node_in_by_the_nodes_door_only(string method)
    {
        var certificate = TlsOf(DistrictNode);
        var call = FakeHttp.Call(method, Door.Nodes, certificate);
        Assert.That(await AskAsync(call), Is.Null);
        Assert.That(Caller.NodeOf(call), Is.EqualTo(DistrictNode));
        foreach (var door in new[] { Door.Enrolment, Door.Local, Door.Unknown })
        {
            Assert.That(await AskAsync(FakeHttp.Call(method, door, certificate)), Is.EqualTo(Refusal.PermissionDenied), door.ToString());
        }
    }

    [TestCase("/docexchange.v1.Administration/GetStatus", 3)]
    [TestCase("/docexchange.v1.Administration/RevokeCertificate", 3)]
    [TestCase("/docexchange.v1.Enrolment/Enrol", 2)]
    public async Task Lets_nobody_in_by_another_door_whatever_certificate_he_has(string method, int own)
    {
        foreach (var door in Enum.GetValues<Door>())
        {
            Assert.That(await AskAsync(FakeHttp.Call(method, door, TlsOf(SenderNode))), Is.EqualTo((int)door == own ? (Refusal?)null : Refusal.PermissionDenied), door.ToString());
        }
    }

    [TestCase("/grpc.health.v1.Health/Check")]
    [TestCase("/grpc.health.v1.Health/Watch")]
    [TestCase("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    [TestCase("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    public async Task Tells_an_enrolled_node_and_its_own_machine_how_it_is_and_what_it_offers_and_nobody_else(string method)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AskAsync(FakeHttp.Call(method, Door.Nodes, TlsOf(DistrictNode))), Is.Null);
            Assert.That(await AskAsync(FakeHttp.Call(method, Door.Local)), Is.Null);
            Assert.That(await AskAsync(FakeHttp.Call(method, Door.Nodes)), Is.EqualTo(Refusal.PermissionDenied));
            Assert.That(await AskAsync(FakeHttp.Call(method, Door.Nodes, Load(hub.Site.Nodes[DistrictNode].Machine.Certificate!))), Is.EqualTo(Refusal.NotBound));
            Assert.That(await AskAsync(FakeHttp.Call(method, Door.Enrolment, TlsOf(DistrictNode))), Is.EqualTo(Refusal.PermissionDenied));
        }
    }

    [Test]
    public async Task Refuses_a_service_whose_name_only_begins_like_one_of_ours()
    {
        Assert.That(await AskAsync(FakeHttp.Call("/docexchange.v1.ExchangeAdmin/Post", Door.Nodes, TlsOf(SenderNode))), Is.EqualTo(Refusal.PermissionDenied));
        Assert.That(await AskAsync(FakeHttp.Call("/docexchange.v1.exchange/Post", Door.Nodes, TlsOf(SenderNode))), Is.EqualTo(Refusal.PermissionDenied));
    }

    [Test]
    public async Task Refuses_a_connection_without_certificate_and_one_that_nobody_bound()
    {
        const string Method = "/docexchange.v1.Exchange/Watch";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var foreign = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=n-district.bj.docexchange", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(Start, Start.AddYears(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AskAsync(FakeHttp.Call(Method, Door.Nodes)), Is.EqualTo(Refusal.PermissionDenied));
            Assert.That(await AskAsync(FakeHttp.Call(Method, Door.Nodes, foreign)), Is.EqualTo(Refusal.NotBound));
            Assert.That(await AskAsync(FakeHttp.Call(Method, Door.Nodes, Load(hub.Site.Nodes[DistrictNode].Machine.Certificate!))), Is.EqualTo(Refusal.NotBound), "The machine key is not for connections.");
        }
    }

    [Test]
    public async Task Shuts_a_revoked_node_out_on_its_open_connection_at_once()
    {
        await using var own = await HubUnderTest.StartAsync();
        var guard = ActivatorUtilities.CreateInstance<AuthorisationInterceptor>(own.Get<IServiceProvider>());
        var tls = own.Site.Nodes[OtherNode].Tls;
        Assert.That(await AskAsync(FakeHttp.Call("/docexchange.v1.Exchange/Watch", Door.Nodes, Load(tls)), guard), Is.Null);
        await own.Get<Revocation>().RevokeAsync(tls.Fingerprint, RevocationReason.KeyCompromise, null, CancellationToken.None);
        own.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await AskAsync(FakeHttp.Call("/docexchange.v1.Exchange/Watch", Door.Nodes, Load(tls)), guard), Is.EqualTo(Refusal.NotBound));
        Assert.That(own.Log.Lines, Has.Some.StartsWith("Warning Turned away 192.0.2.7 at the door Nodes: NotBound for /docexchange.v1.Exchange/Watch: The certificate"));
    }

    [Test]
    public async Task Tells_a_caller_of_a_fault_where_to_look_and_nothing_else()
    {
        var call = FakeHttp.Call("/docexchange.v1.Administration/GetStatus", Door.Local);
        var fault = await Assert.ThrowsAsync<RpcException>(() => interceptor.UnaryServerHandler<string, string>("", call, (_, _) => throw new InvalidOperationException("the password is 1234")));
        Assert.That((fault!.StatusCode, fault.Status.Detail.Contains("1234", StringComparison.Ordinal)), Is.EqualTo((StatusCode.Internal, false)));
    }

    private X509Certificate2 TlsOf(DocExchange.Core.Offices.PartyId node) => Load(hub.Site.Nodes[node].Tls);

    private static X509Certificate2 Load(Certificate certificate) => X509CertificateLoader.LoadCertificate(certificate.Der);

    /// <returns>Null when the call went through.</returns>
    private async Task<Refusal?> AskAsync(ServerCallContext call, AuthorisationInterceptor? guard = null)
    {
        try
        {
            var reply = await (guard ?? interceptor).UnaryServerHandler("asked", call, (request, _) => Task.FromResult(request + " and answered"));
            Assert.That(reply, Is.EqualTo("asked and answered"));
            return null;
        }
        catch (RpcException refused)
        {
            return refused.ToRefusal()?.Refusal;
        }
    }
}
