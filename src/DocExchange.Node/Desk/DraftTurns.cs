namespace DocExchange.Node.Desk;

/// <summary>
/// The order in which drafts were numbered. They are made side by side and leave in this order: after a power failure the last
/// numbers are missing, never one between others.
/// </summary>
internal sealed class DraftTurns
{
    private Task last = Task.CompletedTask;

    /// <summary>The turn after all that were given out. Not safe for concurrent use.</summary>
    public DraftTurn Next()
    {
        var turn = new DraftTurn(last);
        last = turn.Over;
        return turn;
    }
}

internal sealed class DraftTurn
{
    private readonly TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task before;

    public DraftTurn(Task before)
    {
        this.before = before;
        Over = EndAsync(before, passed.Task);
    }

    /// <summary>This one and all before it have passed.</summary>
    public Task Over { get; }

    /// <summary>Until all before have passed.</summary>
    public Task ComeAsync(CancellationToken cancellation) => before.WaitAsync(cancellation);

    /// <summary>The next may leave: this one has, is in line to, or never will.</summary>
    public void Pass() => passed.TrySetResult();

    private static async Task EndAsync(Task before, Task passed)
    {
        await before;
        await passed;
    }
}
