using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>Every command line of the pages is one the built programs know: its verbs are listed, its options explained in their help.</summary>
public sealed partial class CommandLineTests
{
    // These are handed on to the hub's and the node's own executables, which know their options.
    private static readonly Dictionary<string, string> HandedOn = new()
    {
        ["hub init"] = "DocExchange.Hub",
        ["hub certify"] = "DocExchange.Hub",
        ["hub run"] = "DocExchange.Hub",
        ["hub rebuild"] = "DocExchange.Hub",
        ["hub audit"] = "DocExchange.Hub",
        ["hub restore"] = "DocExchange.Hub",
        ["hub trail"] = "DocExchange.Hub",
        ["node enrol"] = "DocExchange.Node",
        ["node run"] = "DocExchange.Node",
        ["node audit"] = "DocExchange.Node",
        ["node restore"] = "DocExchange.Node",
        ["node trail"] = "DocExchange.Node",
        ["node token add"] = "DocExchange.Node",
        ["node token list"] = "DocExchange.Node",
        ["node token end"] = "DocExchange.Node",
    };

    private static IEnumerable<string> Commands => Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))
        .SelectMany(page => Repository.Blocks(page, "sh").SelectMany(block => block.Split('\n')).Concat(Inline().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value)))
        .Select(line => line.Trim())
        .Where(line => line.StartsWith("docex ", StringComparison.Ordinal))
        .Distinct();

    [Test]
    public void There_are_commands_to_check() => Assert.That(Commands.Count(), Is.GreaterThan(20));

    [TestCaseSource(nameof(Commands))]
    public void Is_known(string command)
    {
        var words = Word().Matches(command).Select(match => match.Value.Trim('"')).Skip(1).ToList();
        var verbs = words.TakeWhile(word => VerbName().IsMatch(word)).ToList();
        var group = Programs.HelpOf("docex", "");
        Assert.That(verbs, Is.Not.Empty);
        Assert.That(Lists(group, verbs[0]), Is.True, $"docex has no verb '{verbs[0]}'");

        var verb = verbs[0];
        foreach (var next in verbs.Skip(1).TakeWhile(next => Lists(Programs.HelpOf("docex", verb), next)))
        {
            verb = $"{verb} {next}";
        }

        var help = HandedOn.TryGetValue(verb, out var program) ? Programs.HelpOf(program, verb[(verb.IndexOf(' ', StringComparison.Ordinal) + 1)..]) : Programs.HelpOf("docex", verb);
        var options = words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && word != "--help");
        Assert.That(options.Where(option => !Regex.IsMatch(help, $@"(^|[\s,]){Regex.Escape(option)}(?![\w-])", RegexOptions.Multiline)), Is.Empty, $"Options that '{verb}' does not know");
    }

    private static bool Lists(string help, string verb) => Regex.IsMatch(help, $@"^\s+{Regex.Escape(verb)}(\s|$)", RegexOptions.Multiline);

    [GeneratedRegex(@"`(docex [a-z][^`]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z][a-z-]*$")]
    private static partial Regex VerbName();
}
