using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DocExchange.EndToEndTests;

/// <summary>What comes to the ports from people who are no nodes: the hub refuses it and goes on.</summary>
internal sealed class HostileTests
{
    private const int Seed = 20010116;

    private static readonly Marshaller<byte[]> Verbatim = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task The_hub_goes_on_after_garbage_strangers_and_closed_doors()
    {
        await using var site = await SharedSites.BorrowAsync("intl");

        await SendGarbageAsync(site.HubAddress);
        await SendAsync(site.HubAddress, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        using (Assert.EnterMultipleScope())
        {
            using var stranger = SelfSigned();
            foreach (var (certificate, who) in new[] { (null, "no certificate"), (stranger, "unknown CA") })
            {
                await AssertCutOffAsync(site, certificate, channel => new Archive.ArchiveClient(channel).SearchAsync(new SearchRequest()).ResponseAsync, who);
            }

            Assert.That(
                await StatusOfAsync(site.EnrolmentAddress, null, channel => new Archive.ArchiveClient(channel).SearchAsync(new SearchRequest())),
                Is.EqualTo(StatusCode.PermissionDenied), "another service on the enrolment door");
            Assert.That(
                await StatusOfAsync(site.EnrolmentAddress, null, channel => new Administration.AdministrationClient(channel).GetStatusAsync(new GetHubStatusRequest())),
                Is.EqualTo(StatusCode.PermissionDenied), "administration on the enrolment door");
            Assert.That(
                await StatusOfAsync(site.EnrolmentAddress, null, channel => new Enrolment.EnrolmentClient(channel).EnrolAsync(new EnrolRequest { Node = "test/~general" })),
                Is.EqualTo(StatusCode.PermissionDenied), "an invitation without its secret");
        }

        var sent = await site.General.SendAsync(TestSite.Notice("照常收发"), ("通知.pdf", () => new MemoryStream(Body), Body.Length));
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 4);
        Assert.That(board.Summary.Phase, Is.EqualTo("Accepted"));
        site.GiveBack();
    }

    [Test]
    public async Task A_classified_document_does_not_leave_the_senders_node()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var draft = TestSite.Notice("涉密事项");
        draft.Classification = "机密";
        await Eventually.TrueAsync(async () => (await site.General.Desk.GetStatusAsync(new())).WaitingStatements == 0, () => site.General.Process.Output);
        var before = (await site.Administration.GetStatusAsync(new())).Documents;

        var refused = await Assert.ThrowsAsync<RpcException>(() => site.General.SendAsync(draft, ("通知.pdf", () => new MemoryStream(Body), Body.Length)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
            Assert.That((await site.General.Desk.GetStatusAsync(new())).WaitingStatements, Is.Zero);
            Assert.That((await site.Administration.GetStatusAsync(new())).Documents, Is.EqualTo(before));
        }

        site.GiveBack();
    }

    [Test]
    public async Task Health_and_reflection_are_told_to_nodes_and_to_nobody_else()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        using var stranger = SelfSigned();

        using var node = site.ChannelAs(site.Nodes[1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await HealthAsync(node), Is.EqualTo(new byte[] { 8, 1 }), "SERVING");
            Assert.That(Encoding.UTF8.GetString(await ServicesAsync(node)), Does.Contain("docexchange.v1.Exchange").And.Contain("grpc.health.v1.Health"));
            foreach (var (certificate, who) in new[] { (null, "no certificate"), (stranger, "unknown CA") })
            {
                await AssertCutOffAsync(site, certificate, HealthAsync, who);
                await AssertCutOffAsync(site, certificate, ServicesAsync, who);
            }

            Assert.That(await StatusOfAsync(site.EnrolmentAddress, null, channel => HealthAsync(channel)), Is.EqualTo(StatusCode.PermissionDenied), "the enrolment door");
            Assert.That(await StatusOfAsync(site.EnrolmentAddress, null, channel => ServicesAsync(channel)), Is.EqualTo(StatusCode.PermissionDenied), "the enrolment door");
        }

        site.GiveBack();
    }

    /// <summary>A HealthCheckResponse (grpc/health/v1/health.proto), as it came.</summary>
    private static async Task<byte[]> HealthAsync(GrpcChannel channel)
    {
        var check = new Method<byte[], byte[]>(MethodType.Unary, "grpc.health.v1.Health", "Check", Verbatim, Verbatim);
        return await channel.CreateCallInvoker().AsyncUnaryCall(check, null, default, []);
    }

    /// <summary>What is answered to list_services (grpc/reflection/v1alpha/reflection.proto), as it came.</summary>
    private static async Task<byte[]> ServicesAsync(GrpcChannel channel)
    {
        byte[] listServices = [7 << 3 | 2, 0];
        var info = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo", Verbatim, Verbatim);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(info, null, default);
        await call.RequestStream.WriteAsync(listServices);
        Assert.That(await call.ResponseStream.MoveNext(CancellationToken.None), Is.True);
        return call.ResponseStream.Current;
    }

    private static async Task SendGarbageAsync(string address)
    {
        var random = new Random(Seed);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);
            await SendAsync(address, garbage);
        }
    }

    private static async Task SendAsync(string address, byte[] bytes)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address.Split(':')[0], int.Parse(address.Split(':')[1]));
        try
        {
            await client.SendAsync(bytes);
            client.Shutdown(SocketShutdown.Send);
            _ = await client.ReceiveAsync(new byte[1024]);
        }
        catch (SocketException)
        {
            // The hub may cut the line: that is an answer too.
        }
    }

    private static Task<StatusCode> StatusOfAsync<T>(string address, X509Certificate2? certificate, Func<GrpcChannel, AsyncUnaryCall<T>> call) =>
        StatusOfAsync(address, certificate, async channel => await call(channel));

    /// <summary>No node: the line is cut before any call, which looks broken from outside.</summary>
    private static async Task AssertCutOffAsync<T>(TestSite site, X509Certificate2? certificate, Func<GrpcChannel, Task<T>> call, string who)
    {
        RpcException? failure = null;
        Assert.That(await StatusOfAsync(site.HubAddress, certificate, call, fault => failure = fault), Is.EqualTo(StatusCode.Internal).Or.EqualTo(StatusCode.Unavailable), who);
        Assert.That(failure!.ToString(), Does.Contain("HttpRequestException").Or.Contain("IOException"), who);
    }

    private static async Task<StatusCode> StatusOfAsync<T>(string address, X509Certificate2? certificate, Func<GrpcChannel, Task<T>> call, Action<RpcException>? look = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                // The stranger does not care whom it talks to; the question is what the hub lets it do.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificates = certificate is null ? null : [certificate],
            },
        };
        using var channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        try
        {
            await call(channel);
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            look?.Invoke(failure);
            return failure.StatusCode;
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=general.test.docexchange", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
