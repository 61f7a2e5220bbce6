using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// Ports for the hubs of this test run: below those the system hands out for outgoing connections, so that none is taken
/// between the look and the listening, and no port twice.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    public static int Take()
    {
        lock (Gate)
        {
            for (var port = RandomNumberGenerator.GetInt32(First, Last); ; port = port == Last ? First : port + 1)
            {
                if (IsFree(port) && Given.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
