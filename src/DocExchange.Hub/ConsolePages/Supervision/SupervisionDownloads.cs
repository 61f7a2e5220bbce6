using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Supervision;
using DocExchange.Pages.Excel;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;

namespace DocExchange.Hub.ConsolePages.Supervision;

/// <summary>The tables of supervision as Excel workbooks.</summary>
internal static class SupervisionDownloads
{
    private const int MostRows = 10_000;

    public static void Map(IEndpointRouteBuilder site)
    {
        site.MapGet("/supervision/in-progress.xlsx", InProgress).WithMetadata(new AllowedAttribute(Roles.Supervisor));
        site.MapGet("/supervision/overdue.xlsx", Overdue).WithMetadata(new AllowedAttribute(Roles.Supervisor));
        site.MapGet("/supervision/ranking.xlsx", Ranking).WithMetadata(new AllowedAttribute(Roles.Supervisor));
    }

    private static IResult InProgress(SupervisionFigures figures, ContentRights rights, Visitor visitor, DirectoryKeeper directories, WordBook words, Language language, TimeProvider clock) => Workbook.Download(
        NameOf(words.Say(language, "supervision.in-progress"), figures),
        words.Say(language, "supervision.in-progress"),
        Headings(words, language, "number", "title-column", "sender", "sent-at", "recipients", "signed", "percent", "returned", "deadline", "overdue-hours"),
        figures.InProgress(null, MostRows).Dispatches.Select(each => (IReadOnlyList<string>)
        [
            each.Document.Number,
            rights.MayOpen(each.Document, visitor) ? each.Document.Title : "—",
            Name(directories, each.Document.Sender),
            Moments.Show(each.Document.AcceptedAt, clock),
            Text(each.Document.Recipients),
            Text(each.Document.SignedFor),
            $"{each.Percent}%",
            Text(each.Document.Returned),
            Moments.Show(each.Document.SignBy, clock),
            each.OverdueBy is { } by ? WorkingTime.Show(by) : "",
        ]));

    private static IResult Overdue(SupervisionFigures figures, WordBook words, Language language) => Workbook.Download(
        NameOf(words.Say(language, "supervision.overdue-offices"), figures),
        words.Say(language, "supervision.overdue-offices"),
        Headings(words, language, "office", "telephone", "documents", "longest", "total-hours"),
        figures.Overdue(named: 0).Offices.Select(each => (IReadOnlyList<string>)
            [each.Name, each.DutyTelephone ?? "", Text(each.Documents), WorkingTime.Show(each.Longest), WorkingTime.Show(each.Total)]));

    private static IResult Ranking(string? from, string? until, SupervisionFigures figures, WordBook words, Language language)
    {
        RankingPeriod.TryRead(from, until, figures.Today, out var period);
        return Workbook.Download(
            $"{words.Say(language, "supervision.ranking")} {period.From:yyyy-MM-dd} {language.Say("至", "to")} {period.Until:yyyy-MM-dd}.xlsx",
            words.Say(language, "supervision.ranking"),
            Headings(words, language, "rank", "office", "rate", "received", "in-time", "late", "returned", "open", "of-these-overdue", "median-minutes"),
            figures.Ranking(period.From, period.Until).Select((each, index) => (IReadOnlyList<string>)
            [
                Text(index + 1), each.Name, RankingChart.Rate(each), Text(each.Tally.Received), Text(each.Tally.InTime), Text(each.Tally.Late), Text(each.Tally.Returned),
                Text(each.Tally.Open), Text(each.Overdue), each.Tally.MedianTime is { } median ? Text((long)median.TotalMinutes) : "",
            ]));
    }

    private static string NameOf(string what, SupervisionFigures figures) => $"{what} {figures.Today:yyyy-MM-dd}.xlsx";

    private static string[] Headings(WordBook words, Language language, params string[] names) => [.. names.Select(name => words.Say(language, "supervision." + name))];

    private static string Name(DirectoryKeeper directories, string office) => directories.Current.Find(PartyId.Parse(office))?.Name ?? office;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
