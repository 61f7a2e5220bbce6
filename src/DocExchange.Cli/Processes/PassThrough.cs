using System.ComponentModel;
using System.Diagnostics;
using DocExchange.Core.Operating;
using DocExchange.Trust.Faults;

namespace DocExchange.Cli.Processes;

/// <summary>Runs a program in this one's place: same terminal, its exit code, and the wish to end passed on.</summary>
internal static class PassThrough
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static async Task<int> RunAsync(Executable program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = program.Start(arguments) };
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            throw new FailedException("PROGRAM_FAILED", $"无法启动 {program.Path}：{FaultWords.Of(fault)}", $"{program.Path} cannot be started: {fault.Message}");
        }

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
