using System.Diagnostics;
using DocExchange.Cli.Processes;

namespace DocExchange.Hammer.Exchange;

/// <summary>What a power cut does to a process: SIGKILL, by its id.</summary>
internal static class Kill
{
    public static async Task ProcessAsync(ProductProcess started)
    {
        // It has not ended by itself.
        started.CheckAlive();
        using (var process = Process.GetProcessById(started.Id))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await started.DisposeAsync();
    }
}
