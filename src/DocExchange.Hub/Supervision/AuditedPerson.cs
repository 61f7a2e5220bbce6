using DocExchange.Durability.Auditing;
using DocExchange.Hub.Operations;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;

namespace DocExchange.Hub.Supervision;

/// <summary>Who acts, as the operating system tells.</summary>
internal static class AuditedPerson
{
    /// <summary>The account this process runs under.</summary>
    public static string OfProcess() => Environment.UserName;

    /// <summary>On the hub's socket the account of the caller's process; elsewhere the address it comes from.</summary>
    public static string Of(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return Doors.Of(http) == Door.Local
            ? PeerAccount.Of(http.Features.Get<IConnectionSocketFeature>()?.Socket)
            : http.Connection.RemoteIpAddress?.ToString() ?? "";
    }
}
