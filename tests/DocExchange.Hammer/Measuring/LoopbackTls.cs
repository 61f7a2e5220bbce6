using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocExchange.Hammer.Measuring;

/// <summary>One HTTP/2 stream over mutual TLS on loopback with the server and the client the product uses, and nothing behind them.</summary>
internal static class LoopbackTls
{
    private const int PieceSize = 256 * 1024;

    /// <returns>Bytes a second.</returns>
    public static async Task<double> RateAsync(TimeSpan duration, CancellationToken cancellation)
    {
        using var certificate = DrawCertificate();
        await using var server = await ServeAsync(certificate, cancellation);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                // Whom it talks to is itself.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        })
        { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var reply = await client.GetAsync(AddressOf(server), HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var content = await reply.Content.ReadAsStreamAsync(cancellation);
        return await ReadAsync(content, duration, cancellation);
    }

    private static async Task<double> ReadAsync(Stream content, TimeSpan duration, CancellationToken cancellation)
    {
        var (clock, buffer, read) = (TimeProvider.System, new byte[PieceSize], 0L);
        var began = clock.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            read += await content.ReadAsync(buffer, cancellation);
        }
        while ((elapsed = clock.GetElapsedTime(began)) < duration);
        return read / elapsed.TotalSeconds;
    }

    private static async Task<WebApplication> ServeAsync(X509Certificate2 certificate, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));
        var app = builder.Build();
        app.Run(async http =>
        {
            var piece = RandomNumberGenerator.GetBytes(PieceSize);
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            }
        });
        await app.StartAsync(cancellation);
        return app;
    }

    private static string AddressOf(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static X509Certificate2 DrawCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
