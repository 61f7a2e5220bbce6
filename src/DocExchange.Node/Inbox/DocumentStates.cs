using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;

namespace DocExchange.Node.Inbox;

/// <summary>
/// Where each document stands: replayed from the entries kept here, in ledger order, on demand. The most recently used
/// states stay in memory. Safe for concurrent use; a state must not leave the function that is given it.
/// </summary>
internal sealed class DocumentStates(NodeRecords records, ObjectFolder objects, StatementQueue queue)
{
    /// <summary>A state of a document with 141 recipients takes about 40 KB.</summary>
    private const int MaxInMemory = 500;

    private readonly Lock guard = new();
    private readonly Dictionary<DocumentId, LinkedListNode<Replayed>> known = [];
    private readonly LinkedList<Replayed> byUse = [];

    /// <summary>Default where the ledger has nothing of the document, as far as this node knows.</summary>
    public T? Read<T>(DocumentId document, Func<DocumentState, T> read)
    {
        lock (guard)
        {
            return Open(document) is { } replayed ? read(replayed.State) : default;
        }
    }

    /// <summary>
    /// Takes entries into account that have just been kept, within their transaction: nobody else sees them yet, and who read
    /// the document now would remember it without them.
    /// </summary>
    public void Take(DocumentId document, IEnumerable<LoggedStatement> inLedgerOrder)
    {
        lock (guard)
        {
            if (Open(document) is not { } replayed)
            {
                return;
            }

            foreach (var logged in inLedgerOrder)
            {
                if (logged.Index > replayed.LastIndex)
                {
                    replayed.State.Apply(logged);
                    replayed.LastIndex = logged.Index;
                }
                else if (!replayed.Seen.Contains(logged.Index))
                {
                    // An earlier entry came after a later one: only a replay gives the right order.
                    Forget(document);
                    return;
                }

                replayed.Seen.Add(logged.Index);
            }
        }
    }

    /// <summary>
    /// The state the document will be in when everything that waits here is logged: a copy. Null where there is no such
    /// document. What an act would do to it is what it will do in the ledger, unless others act first.
    /// </summary>
    public DocumentState? Foresee(DocumentId document, out long nextIndex) => Foresee(document, queue.Of(document), out nextIndex);

    /// <param name="waiting">What waits of the document, read before this is called: a statement that is logged meanwhile is then
    /// in queue and state, never in neither. Most have no effect a second time; an urging counts twice until the next look.</param>
    /// <inheritdoc cref="Foresee(DocumentId, out long)"/>
    public DocumentState? Foresee(DocumentId document, IReadOnlyList<QueuedRow> waiting, out long nextIndex)
    {
        DocumentState? state;
        lock (guard)
        {
            var replayed = Open(document);
            state = replayed?.State.Copy();
            nextIndex = Math.Max(replayed?.LastIndex ?? 0, 0) + 1;
        }

        foreach (var row in waiting)
        {
            var signed = queue.Read(row);
            var logged = new LoggedStatement(nextIndex++, DateTimeOffset.FromUnixTimeMilliseconds(row.At), signed.Id, signed.Statement);
            if (state is not null)
            {
                state.Apply(logged);
            }
            else if (signed.Statement.Type == StatementType.Dispatched)
            {
                state = new DocumentState(logged);
            }
        }

        return state;
    }

    /// <summary>The believed entries of a document, in ledger order.</summary>
    public IEnumerable<LoggedStatement> StoryOf(DocumentId document) => records.Entries
        .Find(Field.Is(nameof(EntryRow.Document), document.ToString()))
        .Where(row => row.Fault is null)
        .OrderBy(row => row.Id)
        .Select(row => ReceivedEntry.Read(row.Id, row.Entry, objects.Get).Logged)
        .OfType<LoggedStatement>();

    private Replayed? Open(DocumentId document)
    {
        if (known.TryGetValue(document, out var node))
        {
            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value;
        }

        if (Replay(document) is not { } replayed)
        {
            return null;
        }

        known[document] = byUse.AddFirst(replayed);
        if (known.Count > MaxInMemory)
        {
            Forget(byUse.Last!.Value.State.Id);
        }

        return replayed;
    }

    private Replayed? Replay(DocumentId document)
    {
        Replayed? replayed = null;
        foreach (var logged in StoryOf(document))
        {
            if (replayed is not null)
            {
                replayed.State.Apply(logged);
            }
            else if (logged.Statement.Type == StatementType.Dispatched)
            {
                replayed = new Replayed(new DocumentState(logged));
            }

            if (replayed is not null)
            {
                replayed.LastIndex = logged.Index;
                replayed.Seen.Add(logged.Index);
            }
        }

        return replayed;
    }

    private void Forget(DocumentId document)
    {
        if (known.Remove(document, out var node))
        {
            byUse.Remove(node);
        }
    }

    private sealed class Replayed(DocumentState state)
    {
        public DocumentState State { get; } = state;

        public long LastIndex { get; set; }

        public HashSet<long> Seen { get; } = [];
    }
}
