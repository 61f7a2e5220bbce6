using DocExchange.Core.Documents;
using DocExchange.Core.Offices;

namespace DocExchange.Node.Inbox;

/// <summary>
/// One at a time for each document, or for each row of its board; many at once. A fixed number of gates: two may share one
/// and then wait for one another, so nobody may take a turn while he holds one. Safe for concurrent use.
/// </summary>
internal sealed class DocumentTurns : IDisposable
{
    private const int Gates = 64;

    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];

    /// <param name="office">The recipient with whose row the work has to do; null: it has to do with the document.</param>
    public async Task<T> TakeAsync<T>(DocumentId document, PartyId? office, Func<Task<T>> work, CancellationToken cancellation)
    {
        var gate = gates[(uint)HashCode.Combine(document, office) % Gates];
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
        null,
        async () =>
        {
            await work();
            return true;
        },
        cancellation);

    public void Dispose() => Array.ForEach(gates, gate => gate.Dispose());
}
