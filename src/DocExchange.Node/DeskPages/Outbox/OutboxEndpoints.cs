using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.DeskPages.Drafts;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Pages.Excel;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;

namespace DocExchange.Node.DeskPages.Outbox;

/// <summary>Files and workbooks of the sending side: what is no page.</summary>
internal static class OutboxEndpoints
{
    private const string Office = "/o/{Office}";
    private const int MostUses = 100_000;

    internal static readonly AllowedAttribute Readers = new(Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist);

    public static void Map(IEndpointRouteBuilder site)
    {
        DraftUploads.Map(site.MapGroup(Office));
        site.MapGet(Office + "/registers/out.xlsx", Register).WithMetadata(Readers);
        site.MapGet(Office + "/out/{document}/board.xlsx", Board).WithMetadata(Readers);
        site.MapGet(Office + "/out/{document}/package", (string document, HttpContext http, Boards boards, DeskPeople people, Visitor visitor, Reading reading) => OpenAsync(document, "", http, boards, people, visitor, reading)).WithMetadata(Readers);
        site.MapGet(Office + "/out/{document}/body", BodyAsync).WithMetadata(Readers);
        site.MapGet(Office + "/sealing/register.xlsx", SealRegister).WithMetadata(new AllowedAttribute(Roles.SealKeeper, Roles.Supervisor));
    }

    private static IResult Register(
        string? from, string? to, string? type, string? q, DeskPeople people, Visitor visitor, OutboxBook book, ArchiveNumbers archive, WordBook words, Language language, TimeProvider clock)
    {
        var office = people.Hosted(visitor.Office);
        var lines = book.All(office, RegisterLines.Filter(from, to, type, q, clock));
        string TypeName(string code) => DocumentTypes.TryFromCode(code, out var known) || Names.TryParse(code, out known) ? (language.IsEnglish ? known.English() : known.Chinese()) : code;
        var here = office.ToString();
        return Workbook.Download(
            words.Say(language, "register.out") + ".xlsx", words.Say(language, "register.out"), [.. RegisterLines.Columns.Select(column => words.Say(language, column))], lines.Select(line => RegisterLines.Of(line, TypeName, time => Moments.Show(time, clock), words.Say(language, "inbox.unclassified"), archive.Of(here, line.Summary.DocumentId))));
    }

    private static IResult Board(string document, DeskPeople people, Visitor visitor, Boards boards, WordBook words, Language language, TimeProvider clock)
    {
        var view = boards.Of(people.Hosted(visitor.Office), DraftMetadata.DocumentIdOf(document));
        string[] columns = ["board.office", "board.kind", "outbox.state", "board.delivered", "board.opened", "board.opened-by", "board.signed-at", "board.person", "board.urged", "board.reason", "board.duty"];
        string Show(DateTimeOffset? time) => time is null ? "" : Moments.Show(time, clock);
        return Workbook.Download(
            words.Say(language, "board.title") + ".xlsx", words.Say(language, "board.title"), [.. columns.Select(column => words.Say(language, column))],
            view.Rows.Select(row => (IReadOnlyList<string>)
            [
                row.Name, words.Say(language, row.IsCopy ? "board.copy-word" : "board.main-word"), words.Say(language, "state." + row.State), Show(row.DeliveredAt), Show(row.OpenedAt), row.OpenedBy,
                Show(row.SignedForAt ?? row.ReturnedAt), row.ActedBy, row.Urged == 0 ? "" : $"{row.Urged}", row.ReturnReason, row.Telephone,
            ]));
    }

    private static IResult SealRegister(DeskPeople people, Visitor visitor, SealUses uses, WordBook words, Language language, TimeProvider clock)
    {
        string[] columns = ["use.at", "outbox.number", "outbox.document-title", "use.seal", "use.asked-by", "use.approved-by", "frozen.document-id"];
        return Workbook.Download(
            words.Say(language, "sealing.register") + ".xlsx", words.Say(language, "sealing.register"), [.. columns.Select(column => words.Say(language, column))],
            uses.Of(people.Hosted(visitor.Office), "", MostUses).Select(use => (IReadOnlyList<string>)
                [Moments.Show(DateTimeOffset.FromUnixTimeMilliseconds(use.At), clock), use.Number, use.Title, use.Seal, use.AskedBy, use.ApprovedBy, use.Document]));
    }

    private static async Task<IResult> BodyAsync(string document, HttpContext http, Boards boards, DeskPeople people, Visitor visitor, Reading reading)
    {
        var shown = await reading.ShowAsync(new Protocol.Local.V1.ShowRequest { DocumentId = document, Office = people.Hosted(visitor.Office).ToString() }, http.RequestAborted);
        var body = shown.Parts.FirstOrDefault(part => part.Path.StartsWith("body/", StringComparison.Ordinal))?.Path ?? "body/";
        return await OpenAsync(document, body, http, boards, people, visitor, reading);
    }

    private static async Task<IResult> OpenAsync(string document, string part, HttpContext http, Boards boards, DeskPeople people, Visitor visitor, Reading reading)
    {
        // Only what this office sent: a document of another office here is that office's matter.
        var view = boards.Of(people.Hosted(visitor.Office), DraftMetadata.DocumentIdOf(document));
        var opened = await reading.OpenAsync(new Protocol.Local.V1.SaveRequest { DocumentId = document, Part = part }, http.RequestAborted);
        http.Response.RegisterForDispose(opened);
        var name = part.Length > 0 ? Path.GetFileName(part) : $"{view.Dispatch.Number ?? document[..12]}.asice";
        return ServedFiles.Serve(http, opened.Content, name);
    }
}
