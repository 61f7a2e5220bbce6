using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Hub.Offices;
using DocExchange.Trust.Digests;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DocExchange.Hub.Operations;

/// <summary>The hub's three doors: nodes (mTLS), enrolment (TLS), and the Unix socket.</summary>
internal static class HubListeners
{
    private const int MaxConnections = 4_000;

    private static readonly object HandshakeKey = new();

    public static void Configure(KestrelServerOptions kestrel, HubFolder folder, HubSettings settings, IServiceProvider services)
    {
        var address = IPAddress.Parse(settings.Listen);
        Configure(kestrel, folder, new IPEndPoint(address, settings.Port), new IPEndPoint(address, settings.EnrolmentPort), services);
    }

    public static void Configure(KestrelServerOptions kestrel, HubFolder folder, IPEndPoint nodes, IPEndPoint enrolment, IServiceProvider services)
    {
        var keepAlive = TimeSpan.FromSeconds(services.GetRequiredService<HubSettings>().KeepAliveSeconds);
        var identity = services.GetRequiredService<HubIdentity>();
        var directories = services.GetRequiredService<DirectoryKeeper>();
        var strangers = services.GetRequiredService<Strangers>();
        var limits = services.GetRequiredService<NodeLimits>();
        var shown = SslStreamCertificateContext.Create(identity.Tls, identity.TlsChain);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.Http2.KeepAlivePingDelay = keepAlive;
        kestrel.Limits.Http2.KeepAlivePingTimeout = keepAlive;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        kestrel.Listen(nodes, listen => Open(listen, Door.Nodes, shown, directories, strangers, limits));
        kestrel.Listen(enrolment, listen => Open(listen, Door.Enrolment, shown, directories, strangers, limits));
        File.Delete(folder.Socket);
        kestrel.ListenUnixSocket(folder.Socket, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            Mark(listen, Door.Local);
        });
    }

    private static void Open(ListenOptions listen, Door door, SslStreamCertificateContext shown, DirectoryKeeper directories, Strangers strangers, NodeLimits limits)
    {
        listen.Protocols = HttpProtocols.Http2;
        Mark(listen, door);
        listen.Use(next => connection => WatchAsync(connection, door, strangers, next));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = hello =>
            {
                var handshake = (Handshake)hello.Connection.Items[HandshakeKey]!;
                handshake.Missing = "the TLS handshake was begun and not completed";
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = shown,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ClientCertificateRequired = door == Door.Nodes,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = door != Door.Nodes ? null : (_, certificate, chain, _) => (handshake.Missing = WhatIsAgainst(certificate, chain, directories)) is null,
                });
            },
        });
        listen.Use(next => connection =>
        {
            ((Handshake)connection.Items[HandshakeKey]!).Missing = null;
            return LimitAsync(connection, limits.Connections, next);
        });
    }

    // One certificate must not take the connections of all.
    private static async Task LimitAsync(ConnectionContext connection, NodeLimits.Shares shares, ConnectionDelegate next)
    {
        if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } certificate)
        {
            await next(connection);
            return;
        }

        using var place = shares.TryTake(certificate.Thumbprint);
        if (place is null)
        {
            ((Handshake)connection.Items[HandshakeKey]!).Missing = $"its certificate ({certificate.Subject}) has {shares.Most} connections, as many as it may";
            connection.Abort();
            return;
        }

        await next(connection);
    }

    private static void Mark(ListenOptions listen, Door door) => listen.Use(next => connection =>
    {
        Doors.Mark(connection, door);
        return next(connection);
    });

    // Kestrel itself says nothing of a handshake that fails.
    private static async Task WatchAsync(ConnectionContext connection, Door door, Strangers strangers, ConnectionDelegate next)
    {
        var handshake = new Handshake();
        connection.Items[HandshakeKey] = handshake;
        try
        {
            await next(connection);
        }
        finally
        {
            if (handshake.Missing is { } why)
            {
                strangers.TurnedAway(door, (connection.RemoteEndPoint as IPEndPoint)?.Address, why);
            }
        }
    }

    // The path to our authorities; whose certificate it is, and whether it still counts, is asked of the directory on every call.
    private static string? WhatIsAgainst(X509Certificate? given, X509Chain? sent, DirectoryKeeper directories)
    {
        if (given is not X509Certificate2 certificate)
        {
            return "no client certificate";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A stranger's certificate may name any address for its issuer's.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var authority in directories.Current.Authorities.Where(authority => authority.KeyAlgorithm != Trust.Keys.KeyAlgorithm.Sm2))
        {
            var loaded = X509CertificateLoader.LoadCertificate(authority.Der);
            (authority.IsSelfSigned ? chain.ChainPolicy.CustomTrustStore : chain.ChainPolicy.ExtraStore).Add(loaded);
        }

        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        }

        return chain.Build(certificate)
            ? null
            : $"its client certificate (SHA-256 {Digest.Of(certificate.RawData)}) is not of this exchange's authorities, or not valid now: {string.Join(", ", chain.ChainStatus.Select(each => each.Status).Distinct())}";
    }

    private sealed class Handshake
    {
        /// <summary>What keeps the caller out so far; null once it is in.</summary>
        public string? Missing { get; set; } = "it did not begin a TLS handshake";
    }
}
