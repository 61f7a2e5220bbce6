using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace DocExchange.Node.HubLink;

/// <summary>
/// HTTP/2 over TLS to the hub: the connection goes to its address, the certificate must carry its name, whatever the
/// address is called.
/// </summary>
internal static class HubTransport
{
    /// <summary>What requests are addressed to: SocketsHttpHandler takes the name to check from there.</summary>
    public static Uri UriOf(string hubName, string address) => new UriBuilder("https", hubName, EndPointOf(address).Port).Uri;

    /// <param name="keepAlive">Silence after which the hub is asked, and the time it has to answer.</param>
    public static SocketsHttpHandler Handler(string address, SslClientAuthenticationOptions tls, TimeSpan connectTimeout, TimeSpan keepAlive)
    {
        var endPoint = EndPointOf(address);
        return new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = connectTimeout,
            KeepAlivePingDelay = keepAlive,
            KeepAlivePingTimeout = keepAlive,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            SslOptions = tls,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(endPoint, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException failure)
                {
                    socket.Dispose();
                    // Of the name in the URI, which is not the address, the caller hears anyway.
                    throw new IOException($"{address}: {failure.Message}", failure);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
    }

    /// <exception cref="FormatException">The address is not host:port.</exception>
    public static DnsEndPoint EndPointOf(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort
            ? new DnsEndPoint(address[..colon].Trim('[', ']'), port)
            : throw new FormatException($"The hub's address '{address}' is not of the form host:port.");
    }
}
