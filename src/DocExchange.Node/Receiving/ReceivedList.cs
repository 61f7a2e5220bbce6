using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Node.Records;

namespace DocExchange.Node.Receiving;

/// <summary>A page of a list, and where the next one begins.</summary>
/// <param name="Next">Key to go on after; empty at the end.</param>
internal sealed record ListPage(IReadOnlyList<ReceivedRow> Rows, string Next);

/// <summary>
/// The lists of received documents. Each reads one range of one index from where the last page ended: how much lies before
/// or behind costs nothing.
/// </summary>
internal sealed class ReceivedList(NodeRecords records)
{
    /// <summary>Counting ends here; the desk then shows that there are more.</summary>
    public const int MostCounted = 999;

    private const string EveryKey = "~";

    public ListPage Tab(string office, InboxTab tab, string after, int most)
    {
        var (field, prefix) = RangeOf(office, tab);
        return Range(field, prefix, after, most);
    }

    public int Count(string office, InboxTab tab)
    {
        var (field, prefix) = RangeOf(office, tab);
        return records.Received.Query().Where($"$.{field} BETWEEN @0 AND @1", prefix, prefix + EveryKey).Select($"$.{field}").Limit(MostCounted).ToEnumerable().Count();
    }

    /// <summary>特急 documents nobody has acknowledged, newest first.</summary>
    public IReadOnlyList<ReceivedRow> Alarms(string office, int most) => Range(nameof(ReceivedRow.Alarm), $"{office}|{InboxTab.Open}|", "", most).Rows;

    public ReceivedRow? Find(string office, DocumentId document) => records.Received.FindById(ReceivedKeys.Id(office, document.ToString()));

    /// <exception cref="RefusedException">The office has not received it.</exception>
    public ReceivedRow Require(string office, DocumentId document) => Find(office, document)
        ?? throw new RefusedException(Refusal.UnknownDocument, "本单位没有收到这件公文。请从“收文”中选取；若由其他单位收到，请先切换单位。", "This office has not received that document. Choose one from its inbox, or change to the office that received it.");

    public AcknowledgedRow? AcknowledgementOf(ReceivedRow row) => records.Acknowledged.FindById(row.Id);

    /// <summary>What is to be signed for after this one, in the order of the list; null when nothing is left.</summary>
    public ReceivedRow? NextOpen(string office, string document) =>
        Tab(office, InboxTab.Open, "", most: 2).Rows.FirstOrDefault(row => row.Document != document && row.State == nameof(Core.Routing.DeliveryState.Delivered));

    /// <param name="field">The field whose index is read.</param>
    public ListPage Range(string field, string prefix, string after, int most)
    {
        // A blank sorts before all that keys are made of: the least key after the last one shown.
        var first = after.StartsWith(prefix, StringComparison.Ordinal) ? after + " " : prefix;
        return Between(field, first, prefix + EveryKey, most);
    }

    public ListPage Between(string field, string first, string last, int most)
    {
        var rows = records.Received.Query()
            .Where($"$.{field} BETWEEN @0 AND @1", first, last)
            .OrderBy($"$.{field}")
            .Limit(most + 1)
            .ToEnumerable()
            .ToList();
        return rows.Count > most ? new ListPage(rows[..most], KeyOf(rows[most - 1], field)) : new ListPage(rows, "");
    }

    public static string KeyOf(ReceivedRow row, string field) => field switch
    {
        nameof(ReceivedRow.Arrival) => row.Arrival,
        nameof(ReceivedRow.Seen) => row.Seen!,
        nameof(ReceivedRow.Entered) => row.Entered!,
        nameof(ReceivedRow.EnteredFrom) => row.EnteredFrom!,
        nameof(ReceivedRow.Alarm) => row.Alarm!,
        _ => row.Shelf!,
    };

    private static (string Field, string Prefix) RangeOf(string office, InboxTab tab) => tab switch
    {
        InboxTab.All => (nameof(ReceivedRow.Arrival), $"{office}|"),
        InboxTab.Seen => (nameof(ReceivedRow.Seen), $"{office}|{InboxTab.Open}|"),
        _ => (nameof(ReceivedRow.Shelf), $"{office}|{tab}|"),
    };
}
