using Grpc.Core;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Lets several workers share one list of work in the database: each piece is with one worker at a time, nothing is begun
/// or gone on with while something more urgent waits or is under way, and workers sleep until woken or until a pause is
/// over. A piece whose work failed lets all others go first for a while. Safe for concurrent use.
/// </summary>
internal sealed class WorkClaims(TimeProvider time)
{
    private readonly TimeProvider time = time;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Dictionary<string, int> claimed = [];
    private readonly Dictionary<string, (int Failures, DateTimeOffset Until)> failed = [];
    private volatile TaskCompletionSource woken = New();

    public void Wake() => Interlocked.Exchange(ref woken, New()).TrySetResult();

    /// <summary>Does the pieces one after another, most urgent first, until cancelled.</summary>
    /// <param name="next">The first piece that may be done now and is not among the claimed ones: one of the most urgent.</param>
    /// <param name="id">What names a piece.</param>
    /// <param name="rank">How urgent it is; more is more.</param>
    /// <param name="work">Does it, and asks its turn now and then; an exception ends the worker.</param>
    public async Task RunAsync<T>(Func<IReadOnlyCollection<string>, T?> next, Func<T, string> id, Func<T, int> rank, Func<T, Turn, Task> work, CancellationToken cancellation)
        where T : class
    {
        while (!cancellation.IsCancellationRequested)
        {
            var wake = woken.Task;
            if (Claim(next, id, rank) is not { } piece)
            {
                await Task.WhenAny(wake, Task.Delay(LongestSleep, time, cancellation));
                cancellation.ThrowIfCancellationRequested();
                continue;
            }

            try
            {
                await work(piece, new Turn(this, rank(piece), () => next(NotToBePreferred()) is { } waiting ? rank(waiting) : null));
                Release(id(piece), isFailed: false);
            }
            catch (Exception failure)
            {
                Release(id(piece), isFailed: !cancellation.IsCancellationRequested && !IsOfLink(failure));
                throw;
            }
        }
    }

    private T? Claim<T>(Func<IReadOnlyCollection<string>, T?> next, Func<T, string> id, Func<T, int> rank)
        where T : class
    {
        lock (claimed)
        {
            var piece = next(NotToBePreferred()) ?? next(claimed.Keys);
            if (piece is null || IsOutranked(rank(piece)))
            {
                return null;
            }

            claimed.Add(id(piece), rank(piece));
            return piece;
        }
    }

    // What had to wait for it may go on.
    private void Release(string id, bool isFailed)
    {
        lock (claimed)
        {
            claimed.Remove(id);
            if (isFailed)
            {
                var (failures, now) = (failed.GetValueOrDefault(id).Failures + 1, time.GetUtcNow());
                foreach (var (old, _) in failed.Where(each => each.Value.Until + Remembered < now).ToList())
                {
                    failed.Remove(old);
                }

                failed[id] = (failures, now + BackOff.PauseAfter(failures - 1, ShortestRest, LongestRest));
            }
            else
            {
                failed.Remove(id);
            }
        }

        Wake();
    }

    private IReadOnlyCollection<string> NotToBePreferred()
    {
        if (failed.Count == 0)
        {
            return claimed.Keys;
        }

        var now = time.GetUtcNow();
        return claimed.Keys.Concat(failed.Where(each => each.Value.Until > now).Select(each => each.Key)).ToHashSet();
    }

    // Without the hub everything fails, through no fault of its own.
    private static bool IsOfLink(Exception failure) => failure is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled };

    private bool IsOutranked(int rank) => claimed.Values.Any(other => other > rank);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One piece of work in hand.</summary>
    /// <param name="waiting">The rank of the most urgent piece that waits; asked with the claims locked.</param>
    internal sealed class Turn(WorkClaims claims, int rank, Func<int?> waiting)
    {
        private Task news = Task.CompletedTask;
        private long lookedAt;

        /// <summary>Something more urgent waits or is under way: this is to be left where it can be taken up again, and comes back by itself.</summary>
        public bool IsOver
        {
            get
            {
                lock (claims.claimed)
                {
                    if (claims.IsOutranked(rank))
                    {
                        return true;
                    }

                    // What was put off comes due without anybody waking.
                    if (!news.IsCompleted && claims.time.GetElapsedTime(lookedAt) < LongestSleep)
                    {
                        return false;
                    }

                    (news, lookedAt) = (claims.woken.Task, claims.time.GetTimestamp());
                    return waiting() > rank;
                }
            }
        }
    }
}
