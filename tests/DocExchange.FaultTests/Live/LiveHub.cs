using System.Net;
using System.Net.Sockets;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Protocol.V1;
using DocExchange.Tests;
using Grpc.Core;
using Grpc.Net.Client;

namespace DocExchange.FaultTests.Live;

/// <summary>A whole hub in this process, with its listeners and mutual TLS.</summary>
internal sealed class LiveHub : IAsyncDisposable
{
    private readonly HubFolder folder;
    private CancellationTokenSource stop = new();
    private Task<int> running = null!;
    private GrpcChannel channel = null!;

    private LiveHub(HubFolder folder, string address) => (this.folder, Address) = (folder, address);

    /// <summary>host:port of the nodes' listener.</summary>
    public string Address { get; }

    public Administration.AdministrationClient Administration { get; private set; } = null!;

    public static async Task<LiveHub> CreateAsync(string root, Action<HubSettings>? adapt = null)
    {
        var folder = new HubFolder(root);
        var settings = new HubSettings
        {
            Exchange = "test",
            Organization = "市政府办公厅",
            Address = $"127.0.0.1:{FreePort()}",
            EnrolmentAddress = $"127.0.0.1:{FreePort()}",
            FreeSpaceReserveMiB = 16,
        };
        adapt?.Invoke(settings);
        await HubSetup.CreateAsync(folder, settings, TimeProvider.System, CancellationToken.None);
        return new LiveHub(folder, settings.Address);
    }

    public async Task StartAsync()
    {
        stop = new CancellationTokenSource();
        running = Task.Run(() => HubHost.RunAsync(folder, null, stop.Token));
        channel = LocalSocket.Open(folder.Socket);
        Administration = new Administration.AdministrationClient(channel);
        await Waiting.UntilAsync("the hub answers", async () =>
        {
            Assert.That(running.IsFaulted, Is.False, () => $"{running.Exception}");
            try
            {
                await Administration.GetStatusAsync(new GetHubStatusRequest());
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
        });
    }

    /// <summary>What the hub knows of a document; null while it knows none.</summary>
    public async Task<ArchivedDocument?> FindAsync(string document)
    {
        try
        {
            return await Administration.GetAsync(new GetDocumentRequest { DocumentId = document });
        }
        catch (RpcException unknown) when (unknown.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task StopAsync()
    {
        channel.Dispose();
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    /// <summary>The ledger of the stopped hub.</summary>
    public FileLedgerStore OpenLedger() => FileLedgerStore.Open(folder.Ledger);

    public async ValueTask DisposeAsync()
    {
        if (!stop.IsCancellationRequested)
        {
            await StopAsync();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
