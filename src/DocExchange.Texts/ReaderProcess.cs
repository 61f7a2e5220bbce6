using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DocExchange.Texts;

/// <summary>The process that reads, as seen from outside: it is watched while it reads, and killed when it takes too much. For one caller at a time.</summary>
internal sealed class ReaderProcess : IAsyncDisposable
{
    private const int WaitingFactor = 5;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Process process;
    private readonly TextLimits limits;
    private readonly BinaryWriter requests;
    private readonly BinaryReader answers;

    private ReaderProcess(Process process, TextLimits limits)
    {
        this.process = process;
        this.limits = limits;
        requests = new BinaryWriter(process.StandardInput.BaseStream, Encoding.UTF8);
        answers = new BinaryReader(process.StandardOutput.BaseStream, Encoding.UTF8);
    }

    public bool IsAlive { get; private set; } = true;

    public int Id => process.Id;

    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static ReaderProcess Start(TextLimits limits)
    {
        var start = FindReader();
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.Environment["DOTNET_GCHeapHardLimit"] = limits.MaxMemory.ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        var process = Process.Start(start) ?? throw new InvalidOperationException("The process that reads bodies cannot be started.");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new ReaderProcess(process, limits);
    }

    /// <summary>What it finds; where it dies or is killed, the pages until then.</summary>
    public async Task<BodyText> ReadAsync(string path, CancellationToken cancellation)
    {
        var pages = new List<string>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(done.Token);
        await using var givenUp = cancellation.Register(Kill);
        try
        {
            return await Task.Run(() => Read(path, pages), CancellationToken.None);
        }
        catch (Exception fault) when (fault is IOException or FormatException or ArgumentException)
        {
            IsAlive = false;
            cancellation.ThrowIfCancellationRequested();
            var why = await watching ? ("读取超过规定时间，已中止。", $"Reading took more than {limits.MaxTime.TotalSeconds:0.#} seconds and was ended.")
                : ("读取所需内存超过限制，或文件使读取程序中止。", "Reading took more memory than is allowed, or the file ended the reading process.");
            return new BodyText(pages, pages.Count > 0 ? TextOutcome.Partial : TextOutcome.Unreadable, why.Item1, why.Item2);
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>With the .NET that runs this program; where that has no command, the reader is a program of its own.</summary>
    private static ProcessStartInfo FindReader()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        var root = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory()).Parent?.Parent?.Parent?.FullName ?? "";
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var reader = Path.Combine(AppContext.BaseDirectory, typeof(ReaderProcess).Assembly.GetName().Name!);
        if (File.Exists(host) || !File.Exists(reader))
        {
            return new ProcessStartInfo(File.Exists(host) ? host : "dotnet", [reader + ".dll"]);
        }

        var start = new ProcessStartInfo(reader);
        start.Environment["DOTNET_ROOT"] = root;
        return start;
    }

    private void Kill()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    private BodyText Read(string path, List<string> pages)
    {
        ReadingProcess.Ask(requests, path, limits);
        var characters = 0L;
        while (true)
        {
            switch (answers.ReadByte())
            {
                case ReadingProcess.Page when pages.Count < limits.MaxPages && characters <= limits.MaxCharacters:
                    pages.Add(answers.ReadString());
                    characters += pages[^1].Length;
                    break;
                case ReadingProcess.Whole:
                    return new BodyText(pages, TextOutcome.Whole, "", "");
                case ReadingProcess.Ended:
                    var (chinese, english) = (answers.ReadString(), answers.ReadString());
                    return new BodyText(pages, pages.Count > 0 ? TextOutcome.Partial : TextOutcome.Unreadable, chinese, english);
                default:
                    Kill();
                    throw new FormatException("The reading process does not answer as it should.");
            }
        }
    }

    /// <returns>Whether it was killed for the time it took.</returns>
    private async Task<bool> WatchAsync(CancellationToken cancellation)
    {
        var elapsed = Stopwatch.StartNew();
        var before = process.TotalProcessorTime;
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (process.HasExited)
                {
                    return false;
                }

                if (process.TotalProcessorTime - before > limits.MaxTime || elapsed.Elapsed > WaitingFactor * limits.MaxTime)
                {
                    Kill();
                    return true;
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or InvalidOperationException)
        {
        }

        return false;
    }
}
