using System.Net.Sockets;
using Grpc.Net.Client;

namespace DocExchange.FaultTests.Live;

/// <summary>A gRPC channel over the Unix socket of a hub or node.</summary>
internal static class LocalSocket
{
    public static GrpcChannel Open(string socket) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        },
    });
}
