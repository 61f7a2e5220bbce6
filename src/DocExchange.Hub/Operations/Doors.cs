using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace DocExchange.Hub.Operations;

/// <summary>Which listener a connection came through. Set where the connection is accepted; nothing in a request can change it.</summary>
internal enum Door
{
    /// <summary>None of ours: refused.</summary>
    Unknown,

    /// <summary>The nodes' listener: mTLS.</summary>
    Nodes,

    /// <summary>Enrolment: TLS without client certificate.</summary>
    Enrolment,

    /// <summary>The Unix socket in the data folder.</summary>
    Local,
}

internal static class Doors
{
    private static readonly object Key = new();

    public static void Mark(ConnectionContext connection, Door door) => connection.Items[Key] = door;

    public static Door Of(HttpContext http) =>
        http.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out var door) == true ? (Door)door! : Door.Unknown;
}
