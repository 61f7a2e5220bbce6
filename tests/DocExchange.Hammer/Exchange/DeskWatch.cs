using DocExchange.Protocol.Local.V1;

namespace DocExchange.Hammer.Exchange;

/// <summary>
/// Looks at a desk's list as often as an eager office application would, and tells those who wait for a document what it
/// says. One look serves all who wait. Safe for concurrent use.
/// </summary>
internal sealed class DeskWatch(HammerNode node, bool isInbox, TimeProvider clock)
{
    /// <summary>Added to every latency: half of it on average.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(25);

    private const int Page = 50;

    /// <summary>Every so many looks read the whole list: a document may have been overtaken by more than a page.</summary>
    private const int ThoroughEvery = 50;

    private readonly Lock gate = new();
    private readonly List<Waiter> waiters = [];

    public Task<ListedDocument> UntilAsync(string document, Func<ListedDocument, bool> isSo)
    {
        var waiter = new Waiter(document, isSo);
        lock (gate)
        {
            waiters.Add(waiter);
        }

        return waiter.Seen.Task;
    }

    /// <summary>Until cancelled; those who still wait are cancelled then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (var look = 1; ; look++)
            {
                await LookAsync(look % ThoroughEvery == 0, cancellation);
                await Task.Delay(Every, clock, cancellation);
            }
        }
        catch (Exception fault)
        {
            lock (gate)
            {
                waiters.ForEach(waiter => waiter.Fail(fault));
                waiters.Clear();
            }
        }
    }

    private async Task LookAsync(bool isThorough, CancellationToken cancellation)
    {
        List<Waiter> waiting;
        lock (gate)
        {
            waiting = [.. waiters];
        }

        var missing = waiting.Select(waiter => waiter.Document).ToHashSet();
        for (var next = ""; missing.Count > 0;)
        {
            var request = new ListRequest { Limit = Page, Page = next };
            var reply = await (isInbox ? node.Desk.ListInboxAsync(request, cancellationToken: cancellation) : node.Desk.ListOutboxAsync(request, cancellationToken: cancellation));
            foreach (var listed in reply.Documents.Where(listed => missing.Remove(listed.Summary.DocumentId)))
            {
                waiting.Where(waiter => waiter.Document == listed.Summary.DocumentId && waiter.IsSo(listed)).ToList().ForEach(waiter => Tell(waiter, listed));
            }

            if (!isThorough || reply.Next.Length == 0)
            {
                return;
            }

            next = reply.Next;
        }
    }

    private void Tell(Waiter waiter, ListedDocument listed)
    {
        lock (gate)
        {
            waiters.Remove(waiter);
        }

        waiter.Seen.TrySetResult(listed);
    }

    private sealed record Waiter(string Document, Func<ListedDocument, bool> IsSo)
    {
        public TaskCompletionSource<ListedDocument> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception fault)
        {
            if (fault is OperationCanceledException)
            {
                Seen.TrySetCanceled();
            }
            else
            {
                Seen.TrySetException(fault);
            }
        }
    }
}
