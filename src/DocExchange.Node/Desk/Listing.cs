using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// The lines of inbox and outbox: derived from the states, kept so that lists read by key. Every method but
/// <see cref="Update"/>'s reading belongs into a write.
/// </summary>
internal sealed class Listing(NodeRecords records, KeyRing keys, DocumentStates states, NumberRegister numbers, ReceivedLines received)
{
    /// <summary>Brings the lines of a document up to date with its entries.</summary>
    /// <param name="offices">The recipients about whom they say something new; null: any.</param>
    public void Update(DocumentId document, IReadOnlyCollection<PartyId>? offices = null)
    {
        states.Read(document, state => Put(state, offices));
        received.Refresh(document, offices);
    }

    /// <summary>A document just queued, before the ledger knows of it.</summary>
    public void Queued(DocumentState foreseen, DateTimeOffset at) => PutOutbox(foreseen, nameof(DeliveryState.Queued), at);

    /// <summary>A statement the hub refused: a refused Dispatched gives back its number and its upload.</summary>
    public void Refused(QueuedRow row, RefusedException refusal)
    {
        if (row.Document is not { } id)
        {
            return;
        }

        var document = DocumentId.Parse(id);
        if (row.Type != nameof(StatementType.Dispatched))
        {
            received.Refresh(document);
            return;
        }

        records.Uploads.DeleteMany(Field.Is(nameof(UploadRow.Document), id));
        if (records.Outbox.FindOne(Field.Is(nameof(ListedRow.Document), id)) is { } listed)
        {
            var summary = Wire.DocumentSummary.Parser.ParseFrom(listed.Summary);
            summary.Phase = nameof(DocumentPhase.Rejected);
            (listed.State, listed.IsOpen, listed.OpenKey, listed.Summary) = (nameof(DeliveryState.Rejected), false, null, summary.ToByteArray());
            records.Outbox.Update(listed);
            numbers.Release(summary.Number, document);
        }
    }

    /// <summary>With the counts, which are for those who see the whole board.</summary>
    public static Wire.DocumentSummary SummaryOf(DocumentState state)
    {
        var summary = OutlineOf(state);
        summary.Recipients = (uint)state.Recipients.Count;
        summary.Delivered = (uint)state.Recipients.Count(row => row.DeliveredAt is not null);
        summary.SignedFor = (uint)state.Recipients.Count(row => row.IsSignedFor);
        summary.Returned = (uint)state.Recipients.Count(row => row.IsReturned);
        return summary;
    }

    /// <summary>Without any count.</summary>
    public static Wire.DocumentSummary OutlineOf(DocumentState state) => new()
    {
        DocumentId = state.Id.ToString(),
        PackageId = state.Dispatch.Package.ToString(),
        PackageSize = (ulong)state.Dispatch.PackageSize,
        Number = state.Dispatch.Number ?? "",
        Title = state.Dispatch.Title,
        DocumentType = state.Dispatch.DocumentType,
        Urgency = state.Dispatch.Urgency ?? "",
        Sender = state.Sender.ToString(),
        Issuers = { state.Dispatch.Issuers.Select(issuer => issuer.ToString()) },
        Phase = state.Phase.ToString(),
        AcceptedAt = Time(state.AcceptedAt),
    };

    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    private bool Put(DocumentState state, IReadOnlyCollection<PartyId>? offices)
    {
        if (!state.HoldsNumber && state.Dispatch.Number is { } number)
        {
            numbers.Release(number, state.Id, wentOut: state.AcceptedAt is not null && keys.Holds(state.Sender));
        }

        if (keys.Holds(state.Sender))
        {
            PutOutbox(state, OutboxStateOf(state), state.DispatchedAt);
        }

        if (state.AcceptedAt is not null)
        {
            foreach (var row in state.RowsOf(offices).Where(row => keys.Holds(row.Office)))
            {
                PutInbox(state, row);
            }
        }

        return true;
    }

    // The least advanced recipient speaks for the document, unless one of them sent it back.
    private static string OutboxStateOf(DocumentState state) => state switch
    {
        { Phase: DocumentPhase.AwaitingPackage } => nameof(DeliveryState.Queued),
        { Phase: not DocumentPhase.Accepted } => state.Phase.ToString(),
        _ when state.Recipients.Any(row => row is { State: DeliveryState.Returned, ReturnReceivedAt: null }) => nameof(DeliveryState.Returned),
        _ => state.Recipients.Select(row => row.State).MinBy(row => row switch
        {
            DeliveryState.Queued or DeliveryState.Sent => 0,
            DeliveryState.Delivered => 1,
            DeliveryState.SignedFor => 2,
            _ => 3,
        }).ToString(),
    };

    private void PutOutbox(DocumentState state, string summaryState, DateTimeOffset at)
    {
        var id = state.Id.ToString();
        var key = KeyRange.Newest(state.Sender.ToString(), at.ToUnixTimeMilliseconds(), id);
        var place = Newest(at.ToUnixTimeMilliseconds()) + id;
        foreach (var former in records.Outbox.Find(Field.Is(nameof(ListedRow.Document), id)).Where(row => row.Id != place).ToList())
        {
            records.Outbox.Delete(former.Id);
        }

        // In its place: an index is written only where its key changed.
        records.Outbox.Upsert(new ListedRow
        {
            OfficeKey = key,
            OpenKey = !state.IsFinal || summaryState == nameof(DeliveryState.Returned) ? key : null,
            Id = place,
            Document = id,
            Office = state.Sender.ToString(),
            State = summaryState,
            SignBy = state.Dispatch.SignBy?.ToUnixTimeMilliseconds(),
            IsOpen = !state.IsFinal,
            Summary = SummaryOf(state).ToByteArray(),
        });
    }

    private void PutInbox(DocumentState state, RecipientState row) => records.Inbox.Upsert(new ListedRow
    {
        Id = $"{9 - DispatchTerms.RankOf(state.Dispatch.Urgency)}{Newest(row.AddedAt)}{state.Id}{row.Office}",
        Document = state.Id.ToString(),
        Office = row.Office.ToString(),
        State = row.State.ToString(),
        SignBy = state.Dispatch.SignBy?.ToUnixTimeMilliseconds(),
        IsOpen = !row.IsFinal,
        Summary = OutlineOf(state).ToByteArray(),
    });

    // Ids sort ascending; what is newer is to come first.
    private static string Newest(long order) => (long.MaxValue - order).ToString("D19", CultureInfo.InvariantCulture);
}
