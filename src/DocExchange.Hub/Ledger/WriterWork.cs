namespace DocExchange.Hub.Ledger;

/// <summary>What waits for the ledger's writer, and whoever waits for it.</summary>
/// <param name="Decide">Run between all other work; null means nothing to do.</param>
internal sealed record WriterWork(Func<Decision?> Decide)
{
    public TaskCompletionSource<LoggedEntry?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
