using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Node.Desk;
using DocExchange.Node.HubLink;
using DocExchange.Node.Monitoring;
using DocExchange.Node.OaApi;
using DocExchange.Pages;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.House;

/// <summary>What the pages say is what the program does.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Pages = ["README.md", "ARCHITECTURE.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "RELIABILITY.md", "tools/INSTALL.md"];

    [Test]
    public void Names_every_refusal_and_no_other()
    {
        Assert.That(Repository.Table("README.md", "Refusals").Select(row => row[0]), Is.EqualTo(Enum.GetValues<Refusal>().Select(refusal => refusal.ToReason())));
    }

    /// <summary>A reason is written in the source before the sentence in Chinese that goes with it.</summary>
    [Test]
    public void Names_every_further_reason_of_commands_and_no_other()
    {
        var written = Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Reason().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)).ToHashSet();
        var named = Repository.Table("README.md", "Further reasons of commands").SelectMany(row => row[0].Split(',')).Select(reason => reason.Trim(' ', '`', '…')).ToList();

        Assert.That(written, Has.Count.GreaterThan(20));
        Assert.That(named, Is.EquivalentTo(written.Except(Enum.GetValues<Refusal>().Select(refusal => refusal.ToReason()))));
    }

    [Test]
    public void Names_every_setting_of_the_hub_with_its_default_and_limits()
    {
        Assert.That(Repository.Table("README.md", "hub.json").Select(Shortened), Is.EqualTo(Settings(new HubSettings(), name => JsonNamingPolicy.CamelCase.ConvertName(name))));
    }

    [Test]
    public void Names_every_setting_of_a_node_with_its_default_and_limits()
    {
        var settings = Settings(new HubLinkOptions(), name => "HubLink:" + name).Concat(Settings(new DeskOptions(), name => "Desk:" + name))
            .Concat(Settings(new OaOptions(), name => "OaApi:" + name)).Concat(Settings(new MonitoringOptions(), name => "Monitoring:" + name));

        Assert.That(Repository.Table("README.md", "settings.json of a node").Select(Shortened), Is.EqualTo(settings));
    }

    [Test]
    public void Names_every_setting_of_the_pages_with_its_default_and_limits()
    {
        Assert.That(Repository.Table("README.md", "pages.json of hub and node").Select(Shortened), Is.EqualTo(Settings(new PagesSettings(), name => JsonNamingPolicy.CamelCase.ConvertName(name))));
    }

    [Test]
    public void Shows_an_office_file_that_can_be_imported()
    {
        var now = new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
        var before = new OfficeDirectory("beijing", 1, now, [], [], [], [], []);

        var after = OfficeImport.Apply(before, Encoding.UTF8.GetBytes(Repository.Blocks("README.md", "csv").Single()), now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Offices.Select(office => office.Id.Local), Is.EquivalentTo(new[] { "bjzf", "bjbgt", "dongcheng", "xicheng", "jw", "tjzf" }));
            Assert.That(after.MayActFor(PartyId.Parse("beijing/bjbgt"), PartyId.Parse("beijing/bjzf"), now), Is.True);
            Assert.That(after.Find(PartyId.Parse("beijing/bjzf"))!.AgencyCodes, Is.EqualTo(new[] { "京政发", "京政函" }));
            Assert.That(after.MembersOf("qx", now).Select(office => office.Id.Local), Is.EquivalentTo(new[] { "dongcheng", "xicheng" }));
        }
    }

    [Test]
    public void Shows_a_validation_policy_that_can_be_read()
    {
        var policy = PolicyText.Parse(Encoding.UTF8.GetBytes(Repository.Blocks("README.md", "json").Single(block => block.Contains("\"algorithms\"", StringComparison.Ordinal))));

        Assert.That(policy.ApplyTo(ValidationPolicy.Foreign).Algorithms.RsaLimits.Select(limit => limit.Bits), Is.EquivalentTo(new[] { 2048, 3072 }));
    }

    [Test]
    public void Leads_nowhere_that_does_not_exist([ValueSource(nameof(Pages))] string page)
    {
        var targets = Link().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal)).ToList();
        var broken = targets.Where(target => target.Split('#') is var parts
            && (!Path.Exists(Path.Combine(Repository.Root, parts[0])) || (parts.Length > 1 && !Headings(parts[0].Length > 0 ? parts[0] : page).Contains(parts[1]))));

        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void Names_only_source_that_is_there([ValueSource(nameof(Pages))] string page)
    {
        var named = SourcePath().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value).ToList();

        Assert.That(named.Where(path => !Path.Exists(Path.Combine(Repository.Root, path))), Is.Empty);
    }

    [TestCase("ARCHITECTURE.md", "What must never happen", 12)]
    [TestCase("RELIABILITY.md", "What is promised", 25)]
    public void Names_tests_for_all_that_is_promised(string page, string table, int count)
    {
        var rows = Repository.Table(page, table);
        var tests = Repository.Files.Where(file => file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => TestsIn(Repository.Read(file))).ToHashSet();
        var guards = rows.SelectMany(row => Quoted().Matches(row[1]).Select(match => match.Groups[1].Value)).ToList();

        Assert.That(rows, Has.Count.EqualTo(count));
        Assert.That(rows.Where(row => !Quoted().IsMatch(row[1])).Select(row => row[0]), Is.Empty, "Without a guard");
        Assert.That(guards.Where(guard => !tests.Contains(guard)), Is.Empty, "There are no such tests");
    }

    private static IEnumerable<string> TestsIn(string source) => TestClass().Matches(source)
        .SelectMany(type => TestMethod().Matches(source).Select(method => $"{type.Groups[1].Value}.{method.Groups[1].Value}"));

    private static IEnumerable<string> Settings(object settings, Func<string, string> spell)
    {
        foreach (var property in settings.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var range = property.GetCustomAttribute<System.ComponentModel.DataAnnotations.RangeAttribute>();
            var isDrawn = property.GetValue(settings) is "";
            yield return isDrawn ? spell(property.Name) : $"{spell(property.Name)} {Spell(property.GetValue(settings))} {(range is null ? "" : $"{Spell(range.Minimum)} to {Spell(range.Maximum)}")}".TrimEnd();
        }
    }

    // Where a default is drawn or given, or what is allowed is no range, the words are free.
    private static string Shortened(string[] row)
    {
        var isDrawn = row[1].Length == 0 || row[1].Contains("init", StringComparison.Ordinal);
        return isDrawn ? row[0] : row[2].Contains(" to ", StringComparison.Ordinal) ? $"{row[0]} {row[1]} {row[2]}" : $"{row[0]} {row[1]}";
    }

    private static string Spell(object? value) => value switch
    {
        TimeSpan time => time.Milliseconds == 0 ? time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture) : time.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture),
        string[] list => $"[{string.Join(", ", list.Select(each => $"\"{each}\""))}]",
        bool isSet => isSet ? "true" : "false",
        double number => ((long)number).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static HashSet<string> Headings(string page) => [.. Repository.Read(page).Split('\n').Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"(?<=(?:FailedException\(|(?:Failed|Upgrade)Exception \w+\([^)]*\) => new\(|Complain(?:t)?\((?:screen, )?[\w.]+, |\bnew\((?:Failed|Internal|Interrupted), |const string Name = |StatusCodes\.\w+, |isMethod \? |isMethod \? ""\w+"" : )\s*)""([A-Z][A-Z_]+)""")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|tools|proto|\.ci)/[\w./-]+)`")]
    private static partial Regex SourcePath();

    [GeneratedRegex(@"`?(\w+\.\w+_\w+)`?")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex TestClass();

    [GeneratedRegex(@"public (?:(?:async )?Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
