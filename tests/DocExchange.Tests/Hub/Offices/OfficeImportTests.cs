using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Core.Operating;

namespace DocExchange.Tests.Hub.Offices;

internal sealed class OfficeImportTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly OfficeDirectory Before = new("bj", 1, Now, [], [], [], [], []);

    [Test]
    public void Stops_at_a_thousand_wrong_lines_and_says_so()
    {
        var problems = ProblemsOf(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", 100_000))));

        Assert.That((problems.Count, problems[^1].English), Is.EqualTo((1_001, "there is too much wrong; the lines after these were not looked at")));
    }

    [Test]
    public void Reads_no_line_without_end_and_no_quotation_without_end()
    {
        string Problem(string csv) => ProblemsOf(Encoding.UTF8.GetBytes(csv)) is [var only] ? $"{only.Line}: {only.English}" : "";

        Assert.That(Problem("group,qx,区县\noffice," + new string(',', 20_000)), Is.EqualTo("2: the line is longer than 16384 bytes"));
        Assert.That(Problem("# it's 5\"\ngroup,qx,\"区县\n" + string.Concat(Enumerable.Repeat("x\n", 300))), Is.EqualTo("2: a quotation mark is not closed"));
    }

    [Test]
    public void Reads_no_end_of_lines_that_say_nothing()
    {
        string Problem(string csv) => ProblemsOf(Encoding.UTF8.GetBytes(csv)) is [var only] ? $"{only.Line}: {only.English}" : "";

        Assert.That(Problem("group,qx,区县\n" + new string('\n', 2_000) + "x"), Is.EqualTo("1002: there are too many empty lines and comments in a row"));
        Assert.That(Problem(string.Concat(Enumerable.Repeat("# " + new string('x', 1_000) + "\n", 20))), Is.EqualTo("17: there are too many empty lines and comments in a row"));
        Assert.That(Problem("x" + new string('\r', 2_000)), Is.EqualTo("1: there are too many empty lines and comments in a row"));
        Assert.That(Problem("# one\n\n# two\ngroup,qx,区县\n" + new string('\n', 900) + "x"), Is.EqualTo("905: 'x' is neither group nor office"));
    }

    [TestCase("# a comment\ngroup,,\n", "2: a group has an id and a name")]
    [TestCase("# one\n\n# two\ngroup,qx,区县\n\noffice,a,b\n", "6: an office has 11 or 12 fields, not 3")]
    [TestCase("group,qx,区县\noffice,a,b", "2: an office has 11 or 12 fields, not 3")]
    [TestCase("group,qx,\"各\n区县\"\n# next\nperson,a", "4: 'person' is neither group nor office")]
    public void Names_the_line_that_is_wrong(string csv, string problem) =>
        Assert.That(
            () => OfficeImport.Apply(Before, Encoding.UTF8.GetBytes(csv), Now),
            Throws.TypeOf<ImportRefusedException>().With.Property(nameof(RefusedException.English)).EqualTo("The office file was not imported. Line by line: " + problem));

    [Test]
    public void Refuses_names_that_are_not_UTF8_and_names_the_line()
    {
        byte[] csv = [.. "group,qx,districts\noffice,a,"u8, .. ListTextTests.ChenInGbk, .. ",,,,,,,,\n"u8];

        Assert.That(ProblemsOf(csv).Select(each => (each.Line, each.Chinese)), Is.EqualTo(new[] { (2L, "不是 UTF-8 编码（可能是 GBK 或 UTF-16），请将文件另存为 UTF-8 后重试") }));
        Assert.That(() => OfficeImport.Apply(Before, csv, Now), Throws.TypeOf<ImportRefusedException>().With.Message.Contains("第 2 行：不是 UTF-8 编码"));
    }

    [TestCase("")]
    [TestCase("# office,a,甲局,,,,,,,,\n")]
    [TestCase("group,qx,区县\n")]
    public void Refuses_a_file_that_names_no_office(string csv) =>
        Assert.That(
            () => OfficeImport.Apply(Before, Encoding.UTF8.GetBytes(csv), Now),
            Throws.TypeOf<ImportRefusedException>().With.Property(nameof(RefusedException.English)).EqualTo("The office file was not imported. Line by line: the file: the file names no office"));

    [Test]
    public void Tells_new_changed_and_ended_offices_apart()
    {
        var before = Apply(Before, "a,甲局,,,,,,,,", "b,乙局,,,,,,,,", "c,丙局,,,,,,,,", "d,丁局,,,,,,,,");
        var after = Apply(before, "a,甲局,,,,,,,,", "b,乙局,,,乙发,,,,,", "c,丙局,,,,,,,b,", "e,戊局,,,,,,,,");
        var again = Apply(after, "a,甲局,,,,,,,,", "b,乙局,,,乙发,,,,,", "c,丙局,,,,,,,b,", "d,丁局,,,,,,,,", "e,戊局,,,,,,,,,d");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(ImportChanges.Between(Before, before)), Is.EqualTo("new a b c d, changed , ended "));
            Assert.That(Told(ImportChanges.Between(before, after)), Is.EqualTo("new e, changed b c, ended d"));
            Assert.That(Told(ImportChanges.Between(after, again)), Is.EqualTo("new , changed d e, ended "), "d came back, e succeeds it");
            Assert.That(Told(ImportChanges.Between(again, again)), Is.EqualTo("new , changed , ended "));
        }

        static OfficeDirectory Apply(OfficeDirectory current, params string[] offices) =>
            OfficeImport.Apply(current, Encoding.UTF8.GetBytes(string.Concat(offices.Select(office => $"office,{office}\n"))), Now);

        static string Told(ImportChanges changes) => $"new {Ids(changes.Added)}, changed {Ids(changes.Changed)}, ended {Ids(changes.Ended)}";

        static string Ids(IReadOnlyList<Office> offices) => string.Join(' ', offices.Select(office => office.Id.Local).Order(StringComparer.Ordinal));
    }

    [Test]
    public void Dates_who_succeeds_whom_and_leaves_alone_what_no_line_speaks_of()
    {
        var merged = Import(Before, Now, "a,甲局,,,,,,,,", "b,乙局,,,,,,,,", "c,丙局,,,,,,,,,a;b");
        var silent = Import(merged, Now.AddDays(1), "c,丙局,,,,,,,,", "d,丁局,,,,,,,,,c");
        var corrected = Import(silent, Now.AddDays(2), "c,丙局,,,,,,,,,b", "d,丁局,,,,,,,,,c");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(merged.Successions, Is.EqualTo(new[] { Succession("c", "a"), Succession("c", "b") }));
            Assert.That(silent.Successions, Is.EqualTo(new[] { Succession("c", "a"), Succession("c", "b"), Succession("d", "c", 1) }), "a and b have ended, and are succeeded still.");
            Assert.That(corrected.Successions, Is.EqualTo(new[] { Succession("c", "a", 0, 2), Succession("c", "b"), Succession("d", "c", 1) }));
            Assert.That(() => Import(merged, Now, "c,丙局,,,,,,,,,none"), Throws.TypeOf<ImportRefusedException>().With.Property(nameof(RefusedException.English)).Contains("names an unknown office").And.Message.Contains("不存在的单位"));
        }

        static OfficeDirectory Import(OfficeDirectory current, DateTimeOffset at, params string[] offices) =>
            OfficeImport.Apply(current, Encoding.UTF8.GetBytes(string.Concat(offices.Select(office => $"office,{office}\n"))), at);

        static Succeeds Succession(string successor, string predecessor, int since = 0, int? until = null) =>
            new(PartyId.Office("bj", successor), PartyId.Office("bj", predecessor), new Period(Now.AddDays(since), until is { } days ? Now.AddDays(days) : null));
    }

    private static IReadOnlyList<WrongLine> ProblemsOf(byte[] csv) => Assert.Throws<ImportRefusedException>(() => OfficeImport.Apply(Before, csv, Now))!.Problems;
}
