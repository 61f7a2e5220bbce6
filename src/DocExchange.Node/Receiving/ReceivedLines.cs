using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;

namespace DocExchange.Node.Receiving;

/// <summary>
/// Keeps the <see cref="ReceivedRow"/>s up to date: with what the ledger says, and with what was signed here and waits to
/// be logged, so that the desk shows each act at once and says that it waits.
/// </summary>
internal sealed class ReceivedLines(NodeRecords records, KeyRing keys, StatementQueue queue, DocumentStates states, TimeProvider time)
{
    private const string MadeName = "received lines";
    private const int Version = 1;

    /// <summary>At the start, before anything else uses them: makes the rows of what an older version received.</summary>
    public void Complete()
    {
        if (records.Setting(MadeName)?.Number == Version)
        {
            return;
        }

        foreach (var document in records.Inbox.Query().Select(row => row.Document).ToEnumerable().Distinct().ToList())
        {
            Refresh(DocumentId.Parse(document));
        }

        records.Write(() => records.Set(MadeName, Version));
    }

    /// <summary>Inside the write that changed something about the document, or alone.</summary>
    /// <param name="offices">Those whose rows may have changed; null: any.</param>
    public void Refresh(DocumentId document, IReadOnlyCollection<PartyId>? offices = null) => records.Write(() =>
    {
        var rows = queue.Of(document, offices);
        var waiting = rows.Select(row => row.Issuer).ToHashSet();
        if (rows.Count == 0)
        {
            states.Read(document, state => Put(state, offices, waiting));
        }
        else if (states.Foresee(document, rows, out _) is { } foreseen)
        {
            Put(foreseen, offices, waiting);
        }
    });

    private bool Put(DocumentState state, IReadOnlyCollection<PartyId>? offices, HashSet<string> waiting)
    {
        // A copy that was never accepted was never received.
        foreach (var row in state.AcceptedAt is null ? [] : state.RowsOf(offices).Where(row => keys.Holds(row.Office)))
        {
            records.Received.Upsert(RowOf(state, row, waiting.Contains(row.Office.ToString())));
        }

        return true;
    }

    private ReceivedRow RowOf(DocumentState state, RecipientState recipient, bool isWaiting)
    {
        var office = recipient.Office.ToString();
        var document = state.Id.ToString();
        var row = new ReceivedRow
        {
            Id = ReceivedKeys.Id(office, document),
            Document = document,
            Office = office,
            Title = state.Dispatch.Title,
            Number = state.Dispatch.Number ?? "",
            Sender = state.Sender.ToString(),
            DocumentType = state.Dispatch.DocumentType,
            Urgency = state.Dispatch.Urgency ?? "",
            IsCopy = recipient.IsCopy,
            State = recipient.State.ToString(),
            IsWaiting = isWaiting,
            SignBy = state.Dispatch.SignBy?.ToUnixTimeMilliseconds(),
            ReceivedAt = Math.Max(state.AcceptedAt!.Value.ToUnixTimeMilliseconds(), recipient.AddedOn.ToUnixTimeMilliseconds()),
            OpenedAt = recipient.OpenedAt?.ToUnixTimeMilliseconds(),
            SignedForAt = recipient.SignedForAt?.ToUnixTimeMilliseconds(),
            ActedBy = recipient.ActedBy,
            RegisterNumber = recipient.RegisterNumber,
            HandedOverAt = recipient.HandedOverAt?.ToUnixTimeMilliseconds(),
            CompletedAt = recipient.CompletedAt?.ToUnixTimeMilliseconds(),
            Arrival = "",
        };
        SetKeys(row);
        return row;
    }

    private void SetKeys(ReceivedRow row)
    {
        var rank = DispatchTerms.RankOf(row.Urgency);
        row.Arrival = ReceivedKeys.Arrival(row.Office, row.ReceivedAt, row.Document);
        row.Shelf = row switch
        {
            { IsOpen: true } => ReceivedKeys.Shelf(row.Office, InboxTab.Open, rank, row.ReceivedAt, row.Document),
            { IsSignedFor: true } => ReceivedKeys.Shelf(row.Office, InboxTab.Signed, 0, row.SignedForAt ?? row.ReceivedAt, row.Document),
            { State: nameof(DeliveryState.Returned) } => ReceivedKeys.Shelf(row.Office, InboxTab.Returned, 0, row.ReceivedAt, row.Document),
            _ => null,
        };
        row.Seen = row is { IsOpen: true, OpenedAt: not null } ? row.Shelf : null;
        row.Alarm = row.IsOpen && rank >= (int)Urgency.ExtraUrgent && records.Acknowledged.FindById(row.Id) is null ? row.Shelf : null;
        if (row.SignedForAt is { } signedFor)
        {
            row.Entered = ReceivedKeys.Arrival(row.Office, signedFor, row.Document);
            row.EnteredFrom = ReceivedKeys.From(row.Office, row.Sender, signedFor, row.Document);
        }

        if (row is { RegisterNumber: { } number, SignedForAt: { } at })
        {
            row.Numbered = $"{row.Office}|{number}";
            row.Sequence = NumberForm.SequenceIn(number) is { } sequence ? ReceivedKeys.Sequence(row.Office, YearOf(at), sequence) : null;
        }
    }

    /// <summary>The year here, in which a document was signed for.</summary>
    public int YearOf(long milliseconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), time.LocalTimeZone).Year;
}
