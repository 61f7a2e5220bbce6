using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.DeskPages.Board;

/// <summary>Which rows of the board are wanted.</summary>
internal enum BoardFilter
{
    All,
    Open,
    Signed,
    Returned,
    Overdue,
    OffLine,
}

/// <summary>One recipient on the board.</summary>
internal sealed record BoardRow(
    PartyId Office, string Name, string Telephone, bool IsCopy, DeliveryState State, DateTimeOffset? DeliveredAt, DateTimeOffset? OpenedAt, string OpenedBy, DateTimeOffset? SignedForAt, string ActedBy,
    DateTimeOffset? ReturnedAt, string ReturnReason, bool IsReturnOpen, int Urged, DateTimeOffset? UrgedAt, string RegisterNumber, bool IsFinal, bool IsOverdue, bool IsSignedFor, bool IsReturned)
{
    /// <summary>The line of its node, while it is open; null where that is not known.</summary>
    public RecipientLink? Link { get; init; }

    /// <summary>When it was answered: of what was signed for and returned later, when it was returned.</summary>
    public DateTimeOffset? AnsweredAt => ReturnedAt ?? SignedForAt;
}

/// <summary>签收情况 of one document, as its sender sees it.</summary>
internal sealed record BoardView
{
    public required DispatchBody Dispatch { get; init; }

    public required DocumentPhase Phase { get; init; }

    public required DateTimeOffset DispatchedAt { get; init; }

    public required string Dispatcher { get; init; }

    public required DocumentId? SupersededBy { get; init; }

    public required string EndReason { get; init; }

    /// <summary>Why the hub rejected it, or an act on it.</summary>
    public required IReadOnlyList<(string Chinese, string English)> Rejections { get; init; }

    public required IReadOnlyList<BoardRow> Rows { get; init; }

    public required Local.LedgerStanding Ledger { get; init; }

    /// <summary>Acts on it that are signed and wait for the hub.</summary>
    public required IReadOnlyList<string> Waiting { get; init; }

    /// <summary>The hub was asked how the open rows can be reached, and said nothing.</summary>
    public bool AreLinksUnknown { get; init; }

    public int Signed => Rows.Count(row => row.IsSignedFor);

    public int Open => Rows.Count(row => !row.IsFinal);

    public int Percentage => Rows.Count == 0 ? 0 : (int)(100L * Signed / Rows.Count);

    /// <summary>From the dispatch to the signature, half of those who signed were faster; null where nobody has.</summary>
    public TimeSpan? MedianTime => Rows.Where(row => row.IsSignedFor).Select(row => row.SignedForAt!.Value - DispatchedAt).Order().ToList() is { Count: > 0 } times
        ? times.Count % 2 == 1 ? times[times.Count / 2] : (times[times.Count / 2 - 1] + times[times.Count / 2]) / 2
        : null;

    public IEnumerable<BoardRow> Where(BoardFilter filter) => Rows.Where(row => filter switch
    {
        BoardFilter.Open => !row.IsFinal,
        BoardFilter.Signed => row.IsSignedFor,
        BoardFilter.Returned => row.IsReturned,
        BoardFilter.Overdue => row.IsOverdue,
        BoardFilter.OffLine => row.Link is { IsOnLine: false },
        _ => true,
    });
}

/// <summary>Reads boards. Safe for concurrent use.</summary>
internal sealed class Boards(NodeRecords records, DocumentStates states, KeyRing keys, DirectoryCopy directories, LedgerStandings standings, RecipientLinks links, TimeProvider time)
{
    /// <summary>The same with what the hub says of the lines of those who owe an answer.</summary>
    public async Task<BoardView> WithLinksAsync(BoardView view, DocumentId document, CancellationToken cancellation)
    {
        if (view.Phase != DocumentPhase.Accepted || view.Open == 0)
        {
            return view;
        }

        return await links.OfAsync(document, cancellation) is { } known
            ? view with { Rows = [.. view.Rows.Select(row => row.IsFinal ? row : row with { Link = known.GetValueOrDefault(row.Office) })] }
            : view with { AreLinksUnknown = true };
    }

    /// <exception cref="RefusedException">The office did not send the document.</exception>
    public BoardView Of(PartyId office, DocumentId document)
    {
        var directory = directories.FindNewest();
        var id = document.ToString();
        var now = time.GetUtcNow();
        // What waits to be posted is counted in, so that what was just done is seen to be done.
        var waiting = records.Queue.Find(row => row.Document == id).Where(row => row.Issuer == office.ToString()).Select(row => row.Type).ToList();
        var view = waiting.Count > 0 && states.Foresee(document, out _) is { } foreseen ? Copy(foreseen) : states.Read(document, Copy);
        return view is not null && keys.Holds(office)
            ? view with { Ledger = standings.Of(document), Waiting = waiting, Rejections = [.. view.Rejections, .. records.Refused.Find(row => row.Document == id).Select(row => (row.Chinese, row.English))] }
            : throw new RefusedException(Refusal.UnknownDocument, "本单位没有发出这件公文。请从“发文”中选取；若由其他单位发出，请先切换单位。", "This office sent no such document. Choose one from its outbox, or change to the office that sent it.");

        BoardView? Copy(DocumentState state) => state.Sender != office ? null : new BoardView
        {
            Dispatch = state.Dispatch,
            Phase = state.Phase,
            DispatchedAt = state.DispatchedAt,
            Dispatcher = state.Dispatcher?.Name ?? "",
            SupersededBy = state.SupersededBy,
            EndReason = state.EndReason ?? "",
            Rejections = [.. state.Rejections.Select(reason => (reason.Chinese, reason.English))],
            // What somebody must look at comes first, the rest as it was addressed.
            Rows = [.. state.Recipients.Select(row => Row(row, directory?.Find(row.Office), state, now)).OrderBy(row => (row.IsReturnOpen, row.IsOverdue, row.IsFinal) switch
            {
                (true, _, _) => 0,
                (_, true, _) => 1,
                (_, _, false) => 2,
                _ => 3,
            })],
            Ledger = new Local.LedgerStanding(),
            Waiting = [],
        };
    }

    private static BoardRow Row(RecipientState row, Office? office, DocumentState state, DateTimeOffset now) => new(
        row.Office,
        office?.Name ?? row.Office.ToString(),
        office?.DutyTelephone ?? "",
        row.IsCopy,
        row.State,
        row.DeliveredAt,
        row.OpenedAt,
        row.OpenedBy ?? "",
        row.SignedForAt,
        row.ActedBy ?? "",
        row.ReturnedAt,
        row.ReturnReason ?? "",
        row is { State: DeliveryState.Returned, ReturnReceivedAt: null },
        row.UrgedCount,
        row.LastUrgedAt,
        row.RegisterNumber ?? "",
        row.IsFinal,
        !row.IsFinal && (row.OverdueSince is not null || state.Dispatch.SignBy < now),
        row.IsSignedFor,
        row.IsReturned);
}
