using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Protocol;

/// <summary>Tells a caller about once a second how far a backup is, and in the end what it did.</summary>
public static class BackupSteps
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="work">The backup; cancelled where the caller goes away.</param>
    /// <param name="soFar">Asked for while it runs.</param>
    public static async Task WriteAsync(IServerStreamWriter<BackupStep> steps, Task<BackupDone> work, Func<BackupStep> soFar, CancellationToken cancellation)
    {
        try
        {
            while (await Task.WhenAny(work, Task.Delay(Pause, cancellation)) != work)
            {
                await steps.WriteAsync(soFar(), cancellation);
            }
        }
        catch (Exception) when (!work.IsCompleted)
        {
            // Whoever asked has gone: the run ends by the same cancellation, and must have ended before this does.
            await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        var done = await work;
        await steps.WriteAsync(new BackupStep { CopiedFiles = done.CopiedFiles, CopiedBytes = done.CopiedBytes, Done = done }, cancellation);
    }
}
