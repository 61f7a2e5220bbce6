using DocExchange.Core.Documents;

namespace DocExchange.Node.Inbox;

/// <summary>
/// One at a time for each document, many documents at once. A fixed number of gates: two documents may share one and then
/// wait for one another, so nobody may take a turn while he holds one. Safe for concurrent use.
/// </summary>
internal sealed class DocumentTurns : IDisposable
{
    private const int Gates = 64;

    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];

    public async Task<T> TakeAsync<T>(DocumentId document, Func<Task<T>> work, CancellationToken cancellation)
    {
        var gate = gates[(uint)document.GetHashCode() % Gates];
        await gate.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    public Task TakeAsync(DocumentId document, Func<Task> work, CancellationToken cancellation) => TakeAsync(
        document,
        async () =>
        {
            await work();
            return true;
        },
        cancellation);

    public void Dispose() => Array.ForEach(gates, gate => gate.Dispose());
}
