using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Records;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.DeskPages.People;

/// <param name="IsReceived">Received by the office; otherwise sent by it.</param>
/// <param name="IsOwn">The person acted on it last of all at the office.</param>
/// <param name="LastAct">What was done last at the office, and by whom; null where nobody acted yet.</param>
internal sealed record OpenItem(Wire.DocumentSummary Document, bool IsReceived, DeliveryState State, DateTimeOffset? SignBy, (string Act, string Name)? LastAct, bool IsOwn);

/// <summary>What is open on a person's desk: for the hand-over list (交接清单).</summary>
internal sealed class OpenWork(NodeRecords records)
{
    /// <summary>Most documents of a list; a longer one says so.</summary>
    public const int Most = 500;

    /// <summary>The office's open documents of the kinds the roles deal with; the person's own first.</summary>
    public IReadOnlyList<OpenItem> Of(PartyId office, string person, IReadOnlyList<string> roles)
    {
        var items = new List<OpenItem>();
        if (roles.Intersect([Roles.Clerk, Roles.Reader]).Any())
        {
            items.AddRange(Open(records.Inbox, office).Select(row => Read(row, office, person, isReceived: true)));
        }

        if (roles.Intersect([Roles.Dispatcher, Roles.SealKeeper]).Any())
        {
            items.AddRange(Open(records.Outbox, office).Select(row => Read(row, office, person, isReceived: false)));
        }

        return [.. items.OrderByDescending(item => item.IsOwn)];
    }

    private static IEnumerable<ListedRow> Open(LiteDB.ILiteCollection<ListedRow> rows, PartyId office)
    {
        var id = office.ToString();
        return rows.Query().Where(row => row.Office == id && row.IsOpen).OrderBy(row => row.Id).Limit(Most).ToList();
    }

    private OpenItem Read(ListedRow row, PartyId office, string person, bool isReceived)
    {
        var acts = records.Entries.Find(entry => entry.Document == row.Document).Where(entry => entry.Issuer == office.ToString() && entry.Fault is null).OrderBy(entry => entry.Id)
            .Select(entry => SignedStatement.Parse(LedgerEntry.Parse(entry.Entry).Statement, _ => null).Statement)
            .Where(statement => statement.Actor is not null);
        var last = acts.LastOrDefault();
        return new OpenItem(
            Wire.DocumentSummary.Parser.ParseFrom(row.Summary),
            isReceived,
            Enum.TryParse<DeliveryState>(row.State, out var state) ? state : DeliveryState.Queued,
            row.SignBy is { } signBy ? DateTimeOffset.FromUnixTimeMilliseconds(signBy) : null,
            last is null ? null : (last.Type.ToChinese(), last.Actor!.Name),
            last?.Actor!.Id == person);
    }
}
