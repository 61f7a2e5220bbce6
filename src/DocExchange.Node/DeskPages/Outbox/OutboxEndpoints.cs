using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.DeskPages.Drafts;
using DocExchange.Node.DeskPages.Registers;
using DocExchange.Pages.Excel;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;

namespace DocExchange.Node.DeskPages.Outbox;

/// <summary>Files and workbooks of the sending side: what is no page.</summary>
internal static class OutboxEndpoints
{
    private const string Office = "/o/{Office}";

    internal static readonly AllowedAttribute Readers = new(Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist);

    public static void Map(IEndpointRouteBuilder site)
    {
        DraftUploads.Map(site.MapGroup(Office));
        site.MapGet(Office + "/registers/out.xlsx", Register).WithMetadata(Readers);
        site.MapGet(Office + "/out/{document}/board.xlsx", BoardAsync).WithMetadata(Readers);
        site.MapGet(Office + "/out/{document}/package", (string document, HttpContext http, Boards boards, DeskPeople people, Visitor visitor, Reading reading) => OpenAsync(document, "", http, boards, people, visitor, reading)).WithMetadata(Readers);
        site.MapGet(Office + "/out/{document}/body", BodyAsync).WithMetadata(Readers);
        site.MapGet(Office + "/sealing/register.xlsx", SealRegister).WithMetadata(new AllowedAttribute(Roles.SealKeeper, Roles.Supervisor));
    }

    private static IResult Register(string? from, string? to, string? type, string? q, DeskPeople people, Visitor visitor, RegisterTables tables, Language language) =>
        Workbook.Download(tables.Sent(people.Hosted(visitor.Office), from, to, type, q, language.IsEnglish));

    private static async Task<IResult> BoardAsync(string document, HttpContext http, DeskPeople people, Visitor visitor, RegisterTables tables, Language language) =>
        Workbook.Download(await tables.BoardAsync(people.Hosted(visitor.Office), DraftMetadata.DocumentIdOf(document), language.IsEnglish, http.RequestAborted));

    private static IResult SealRegister(string? from, string? to, string? seal, string? person, string? q, DeskPeople people, Visitor visitor, RegisterTables tables, Language language, TimeProvider clock) =>
        Workbook.Download(tables.Seals(people.Hosted(visitor.Office), RegisterLines.Uses(from, to, seal, person, q, clock), language.IsEnglish));

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
