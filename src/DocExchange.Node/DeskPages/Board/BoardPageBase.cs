using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Outbox;
using DocExchange.Node.Drafts;
using DocExchange.Node.HubLink;
using DocExchange.Pages.Tables;
using Microsoft.AspNetCore.Components;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.DeskPages.Board;

/// <summary>签收情况 and what the sender does about it.</summary>
public abstract class BoardPageBase : SendingPage
{
    private const int PageRows = 150;
    private const int BytesOfRow = 850;

    private static readonly IReadOnlyList<string> Urging = Roles.For(StatementType.Urged);

    [Parameter]
    public string Document { get; set; } = "";

    [Inject]
    private Boards Boards { get; set; } = null!;

    [Inject]
    private Acting Acting { get; set; } = null!;

    [Inject]
    private Corrections Corrections { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "show")]
    private string? Wanted { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private int? From { get; set; }

    private protected BoardView View { get; private set; } = null!;

    private protected Stretch<BoardRow> Shown => Stretch.Of(
        [.. View.Where(Filter)], From ?? 0, PageRows, row => BytesOfRow + 3 * (2 * row.Name.Length + row.ReturnReason.Length + row.ActedBy.Length + row.OpenedBy.Length + row.RegisterNumber.Length), most: 150_000);

    private protected BoardFilter Filter => Enum.TryParse<BoardFilter>(Wanted, out var filter) && Enum.IsDefined(filter) ? filter : BoardFilter.All;

    private protected bool MayUrge => Visitor.Has(Urging);

    /// <summary>Whether the row was ticked in a form that was refused.</summary>
    private protected bool IsTicked(BoardRow row) => TypedAll("office").Contains(row.Office.ToString());

    private protected string LedgerWords => View.Ledger.State switch
    {
        "Queued" => T("ledger.queued"),
        "Logged" => T("ledger.logged", View.Ledger.Index),
        "Accepted" => T("ledger.accepted", View.Ledger.Index),
        "Witnessed" => T("ledger.witnessed", View.Ledger.Index, View.Ledger.Witnesses.Count, At(Pages.Words.Moments.Read(View.Ledger.WitnessedAt))),
        _ => T("ledger.rejected", View.Ledger.Index),
    };

    private DocumentId Id => DraftMetadata.DocumentIdOf(Document);

    private protected string AddressOf(int from) => $"/o/{Office}/out/{Document}?show={Filter}{(from > 0 ? $"&from={from}" : "")}";

    private protected int Count(BoardFilter filter) => View.Where(filter).Count();

    protected override void OnInitialized() => View = Boards.Of(Here, Id);

    protected override async Task OnInitializedAsync() => View = await Boards.WithLinksAsync(View, Id, Http.RequestAborted);

    /// <summary>How an open row stands, as somebody who wants to telephone must know it.</summary>
    private protected string Standing(BoardRow row) => T((row.State, row.OpenedAt, row.Link) switch
    {
        (DeliveryState.Delivered, null, _) => "board.nobody",
        (DeliveryState.Delivered, _, _) => "board.read-only",
        (_, _, { IsOnLine: true }) => "board.on-line",
        _ => "board.not-fetched",
    });

    /// <summary>Today's times without the day.</summary>
    private protected string OffLine(RecipientLink link) => link.LastSeen is { } seen
        ? T("board.off-line-since", At(seen) is var time && time[..10] == At(Clock.GetUtcNow())[..10] ? time[11..] : time)
        : T("board.off-line");

    private protected string Duration(TimeSpan? time) => time switch
    {
        null => "—",
        { TotalMinutes: < 1 } => T("duration.under-a-minute"),
        { TotalHours: < 1 } some => T("duration.minutes", (int)some.TotalMinutes),
        { TotalDays: < 2 } some => T("duration.hours", (int)some.TotalHours, some.Minutes),
        { } some => T("duration.days", (int)some.TotalDays, some.Hours),
    };

    private protected Task ActAsync() => TryAsync(async () =>
    {
        if (Typed("returned") is { Length: > 0 } returned)
        {
            await ActAsync(StatementType.ReturnReceived, "", [returned], "done.return-received");
            return;
        }

        switch (Typed("act"))
        {
            case "urge-chosen":
                await ActAsync(StatementType.Urged, Typed("text"), Chosen(), "done.urged");
                break;
            case "urge-all":
                await ActAsync(StatementType.Urged, Typed("text"), [], "done.urged-all");
                break;
            case "paper":
                await ActAsync(StatementType.SentOnPaper, Typed("paper-text"), Chosen(), "done.paper");
                break;
            case "withdraw":
                await ActAsync(StatementType.Withdrawn, Required("withdraw-reason"), [], "done.withdrawn");
                break;
            case "void":
                await ActAsync(StatementType.Voided, Required("void-reason"), [], "done.voided");
                break;
            case "correct":
                Leave($"/o/{Office}/drafts/{(await Corrections.BeginAsync(Here, Id, Required("correct-reason"), Dispatcher, Http.RequestAborted)).Id}", T("done.correction"));
                break;
            case "again":
                Leave($"/o/{Office}/drafts/{(await Corrections.BeginAsync(Here, Id, null, Dispatcher, Http.RequestAborted)).Id}", T("done.again"));
                break;
        }
    });

    private async Task ActAsync(StatementType type, string text, IReadOnlyList<string> recipients, string done)
    {
        var actor = Visitor.ActAt(Office, Roles.For(type));
        var request = new Local.ActRequest { Office = Here.ToString(), DocumentId = Document, Type = type.ToString(), Text = text.Trim(), Recipients = { recipients } };
        var reply = await Acting.ActAsync(request, actor, Http.RequestAborted);
        Leave($"/o/{Office}/out/{Document}?show={Filter}", reply.Effective ? T(done, recipients.Count) + (reply.Acknowledged ? "" : T("done.waiting")) : T("done.without-effect", reply.Remark));
    }

    private IReadOnlyList<string> Chosen() => TypedAll("office") is { Count: > 0 } chosen
        ? chosen
        : throw new RefusedException(Refusal.UnknownRecipient, "请先在下表勾选单位。", "Tick the offices in the table first.");

    private string Required(string field) => Typed(field).Trim() is { Length: > 0 } text
        ? text
        : throw new RefusedException(Refusal.ReasonMissing, $"请填写理由（不超过 {PlainBody.MaxReason} 个字符）。", $"Give a reason of at most {PlainBody.MaxReason} characters.");
}
