using System.Collections.Concurrent;
using DocExchange.Core.Refusals;

namespace DocExchange.Node.Outbox;

/// <summary>What the hub said of a queued statement: exactly one of the two is set.</summary>
internal sealed record Acknowledgement(LoggedReply? Logged, RefusedException? Refused);

/// <param name="IsEffective">Whether the act changed the state of its document.</param>
internal sealed record LoggedReply(long Index, bool IsEffective, string Remark);

/// <summary>Wakes those who wait for the hub's word on a statement. Nothing is kept: the queue is what is true.</summary>
internal sealed class Acknowledgements
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Acknowledgement>> waiting = new();

    public void Announce(long id, Acknowledgement acknowledgement)
    {
        if (waiting.TryRemove(id, out var waiter))
        {
            waiter.TrySetResult(acknowledgement);
        }
    }

    /// <summary>Null when the time passed without an answer.</summary>
    /// <param name="stillQueued">Asked once after registering, so that an answer that came before is not waited for.</param>
    public async Task<Acknowledgement?> WaitAsync(long id, TimeSpan most, Func<bool> stillQueued, TimeProvider time, CancellationToken cancellation)
    {
        var waiter = waiting.GetOrAdd(id, _ => new TaskCompletionSource<Acknowledgement>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            if (!stillQueued() && !waiter.Task.IsCompleted)
            {
                return null;
            }

            return await waiter.Task.WaitAsync(most, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }
}
