using System.CommandLine;
using DocExchange.Core.Routing;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex outbox</c> and <c>docex inbox</c></summary>
internal sealed class ListVerb : NodeVerb
{
    private readonly bool isInbox;
    private readonly Option<string> office;
    private readonly Option<string> state;
    private readonly PageOptions pages;

    public ListVerb(Terminal terminal, bool isInbox)
        : base(terminal, isInbox ? "inbox" : "outbox", isInbox ? "收文" : "发文", isInbox ? "Documents received" : "Documents sent")
    {
        this.isInbox = isInbox;
        office = Option("--office", "只看此单位", "Only this office", "");
        state = Option("--state", "只看此状态，如 Delivered", "Only this state, such as Delivered", "");
        state.AcceptOnlyFromAmong([.. Enum.GetNames<DeliveryState>(), .. isInbox ? Array.Empty<string>() : [nameof(DocumentPhase.Superseded)]]);
        pages = new PageOptions(terminal, this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var request = new ListRequest { Office = parse.GetValue(office) ?? "", State = parse.GetValue(state) ?? "", Limit = pages.Limit(parse), Page = pages.Page(parse) };
        var reply = isInbox
            ? await desk.ListInboxAsync(request, cancellationToken: cancellation)
            : await desk.ListOutboxAsync(request, cancellationToken: cancellation);
        screen.Show(
            new
            {
                documents = reply.Documents.Select(document => new
                {
                    documentId = document.Summary.DocumentId,
                    number = document.Summary.Number,
                    title = document.Summary.Title,
                    urgency = document.Summary.Urgency,
                    sender = document.Summary.Sender,
                    office = document.Office,
                    state = document.State,
                    overdue = document.Overdue,
                    recipients = Count(document.Summary.Recipients),
                    delivered = Count(document.Summary.Delivered),
                    signedFor = Count(document.Summary.SignedFor),
                    returned = Count(document.Summary.Returned),
                }),
                next = reply.Next,
            },
            reply.Documents.Count == 0 ? [screen.Say("没有公文。", "No documents.")] : reply.Documents.Select(document => Line(screen, document)).Concat(screen.Onwards(reply.Next)));
        return ExitCode.Ok;
    }

    // Who else has answered is for the sender to see.
    private uint? Count(uint count) => isInbox ? null : count;

    private string Line(Screen screen, ListedDocument document)
    {
        var summary = document.Summary;
        var state = screen.Say(document.StateChinese, document.State) + (document.Overdue ? screen.Say("（逾期）", " (overdue)") : "");
        var counts = isInbox ? document.Office : screen.Say($"签收 {summary.SignedFor}/{summary.Recipients}", $"{summary.SignedFor}/{summary.Recipients} signed");
        return string.Join("  ", new[] { state, summary.Urgency, $"{summary.Number}《{summary.Title}》", counts, summary.DocumentId }.Where(column => column.Length > 0));
    }
}
