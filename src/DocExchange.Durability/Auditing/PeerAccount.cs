using System.Globalization;
using System.Net.Sockets;

namespace DocExchange.Durability.Auditing;

/// <summary>Who is at the other end of a Unix socket, as the operating system tells: nobody is asked, so nobody can say he is another.</summary>
public static class PeerAccount
{
    // <sys/socket.h> of Linux
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <returns><c>uid 0 root</c>; empty where the system does not tell.</returns>
    public static string Of(Socket? socket)
    {
        if (socket is null || !OperatingSystem.IsLinux())
        {
            return "";
        }

        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var user = BitConverter.ToUInt32(credentials[sizeof(int)..]).ToString(CultureInfo.InvariantCulture);
        return $"uid {user}{NameOf(user)}";
    }

    private static string NameOf(string user)
    {
        try
        {
            return File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[2] == user) is { } found ? $" {found[0]}" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
