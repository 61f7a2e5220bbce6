using DocExchange.Core.Offices;
using DocExchange.Hub.ConsolePages.Offices;

namespace DocExchange.Tests.Hub.ConsolePages;

public sealed class OfficeTreeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public void Puts_each_office_below_its_parent() => Assert.That(
        Shown(Of(("gov", null), ("dc", "gov"), ("jd", "dc"), ("xc", "gov"), ("sh", null))),
        Is.EqualTo(new[] { "gov 0", "dc 1", "jd 2", "xc 1", "sh 0" }));

    [Test]
    public void Shows_every_office_once_even_where_parents_go_in_a_circle() => Assert.That(
        Shown(Of(("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"))).Select(row => row[0]), Is.EquivalentTo(new[] { 'a', 'b', 'c', 'd' }));

    [Test]
    public void Finds_by_part_of_name_id_or_agency_code_without_the_tree()
    {
        var directory = Of(("gov", null), ("dc", "gov"));
        Assert.That(Shown(directory, "DC"), Is.EqualTo(new[] { "dc 0" }));
        Assert.That(Shown(directory, "代字gov"), Is.EqualTo(new[] { "gov 0" }));
        Assert.That(Shown(directory, "nothing"), Is.Empty);
    }

    [Test]
    public void Leaves_out_former_offices_unless_asked()
    {
        var directory = Of(("gov", null), ("dc", "gov"));
        directory = directory.Next(Now, [directory.Offices[0], directory.Offices[1] with { Period = new Period(Now.AddYears(-2), Now.AddYears(-1)) }]);
        Assert.That(OfficeTree.Of(directory, "", "", withEnded: false, Now), Has.Count.EqualTo(1));
        Assert.That(OfficeTree.Of(directory, "", "", withEnded: true, Now), Has.Count.EqualTo(2));
    }

    private static IEnumerable<string> Shown(OfficeDirectory directory, string words = "") =>
        OfficeTree.Of(directory, words, "", withEnded: false, Now).Select(row => $"{row.Office.Id.Local} {row.Depth}");

    private static OfficeDirectory Of(params (string Id, string? Parent)[] offices) => new(
        "bj", 1, Now, [.. offices.Select(each => new Office(PartyId.Office("bj", each.Id), "单位" + each.Id, each.Id)
        {
            Parent = each.Parent is null ? null : PartyId.Office("bj", each.Parent),
            AgencyCodes = ["代字" + each.Id],
        })],
        [], [], [], []);
}
