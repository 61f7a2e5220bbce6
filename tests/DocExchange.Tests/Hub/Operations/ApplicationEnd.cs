using Microsoft.Extensions.Hosting;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>Knows whether somebody wanted the application to end; ends nothing.</summary>
internal sealed class ApplicationEnd : IHostApplicationLifetime
{
    private readonly CancellationTokenSource stopping = new();

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => stopping.Cancel();
}
