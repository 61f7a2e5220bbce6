using System.CommandLine;
using System.Reflection;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Cli.Doctor;

/// <summary><c>docex doctor</c>: looks at an installation and says what to do.</summary>
internal sealed class DoctorVerb : Verb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Option<string?> hub;
    private readonly Option<string?> node;

    public DoctorVerb(Terminal terminal)
        : base(terminal, "doctor", "检查安装和运行情况，并说明如何处理", "Looks at an installation and says what to do")
    {
        hub = Option<string?>("--hub", $"中心的数据目录；--hub、--node 都不给出时取环境变量 {LocalSocket.HubVariable}", $"The hub's data folder; with neither --hub nor --node the environment variable {LocalSocket.HubVariable}");
        node = Option<string?>("--node", $"节点的数据目录；--hub、--node 都不给出时取环境变量 {LocalSocket.NodeVariable}", $"The node's data folder; with neither --hub nor --node the environment variable {LocalSocket.NodeVariable}");
    }

    /// <summary>Of the programs here: they are installed together.</summary>
    public static string Version { get; } = typeof(DoctorVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        // What is named is looked at and nothing else; the environment counts where nothing is.
        var named = (Hub: parse.GetValue(hub), Node: parse.GetValue(node));
        var (hubFolder, nodeFolder) = named is (null, null)
            ? (Environment.GetEnvironmentVariable(LocalSocket.HubVariable), Environment.GetEnvironmentVariable(LocalSocket.NodeVariable))
            : named;
        if (hubFolder is not null)
        {
            findings.AddRange(await LookAsync(hubFolder, "hub", () => LocalSocket.ToHub(hubFolder), AskHubAsync, cancellation));
        }

        if (nodeFolder is not null)
        {
            findings.AddRange(await LookAsync(nodeFolder, "node", () => LocalSocket.ToNode(nodeFolder), AskNodeAsync, cancellation));
        }

        if (findings.Count == 0)
        {
            throw new UsageException("请用 --hub 或 --node 指明数据目录。", "Name a data folder with --hub or --node.");
        }

        Show(screen, findings);
        return findings.Any(finding => finding.Severity == Severity.Failure) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(
        string folder, string kind, Func<LocalSocket> connect, Func<LocalSocket, CancellationToken, Task<IEnumerable<Finding>>> ask, CancellationToken cancellation)
    {
        List<Finding> findings = [.. FolderCheck.Look(Path.GetFullPath(folder), kind, path => new DriveInfo(path).AvailableFreeSpace)];
        // No folder, or one that this program leaves alone: there is nobody to ask.
        if (findings.Any(finding => finding is { Check: "folder" or DataCheck.Name, Severity: Severity.Failure }))
        {
            return findings;
        }

        try
        {
            using var socket = connect();
            return [.. findings, .. await ask(socket, cancellation)];
        }
        catch (FailedException fault) when (fault is not UsageException)
        {
            return [.. findings, Finding.Failure("running", fault.Message, fault.English, $"docex {kind} run --data {folder}", $"docex {kind} run --data {folder}")];
        }
        catch (RpcException fault)
        {
            return
            [
                .. findings,
                Finding.Failure("running", "进程在运行，但没有正常应答", $"The process is there and does not answer: {fault.Status.Detail}", "请看日志，必要时重新启动。", "Look into its log, and start it again if need be."),
            ];
        }
    }

    private async Task<IEnumerable<Finding>> AskHubAsync(LocalSocket socket, CancellationToken cancellation)
    {
        var status = await new Administration.AdministrationClient(socket.Channel).GetStatusAsync(new GetHubStatusRequest(), deadline: (Terminal.Clock.GetUtcNow() + Patience).UtcDateTime, cancellationToken: cancellation);
        return HubCheck.Look(status, Version, Terminal.Clock.GetUtcNow());
    }

    private async Task<IEnumerable<Finding>> AskNodeAsync(LocalSocket socket, CancellationToken cancellation)
    {
        var status = await new Desk.DeskClient(socket.Channel).GetStatusAsync(new GetNodeStatusRequest(), deadline: (Terminal.Clock.GetUtcNow() + Patience).UtcDateTime, cancellationToken: cancellation);
        return NodeCheck.Look(status, Version);
    }

    private static void Show(Screen screen, List<Finding> findings)
    {
        var (failures, warnings) = (findings.Count(finding => finding.Severity == Severity.Failure), findings.Count(finding => finding.Severity == Severity.Warning));
        screen.Show(
            new
            {
                healthy = failures == 0,
                failures,
                warnings,
                findings = findings.Select(finding => new
                {
                    check = finding.Check,
                    severity = finding.Severity.ToString().ToLowerInvariant(),
                    message = screen.Say(finding.Chinese, finding.English),
                    remedy = finding.Remedy is { } remedy ? screen.Say(remedy.Chinese, remedy.English) : null,
                }),
            },
            [
                .. findings.SelectMany(finding => Lines(screen, finding)),
                failures + warnings == 0 ? screen.Say("一切正常。", "All is well.") : screen.Say($"{failures} 处故障，{warnings} 处提醒。", $"{failures} failures, {warnings} warnings."),
            ]);
    }

    private static IEnumerable<string> Lines(Screen screen, Finding finding)
    {
        var sign = finding.Severity switch { Severity.Ok => "✓", Severity.Warning => "⚠", _ => "✗" };
        yield return $"{sign} {screen.Say(finding.Chinese, finding.English)}";
        if (finding.Remedy is { } remedy)
        {
            yield return $"  → {screen.Say(remedy.Chinese, remedy.English)}";
        }
    }
}
