using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Digests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>Whoever is turned away at the hub's doors leaves a line in its log: where from and why.</summary>
public sealed class HubListenersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private HubUnderTest hub = null!;
    private WebApplication doors = null!;
    private IPEndPoint nodes = null!;
    private IPEndPoint enrolment = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        hub = await HubUnderTest.StartAsync();
        var free = new IPEndPoint(IPAddress.Loopback, 0);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => HubListeners.Configure(kestrel, hub.Folder, free, free, hub.Get<IServiceProvider>()));
        doors = builder.Build();
        doors.Run(context => context.Response.WriteAsync("in"));
        await doors.StartAsync();
        var addresses = doors.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Where(address => address.StartsWith("https://", StringComparison.Ordinal)).Select(address => IPEndPoint.Parse(new Uri(address).Authority)).ToList();
        (nodes, enrolment) = (addresses[0], addresses[1]);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        await doors.DisposeAsync();
        await hub.DisposeAsync();
    }

    [Test]
    [NonParallelizable]
    public async Task Say_who_was_turned_away_and_why()
    {
        using var stranger = SelfSigned();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await LineAfterAsync(() => ShakeAsync(nodes, null)), Does.StartWith("Warning Turned away 127.0.0.1 at the door Nodes: no client certificate"));
            Assert.That(
                await LineAfterAsync(() => ShakeAsync(nodes, stranger)),
                Does.StartWith($"Warning Turned away 127.0.0.1 at the door Nodes: its client certificate (SHA-256 {Digest.Of(stranger.RawData)}) is not of this exchange's authorities"));
            Assert.That(await LineAfterAsync(() => SendAsync(nodes, "GET / HTTP/1.1\r\n\r\n"u8.ToArray())), Does.Contain("at the door Nodes: it did not begin a TLS handshake"));
            Assert.That(await LineAfterAsync(() => SendAsync(enrolment, [0, 1, 2])), Does.Contain("at the door Enrolment: it did not begin a TLS handshake"));
            Assert.That(await LineAfterAsync(() => SendAsync(enrolment, Hello())), Does.Contain("at the door Enrolment: the TLS handshake was begun and not completed"));
        }
    }

    [Test]
    [NonParallelizable]
    public async Task Say_nothing_of_a_caller_that_comes_in()
    {
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = TurnedAway.Count();
        Assert.That(await ShakeAsync(enrolment, null), Is.True);
        // The next one's line comes after whatever that one would have left.
        Assert.That(await LineAfterAsync(() => SendAsync(enrolment, [0])), Does.Contain("did not begin"));
        Assert.That(TurnedAway.Count(), Is.EqualTo(before + 1));
    }

    private IEnumerable<string> TurnedAway => hub.Log.Lines.Where(line => line.Contains("Turned away", StringComparison.Ordinal));

    private async Task<string> LineAfterAsync(Func<Task> call)
    {
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = TurnedAway.Count();
        await call();
        while (TurnedAway.Count() == before)
        {
            if (!await hub.Log.NextAsync(Patience))
            {
                throw new TimeoutException("Nothing was logged.");
            }
        }

        return TurnedAway.Last();
    }

    /// <returns>Whether the hub let it in.</returns>
    private static async Task<bool> ShakeAsync(IPEndPoint door, X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(door);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "hub",
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificates = certificate is null ? null : [certificate],
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            });

            // With TLS 1.3 a refusal comes after the client's last word; who is let in is answered (RFC 9113 §3.4).
            await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray());
            return await tls.ReadAsync(new byte[1]) == 1;
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private static async Task SendAsync(IPEndPoint door, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(door);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            _ = await stream.ReadAsync(new byte[64]);
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            // The hub may cut the line: that is an answer too.
        }
    }

    /// <summary>What a client begins a handshake with.</summary>
    private static byte[] Hello()
    {
        using var sent = new MemoryStream();
        using var tls = new SslStream(sent);
        Assert.That(() => tls.AuthenticateAsClient("hub"), Throws.InstanceOf<IOException>());
        return sent.ToArray();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=general.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
