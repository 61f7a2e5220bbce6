using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DocExchange.Pages.Doors;

/// <summary>
/// The listener for browsers. Which door a connection came through is noted where it is accepted; nothing in a request can
/// change it. Pages are answered here only, and nothing else is.
/// </summary>
public static class PageDoor
{
    private static readonly object Key = new();

    /// <summary>Listens, if the settings say so: with TLS, or without on the loopback address where no certificate is named.</summary>
    /// <param name="ownCertificate">Where the program keeps the certificate it made itself.</param>
    public static void Listen(KestrelServerOptions kestrel, PagesSettings settings, string ownCertificate)
    {
        if (settings.EndPoint is not { } point)
        {
            return;
        }

        kestrel.AddServerHeader = false;
        kestrel.Listen(point, listen =>
        {
            var open = 0;
            listen.Use(next => async connection =>
            {
                connection.Items[Key] = true;
                try
                {
                    if (Interlocked.Increment(ref open) <= settings.Connections)
                    {
                        await next(connection);
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            });
            var isPlain = IPAddress.IsLoopback(point.Address) && settings.Certificate == "own";
            listen.Protocols = isPlain ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
            if (!isPlain)
            {
                var certificates = ServerCertificate.Load(settings, ownCertificate, point);
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificates[0];
                    https.ServerCertificateChain = [.. certificates.Skip(1)];
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    // Whose it is, is asked when somebody signs in with it: an account names its digest, not its issuer.
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.ClientCertificateValidation = (_, _, _) => true;
                });
            }
        });
    }

    public static bool Is(HttpContext http) => http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Key) == true;

    /// <summary>Where browsers reach the running program; null where it has no pages.</summary>
    public static string? AddressOf(IServer server, PagesSettings settings) => settings.EndPoint is not { } point
        ? null
        : server.Features.Get<IServerAddressesFeature>()?.Addresses
            .Where(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (point.Port == 0 || uri.Port == point.Port) && !address.Contains("unix:", StringComparison.Ordinal))
            .LastOrDefault();
}
