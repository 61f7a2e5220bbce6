using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Auditing;
using DocExchange.Node.Records;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>How far the ledger bears a document out: logged, accepted by the hub, witnessed by others.</summary>
internal sealed class LedgerStandings(NodeRecords records, WitnessedBook witnessed)
{
    private static readonly string[] Deciding = [nameof(StatementType.Accepted), nameof(StatementType.Rejected), nameof(StatementType.Dispatched)];

    public Local.LedgerStanding Of(DocumentId document)
    {
        var id = document.ToString();
        var standing = new Local.LedgerStanding { State = "Queued", Quorum = (uint)(witnessed.Policy?.Quorum ?? 0) };
        var deciding = records.Entries.Find(Field.Is(nameof(EntryRow.Document), id))
            .Where(row => row.Fault is null && Deciding.Contains(row.Type))
            .OrderBy(row => Array.IndexOf(Deciding, row.Type)).ThenBy(row => row.Id)
            .FirstOrDefault();
        if (deciding is null)
        {
            return standing;
        }

        (standing.State, standing.Index) = (deciding.Type == nameof(StatementType.Dispatched) ? "Logged" : deciding.Type, (ulong)deciding.Id);
        if (witnessed.Covering(deciding.Id) is { } covering)
        {
            standing.State = deciding.Type == nameof(StatementType.Accepted) ? "Witnessed" : standing.State;
            (standing.WitnessedSize, standing.WitnessedAt) = ((ulong)covering.Checkpoint.Size, Listing.Time(covering.At));
            standing.Witnesses.AddRange(covering.Cosignatures.Select(each => each.Verifier.Name));
        }

        return standing;
    }
}
