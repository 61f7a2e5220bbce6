using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;
using DocExchange.Node;

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
        ["node token make"] = "DocExchange.Node",
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

    /// <summary>
    /// A reader types the blocks one after the other: each line is complete, and says where the hub or node is, or an earlier
    /// line of the page has.
    /// </summary>
    [TestCaseSource(nameof(PagesWithCommands))]
    public void Each_line_of_a_page_can_be_typed_as_it_stands(string page)
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, IsEnglish: true, IsInteractive: false);
        var (told, wrong) = (new HashSet<string>(), new List<string>());
        foreach (var line in Repository.Blocks(page, "sh").SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')).Select(line => line.Trim()))
        {
            told.UnionWith(Export().Matches(line).Select(match => match.Groups[1].Value));
            if (!line.StartsWith("docex ", StringComparison.Ordinal))
            {
                continue;
            }

            var words = Word().Matches(line.Split(" #")[0]).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal)).Skip(1).TakeWhile(word => word is not ("|" or ">" or "&&" or ";")).ToArray();
            var parsed = Parse(terminal, words);
            wrong.AddRange(parsed.Errors.Select(error => $"{line}: {error.Message}"));
            var (place, variable) = PlaceOf(parsed.CommandResult.Command);
            if (place.Length > 0 && parsed.GetResult(place) is not OptionResult { Implicit: false } && !told.Contains(variable))
            {
                wrong.Add($"{line}: where is {place}?");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    /// <summary>What names the folder a verb works at, where it cannot do without one.</summary>
    private static (string Option, string Variable) PlaceOf(Command verb)
    {
        var kinds = new List<string>();
        for (var type = verb.GetType(); type is not null; type = type.BaseType)
        {
            kinds.Add(type.Name);
        }

        return kinds.Contains(nameof(NodeVerb)) ? ("--node", LocalSocket.NodeVariable)
            : kinds.Any(kind => kind.StartsWith("HubVerb", StringComparison.Ordinal)) ? ("--hub", LocalSocket.HubVariable)
            : ("", "");
    }

    private static IEnumerable<string> PagesWithCommands => Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal) && Repository.Blocks(file, "sh").Any(block => block.Contains("docex ", StringComparison.Ordinal)));

    private static ParseResult Parse(Terminal terminal, string[] words)
    {
        var parsed = Docex.Root(terminal).Parse(words);
        var verb = string.Join(' ', words.TakeWhile(word => VerbName().IsMatch(word)));
        return HandedOn.FirstOrDefault(each => verb == each.Key || verb.StartsWith(each.Key + ' ', StringComparison.Ordinal)).Value switch
        {
            "DocExchange.Hub" => new HubVerbs(new VerbLanguage(IsEnglish: true)).Root().Parse(words[1..]),
            "DocExchange.Node" => new Verbs(new VerbLanguage(IsEnglish: true)).Root().Parse(words[1..]),
            _ => parsed,
        };
    }

    private static bool Lists(string help, string verb) => Regex.IsMatch(help, $@"^\s+{Regex.Escape(verb)}(\s|$)", RegexOptions.Multiline);

    [GeneratedRegex(@"\bexport ([A-Z_]+)=")]
    private static partial Regex Export();

    [GeneratedRegex(@"`(docex [a-z][^`]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z][a-z-]*$")]
    private static partial Regex VerbName();
}
