using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Records;
using LiteDB;

namespace DocExchange.Node.Outbox;

/// <summary>What waits for the ledger, as it is asked for, in the order it is to be posted; some of it perhaps not on disk yet.</summary>
internal sealed class WaitingStatements
{
    /// <summary>Of more recipients than this, all that waits of a document is read.</summary>
    private const int MostAskedFor = 8;

    private readonly NodeRecords records;

    public WaitingStatements(NodeRecords records)
    {
        this.records = records;
        FillIn();
    }

    public IReadOnlyList<QueuedRow> Of(DocumentId document) => [.. records.Queue.Find(Field.Is(nameof(QueuedRow.Document), document.ToString())).OrderBy(row => row.Id)];

    /// <summary>Of what waits of a document only what can change these recipients' rows of the board; null: all of it.</summary>
    public IReadOnlyList<QueuedRow> Of(DocumentId document, IReadOnlyCollection<PartyId>? recipients) => recipients is null or { Count: > MostAskedFor }
        ? Of(document)
        : [.. recipients.Select(recipient => recipient.ToString()).Append("")
            .SelectMany(recipient => records.Queue.Find(Field.Is(nameof(QueuedRow.Place), QueuedRow.PlaceOf(document.ToString(), recipient)))).OrderBy(row => row.Id)];

    public List<QueuedRow> OfChain(string chain) => [.. records.Queue.Query().OrderBy(row => row.Id).ToEnumerable().Where(row => row.Chain == chain)];

    /// <summary>See <see cref="QueuedRow.Place"/>.</summary>
    public static string? PlaceOf(Statement statement) =>
        statement.Document is { } document ? QueuedRow.PlaceOf(document.ToString(), StatementScope.OnlyRowOf(statement)?.ToString()) : null;

    // Those that an earlier version left waiting.
    private void FillIn()
    {
        var without = records.Queue.Find(Field.Is(nameof(QueuedRow.Place), BsonValue.Null)).Where(row => row.Document is not null).ToList();
        if (without.Count > 0)
        {
            records.Write(() => without.ForEach(row =>
            {
                row.Place = PlaceOf(SignedStatement.Parse(row.Cms, _ => row.RecipientObject).Statement);
                records.Queue.Update(row);
            }));
        }
    }
}
