using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Node.OaApi;

/// <summary>
/// What concerns an office, in the order of the ledger: at least once, in order, by a cursor that is a ledger index. Only
/// what lies below the node's own cursor is given, so that nothing can come in behind it.
/// </summary>
internal sealed class OaMailbox(NodeRecords records, EntryBook entries, DocumentStates states, OaDocuments documents, TokenBook tokens)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    // Entries of other offices of the node are passed over; no request reads more of them than this.
    private const int MostRead = 5_000;

    /// <param name="after">The cursor; null: what was acknowledged last.</param>
    public OaMailboxPage Read(ApiCaller caller, long? after, int? limit)
    {
        var most = Math.Clamp(limit ?? DefaultPage, 1, LargestPage);
        var (next, end) = (Math.Max(after ?? tokens.SeenBy(caller.Token), 0), entries.Cursor);
        var from = next;
        var found = new List<OaEntry>();
        foreach (var row in records.Entries.Query().Where(Field.Between(Field.Id, from, end - 1)).OrderBy(row => row.Id).Limit(MostRead).ToEnumerable())
        {
            if (found.Count == most)
            {
                break;
            }

            next = row.Id + 1;
            if (row is { Document: { } document, Fault: null } && EntryFor(caller, row, DocumentId.Parse(document)) is { } entry)
            {
                found.Add(entry);
            }
        }

        var isMore = records.Entries.Exists(Field.Between(Field.Id, next, end - 1));
        return new OaMailboxPage(found, isMore ? next : Math.Max(next, end), isMore);
    }

    /// <returns>The cursor that counts from now on.</returns>
    public OaSeen Acknowledge(ApiCaller caller, long next) => new(tokens.Acknowledge(caller.Token, Math.Clamp(next, 0, entries.Cursor)));

    private OaEntry? EntryFor(ApiCaller caller, EntryRow row, DocumentId document)
    {
        var office = PartyId.Parse(caller.Office);
        var received = entries.Read(row.Id, row.Entry);
        if (received is not { Statement: { } statement, Entry: { } envelope })
        {
            return null;
        }

        return states.Read(document, state => Concerns(state, office, statement)
            ? new OaEntry(row.Id, statement.Type.ToString(), statement.Type.ToChinese(), envelope.ReceivedAt, statement.Issuer.ToString(), documents.Of(state, caller))
            : null);
    }

    // A recipient hears of a document with its Accepted, and of other recipients nothing.
    private static bool Concerns(DocumentState state, PartyId office, Statement statement) =>
        state.Sender == office
        || (state.AcceptedAt is not null && state.Recipient(office) is not null && statement.Type != StatementType.Dispatched && StatementTypes.AuthorOf(statement.Type) switch
        {
            StatementAuthor.Recipient => statement.Issuer == office,
            StatementAuthor.RecipientNode => statement.Body is DeliveredBody delivered && delivered.Recipient == office,
            StatementAuthor.Hub => statement.Type == StatementType.Accepted,
            _ => statement.Body is not RecipientsBody named || named.Recipients.All.Contains(office),
        });
}
