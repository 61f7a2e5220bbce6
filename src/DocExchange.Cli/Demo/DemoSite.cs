using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Directory = System.IO.Directory;

namespace DocExchange.Cli.Demo;

/// <summary>A node of the demonstration with the offices it hosts.</summary>
internal sealed record DemoNode(string Name, string Chinese, string Folder, IReadOnlyList<SampleOffice> Offices)
{
    public Desk.DeskClient Desk { get; set; } = null!;

    /// <summary>The office whose desk is shown in a browser; of the sender's node the one that dispatches.</summary>
    public SampleOffice Shown => Offices.FirstOrDefault(office => office.Id == SampleOffices.GeneralOffice) ?? Offices[0];

    public IReadOnlyList<DemoUser> Users { get; set; } = [];

    public string PagesAddress { get; set; } = "";
}

/// <summary>
/// All that one demonstration runs: a hub and three nodes as processes of their own, with their folders. Disposing
/// ends every process it started.
/// </summary>
internal sealed class DemoSite : IAsyncDisposable
{
    /// <summary>Of .NET: how long nothing new must have been called before it begins to compile again, and better, what is called often. Milliseconds, read as hexadecimal.</summary>
    private const string RecompilingDelay = "DOTNET_TC_CallCountingDelayMs";

    private readonly List<ProductProcess> processes = [];
    private readonly List<LocalSocket> sockets = [];

    public DemoSite(DemoOptions options, string folder, TimeProvider clock)
    {
        Options = options;
        Folder = folder;
        Clock = clock;
        Offices = SampleOffices.First(options.Offices);
        SampleOffice[] senders = [new(SampleOffices.Government, "北京市人民政府", null), new(SampleOffices.GeneralOffice, "北京市人民政府办公厅", null)];
        General = new DemoNode("general", "市政府办公厅节点", Path.Combine(folder, "general"), senders);
        Districts = new DemoNode("districts", "区县节点", Path.Combine(folder, "districts"), Offices.OfDistricts);
        Departments = new DemoNode("departments", "部门节点", Path.Combine(folder, "departments"), Offices.OfDepartments);
        LocalSocket.CheckLength(Path.Combine(Departments.Folder, "node.sock"));
        Directory.CreateDirectory(Path.Combine(folder, "log"));
        if (!options.Serve && Environment.GetEnvironmentVariable(RecompilingDelay) is null)
        {
            // Processes of a minute do not live to gain by it.
            Environment.SetEnvironmentVariable(RecompilingDelay, "2000");
        }
    }

    public DemoOptions Options { get; }

    public string Folder { get; }

    public TimeProvider Clock { get; }

    public string HubFolder => Path.Combine(Folder, "hub");

    public SampleOffices Offices { get; }

    public DemoNode General { get; }

    public DemoNode Districts { get; }

    public DemoNode Departments { get; }

    public IReadOnlyList<DemoNode> Nodes => [General, Districts, Departments];

    public Administration.AdministrationClient Hub { get; private set; } = null!;

    public string HubAddress { get; set; } = "";

    public IReadOnlyList<DemoUser> ConsoleUsers { get; set; } = [];

    public string ConsoleAddress { get; private set; } = "";

    /// <summary>What was sent; set once it is.</summary>
    public SendReply Sent { get; set; } = null!;

    public DemoFacts Facts { get; } = new();

    public string LogOf(string name) => Path.Combine(Folder, "log", name + ".log");

    public async Task StartHubAsync(CancellationToken cancellation)
    {
        ConsoleAddress = await StartAsync("hub", Executable.Hub, HubFolder, cancellation);
        Hub = new Administration.AdministrationClient(Connect(LocalSocket.ToHub(HubFolder)));
    }

    public async Task StartNodeAsync(DemoNode node, CancellationToken cancellation)
    {
        node.PagesAddress = await StartAsync(node.Name, Executable.Node, node.Folder, cancellation);
        node.Desk = new Desk.DeskClient(Connect(LocalSocket.ToNode(node.Folder)));
    }

    /// <summary>Asks again and again until it is so, while every process is alive.</summary>
    /// <exception cref="FailedException">It did not come about within the limit, or a process ended.</exception>
    public async Task UntilAsync(string chinese, string english, Func<Task<bool>> isSo, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Options.StepLimit);
        try
        {
            while (!await isSo())
            {
                CheckAlive();
                await Task.Delay(PollEvery, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            CheckAlive();
            throw new FailedException(
                "STEP_LATE",
                $"{chinese}：{Options.StepLimit.TotalSeconds:0} 秒内没有完成。日志在 {Path.Combine(Folder, "log")}。",
                $"{english}: not done within {Options.StepLimit.TotalSeconds:0} seconds. The logs are in {Path.Combine(Folder, "log")}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }

        // Nodes first: they come to rest faster while the hub still answers.
        foreach (var group in processes.GroupBy(process => process.Name == "hub").OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(process => process.DisposeAsync().AsTask()));
        }
    }

    private static TimeSpan PollEvery => TimeSpan.FromMilliseconds(200);

    private Grpc.Net.Client.GrpcChannel Connect(LocalSocket socket)
    {
        sockets.Add(socket);
        return socket.Channel;
    }

    /// <returns>Where browsers reach it; empty where nobody is to look at it.</returns>
    private async Task<string> StartAsync(string name, Executable program, string data, CancellationToken cancellation)
    {
        var process = ProductProcess.Start(name, program, LogOf(name), ["run", "--data", data, "--pages", Options.Serve ? "127.0.0.1:0" : "none"]);
        lock (processes)
        {
            processes.Add(process);
        }

        await process.WaitUntilReadyAsync(Options.StepLimit, cancellation);
        return process.PagesAddress ?? "";
    }

    private void CheckAlive()
    {
        foreach (var process in processes)
        {
            process.CheckAlive();
        }
    }
}
