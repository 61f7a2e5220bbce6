using DocExchange.Core.Operating;

namespace DocExchange.Cli.Demo;

/// <summary>Runs the phases in order, each with its time, and ends every process whatever happens.</summary>
internal sealed class DemoRun(DemoOptions options, Screen screen, TimeProvider clock)
{
    private static DemoPhase[] Phases =>
        [new HubPhase(), new EnrolmentPhase(), new DispatchPhase(), new DeliveryPhase(), new ReceiptPhase(), new ArchivePhase(), new ProofPhase()];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var folder = PrepareFolder();
        var passed = false;
        try
        {
            await using var site = new DemoSite(options, folder, clock);
            var began = clock.GetTimestamp();
            var display = DemoDisplay.For(screen);
            await display.RunAsync(() => RunPhasesAsync(site, display, cancellation));
            passed = DemoReport.Show(screen, site, clock.GetElapsedTime(began), IsKept);
            if (options.Serve)
            {
                await ServeAsync(site, cancellation);
            }
        }
        catch (Exception) when (!IsKept)
        {
            await screen.Terminal.Error.WriteLineAsync(screen.Say($"数据与日志留在 {folder}，查看后请删除。", $"Data and logs are left in {folder}; remove them when you have looked."));
            throw;
        }

        if (!IsKept)
        {
            Directory.Delete(folder, recursive: true);
        }

        return passed ? ExitCode.Ok : ExitCode.Failed;
    }

    private bool IsKept => options.Keep is not null;

    private async Task RunPhasesAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        foreach (var phase in Phases)
        {
            display.Begin(phase);
            var began = clock.GetTimestamp();
            await phase.RunAsync(site, display, cancellation);
            var time = clock.GetElapsedTime(began);
            site.Facts.Timings.Add((screen.Say(phase.Chinese, phase.English), time));
            display.End(phase, time);
        }
    }

    private string PrepareFolder()
    {
        if (options.Keep is null)
        {
            return Directory.CreateTempSubdirectory("docex-demo-").FullName;
        }

        var folder = Path.GetFullPath(options.Keep);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new FailedException("EXISTS", $"目录“{folder}”不是空的，请另选一个。", $"The folder '{folder}' is not empty; choose another.");
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    private async Task ServeAsync(DemoSite site, CancellationToken cancellation)
    {
        screen.Tell("中心与节点继续运行，按 Ctrl-C 结束。用浏览器打开以下地址：", "Hub and nodes keep running; Ctrl-C ends them. Open in a browser:");
        Tell(site.ConsoleAddress, "控制台", "console", site.ConsoleUsers, $"docex hub status --hub {site.HubFolder}");
        foreach (var node in site.Nodes)
        {
            Tell(node.PagesAddress, $"收发台 {node.Shown.Name}", $"desk of {node.Shown.Id}", node.Users, $"docex inbox --node {node.Folder}");
        }

        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        catch (OperationCanceledException)
        {
            screen.Tell("正在结束…", "Ending…");
        }
    }
    private void Tell(string address, string chinese, string english, IReadOnlyList<DemoUser> users, string command)
    {
        screen.Tell($"\n{address}  {chinese}\n  {command}", $"\n{address}  {english}\n  {command}");
        foreach (var user in users)
        {
            screen.Tell($"  用户名 {user.Name,-24} 密码 {user.Password}", $"  user {user.Name,-24} password {user.Password}");
        }
    }
}
