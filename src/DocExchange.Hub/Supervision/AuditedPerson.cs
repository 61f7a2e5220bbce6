using System.Globalization;
using System.Net.Sockets;
using DocExchange.Hub.Operations;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;

namespace DocExchange.Hub.Supervision;

/// <summary>Who acts, as the operating system tells: nobody is asked, so nobody can say he is another.</summary>
internal static class AuditedPerson
{
    // <sys/socket.h> of Linux
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <summary>The account this process runs under.</summary>
    public static string OfProcess() => Environment.UserName;

    /// <summary>On the hub's socket the account of the caller's process; elsewhere the address it comes from.</summary>
    public static string Of(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (Doors.Of(http) != Door.Local)
        {
            return http.Connection.RemoteIpAddress?.ToString() ?? "";
        }

        return http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket && OperatingSystem.IsLinux() ? OfPeer(socket) : "";
    }

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
    private static string OfPeer(Socket socket)
    {
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
