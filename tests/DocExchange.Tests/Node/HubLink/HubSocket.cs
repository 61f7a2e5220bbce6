using System.Net.Sockets;
using System.Security.Cryptography;
using DocExchange.Node.HubLink;
using DocExchange.Protocol;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>gRPC services of a hub on a Unix socket, which goes with the application.</summary>
internal static class HubSocket
{
    public static Task<(WebApplication Application, HubChannel Channel)> ServeAsync<T>(T service)
        where T : class => ServeAsync(services => services.AddSingleton(service), application => application.MapGrpcService<T>());

    public static Task<(WebApplication Application, HubChannel Channel)> ServeAsync<TOne, TOther>(TOne one, TOther other)
        where TOne : class
        where TOther : class => ServeAsync(
            services => services.AddSingleton(one).AddSingleton(other),
            application =>
            {
                application.MapGrpcService<TOne>();
                application.MapGrpcService<TOther>();
            });

    private static async Task<(WebApplication Application, HubChannel Channel)> ServeAsync(Action<IServiceCollection> add, Action<WebApplication> map)
    {
        var socket = Path.Combine(Path.GetTempPath(), "dx-hub-" + RandomNumberGenerator.GetHexString(12, lowercase: true) + ".sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<RequestDrain>());
        builder.Services.AddSingleton(TimeProvider.System);
        add(builder.Services);
        var application = builder.Build();
        map(application);
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
