using System.Net.Sockets;
using System.Security.Cryptography;
using DocExchange.Node.HubLink;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>One gRPC service of a hub on a Unix socket, which goes with the application.</summary>
internal static class HubSocket
{
    public static async Task<(WebApplication Application, HubChannel Channel)> ServeAsync<T>(T service)
        where T : class
    {
        var socket = Path.Combine(Path.GetTempPath(), "dx-hub-" + RandomNumberGenerator.GetHexString(12, lowercase: true) + ".sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        var application = builder.Build();
        application.MapGrpcService<T>();
        application.Lifetime.ApplicationStopped.Register(() => File.Delete(socket));
        await application.StartAsync();
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        var channel = GrpcChannel.ForAddress("http://hub", new GrpcChannelOptions { HttpHandler = handler });
        return (application, new HubChannel(channel, TimeSpan.FromSeconds(20), TimeProvider.System, channel, handler));
    }
}
