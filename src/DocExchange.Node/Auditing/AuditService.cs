using DocExchange.Core.Offices;
using DocExchange.Durability;
using DocExchange.Node.Desk;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Auditing;

/// <summary>What auditors ask of the node itself.</summary>
internal sealed class AuditService(NodeRecords records, NodeFile node, CheckpointGuard checkpoints, WitnessedBook book, WitnessDuty duty, EvidenceFolder evidence) : Local.Audit.AuditBase
{
    private const int PageSize = 200;

    public override Task<Local.LedgerView> GetLedgerView(Local.GetLedgerViewRequest request, ServerCallContext context)
    {
        var witnessed = book.Newest;
        var view = new Local.LedgerView
        {
            LedgerKey = node.LedgerKey,
            Genesis = ByteString.CopyFrom(node.Genesis ?? []),
            Newest = ByteString.CopyFrom(checkpoints.Newest),
            Cosigned = ByteString.CopyFrom(duty.Last ?? []),
            Witnessed = ByteString.CopyFrom(witnessed?.Note.ToBytes() ?? []),
            WitnessedAt = Listing.Time(witnessed?.At),
            Quorum = (uint)(book.Policy?.Quorum ?? 0),
            IsWitness = duty.Witness is not null,
            Evidence = (uint)evidence.Count,
        };

        // With keys that were replaced since, where they signed what is shown.
        var keys = book.Keys().Concat(witnessed?.Cosignatures.Select(each => each.Verifier) ?? []).Distinct();
        view.Witnesses.AddRange(keys.Select(key => new Local.WitnessKey { Node = PartyId.Parse(key.Name).ToString(), Key = key.ToString() }));
        return Task.FromResult(view);
    }

    public override async Task ListEntries(Local.ListEntriesRequest request, IServerStreamWriter<Local.HeldEntry> responseStream, ServerCallContext context)
    {
        var from = request.From.ToCount("from");
        List<EntryRow> page;
        do
        {
            // Read to its end before anything is awaited: a cursor of LiteDB belongs to the thread that opened it.
            page = records.Entries.Query().Where(Field.Above(Field.Id, from - 1)).OrderBy(row => row.Id).Limit(PageSize).ToList();
            foreach (var row in page)
            {
                await responseStream.WriteAsync(new Local.HeldEntry { Index = (ulong)row.Id, Entry = ByteString.CopyFrom(row.Entry) }, context.CancellationToken);
                from = row.Id + 1;
            }
        }
        while (page.Count == PageSize);
    }
}
