using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// Ports for the hubs of this test run: below those the system hands out for outgoing connections, so that none is taken
/// between the look and the listening, and no port twice, by another test run beside this one either.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly Lock Gate = new();
    private static readonly List<FileStream> Given = [];

    public static int Take()
    {
        lock (Gate)
        {
            for (var port = RandomNumberGenerator.GetInt32(First, Last); ; port = port == Last ? First : port + 1)
            {
                if (IsFree(port) && IsOurs(port))
                {
                    return port;
                }
            }
        }
    }

    // Locked and there for as long as this process is.
    private static bool IsOurs(int port)
    {
        try
        {
            Given.Add(new FileStream(
                Path.Combine(Path.GetTempPath(), $"docex-test-port-{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
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
