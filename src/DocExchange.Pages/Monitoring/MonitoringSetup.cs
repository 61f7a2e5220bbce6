using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace DocExchange.Pages.Monitoring;

/// <summary>Metrics and health over HTTP. Without a listener nothing of it is made, and nothing is measured.</summary>
public static class MonitoringSetup
{
    public const string Metrics = "/metrics";
    public const string Live = "/health/live";
    public const string Ready = "/health/ready";

    /// <summary>.NET's own: memory, garbage collection, processor time, threads.</summary>
    private const string OfTheRuntime = "System.Runtime";

    /// <param name="service">Name of the service in <c>target_info</c>.</param>
    /// <param name="meter">The meter whose metrics are given out beside the runtime's.</param>
    public static IServiceCollection AddMonitoring(this IServiceCollection services, string service, string version, string meter) => services
        .AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.Clear().AddService(service, serviceVersion: version, autoGenerateServiceInstanceId: false))
            .AddMeter(meter, OfTheRuntime)
            .AddPrometheusExporter()
            .Build());

    /// <summary>Answers what comes through <see cref="MonitoringDoor"/>, before anything else of the site could.</summary>
    public static void MapMonitoring(this WebApplication app, MonitoringDoor door)
    {
        if (door.IsOpen)
        {
            MapOpen(app);
        }
    }

    // A method of its own: the library is loaded only where it is needed.
    private static void MapOpen(WebApplication app)
    {
        var meters = app.Services.GetRequiredService<MeterProvider>();
        app.MapWhen(MonitoringDoor.Is, door =>
        {
            door.Use(ReadOnly);
            door.UseOpenTelemetryPrometheusScrapingEndpoint(meters, null, Metrics, null, null);
            door.Run(AnswerAsync);
        });
    }

    private static Task ReadOnly(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = "GET, HEAD";
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(HttpContext http)
    {
        var condition = http.RequestServices.GetRequiredService<ICondition>();
        switch (http.Request.Path.Value)
        {
            case Live:
                return SayAsync(http, condition.IsAlive, new { status = condition.IsAlive ? "alive" : "restart" });
            case Ready:
                var parts = condition.Look();
                var isReady = parts.All(part => part.Health == PartHealth.Well);
                return SayAsync(http, isReady, new
                {
                    status = isReady ? "ready" : "not-ready",
                    parts = parts.Select(part => new { part = part.Part, state = part.Health.ToString().ToLowerInvariant(), what = part.What }),
                });
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private static Task SayAsync(HttpContext http, bool isWell, object answer)
    {
        http.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsJsonAsync(answer, http.RequestAborted);
    }
}
