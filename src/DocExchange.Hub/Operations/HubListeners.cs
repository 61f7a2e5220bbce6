using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Hub.Offices;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DocExchange.Hub.Operations;

/// <summary>The hub's three doors: nodes (mTLS), enrolment (TLS), and the Unix socket.</summary>
internal static class HubListeners
{
    private const int MaxConnections = 4_000;

    public static void Configure(KestrelServerOptions kestrel, HubFolder folder, HubSettings settings, IServiceProvider services)
    {
        var identity = services.GetRequiredService<HubIdentity>();
        var directories = services.GetRequiredService<DirectoryKeeper>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        var address = IPAddress.Parse(settings.Listen);
        kestrel.Listen(address, settings.Port, listen => Open(listen, Door.Nodes, identity, directories));
        kestrel.Listen(address, settings.EnrolmentPort, listen => Open(listen, Door.Enrolment, identity, directories));
        File.Delete(folder.Socket);
        kestrel.ListenUnixSocket(folder.Socket, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            Mark(listen, Door.Local);
        });
    }

    private static void Open(ListenOptions listen, Door door, HubIdentity identity, DirectoryKeeper directories)
    {
        listen.Protocols = HttpProtocols.Http2;
        Mark(listen, door);
        listen.UseHttps(https =>
        {
            https.ServerCertificate = identity.Tls;
            https.ServerCertificateChain = identity.TlsChain;
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            if (door == Door.Nodes)
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, chain, _) => IsOurs(certificate, chain, directories);
            }
        });
    }

    private static void Mark(ListenOptions listen, Door door) => listen.Use(next => connection =>
    {
        Doors.Mark(connection, door);
        return next(connection);
    });

    // The path to our authorities; whose certificate it is, and whether it still counts, is asked of the directory on every call.
    private static bool IsOurs(X509Certificate2 certificate, X509Chain? sent, DirectoryKeeper directories)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var authority in directories.Current.Authorities.Where(authority => authority.KeyAlgorithm != Trust.Keys.KeyAlgorithm.Sm2))
        {
            var loaded = X509CertificateLoader.LoadCertificate(authority.Der);
            (authority.IsSelfIssued ? chain.ChainPolicy.CustomTrustStore : chain.ChainPolicy.ExtraStore).Add(loaded);
        }

        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        }

        return chain.Build(certificate);
    }
}
