using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.HubLink;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages.Excel;
using DocExchange.Pages.Words;

namespace DocExchange.Node.DeskPages.Registers;

/// <summary>The registers and boards of an office as tables of text, for browsers and for the socket alike.</summary>
internal sealed class RegisterTables(OutboxBook book, InRegister received, InRegisterBook receivedBook, SealUses uses, Boards boards, ArchiveNumbers archive, WordBook words, TimeProvider clock)
{
    private const int MostUses = 100_000;

    private static readonly string[] BoardColumns =
        ["board.office", "board.kind", "outbox.state", "board.delivered", "board.opened", "board.opened-by", "board.signed-at", "board.person", "board.urged", "board.reason", "board.link", "board.duty"];

    private static readonly string[] UseColumns = ["use.at", "outbox.number", "outbox.document-title", "use.seal", "use.asked-by", "use.approved-by", "frozen.document-id"];

    public Table Sent(PartyId office, string? from, string? to, string? type, string? text, bool inEnglish)
    {
        var here = office.ToString();
        string TypeName(string code) => DocumentTypes.TryFromCode(code, out var known) || Names.TryParse(code, out known) ? (inEnglish ? known.English() : known.Chinese()) : code;
        return Of("register.out", RegisterLines.Columns, inEnglish, book.All(office, RegisterLines.Filter(from, to, type, text, clock))
            .Select(line => RegisterLines.Of(line, TypeName, time => Moments.Show(time, clock), words.Say(inEnglish, "inbox.unclassified"), archive.Of(here, line.Summary.DocumentId))));
    }

    public Table Received(string office, string? year, string? sender, string? state, string? text, bool inEnglish) =>
        Of("in-register.title", InRegisterBook.Columns, inEnglish, received.All(receivedBook.FilterOf(office, year, sender, state, text)).Select(row => receivedBook.CellsOf(row, inEnglish)));

    public Table Seals(PartyId office, SealUseFilter filter, bool inEnglish) => Of("sealing.register", UseColumns, inEnglish, uses.All(office, filter).Take(MostUses).Select(use => (IReadOnlyList<string>)
        [Moments.Show(DateTimeOffset.FromUnixTimeMilliseconds(use.At), clock), use.Number, use.Title, use.Seal, use.AskedBy, use.ApprovedBy, use.Document]));

    public async Task<Table> BoardAsync(PartyId office, DocumentId document, bool inEnglish, CancellationToken cancellation)
    {
        string Show(DateTimeOffset? time) => time is null ? "" : Moments.Show(time, clock);
        string Line(RecipientLink? link) => link switch
        {
            null => "",
            { IsOnLine: true } => words.Say(inEnglish, "board.link-on"),
            { LastSeen: { } seen } => words.Say(inEnglish, "board.off-line-since", Show(seen)),
            _ => words.Say(inEnglish, "board.off-line"),
        };
        var view = await boards.WithLinksAsync(boards.Of(office, document), document, cancellation);
        return Of("board.title", BoardColumns, inEnglish, view.Rows.Select(row => (IReadOnlyList<string>)
        [
            row.Name, words.Say(inEnglish, row.IsCopy ? "board.copy-word" : "board.main-word"), words.Say(inEnglish, "state." + row.State), Show(row.DeliveredAt), Show(row.OpenedAt), row.OpenedBy,
            Show(row.AnsweredAt), row.ActedBy, row.Urged == 0 ? "" : $"{row.Urged}", row.ReturnReason, Line(row.Link), row.Telephone,
        ]));
    }

    private Table Of(string name, IReadOnlyList<string> columns, bool inEnglish, IEnumerable<IReadOnlyList<string>> rows) =>
        new(words.Say(inEnglish, name), [.. columns.Select(column => words.Say(inEnglish, column))], rows);
}
