using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub search</c>: the whole archive, as the console shows it to archivists.</summary>
internal sealed class HubSearchVerb : HubVerb
{
    private readonly SearchOptions search;

    public HubSearchVerb(Terminal terminal)
        : base(terminal, "search", "检索全部档案", "Search the whole archive") =>
        search = new SearchOptions(terminal, this);

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation) =>
        SearchOptions.Show(screen, await hub.SearchAsync(search.Read(parse), cancellationToken: cancellation));
}

/// <summary><c>docex hub show</c>: any document, its board and its whole story.</summary>
internal sealed class HubShowVerb : HubVerb
{
    private readonly Argument<string> document;

    public HubShowVerb(Terminal terminal)
        : base(terminal, "show", "查看任一公文：签收情况与全部凭证", "Show any document: its board and every statement about it") =>
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var request = new GetDocumentRequest { DocumentId = TypedValue.Document(parse.GetRequiredValue(document)) };
        var shown = await hub.GetAsync(request, cancellationToken: cancellation);
        var story = new List<Told>();
        using var call = hub.GetStory(request, cancellationToken: cancellation);
        await foreach (var entry in call.ResponseStream.ReadAllAsync(cancellation))
        {
            story.Add(Told.Of(entry));
        }

        var summary = shown.Summary;
        screen.Show(
            new
            {
                documentId = summary.DocumentId,
                packageId = summary.PackageId,
                number = summary.Number,
                title = summary.Title,
                sender = summary.Sender,
                issuers = summary.Issuers,
                phase = summary.Phase,
                acceptedAt = summary.AcceptedAt,
                volume = summary.Volume,
                rejections = shown.Rejections,
                rows = shown.Recipients.Select(BoardRow.Value),
                story = story.Select(each => new { index = each.Index, receivedAt = each.ReceivedAt, type = each.Type, issuer = each.Issuer, actor = each.Actor, reason = each.Reason, isEffective = each.IsEffective }),
            },
            [
                $"{summary.Number}《{summary.Title}》  {StateWords.Phase(screen, summary.Phase)}  {summary.Volume}".TrimEnd(),
                screen.Say($"发文：{summary.Sender}（{string.Join("、", summary.Issuers)}）", $"From {summary.Sender} ({string.Join(", ", summary.Issuers)})"),
                .. shown.Rejections.Select(reason => "! " + reason),
                .. shown.Recipients.Select(row => BoardRow.Line(screen, row)),
                screen.Say("凭证：", "Statements:"),
                .. story.Select(each => each.Line(screen)),
            ]);
        return ExitCode.Ok;
    }

    /// <summary>An entry of the ledger about a document. Nothing of it was verified here.</summary>
    private sealed record Told(ulong Index, string ReceivedAt, string Type, string Issuer, string Actor, string Reason, bool IsEffective)
    {
        public static Told Of(StoryEntry entry)
        {
            var logged = LedgerEntry.Parse(entry.Entry.Memory);
            var statement = Read(logged);
            var reason = (statement?.Body as PlainBody)?.Reason ?? (statement?.Body as RecipientsBody)?.Reason ?? (statement?.Body as SupersededBody)?.Reason ?? "";
            return new Told(entry.Index, $"{logged.ReceivedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}", entry.Type, statement?.Issuer.ToString() ?? "", statement?.Actor?.Name ?? "", reason, entry.Effective);
        }

        public string Line(Screen screen)
        {
            var type = Enum.TryParse<StatementType>(Type, out var known) ? screen.Say(known.ToChinese(), Type) : Type;
            return $"  {Index}  {ReceivedAt}  {type}  {Issuer} {Actor}  {Reason}{(IsEffective ? "" : screen.Say("（未生效）", " (without effect)"))}".TrimEnd();
        }

        // A list of recipients may be an object of its own, which only the hub has: then who signed is not told here, and nobody is put in his place.
        private static Statement? Read(LedgerEntry logged)
        {
            try
            {
                return SignedStatement.Parse(logged.Statement, _ => null).Statement;
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }
}

/// <summary><c>docex hub save</c>: the package of any document.</summary>
internal sealed class HubSaveVerb : HubVerb
{
    private readonly Argument<string> document;
    private readonly Option<string> output;

    public HubSaveVerb(Terminal terminal)
        : base(terminal, "save", "另存任一公文的公文包", "Save the package of any document")
    {
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        output = Required<string>("--out", "新文件", "The new file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(output);
        NewFile.Require(path);
        using var call = hub.GetPackage(new GetPackageRequest { DocumentId = TypedValue.Document(parse.GetRequiredValue(document)) }, cancellationToken: cancellation);
        return await Chunks.SaveNewAsync(screen, call, path, cancellation);
    }
}
