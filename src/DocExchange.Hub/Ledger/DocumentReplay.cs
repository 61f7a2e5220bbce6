using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Objects;

namespace DocExchange.Hub.Ledger;

/// <summary>Documents as their entries in the ledger tell them. What it gives back is the caller's own.</summary>
internal sealed class DocumentReplay(ILedgerStore ledger, ICatalogue catalogue, IObjectStore objects)
{
    private readonly RecentStatements recent = new();

    /// <summary>The document's state after all its entries; null for an unknown one.</summary>
    public DocumentState? Load(DocumentId id) => Load(id, (_, _) => { });

    /// <param name="each">Told of every entry and what it did.</param>
    public DocumentState? Load(DocumentId id, Action<LoggedStatement, Effect> each)
    {
        DocumentState? state = null;
        foreach (var index in catalogue.EntriesOf(id))
        {
            var logged = Read(index);
            if (state is null)
            {
                state = new DocumentState(logged);
                each(logged, Effect.Applied);
            }
            else
            {
                each(logged, state.Apply(logged));
            }
        }

        return state;
    }

    /// <exception cref="FormatException">The entry cannot be read: the ledger is damaged.</exception>
    public LoggedStatement Read(long index)
    {
        var (receivedAt, signed) = Find(index);
        return new LoggedStatement(index, receivedAt, signed.Id, signed.Statement);
    }

    /// <exception cref="FormatException">The entry cannot be read: the ledger is damaged.</exception>
    public SignedStatement ReadSigned(long index) => Find(index).Signed;

    /// <summary>An entry that is on disk by now.</summary>
    public void Remember(long index, LedgerEntry entry, SignedStatement signed) => recent.Add(index, entry.ReceivedAt, signed);

    /// <exception cref="FormatException">The entry cannot be read: the ledger is damaged.</exception>
    public SignedStatement ReadSigned(LedgerEntry entry) => SignedStatement.Parse(entry.Statement, objects.Get);

    public LoggedStatement Parse(long index, LedgerEntry entry)
    {
        var signed = ReadSigned(entry);
        return new LoggedStatement(index, entry.ReceivedAt, signed.Id, signed.Statement);
    }

    private (DateTimeOffset ReceivedAt, SignedStatement Signed) Find(long index)
    {
        if (recent.Find(index) is { } known)
        {
            return known;
        }

        var entry = LedgerEntry.Parse(ledger.Read(index));
        var signed = ReadSigned(entry);
        recent.Add(index, entry.ReceivedAt, signed);
        return (entry.ReceivedAt, signed);
    }
}
