using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DocExchange.Tests.Protocol;

/// <summary>An HTTP server on a free port of this machine that answers time-stamp requests as the test wants.</summary>
internal sealed class TimestampServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private int questions;

    private TimestampServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public int Questions => questions;

    public static Task<TimestampServer> StartAsync(Func<byte[], CancellationToken, Task<byte[]>> answer) => StartAsync(async (request, response) =>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var bytes = await answer(body.ToArray(), CancellationToken.None);
        response.ContentType = "application/timestamp-reply";
        await response.Body.WriteAsync(bytes);
    });

    public static async Task<TimestampServer> StartAsync(Func<HttpRequest, HttpResponse, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new TimestampServer(app);
        app.Run(async context =>
        {
            Interlocked.Increment(ref server.questions);
            await answer(context.Request, context.Response);
        });
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
