using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Hammer.Past;

namespace DocExchange.Hammer.Pages;

/// <summary>The pages of the console that list or search, and a document's own.</summary>
/// <param name="lived">The id of a document that really went to every office.</param>
internal sealed class ConsolePageList(PagePeople people, PastPlan plan, string lived, TimeProvider clock)
{
    private const int Years = 10;

    public IEnumerable<PageVisit> All() => [.. Supervision(), .. Searches(), .. LaterPages(), .. Others()];

    private IEnumerable<PageVisit> Supervision()
    {
        var today = clock.GetUtcNow().UtcDateTime;
        yield return new("in progress", people.Supervisor, _ => ("/supervision", "<progress"));
        yield return new("in progress, a late page", people.Supervisor, random => ($"/supervision?before={plan.PlaceOf(Draw(random))}", "<tbody>"));
        yield return new("overdue offices", people.Supervisor, _ => ("/supervision/overdue", "<tbody>"));
        yield return new("ranking, a month", people.Supervisor, random => (Ranking(plan.At(Draw(random)), 30), "<tbody>"));
        yield return new("ranking, a year", people.Supervisor, random => (Ranking(plan.At(Draw(random)), 365), "<tbody>"));
        yield return new("ranking, ten years", people.Supervisor, _ => (Ranking(today, 365 * Years), "<tbody>"));
    }

    private IEnumerable<PageVisit> Searches()
    {
        yield return new("archive, nothing asked", people.Archivist, _ => ("/archives", lived));
        yield return ForOne("archive, number", number => ("number", plan.NumberOf(number)));
        yield return Searching("archive, number's beginning", number => [("number", $"{PastOffices.AgencyCode}〔{plan.At(number).Year}〕")]);
        yield return Searching("archive, words of many titles", number => [("title", $"{PastText.TopicOf(number)} {PastText.TypeOf(number).Chinese()}")]);
        yield return ForOne("archive, words of one title", number => ("title", PastText.MarkOf(number)));
        yield return ForOne("archive, word of one body", number => ("text", PastText.WordOf(number)));
        yield return Searching("archive, word of many bodies", number => [("text", PastText.CommonWord(number))]);
        yield return Searching("archive, two words of many bodies", number => [("text", $"{PastText.CommonWord(number)} {PastText.CommonWord(number + 1)}")]);
        yield return Searching("archive, words in every body", _ => [("text", "附件")]);
        yield return Searching("archive, office", number => [("office", plan.RecipientOf(number).Local)]);
        yield return Searching("archive, type", number => [("type", PastText.TypeOf(number).Code()!)]);
        yield return Searching("archive, a month", number => [("from", Day(number, -15)), ("until", Day(number, 15))]);
        yield return Searching("archive, ten years", number => [("from", "2000-01-01"), ("until", "2990-01-01")]);
        yield return Searching("archive, office, type and year", number => [("office", plan.RecipientOf(number).Local), ("type", PastText.TypeOf(number).Code()!), ("from", Day(number, -200)), ("until", Day(number, 165))]);
    }

    private IEnumerable<PageVisit> LaterPages()
    {
        foreach (var (kind, fields) in new (string, Func<int, (string, string)[]>)[]
        {
            ("nothing asked", _ => []),
            ("number's beginning", number => [("number", $"{PastOffices.AgencyCode}〔{plan.At(number).Year}〕")]),
            ("words of many titles", number => [("title", PastText.TopicOf(number))]),
            ("word of many bodies", number => [("text", PastText.CommonWord(number))]),
            ("office", number => [("office", plan.RecipientOf(number).Local)]),
            ("type", number => [("type", PastText.TypeOf(number).Code()!)]),
            ("ten years", _ => [("from", "2000-01-01"), ("until", "2990-01-01")]),
        })
        {
            yield return Searching($"archive, {kind}, second page", number => [.. fields(number), ("page", Place(plan.Count - Math.Min(50, plan.Count / 2)))]);
            yield return Searching($"archive, {kind}, late page", number => [.. fields(number), ("page", Place(number))]);
        }
    }

    private IEnumerable<PageVisit> Others()
    {
        yield return new("a document and its story", people.Archivist, _ => ($"/archives/{lived}", lived));
        yield return new("a document and its story, of the past", people.Archivist, random =>
        {
            var number = Draw(random);
            return ($"/archives/{PastPlan.IdOf(number)}", PastText.MarkOf(number));
        });
        yield return new("offices", people.System, _ => ("/offices", PastOffices.SenderName));
        yield return new("accounts", people.System, _ => ("/accounts", "supervisor"));
        yield return new("health", people.System, _ => ("/health", "id=\"health\""));
        yield return new("audit trail", people.Auditor, _ => ("/trail", "class=\"trail\""));
        yield return new("audit trail, of one person", people.Auditor, random => ($"/trail?who=archivist-{random.Next(20)}", "class=\"trail\""));
        yield return new("audit trail, words of none", people.Auditor, _ => ($"/trail?text={Uri.EscapeDataString("无此事项")}", "class=\"trail\""));
    }

    private PageVisit ForOne(string page, Func<int, (string Name, string Value)> field) => new(page, people.Archivist, random =>
    {
        var number = Draw(random);
        return (Address([field(number)]), PastPlan.IdOf(number).ToString());
    });

    private PageVisit Searching(string page, Func<int, (string Name, string Value)[]> fields) => new(page, people.Archivist, random => (Address(fields(Draw(random))), "<tbody>"));

    private static string Address(IEnumerable<(string Name, string Value)> fields) => "/archives?" + string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));

    private int Draw(Random random) => Math.Max(1, (plan.Count / 10) + random.Next(Math.Max(1, plan.Count * 8 / 10)));

    private string Place(int number) => plan.PlaceOf(number).ToString(CultureInfo.InvariantCulture);

    private string Day(int number, int later) => plan.At(number).AddDays(later).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Ranking(DateTimeOffset until, int days) =>
        $"/supervision/ranking?from={until.AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}&until={until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
}
