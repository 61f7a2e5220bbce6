using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Core.Routing;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Registers;

/// <summary><c>docex sent-register</c>: the 发文登记簿.</summary>
internal sealed class SentRegisterVerb : RegisterVerb<SentRegisterLine>
{
    private readonly Option<string> office;
    private readonly SentFilter filter;

    public SentRegisterVerb(Terminal terminal)
        : base(terminal, "sent-register", "发文登记簿", "The register of sent documents")
    {
        office = Option("--office", "发文单位", "The office that sent them", "");
        filter = new SentFilter(this);
        AddPages();
    }

    protected override async Task<(IReadOnlyList<SentRegisterLine> Lines, string Next)> AskAsync(ParseResult parse, Desk.DeskClient desk, uint limit, string page, CancellationToken cancellation)
    {
        var request = filter.Read(parse);
        (request.Office, request.Limit, request.Page) = (parse.GetValue(office) ?? "", limit, page);
        var reply = await desk.ListSentRegisterAsync(request, cancellationToken: cancellation);
        return (reply.Lines, reply.Next);
    }

    protected override object ToJson(SentRegisterLine line) => new
    {
        serial = line.Serial,
        sentAt = line.SentAt,
        number = line.Summary.Number,
        title = line.Summary.Title,
        documentType = line.Summary.DocumentType,
        urgency = line.Summary.Urgency,
        signer = line.Signer,
        to = line.To,
        copied = line.Copied,
        copies = line.Copies,
        phase = line.Summary.Phase,
        signedFor = line.Summary.SignedFor,
        recipients = line.Summary.Recipients,
        documentId = line.Summary.DocumentId,
    };

    protected override IEnumerable<string> Columns(Screen screen, SentRegisterLine line) =>
    [
        line.Serial > 0 ? $"{line.Serial}" : "",
        line.SentAt,
        line.Summary.Urgency,
        $"{line.Summary.Number}《{line.Summary.Title}》",
        line.To.Length > 0 ? screen.Say($"主送 {line.To}", $"to {line.To}") : "",
        // Accepted is what a sent document is, unless something became of it.
        line.Summary.Phase == nameof(DocumentPhase.Accepted) ? "" : StateWords.Phase(screen, line.Summary.Phase),
        screen.Say($"签收 {line.Summary.SignedFor}/{line.Summary.Recipients}", $"{line.Summary.SignedFor}/{line.Summary.Recipients} signed"),
    ];
}
