using System.Net.Sockets;
using Grpc.Net.Client;

namespace DocExchange.EndToEndTests.Site;

/// <summary>A gRPC channel over a Unix socket.</summary>
internal static class LocalChannel
{
    public static GrpcChannel Open(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = 8 * 1024 * 1024 });
    }
}
