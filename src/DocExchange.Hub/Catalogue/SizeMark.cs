namespace DocExchange.Hub.Catalogue;

/// <summary>How far something has come along the ledger; others wait for it. One caller moves it on. Safe for concurrent use.</summary>
internal sealed class SizeMark(long size)
{
    private readonly Lock gate = new();
    private TaskCompletionSource moved = New();
    private long reached = size;
    private Func<Exception>? fault;

    public long Reached => Volatile.Read(ref reached);

    public void Reach(long size) => Move(() => Volatile.Write(ref reached, size));

    /// <summary>It will not get further: whoever waits or comes to wait is told.</summary>
    public void Fail(Func<Exception> reason) => Move(() => fault = reason);

    public void ThrowIfFailed()
    {
        lock (gate)
        {
            Throw();
        }
    }

    public async Task WaitForAsync(long size, CancellationToken cancellation)
    {
        while (true)
        {
            Task signal;
            lock (gate)
            {
                Throw();
                if (reached >= size)
                {
                    return;
                }

                signal = moved.Task;
            }

            await signal.WaitAsync(cancellation);
        }
    }

    private void Move(Action move)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            move();
            (before, moved) = (moved, New());
        }

        before.SetResult();
    }

    private void Throw()
    {
        if (fault is not null)
        {
            throw fault();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
