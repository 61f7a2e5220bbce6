namespace DocExchange.Hub.Operations;

/// <summary>
/// Tells calls that would last for ever that the hub is stopping: what was taken is still answered, nothing more is taken, and
/// the caller goes on when the hub is back. Otherwise stopping would wait for them until its time is over.
/// </summary>
internal sealed class Closing : IDisposable
{
    private readonly CancellationTokenSource source = new();

    public CancellationToken Token => source.Token;

    public void Begin() => source.Cancel();

    public void Dispose() => source.Dispose();
}
