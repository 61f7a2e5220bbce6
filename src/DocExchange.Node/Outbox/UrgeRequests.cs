using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using LiteDB;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Outbox;

/// <summary>The last request of a supervisor at the hub to urge for a document; its id is the document.</summary>
internal sealed class UrgeRequestRow
{
    public required string Id { get; set; }

    public required string Office { get; set; }

    public required string AskedBy { get; set; }

    /// <summary>Milliseconds since 1970, UTC, by the hub's clock.</summary>
    public long At { get; set; }
}

/// <param name="Open">How many have not signed for it.</param>
internal sealed record OpenUrgeRequest(DocumentId Document, string Number, string Title, string AskedBy, DateTimeOffset At, int Open);

/// <summary>
/// What supervisors at the hub ask this node's offices to urge. It is shown until somebody has urged or nobody is left to
/// be urged, and does nothing by itself: the hub says it unsigned. Safe for concurrent use.
/// </summary>
internal sealed class UrgeRequests(NodeRecords records, DocumentStates states, KeyRing keys)
{
    private const int MostAtOnce = 100;
    private const int MostShown = 5;
    private const int LongestName = 100;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Keeps what was asked of offices of this node; it is on disk when this returns.</summary>
    /// <returns>The ids of what was kept: the rest the hub says again.</returns>
    public IReadOnlyList<ByteString> Take(IReadOnlyCollection<Wire.UrgeRequest> asked)
    {
        if (asked.Count == 0)
        {
            return [];
        }

        var taken = asked.Take(MostAtOnce).Where(each => each.RequestId.Length == Digest.Size)
            .Select(each => (each.RequestId, Row: Read(each))).Where(each => each.Row is not null).ToList();
        records.Write(() =>
        {
            foreach (var (_, row) in taken)
            {
                records.UrgeRequests.Upsert(row!);
                records.UrgeRequests.DeleteMany(Old(row!.At));
            }
        });
        return [.. taken.Select(each => each.RequestId)];
    }

    /// <summary>Those of this office that somebody should follow, the newest first; at most 5. What has been followed is forgotten.</summary>
    public IReadOnlyList<OpenUrgeRequest> Open(PartyId office)
    {
        var over = new List<UrgeRequestRow>();
        var open = new List<OpenUrgeRequest>();
        foreach (var row in records.UrgeRequests.Find(Field.Is(nameof(UrgeRequestRow.Office), office.ToString())).OrderByDescending(row => row.At))
        {
            var (found, isOver) = Look(row);
            open.AddRange(found is null ? [] : [found]);
            over.AddRange(isOver ? [row] : []);
            if (open.Count == MostShown)
            {
                break;
            }
        }

        Forget(over);
        return open;
    }

    private void Forget(List<UrgeRequestRow> over)
    {
        if (over.Count > 0)
        {
            records.Write(() =>
            {
                // A newer request for the document may have come meanwhile.
                foreach (var row in over.Where(row => records.UrgeRequests.FindById(row.Id)?.At == row.At))
                {
                    records.UrgeRequests.Delete(row.Id);
                }
            });
        }
    }

    private static BsonExpression Old(long now) => Field.Below(nameof(UrgeRequestRow.At), now - (long)Kept.TotalMilliseconds);

    private UrgeRequestRow? Read(Wire.UrgeRequest asked)
    {
        if (asked.DocumentId.Length != Digest.Size || asked.AskedBy.Length is 0 or > LongestName
            || !DateTimeOffset.TryParse(asked.AskedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return null;
        }

        var document = new DocumentId(Digest.FromBytes(asked.DocumentId.Span));
        return states.Read(document, state => state.Sender) is { } sender && keys.Holds(sender)
            ? new UrgeRequestRow { Id = document.ToString(), Office = sender.ToString(), AskedBy = asked.AskedBy, At = at.ToUnixTimeMilliseconds() }
            : null;
    }

    private (OpenUrgeRequest? Open, bool IsOver) Look(UrgeRequestRow row)
    {
        // An act that waits may still be refused.
        if (records.Queue.Find(Field.Is(nameof(QueuedRow.Document), row.Id)).Any(waiting => waiting.Type == nameof(StatementType.Urged)))
        {
            return (null, false);
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(row.At);
        return states.Read<(OpenUrgeRequest?, bool)>(new DocumentId(Digest.Parse(row.Id)), state =>
            state.Phase == DocumentPhase.Accepted && state.Recipients.All(each => !(each.LastUrgedAt >= at)) && state.Recipients.Count(each => !each.IsFinal) is > 0 and var left
                ? (new OpenUrgeRequest(state.Id, state.Dispatch.Number ?? "", state.Dispatch.Title, row.AskedBy, at, left), false)
                : (null, state.Phase != DocumentPhase.AwaitingPackage));
    }
}
