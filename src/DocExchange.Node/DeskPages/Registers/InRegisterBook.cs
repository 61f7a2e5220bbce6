using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Offices;
using DocExchange.Node.Receiving;
using DocExchange.Pages.Excel;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;

namespace DocExchange.Node.DeskPages.Registers;

/// <summary>收文登记簿 as columns of text, for page, paper and workbook alike.</summary>
internal sealed class InRegisterBook(DeskPeople people, DirectoryCopy directories, WordBook words, TimeProvider time)
{
    private const int LongestWords = 100;

    /// <summary>Names of the columns' headings.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "in-register.number", "in-register.received", "in-register.sender", "in-register.document-number", "in-register.title-column",
        "in-register.classification", "in-register.urgency", "in-register.copies", "in-register.handling", "in-register.archived",
    ];

    public IEnumerable<Office> Offices => directories.FindNewest()?.Offices ?? [];

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
        "1",
        HandlingOf(row, inEnglish),
        row.State == nameof(DeliveryState.Completed) ? words.Say(inEnglish, "in-register.to-archive") : "",
    ];

    public string HandlingOf(ReceivedRow row, bool inEnglish) => row switch
    {
        { State: nameof(DeliveryState.Completed) } => words.Say(inEnglish, "inbox.completed"),
        { State: nameof(DeliveryState.SignedFor), HandedOverAt: not null } => words.Say(inEnglish, "inbox.state-handed-over"),
        _ => Enum.TryParse<DeliveryState>(row.State, out var state) && !inEnglish ? state.ToChinese() : row.State,
    };

    private string NameOf(string party) => PartyId.TryParse(party) is { } id ? directories.FindNewest()?.Find(id)?.Name ?? party : party;

    private static IResult Save(string office, string? year, string? sender, string? state, string? words, InRegisterBook book, InRegister register, WordBook texts, Language language) => Workbook.Download(
        $"{texts.Say(language, "in-register.title")}.xlsx",
        texts.Say(language, "in-register.title"),
        [.. Columns.Select(column => texts.Say(language, column))],
        register.All(book.FilterOf(office, year, sender, state, words)).Select(row => book.CellsOf(row, language.IsEnglish)));
}
