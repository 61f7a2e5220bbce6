using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;

namespace DocExchange.Core.Supervision;

/// <summary>That one office is to receive one accepted document, and what it has done about it.</summary>
/// <param name="SentAt">When the hub accepted the document, or added the office to it.</param>
/// <param name="SignBy">The deadline, where it binds this office.</param>
/// <param name="IsOpen">It owes an answer still.</param>
public readonly record struct Duty(DocumentId Document, PartyId Office, DateTimeOffset SentAt, DateTimeOffset? SignBy, bool IsOpen, DateTimeOffset? SignedAt, DateTimeOffset? ReturnedAt)
{
    /// <summary>
    /// Of one row of the status board. None before the document was accepted, and none that ended without the office having
    /// had to answer: withdrawn, voided or sent on paper before it signed.
    /// </summary>
    public static Duty? Of(DocumentState document, RecipientState row)
    {
        if (document.AcceptedAt is not { } accepted)
        {
            return null;
        }

        var answered = row.SignedForAt is not null || row.ReturnedAt is not null;
        if (!answered && row.State is not (DeliveryState.Sent or DeliveryState.Delivered))
        {
            return null;
        }

        return new Duty(
            document.Id, row.Office, accepted > row.AddedOn ? accepted : row.AddedOn, document.Dispatch.SignBy is { } signBy && row.AddedOn <= signBy ? signBy : null,
            !row.IsFinal, row.SignedForAt, row.ReturnedAt);
    }

    /// <summary>Those that a statement may change: of its author, where that is a recipient, otherwise of all.</summary>
    public static IReadOnlyList<Duty> Touched(DocumentState? document, Statement statement)
    {
        if (document is null)
        {
            return [];
        }

        var one = statement.Body is DeliveredBody delivered ? delivered.Recipient
            : StatementTypes.AuthorOf(statement.Type) == StatementAuthor.Recipient ? statement.Issuer
            : null;
        IEnumerable<RecipientState> rows = one is null ? document.Recipients : document.Recipient(one) is { } row ? [row] : [];
        return [.. rows.Select(each => Of(document, each)).OfType<Duty>()];
    }
}

/// <summary>What a statement did to a duty: none before it was one, none after it is one no longer.</summary>
public sealed record DutyChange(Duty? Before, Duty? After)
{
    public static IReadOnlyList<DutyChange> Between(IReadOnlyList<Duty> before, IReadOnlyList<Duty> after)
    {
        if (before.Count == 0 && after.Count == 0)
        {
            return [];
        }

        var known = before.ToDictionary(duty => duty.Office);
        var changes = new List<DutyChange>();
        foreach (var duty in after)
        {
            var earlier = known.Remove(duty.Office, out var found) ? found : (Duty?)null;
            if (earlier != duty)
            {
                changes.Add(new DutyChange(earlier, duty));
            }
        }

        changes.AddRange(known.Values.Select(gone => new DutyChange(gone, null)));
        return changes;
    }
}
