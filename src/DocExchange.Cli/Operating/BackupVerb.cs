using System.CommandLine;
using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub backup</c>, <c>docex node backup</c>: asks the one that runs, or starts its executable on the folder of one that does not.</summary>
internal sealed class BackupVerb : Verb
{
    private readonly Served served;
    private readonly Option<string?> data;
    private readonly Option<string> to;

    public BackupVerb(Terminal terminal, Served served)
        : base(terminal, "backup", $"备份{served.Chinese}的数据目录，含密钥；{served.Chinese}运行与否均可", $"Back the {served.Kind}'s data folder up, keys and all, whether the {served.Kind} runs or not")
    {
        this.served = served;
        data = Option<string?>("--" + served.Kind, $"{served.Chinese}的数据目录，默认取环境变量 {served.Variable}", $"The {served.Kind}'s data folder; by default the environment variable {served.Variable}");
        data.Aliases.Add("--data");
        to = Required<string>("--to", "备份目录：新目录、空目录或此前的备份目录，最好在另一块磁盘", "Folder of the backup: new, empty, or that of earlier ones, best on another disk");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var folder = LocalSocket.FolderOf(parse.GetValue(data), "--" + served.Kind, served.Variable);
        var target = Path.GetFullPath(parse.GetValue(to)!);
        if (!LocalSocket.Answers(folder, served.Kind))
        {
            return await PassThrough.RunAsync(served.Program(), ["backup", .. ProcessVerb.OwnOptions(screen), "--data", folder, "--to", target], cancellation);
        }

        using var socket = served.Connect(folder);
        var done = await LongWork.WatchAsync(screen, "备份", "Backup", _ => FollowAsync(served.Ask(socket.Channel, new BackupRequest { To = target }, cancellation), cancellation));
        var report = new BackupReport(
            target, done.Holder, done.Time, (long)done.LedgerSize, done.Root, (long)done.Files, (long)done.CopiedFiles, (long)done.CopiedBytes,
            [.. done.Problems.Select(problem => screen.Say(problem.Chinese, problem.English))]);
        screen.Show(report, report.Lines(screen.Say));
        return report.Problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<BackupDone> FollowAsync(AsyncServerStreamingCall<BackupStep> call, CancellationToken cancellation)
    {
        using (call)
        {
            BackupStep? last = null;
            await foreach (var step in call.ResponseStream.ReadAllAsync(cancellation))
            {
                last = step;
            }

            return last?.Done ?? throw new FailedException("INCOMPLETE", "备份没有完成。", "The backup did not come to its end.");
        }
    }

    /// <summary>Whose backup it is.</summary>
    internal sealed record Served(
        string Kind, string Chinese, string Variable, Func<Executable> Program, Func<string, LocalSocket> Connect, Func<GrpcChannel, BackupRequest, CancellationToken, AsyncServerStreamingCall<BackupStep>> Ask)
    {
        public static readonly Served Hub = new(
            "hub", "中心", LocalSocket.HubVariable, () => Executable.Hub, LocalSocket.ToHub,
            (channel, request, cancellation) => new Administration.AdministrationClient(channel).Backup(request, cancellationToken: cancellation));

        public static readonly Served Node = new(
            "node", "节点", LocalSocket.NodeVariable, () => Executable.Node, LocalSocket.ToNode,
            (channel, request, cancellation) => new Desk.DeskClient(channel).Backup(request, cancellationToken: cancellation));
    }
}
