namespace DocExchange.Node.HubLink;

/// <summary>
/// Lets several workers share one list of work in the database: each piece is with one worker at a time, and workers
/// sleep until woken or until a pause is over. Safe for concurrent use.
/// </summary>
internal sealed class WorkClaims(TimeProvider time)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> claimed = [];
    private volatile TaskCompletionSource woken = New();

    public void Wake() => Interlocked.Exchange(ref woken, New()).TrySetResult();

    /// <summary>Does the pieces one after another, most urgent first, until cancelled.</summary>
    /// <param name="next">The first piece that may be done now and is not among the claimed ones.</param>
    /// <param name="id">What names a piece.</param>
    /// <param name="work">Does it; an exception ends the worker.</param>
    public async Task RunAsync<T>(Func<IReadOnlySet<string>, T?> next, Func<T, string> id, Func<T, Task> work, CancellationToken cancellation)
        where T : class
    {
        while (!cancellation.IsCancellationRequested)
        {
            var wake = woken.Task;
            if (Claim(next, id) is not { } piece)
            {
                await Task.WhenAny(wake, Task.Delay(LongestSleep, time, cancellation));
                cancellation.ThrowIfCancellationRequested();
                continue;
            }

            try
            {
                await work(piece);
            }
            finally
            {
                lock (claimed)
                {
                    claimed.Remove(id(piece));
                }
            }
        }
    }

    private T? Claim<T>(Func<IReadOnlySet<string>, T?> next, Func<T, string> id)
        where T : class
    {
        lock (claimed)
        {
            var piece = next(claimed);
            if (piece is not null)
            {
                claimed.Add(id(piece));
            }

            return piece;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
