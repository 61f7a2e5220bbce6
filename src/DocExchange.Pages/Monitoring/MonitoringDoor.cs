using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DocExchange.Pages.Monitoring;

/// <summary>
/// The listener for whoever watches over the process. Which door a connection came through is noted where it is accepted, as
/// with <see cref="Doors.PageDoor"/>: metrics and health are answered here only, and nothing else is.
/// </summary>
/// <param name="point">Null: there is no such listener.</param>
public sealed class MonitoringDoor(IPEndPoint? point)
{
    /// <summary>In the settings: no such listener.</summary>
    public const string None = "none";

    /// <summary>Connections at the same time; those above are closed.</summary>
    public const int MostConnections = 32;

    private static readonly object Key = new();

    private ListenOptions? listening;

    public bool IsOpen => point is not null;

    /// <summary>Where the running program answers; null where it does not. The port is the one given out where the settings name 0.</summary>
    public string? Address => listening is null ? null : $"http://{listening.IPEndPoint}";

    /// <exception cref="FormatException">Neither <see cref="None"/> nor an IP address and a port.</exception>
    public static MonitoringDoor At(string address) => address == None ? new MonitoringDoor(null)
        : IPEndPoint.TryParse(address, out var point) && address.EndsWith($":{point.Port}", StringComparison.Ordinal) ? new MonitoringDoor(point)
        : throw new FormatException($"'{address}' is not an IP address and a port, such as 127.0.0.1:9464, nor '{None}'.");

    public void Listen(KestrelServerOptions kestrel)
    {
        if (point is null)
        {
            return;
        }

        kestrel.Listen(point, listen =>
        {
            listening = listen;
            listen.Protocols = HttpProtocols.Http1;
            var open = 0;
            listen.Use(next => async connection =>
            {
                connection.Items[Key] = true;
                try
                {
                    if (Interlocked.Increment(ref open) <= MostConnections)
                    {
                        await next(connection);
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            });
        });
    }

    public static bool Is(HttpContext http) => http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Key) == true;
}
