using System.Diagnostics;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Processes;

/// <summary>Runs a program in this one's place: same terminal, its exit code, and the wish to end passed on.</summary>
internal static class PassThrough
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static async Task<int> RunAsync(Executable program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(program.Start(arguments))
            ?? throw new FailedException("PROGRAM_FAILED", $"无法启动 {program.Path}。", $"{program.Path} cannot be started.");
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await Signals.EndAsync(process, Patience);
        }

        return process.ExitCode;
    }
}
