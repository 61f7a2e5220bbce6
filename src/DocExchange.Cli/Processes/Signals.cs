using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DocExchange.Cli.Processes;

/// <summary>Asks a process to end and let its work come to rest; ends it by force where it does not.</summary>
internal static class Signals
{
    private const int SigTerm = 15;

    public static void AskToEnd(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            process.Kill();
        }
        else
        {
            _ = Kill(process.Id, SigTerm);
        }
    }

    /// <summary>Only the process that was started, by its id.</summary>
    public static async Task EndAsync(Process process, TimeSpan patience)
    {
        AskToEnd(process);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
