using System.Collections.Concurrent;
using DocExchange.Node.Records;

namespace DocExchange.Node.Outbox;

/// <summary>Drafts of one call on their way into the queue.</summary>
internal sealed record Addition(IReadOnlyList<StatementDraft> Drafts, Action? Alongside, CancellationToken Cancellation)
{
    public TaskCompletionSource<IReadOnlyList<QueuedRow>> Added { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool TryCancel() => Cancellation.IsCancellationRequested && Added.TrySetCanceled(Cancellation);
}

/// <summary>Calls that wait for the queue's one step, and take it together: a transaction costs the same for many.</summary>
internal sealed class Additions
{
    /// <summary>Others wait for the next step.</summary>
    private const int MostTogether = 64;

    private readonly ConcurrentQueue<Addition> waiting = new();

    public Addition Register(IReadOnlyList<StatementDraft> drafts, Action? alongside, CancellationToken cancellation)
    {
        var addition = new Addition(drafts, alongside, cancellation);
        waiting.Enqueue(addition);
        return addition;
    }

    /// <summary>Within the step: takes all that wait, in their order, until this one is done.</summary>
    /// <param name="add">False where one of several fails and nothing was written; one alone is always done with, well or not.</param>
    public async Task TakeAsync(Addition own, Func<IReadOnlyList<Addition>, Task<bool>> add)
    {
        while (!own.Added.Task.IsCompleted)
        {
            var together = Next();
            if (together.Count > 1 && await add(together))
            {
                continue;
            }

            // Alone; or one of them cannot be added, and only that one is to fail.
            foreach (var each in together)
            {
                await add([each]);
            }
        }
    }

    private List<Addition> Next()
    {
        var together = new List<Addition>();
        while (together.Count < MostTogether && waiting.TryDequeue(out var next))
        {
            if (!next.TryCancel())
            {
                together.Add(next);
            }
        }

        return together;
    }
}
