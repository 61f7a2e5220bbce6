using System.CommandLine;
using DocExchange.Core.Routing;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex received-register</c>: the 收文登记簿, a page of it at a time.</summary>
internal sealed class ReceivedRegisterVerb : NodeVerb
{
    private readonly Option<string> office;
    private readonly Option<uint> year;
    private readonly Option<string> sender;
    private readonly Option<string> state;
    private readonly Option<string> words;
    private readonly Option<uint> limit;
    private readonly Option<string> page;

    public ReceivedRegisterVerb(Terminal terminal)
        : base(terminal, "received-register", "收文登记簿", "The register of received documents")
    {
        office = Option("--office", "收文单位", "The office that received them", "");
        year = Option("--year", "签收年份；默认为全部", "Year of signing; all by default", 0u);
        sender = Option("--sender", "发文单位的标识或名称", "The sender's id or name", "");
        state = Option("--state", "SignedFor、HandedOver、Completed 或 Returned", "SignedFor, HandedOver, Completed or Returned", "");
        words = Option("--words", "标题、发文字号或收文编号中的文字", "In title, number or register number", "");
        limit = Option("--limit", "条数", "How many", 100u);
        page = Option("--page", "上次给出的下一页标记", "What the last page gave as next", "");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var request = new ReceivedRegisterRequest
        {
            Office = parse.GetValue(office) ?? "",
            Year = parse.GetValue(year),
            Sender = parse.GetValue(sender) ?? "",
            State = parse.GetValue(state) ?? "",
            Words = parse.GetValue(words) ?? "",
            Limit = parse.GetValue(limit),
            Page = parse.GetValue(page) ?? "",
        };
        var reply = await desk.ListReceivedRegisterAsync(request, cancellationToken: cancellation);
        screen.Show(
            new
            {
                lines = reply.Lines.Select(line => new
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
                }),
                next = reply.Next,
            },
            reply.Lines.Count == 0 ? [screen.Say("没有记录。", "Nothing here.")] : reply.Lines.Select(line => Line(screen, line)));
        return ExitCode.Ok;
    }

    private static string Line(Screen screen, ReceivedRegisterLine line) => string.Join("  ", new[]
    {
        line.RegisterNumber,
        line.SignedForAt,
        line.SenderName,
        line.Urgency,
        $"{line.Number}《{line.Title}》",
        Enum.TryParse<DeliveryState>(line.State, out var known) ? screen.Say(known.ToChinese(), line.State) : line.State,
        line.HandedOverAt.Length > 0 ? screen.Say("已转OA", "handed over") : "",
    }.Where(column => column.Length > 0));
}
