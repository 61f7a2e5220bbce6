using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>
/// Codes of findings and refusals are what people and programs act upon: each is named by a test that builds its case. One
/// that no test can reach is dead.
/// </summary>
public sealed partial class FindingCodeTests
{
    // Names of the environment; the demonstration is tested as a whole and has codes of its own for where it breaks off.
    private static readonly string[] OtherNames = ["DOCEX_", "DOTNET_"];
    private const string Demo = "src/DocExchange.Cli/Demo/";

    [Test]
    public void Every_code_is_named_by_a_test()
    {
        var tests = Words("tests/", file => !file.EndsWith(nameof(FindingCodeTests) + ".cs", StringComparison.Ordinal));
        var codes = Sources("src/").Where(file => !file.StartsWith(Demo, StringComparison.Ordinal)).SelectMany(file => CodesIn(Repository.Read(file)).Select(code => (file, code))).ToList();

        Assert.That(codes, Has.Count.GreaterThan(300));
        Assert.That(
            codes.Where(each => !tests.Contains(each.code.Code) && !tests.Contains(each.code.Constant ?? each.code.Code)).Select(each => $"{each.code.Code} of {each.file}").Distinct(),
            Is.Empty,
            "Write the test that builds the case, or delete the code.");
    }

    /// <summary>With the constant's name where it has one: tests may use that.</summary>
    private static IEnumerable<(string Code, string? Constant)> CodesIn(string source) => Code().Matches(source)
        .Select(match => (match.Groups["code"].Value, match.Groups["name"].Success ? match.Groups["name"].Value : null))
        .Where(each => !OtherNames.Any(name => each.Value.StartsWith(name, StringComparison.Ordinal)));

    private static HashSet<string> Words(string folder, Func<string, bool> choose) =>
        [.. Sources(folder).Where(choose).SelectMany(file => Word().Matches(Repository.Read(file)).Select(match => match.Value))];

    private static IEnumerable<string> Sources(string folder) => Repository.Files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && Path.GetExtension(file) is ".cs" or ".razor");

    [GeneratedRegex(@"(?:const string (?<name>\w+) = )?""(?<code>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)""")]
    private static partial Regex Code();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
