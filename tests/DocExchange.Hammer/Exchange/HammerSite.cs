using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DocExchange.Cli;
using DocExchange.Cli.Demo;
using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Directory = System.IO.Directory;

namespace DocExchange.Hammer.Exchange;

/// <summary>
/// The exchange under load: a hub, the node of the general office, and nodes that host the recipients, each a process of its
/// own with default settings and keys drawn for this run. Disposing ends them and removes their data.
/// </summary>
internal sealed class HammerSite : IAsyncDisposable
{
    /// <summary>As many as one invitation names.</summary>
    private const int MostOfficesOfANode = 200;

    private const int FewestRecipientNodes = 2;

    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(20);

    private readonly HammerOptions options;
    private readonly List<HammerNode> recipients = [];
    private readonly HammerHub hub;
    private string csv = "";

    private HammerSite(HammerOptions options, TimeProvider clock)
    {
        this.options = options;
        Clock = clock;
        Folder = (options.Again ?? options.Keep) is { } keep ? Directory.CreateDirectory(keep).FullName : Directory.CreateTempSubdirectory("docex-hammer-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "log"));
        hub = new HammerHub(Path.Combine(Folder, "hub"), LogOf("hub"), StepLimit, options.Pages);
        General = NodeOf("general", [SampleOffices.Government, SampleOffices.GeneralOffice]);
    }

    public TimeProvider Clock { get; }

    public string Folder { get; }

    public string HubFolder => hub.Folder;

    public ProductProcess HubProcess => hub.Process;

    public Administration.AdministrationClient Hub => hub.Administration;

    /// <summary>Sends.</summary>
    public HammerNode General { get; }

    public IReadOnlyList<HammerNode> Recipients => recipients;

    public IReadOnlyList<HammerNode> Nodes => [General, .. recipients];

    /// <summary>The hub first.</summary>
    public IReadOnlyList<IService> Services => [hub, .. Nodes];

    /// <summary>Every receiving office with its node.</summary>
    public IReadOnlyList<(HammerNode Node, string Office)> Offices => [.. recipients.SelectMany(node => node.Offices.Select(office => (node, office)))];

    /// <summary>From the start of the program to when it said it was ready: of the hub, and of each node.</summary>
    public Dictionary<string, TimeSpan> StartTimes { get; } = [];

    public static async Task<HammerSite> StartAsync(HammerOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        var site = new HammerSite(options, clock);
        try
        {
            site.AddRecipients();
            if (options.Again is null)
            {
                await site.SetUpAsync(cancellation);
            }

            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public Task UntilConnectedAsync(CancellationToken cancellation) =>
        UntilAsync("all nodes are connected and have the newest directory", () => AreReadyAsync(cancellation), cancellation);

    /// <summary>Asks again and again until it is so, while every process is alive.</summary>
    /// <exception cref="FailedException">It did not come about within the limit, or a process ended.</exception>
    public Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken cancellation, TimeSpan? limit = null) =>
        UntilAsync(what, isSo, CheckAlive, PollEvery, limit ?? StepLimit, cancellation);

    /// <summary>The same of the hub, while nodes need not run, and looking less often.</summary>
    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}}, CancellationToken, TimeSpan?)"/>
    public Task UntilHubAsync(string what, Func<Task<bool>> isSo, TimeSpan lookEvery, TimeSpan limit, CancellationToken cancellation) =>
        UntilAsync(what, isSo, hub.Process.CheckAlive, lookEvery, limit, cancellation);

    public void CheckAlive()
    {
        hub.Process.CheckAlive();
        foreach (var node in Nodes)
        {
            node.Process.CheckAlive();
        }
    }

    /// <summary>Nodes first; what they and the hub acknowledged is on disk.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.StopAsync()));
        await hub.StopAsync();
    }

    /// <returns>How long it took until it was ready.</returns>
    /// <exception cref="FailedException">It was not within the limit, or ended.</exception>
    public async Task<TimeSpan> StartHubAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var began = Clock.GetTimestamp();
        await hub.StartAsync(limit, cancellation);
        return Clock.GetElapsedTime(began);
    }

    public async Task StartNodesAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(Nodes.Select(node => node.StartAsync(cancellation)));
        await UntilConnectedAsync(cancellation);
    }

    /// <summary>Adds lines to the list of offices.</summary>
    public async Task AddOfficesAsync(string lines, CancellationToken cancellation)
    {
        csv += lines;
        await Hub.ImportOfficesAsync(new ImportOfficesRequest { Csv = ByteString.CopyFromUtf8(csv) }, cancellationToken: cancellation);
    }

    /// <summary>Enrols a node that is not started.</summary>
    /// <returns>Its data folder, with its keys and those of the offices.</returns>
    public async Task<string> EnrolAsync(string name, IReadOnlyList<string> offices, CancellationToken cancellation)
    {
        var node = NodeOf(name, offices);
        await EnrolAsync(node, cancellation);
        return node.Folder;
    }

    /// <returns>The SHA-256 of the package as the archive holds it, hexadecimal; empty where no volume does.</returns>
    public async Task<string> ArchivedDigestAsync(string document, CancellationToken cancellation)
    {
        using var call = Hub.GetPackage(new GetPackageRequest { DocumentId = document }, cancellationToken: cancellation);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var volume = "";
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellation))
        {
            volume = chunk.Volume.Length > 0 ? chunk.Volume : volume;
            digest.AppendData(chunk.Chunk.Span);
        }

        return volume.Length > 0 ? Convert.ToHexStringLower(digest.GetHashAndReset()) : "";
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        await hub.DisposeAsync();

        if (options is { Keep: null, Again: null })
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo, Action checkAlive, TimeSpan lookEvery, TimeSpan limit, CancellationToken cancellation)
    {
        var began = Clock.GetTimestamp();
        while (!await isSo())
        {
            checkAlive();
            if (Clock.GetElapsedTime(began) > limit)
            {
                throw new FailedException("STEP_LATE", what, $"{what}: not reached within {limit.TotalSeconds:0} s. Logs: {Path.Combine(Folder, "log")}");
            }

            await Task.Delay(lookEvery, Clock, cancellation);
        }
    }

    private HammerNode NodeOf(string name, IReadOnlyList<string> offices) => new(name, Path.Combine(Folder, name), offices, LogOf(name), StepLimit, options.Pages);

    private string LogOf(string name) => Path.Combine(Folder, "log", name + ".log");

    private void AddRecipients()
    {
        var offices = OfficesOf(options.Offices).Offices;
        var perNode = (offices.Count - 1) / Math.Max(FewestRecipientNodes, (offices.Count - 1) / MostOfficesOfANode + 1) + 1;
        foreach (var (hosted, number) in offices.Chunk(perNode).Select((hosted, at) => (hosted, at + 1)))
        {
            recipients.Add(NodeOf($"n{number}", hosted));
        }
    }

    private async Task SetUpAsync(CancellationToken cancellation)
    {
        var (exchange, enrolment) = FreePorts();
        string[] init =
        [
            "init", "--data", HubFolder, "--exchange", SampleOffices.Exchange, "--organization", "北京市人民政府办公厅",
            "--address", $"127.0.0.1:{exchange}", "--enrolment", $"127.0.0.1:{enrolment}", "--listen", "127.0.0.1",
        ];
        await ProductProcess.RunAsync("hub init", Executable.Hub, LogOf("hub-init"), init, StepLimit, cancellation);
        await TimedAsync("hub", () => hub.StartAsync(cancellation));

        await AddOfficesAsync(OfficesOf(options.Offices).Csv, cancellation);
        foreach (var node in Nodes)
        {
            await EnrolAsync(node, cancellation);
        }

        // One after the other: the time each takes to start is one of the figures.
        foreach (var node in Nodes)
        {
            await TimedAsync(node.Name, () => node.StartAsync(cancellation));
        }

        await UntilConnectedAsync(cancellation);
    }

    private async Task EnrolAsync(HammerNode node, CancellationToken cancellation)
    {
        var reply = await Hub.InviteAsync(new InviteRequest { Node = node.Name, Name = "节点 " + node.Name, Offices = { node.Offices } }, cancellationToken: cancellation);
        var invitation = Path.Combine(Folder, node.Name + ".invitation.json");
        await File.WriteAllBytesAsync(invitation, reply.Invitation.ToByteArray(), cancellation);
        string[] arguments = ["enrol", "--data", node.Folder, "--invitation", invitation, "--suite", options.Suite];
        await ProductProcess.RunAsync($"{node.Name} enrol", Executable.Node, LogOf(node.Name + "-enrol"), arguments, StepLimit, cancellation);
        if (options.NodeSettings is { } settings)
        {
            await File.WriteAllTextAsync(Path.Combine(node.Folder, "settings.json"), settings, cancellation);
        }
    }

    private async Task<bool> AreReadyAsync(CancellationToken cancellation)
    {
        var version = (await Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation)).DirectoryVersion;
        foreach (var node in Nodes)
        {
            var status = await node.Desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation);
            if (status.Link != "Connected" || status.DirectoryVersion != version)
            {
                return false;
            }
        }

        return true;
    }

    private async Task TimedAsync(string name, Func<Task> start)
    {
        var began = Clock.GetTimestamp();
        await start();
        StartTimes[name] = Clock.GetElapsedTime(began);
    }

    // The sample city has 141; what is asked beyond is made up.
    private static (string Csv, IReadOnlyList<string> Offices) OfficesOf(int count)
    {
        var sample = SampleOffices.First(count);
        var (csv, offices) = (new StringBuilder(sample.Csv), sample.Recipients.Select(office => office.Id).ToList());
        for (var number = offices.Count + 1; number <= count; number++)
        {
            csv.Append($"office,more-{number},其他单位{number},单位{number},,,110000,bjzf,{sample.Groups[^1]},,\n");
            offices.Add($"more-{number}");
        }

        return (csv.ToString(), offices);
    }

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
