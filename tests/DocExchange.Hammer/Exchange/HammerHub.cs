using DocExchange.Cli;
using DocExchange.Cli.Processes;
using DocExchange.Protocol.V1;

namespace DocExchange.Hammer.Exchange;

/// <summary>The hub's process, and its administration as its people reach it.</summary>
internal sealed class HammerHub(string folder, string log, TimeSpan limit, string pages = "none") : IService, IAsyncDisposable
{
    private ProductProcess? process;
    private LocalSocket? socket;

    public string Name => "hub";

    public string Folder => folder;

    public ProductProcess Process => process ?? throw new InvalidOperationException("The hub is not running.");

    public Administration.AdministrationClient Administration { get; private set; } = null!;

    public Task StartAsync(CancellationToken cancellation) => StartAsync(limit, cancellation);

    /// <param name="most">Until it is ready: with much to make anew it takes its time.</param>
    public async Task StartAsync(TimeSpan most, CancellationToken cancellation)
    {
        process = ProductProcess.Start(Name, Executable.Hub, log, "run", "--data", folder, "--pages", pages);
        await process.WaitUntilReadyAsync(most, cancellation);
        socket ??= LocalSocket.ToHub(folder);
        Administration ??= new Administration.AdministrationClient(socket.Channel);
    }

    public Task KillAsync() => Kill.ProcessAsync(Process);

    public async Task StopAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
            process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket?.Dispose();
        await StopAsync();
    }
}
