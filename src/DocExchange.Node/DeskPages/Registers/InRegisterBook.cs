using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Offices;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages.Excel;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;

namespace DocExchange.Node.DeskPages.Registers;

/// <summary>收文登记簿 as columns of text, for page, paper and workbook alike.</summary>
internal sealed class InRegisterBook(DeskPeople people, DirectoryCopy directories, WordBook words, ArchiveNumbers archive, TimeProvider time)
{
    public const int LongestWords = 100;
    private const int MostSuggested = 200;

    /// <summary>Names of the columns' headings.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "in-register.number", "in-register.received", "in-register.sender", "in-register.document-number", "in-register.title-column",
        "in-register.classification", "in-register.urgency", "in-register.copies", "in-register.handling", "in-register.archived",
    ];

    /// <summary>Names offered while one types; any other can be typed as well.</summary>
    public IEnumerable<string> Suggested => Offices.Take(MostSuggested).Select(office => office.Name);

    private IEnumerable<Office> Offices => directories.FindNewest()?.Offices ?? [];

    public static void Map(IEndpointRouteBuilder site) =>
        site.MapGet("/o/{Office}/in-register.xlsx", Save).WithMetadata(new AllowedAttribute(Roles.Clerk, Roles.Reader, Roles.Archivist));

    /// <param name="sender">Id or name of an office; one nobody has finds nothing.</param>
    public RegisterFilter FilterOf(string office, string? year, string? sender, string? state, string? text)
    {
        var from = string.IsNullOrWhiteSpace(sender) ? "" : Offices.FirstOrDefault(each => each.Name == sender || each.ShortName == sender || each.Id.Local == sender || each.Id.ToString() == sender)?.Id.ToString() ?? "?";
        return new RegisterFilter(
            people.Hosted(office).ToString(),
            int.TryParse(year, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 9998 ? number : null,
            from,
            state ?? "",
            (text ?? "").Trim() is var sought && sought.Length <= LongestWords ? sought : sought[..LongestWords]);
    }

    public IReadOnlyList<string> CellsOf(ReceivedRow row, bool inEnglish) =>
    [
        row.RegisterNumber ?? "",
        row.SignedForAt is { } at ? Moments.Show(DateTimeOffset.FromUnixTimeMilliseconds(at), time) : "",
        NameOf(row.Sender),
        row.Number,
        row.Title,
        words.Say(inEnglish, "inbox.unclassified"),
        row.Urgency,
        // One document and its package; how many were printed is the sender's matter.
        "1",
        HandlingOf(row, inEnglish),
        archive.Of(row.Office, row.Document) is { Length: > 0 } number ? number : row.State == nameof(DeliveryState.Completed) ? words.Say(inEnglish, "in-register.to-archive") : "",
    ];

    public string HandlingOf(ReceivedRow row, bool inEnglish) => row switch
    {
        { State: nameof(DeliveryState.Completed) } => words.Say(inEnglish, "inbox.completed"),
        { State: nameof(DeliveryState.SignedFor), HandedOverAt: not null } => words.Say(inEnglish, "inbox.state-handed-over"),
        _ => Enum.TryParse<DeliveryState>(row.State, out var state) && !inEnglish ? state.ToChinese() : row.State,
    };

    private string NameOf(string party) => PartyId.TryParse(party) is { } id ? directories.FindNewest()?.Find(id)?.Name ?? party : party;

    private static IResult Save(string office, string? year, string? sender, string? state, string? words, RegisterTables tables, Language language) =>
        Workbook.Download(tables.Received(office, year, sender, state, words, language.IsEnglish));
}
