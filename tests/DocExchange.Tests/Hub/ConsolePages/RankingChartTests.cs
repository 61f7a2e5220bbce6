using System.Xml.Linq;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Supervision;
using DocExchange.Hub.ConsolePages;
using DocExchange.Hub.ConsolePages.Supervision;
using DocExchange.Hub.Supervision;
using DocExchange.Pages.Words;
using DocExchange.Trust.Digests;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Tests.Hub.ConsolePages;

public sealed class RankingChartTests
{
    private static readonly DateTimeOffset Sent = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly RankingChart Chart = new(new WordBook(typeof(WordBook).Assembly, typeof(ConsoleFrame).Assembly), new Language(new HttpContextAccessor()));

    [Test]
    public void Draws_each_part_as_long_as_it_counts()
    {
        var svg = Draw(Office("东城区人民政府", inTime: 6, late: 2, open: 2, overdue: 1), Office("西城区人民政府", inTime: 5, late: 0, open: 0, overdue: 0));
        var first = Bars(svg).Take(4).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Select(bar => bar.Attribute("class")!.Value), Is.EqualTo(new[] { "in-time", "late", "overdue-open", "open" }));
            Assert.That(first.Select(bar => Number(bar, "width") / Number(first[2], "width")), Is.EqualTo(new[] { 6.0, 2.0, 1.0, 1.0 }).Within(0.01));
            Assert.That(first.Zip(first.Skip(1)).All(pair => Math.Abs(Number(pair.First, "x") + Number(pair.First, "width") - Number(pair.Second, "x")) < 0.05), Is.True, "One begins where the other ends.");
        }
    }

    [Test]
    public void Says_to_those_who_do_not_see_it_what_it_shows()
    {
        var svg = Draw(Office("东城区人民政府", inTime: 3, late: 0, open: 0, overdue: 0), Office("海淀区人民政府", inTime: 1, late: 1, open: 0, overdue: 0));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(svg.Attribute("role")!.Value, Is.EqualTo("img"));
            Assert.That(svg.Element(Svg + "desc")!.Value, Does.Contain("东城区人民政府").And.Contain("100.0%").And.Contain("海淀区人民政府").And.Contain("50.0%"));
        }
    }

    [Test]
    public void Encodes_names_and_carries_no_style_the_policy_forbids()
    {
        var markup = Chart.Draw([Office("<script>alert(1)</script>", 1, 0, 0, 0)]);
        Assert.That(markup, Does.Not.Contain("<script").And.Not.Contain("style="));
    }

    [Test]
    public void Draws_the_first_and_the_last_of_many()
    {
        var svg = Draw([.. Enumerable.Range(1, 141).Select(number => Office($"单位{number}", 1, 0, 0, 0))]);
        var labels = svg.Descendants(Svg + "text").Select(text => text.Value).Where(text => text.Contains("单位")).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(labels, Has.Count.EqualTo(RankingChart.MostBars));
            Assert.That((labels[0], labels[14], labels[15], labels[^1]), Is.EqualTo(("1. 单位1", "15. 单位15", "127. 单位127", "141. 单位141")));
        }
    }

    [TestCase("", "", "2026-03-01", "2026-03-15", true)]
    [TestCase("2026-01-01", "2026-01-31", "2026-01-01", "2026-01-31", true)]
    [TestCase("2026-02-01", "2026-01-31", "2026-03-01", "2026-03-15", false)]
    [TestCase("1926-02-01", "2026-01-31", "2026-03-01", "2026-03-15", false)]
    [TestCase("soon", "2026-01-31", "2026-03-01", "2026-03-15", false)]
    public void Reads_a_period(string from, string until, string first, string last, bool isRead)
    {
        var read = RankingPeriod.TryRead(from, until, new DateOnly(2026, 3, 15), out var period);
        Assert.That((read, period.Query), Is.EqualTo((isRead, $"from={first}&until={last}")));
    }

    [Test]
    public void Knows_the_periods_that_are_asked_for_most()
    {
        Assert.That(
            RankingPeriod.Usual(new DateOnly(2026, 5, 15)).Select(each => each.Period.Query),
            Is.EqualTo(new[] { "from=2026-05-01&until=2026-05-15", "from=2026-04-01&until=2026-04-30", "from=2026-04-01&until=2026-05-15", "from=2026-01-01&until=2026-05-15" }));
    }

    private static XElement Draw(params OfficeReception[] ranking) => XElement.Parse(Chart.Draw(ranking));

    private static IEnumerable<XElement> Bars(XElement svg) => svg.Elements(Svg + "g").Where(group => group.Attribute("class") is null).Elements(Svg + "rect");

    private static double Number(XElement bar, string name) => double.Parse(bar.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);

    private static OfficeReception Office(string name, int inTime, int late, int open, int overdue)
    {
        var id = PartyId.Parse("bj/dc");
        IEnumerable<Duty> duties =
        [
            .. Enumerable.Repeat(Duty(1), inTime), .. Enumerable.Repeat(Duty(200), late), .. Enumerable.Repeat(Duty(null), open),
        ];
        return new OfficeReception(id, name, duties.Select(ReceptionTally.Of).Aggregate(ReceptionTally.Nothing, (sum, each) => sum + each), overdue);

        Duty Duty(int? minutes) => new(
            new DocumentId(Digest.Of("公文"u8)), id, Sent, Sent.AddMinutes(60), minutes is null, minutes is { } after ? Sent.AddMinutes(after) : null, null);
    }
}
