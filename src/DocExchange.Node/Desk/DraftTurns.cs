namespace DocExchange.Node.Desk;

/// <summary>
/// The order in which drafts were numbered. They are made side by side and leave in this order: after a power failure the last
/// numbers are missing, never one between others.
/// </summary>
internal sealed class DraftTurns
{
    private Task inLine = Task.CompletedTask;
    private Task settled = Task.CompletedTask;

    /// <summary>The turn after all that were given out. Not safe for concurrent use.</summary>
    public DraftTurn Next()
    {
        var turn = new DraftTurn(inLine, settled);
        (inLine, settled) = (turn.InLine, turn.Settled);
        return turn;
    }
}

internal sealed class DraftTurn
{
    private readonly TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task inLineBefore;
    private readonly Task settledBefore;

    public DraftTurn(Task inLineBefore, Task settledBefore)
    {
        (this.inLineBefore, this.settledBefore) = (inLineBefore, settledBefore);
        InLine = AfterAsync(inLineBefore, passed.Task);
        Settled = AfterAsync(settledBefore, ended.Task);
    }

    /// <summary>This one and all before it are in line for the queue of statements, or never will be.</summary>
    public Task InLine { get; }

    /// <summary>This one and all before it are on disk, or came to nothing.</summary>
    public Task Settled { get; }

    /// <summary>Called once, when nothing more is done but to wait: others may begin.</summary>
    public Action? Rest { private get; set; }

    /// <summary>Until all before are in line: whoever gets into the same line then is behind them.</summary>
    public Task ComeAsync(CancellationToken cancellation)
    {
        LeaveWork();
        return inLineBefore.WaitAsync(cancellation);
    }

    /// <summary>Until all before are settled: for whoever keeps its number otherwise than in that line.</summary>
    public Task ComeLastAsync(CancellationToken cancellation)
    {
        LeaveWork();
        return settledBefore.WaitAsync(cancellation);
    }

    /// <summary>In line: the next may get into it.</summary>
    public void Pass() => passed.TrySetResult();

    public void End()
    {
        LeaveWork();
        passed.TrySetResult();
        ended.TrySetResult();
    }

    private void LeaveWork()
    {
        var rest = Rest;
        Rest = null;
        rest?.Invoke();
    }

    private static async Task AfterAsync(Task before, Task own)
    {
        await before;
        await own;
    }
}
