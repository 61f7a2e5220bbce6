using System.Diagnostics;
using System.Text;

namespace DocExchange.EndToEndTests.Site;

/// <summary>One of the product's executables, started as its own process; killed by id when disposed.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProductProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Peak resident memory in MiB, as the kernel counts it.</summary>
    public long PeakResidentMiB => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;

    /// <summary>Runs to the end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string project, params string[] arguments) => RunAsync(StartOf(project, arguments));

    /// <summary>The same with the programs of a folder that tools/publish.sh made; null for this version's.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string? programs, string project, string[] arguments) => RunAsync(StartOf(project, arguments, programs));

    /// <summary>Runs any program to its end, with nothing to read.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        await using var started = Start(start);
        await started.process.WaitForExitAsync();
        return (started.process.ExitCode, started.Output);
    }

    /// <summary>Runs to the end on a machine where the folder is mounted read-only, though to nobody else.</summary>
    /// <returns>Null where this machine does not let the tests mount anything.</returns>
    public static async Task<(int ExitCode, string Output)?> RunOnReadOnlyAsync(string folder, string project, params string[] arguments)
    {
        const string Mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" || exit 99; exec \"$@\"";
        var command = StartOf(project, arguments);
        var start = new ProcessStartInfo("unshare", ["--mount", "sh", "-c", Mount, folder, command.FileName, .. command.ArgumentList]);
        var (code, output) = await RunAsync(start);
        return code == 99 || output.StartsWith("unshare:", StringComparison.Ordinal) ? null : (code, output);
    }

    /// <summary>Starts a service and returns when it says it is ready.</summary>
    public static Task<ProductProcess> ServeAsync(string project, params string[] arguments) => ServeAsync(StartOf(project, arguments));

    /// <summary>The same on a machine with such a clock, with the programs of such a folder; null for its own clock, and for this version.</summary>
    public static Task<ProductProcess> ServeAsync(MachineClock? clock, string? programs, string project, params string[] arguments)
    {
        var start = StartOf(project, arguments, programs);
        clock?.Rule(start);
        return ServeAsync(start);
    }

    /// <summary>The same of a service that is not where the others are.</summary>
    public static async Task<ProductProcess> ServeAsync(ProcessStartInfo start)
    {
        var started = Start(start);
        var exited = started.process.WaitForExitAsync();
        var first = await Task.WhenAny(started.ready.Task, exited, Task.Delay(StartLimit));
        if (first == started.ready.Task)
        {
            return started;
        }

        await started.DisposeAsync();
        throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not become ready:\n{started.Output}");
    }

    /// <summary>SIGKILL: what a power cut does to a process.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>It does nothing at all (SIGSTOP) until it is resumed.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    /// <summary>Goes on where it was suspended.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>SIGTERM, as an operator stops a service.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("-TERM");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return process.ExitCode;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    /// <summary>Starts, and waits for nothing.</summary>
    public static ProductProcess Start(string project, params string[] arguments) => Start(StartOf(project, arguments));

    private static ProductProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        // A node that the test cut off finds back soon.
        start.Environment.TryAdd("DOCEX_NODE_HubLink__LongestPause", "00:00:02");
        var started = new ProductProcess(new Process { StartInfo = start });
        started.process.OutputDataReceived += (_, line) => started.Take(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Take(line.Data);
        started.process.Start();
        started.process.StandardInput.Close();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    // In the folder that tools/publish.sh made, where the environment names one; else what was built beside the tests. The
    // bench is never there, and measures what is.
    private static ProcessStartInfo StartOf(string project, string[] arguments, string? programs = null)
    {
        var (name, installed) = (project == "DocExchange.Cli" ? "docex" : project, programs ?? Environment.GetEnvironmentVariable("DOCEXCHANGE_INSTALLED"));
        if (project != "DocExchange.Hammer" && installed is { Length: > 0 })
        {
            return new ProcessStartInfo(Path.Combine(installed, project.Split('.')[1].ToLowerInvariant(), name), arguments);
        }

        // artifacts/bin/DocExchange.EndToEndTests/<configuration>/
        var own = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        var start = new ProcessStartInfo(Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, name), arguments);
        if (installed is { Length: > 0 })
        {
            start.Environment["DOCEX_HOME"] = installed;
        }

        return start;
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        if (line.StartsWith("ready", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }
}
