using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Registers;

/// <summary><c>docex received-register</c>: the 收文登记簿.</summary>
internal sealed class ReceivedRegisterVerb : RegisterVerb<ReceivedRegisterLine>
{
    private readonly Option<string> office;
    private readonly ReceivedFilter filter;

    public ReceivedRegisterVerb(Terminal terminal)
        : base(terminal, "received-register", "收文登记簿", "The register of received documents")
    {
        office = Option("--office", "收文单位", "The office that received them", "");
        filter = new ReceivedFilter(this);
        AddPages();
    }

    protected override async Task<(IReadOnlyList<ReceivedRegisterLine> Lines, string Next)> AskAsync(ParseResult parse, Desk.DeskClient desk, uint limit, string page, CancellationToken cancellation)
    {
        var request = filter.Read(parse);
        (request.Office, request.Limit, request.Page) = (parse.GetValue(office) ?? "", limit, page);
        var reply = await desk.ListReceivedRegisterAsync(request, cancellationToken: cancellation);
        return (reply.Lines, reply.Next);
    }

    protected override object ToJson(ReceivedRegisterLine line) => new
    {
        registerNumber = line.RegisterNumber,
        signedForAt = line.SignedForAt,
        sender = line.Sender,
        senderName = line.SenderName,
        number = line.Number,
        title = line.Title,
        urgency = line.Urgency,
        state = line.State,
        handedOverAt = line.HandedOverAt,
        actedBy = line.ActedBy,
        documentId = line.DocumentId,
    };

    protected override IEnumerable<string> Columns(Screen screen, ReceivedRegisterLine line) =>
    [
        line.RegisterNumber,
        line.SignedForAt,
        line.SenderName,
        line.Urgency,
        $"{line.Number}《{line.Title}》",
        StateWords.State(screen, line.State),
        line.HandedOverAt.Length > 0 ? screen.Say("已转OA", "handed over") : "",
    ];
}
