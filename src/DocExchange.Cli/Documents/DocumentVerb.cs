using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary>A verb that shows one document.</summary>
internal abstract class DocumentVerb : NodeVerb
{
    private readonly Argument<string> document;
    private readonly Option<string> office;

    protected DocumentVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        office = Option("--office", "以此单位的身份查看", "As this office sees it", "");
    }

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var request = new ShowRequest { DocumentId = TypedValue.Document(parse.GetRequiredValue(document)), Office = parse.GetValue(office) ?? "", WithLinks = true };
        var shown = await desk.ShowAsync(request, cancellationToken: cancellation);
        if (request.Office.Length == 0 && shown.Document.Recipients.Count == 0 && await HostsAsync(desk, shown.Document.Summary.Sender, cancellation))
        {
            // An issuer for whom another office dispatched has no board of its own; the dispatcher has.
            request.Office = shown.Document.Summary.Sender;
            shown = await desk.ShowAsync(request, cancellationToken: cancellation);
        }

        return Show(screen, shown);
    }

    protected abstract int Show(Screen screen, ShowReply shown);

    private static async Task<bool> HostsAsync(Desk.DeskClient desk, string office, CancellationToken cancellation) =>
        (await desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation)).Offices.Any(hosted => hosted.Office == office);
}
