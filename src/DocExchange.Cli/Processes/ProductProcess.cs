using System.Diagnostics;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Processes;

/// <summary>
/// A hub or a node that was started from here. What it prints goes to a log file; the last lines are kept to explain
/// a failure. Disposing ends it.
/// </summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    private const int KeptLines = 30;
    private const int MostPrinted = 10_000;
    private const string PagesWord = "pages ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly StreamWriter log;
    private readonly Queue<string> tail = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();

    private ProductProcess(string name, Process process, StreamWriter log)
    {
        Name = name;
        this.process = process;
        this.log = log;
    }

    public string Name { get; }

    public int Id => process.Id;

    /// <summary>Where it said browsers reach it; null where it has no pages.</summary>
    public string? PagesAddress { get; private set; }

    /// <param name="logPath">Where its output goes; the folder must exist. Null: nowhere.</param>
    public static ProductProcess Start(string name, Executable program, string? logPath, params IEnumerable<string> arguments) => Start(name, program, logPath, null, arguments);

    private static ProductProcess Start(string name, Executable program, string? logPath, List<string>? printed, IEnumerable<string> arguments)
    {
        var start = program.Start(arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var started = new ProductProcess(name, process, logPath is null ? StreamWriter.Null : new StreamWriter(logPath, append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => started.Take(line.Data, printed);
        process.ErrorDataReceived += (_, line) => started.Take(line.Data, null);
        process.Exited += (_, _) => started.ready.TrySetException(started.Ended());
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return started;
    }

    /// <summary>Runs a verb to its end.</summary>
    /// <param name="logPath">Where its output goes; null: nowhere.</param>
    /// <returns>The lines of its output, the first 10,000; what it said on the error stream is not among them.</returns>
    /// <exception cref="FailedException">It ended with another code than 0, or took too long.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string name, Executable program, string? logPath, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellation)
    {
        var printed = new List<string>();
        await using var started = Start(name, program, logPath, printed, arguments);
        try
        {
            await started.process.WaitForExitAsync(cancellation).WaitAsync(limit, cancellation);
        }
        catch (TimeoutException)
        {
            throw started.Late(limit);
        }

        started.process.WaitForExit();
        if (started.process.ExitCode != 0)
        {
            throw started.Ended();
        }

        return printed;
    }

    /// <summary>Until it says that it listens.</summary>
    /// <exception cref="FailedException">It ended before, or took too long; with the last lines it printed.</exception>
    public async Task WaitUntilReadyAsync(TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await ready.Task.WaitAsync(limit, cancellation);
        }
        catch (TimeoutException)
        {
            throw Late(limit);
        }
    }

    /// <exception cref="FailedException">It is not running any more.</exception>
    public void CheckAlive()
    {
        if (process.HasExited)
        {
            throw Ended();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Signals.EndAsync(process, Patience);
        _ = ready.Task.Exception;
        process.Dispose();
        lock (gate)
        {
            log.Dispose();
        }
    }

    /// <param name="printed">Keeps the line too; null for what is not output, and for a service, whose log has it.</param>
    private void Take(string? line, List<string>? printed)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            if (log.BaseStream is { CanWrite: true })
            {
                log.WriteLine(line);
            }

            if (printed?.Count < MostPrinted)
            {
                printed.Add(line);
            }

            tail.Enqueue(line);
            if (tail.Count > KeptLines)
            {
                tail.Dequeue();
            }
        }

        if (line.StartsWith(PagesWord, StringComparison.Ordinal))
        {
            PagesAddress = line[PagesWord.Length..];
        }

        if (line.Contains("ready", StringComparison.OrdinalIgnoreCase))
        {
            ready.TrySetResult();
        }
    }

    private FailedException Ended() => new(
        "PROCESS_ENDED",
        $"{Name} 已退出（退出码 {process.ExitCode}）。最后的输出：\n{Tail()}",
        $"{Name} ended with exit code {process.ExitCode}. Its last lines:\n{Tail()}");

    private FailedException Late(TimeSpan limit) => new(
        "PROCESS_LATE",
        $"{Name} 在 {limit.TotalSeconds:0} 秒内没有就绪。最后的输出：\n{Tail()}",
        $"{Name} was not ready within {limit.TotalSeconds:0} seconds. Its last lines:\n{Tail()}");

    private string Tail()
    {
        lock (gate)
        {
            return string.Join('\n', tail);
        }
    }
}
