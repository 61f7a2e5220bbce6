using System.CommandLine;
using System.CommandLine.Help;
using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;
using DocExchange.Node;

namespace DocExchange.Tests.House;

/// <summary>What the programs say of their verbs and options.</summary>
internal sealed class HelpTests
{
    private const string Hub = "DocExchange.Hub";
    private const string Node = "DocExchange.Node";

    [TestCase("docex", 100)]
    [TestCase(Hub, 30)]
    [TestCase(Node, 30)]
    public void Explains_every_verb_and_option_in_both_languages(string program, int atLeast)
    {
        var chinese = Explained(RootOf(program, isEnglish: false));
        var english = Explained(RootOf(program, isEnglish: true));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(chinese, Has.Count.GreaterThan(atLeast));
            Assert.That(english.Select(symbol => symbol.Name), Is.EqualTo(chinese.Select(symbol => symbol.Name)));
            Assert.That(chinese.Zip(english).Where(pair => IsBlank(pair.First) || IsBlank(pair.Second) || pair.First == pair.Second).Select(pair => pair.First.Name), Is.Empty);
        }

        static bool IsBlank((string Name, string? Description) symbol) => string.IsNullOrWhiteSpace(symbol.Description);
    }

    [TestCase(Hub, "audit", "重读整个账本", "Reads the whole ledger")]
    [TestCase(Node, "enrol", "凭邀请文件登记", "Joins this node")]
    [TestCase(Node, "token make", "建立令牌", "Makes a token")]
    [TestCase("docex", "hub audit", "重读整个账本", "Reads the whole ledger")]
    [TestCase("docex", "node token make", "建立令牌", "Makes a token")]
    public void Helps_in_Chinese_and_where_asked_for_in_English(string program, string verb, string chinese, string english)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Programs.HelpOf(program, verb), Does.Contain("用法：").And.Contain(chinese).And.Contain("数据目录"));
            Assert.That(Programs.HelpOf(program, verb + " --lang en"), Does.Contain("Usage:").And.Contain(english).And.Contain("data folder").IgnoreCase);
        }
    }

    [TestCase(Hub, "init", "docex hub init")]
    [TestCase(Node, "token make", "docex node token make")]
    [TestCase("docex", "hub init", "docex hub init")]
    [TestCase("docex", "node token", "docex node token")]
    public void Calls_a_verb_as_people_type_it(string program, string verb, string called) =>
        Assert.That(Programs.HelpOf(program, verb), Does.Contain(called + " [").And.Not.Contain("DocExchange.Hub ").And.Not.Contain("DocExchange.Node "));

    [Test]
    public void Names_the_verbs_there_are() =>
        Assert.That(Programs.HelpOf("docex", "node"), Does.Match(@"\btoken\b.*make.*list.*end").And.Not.Contain("add、"));

    private static RootCommand RootOf(string program, bool isEnglish) => program switch
    {
        Hub => new HubVerbs(new VerbLanguage(isEnglish)).Root(),
        Node => new Verbs(new VerbLanguage(isEnglish)).Root(),
        _ => Docex.Root(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, isEnglish, false)),
    };

    // What the library itself adds is translated in the text of the help.
    private static List<(string Name, string? Description)> Explained(Command command, string path = "") =>
    [
        (path + command.Name, command.Description),
        .. command.Options.Where(option => option is not (HelpOption or VersionOption)).Cast<Symbol>().Concat(command.Arguments).Select(symbol => ($"{path}{command.Name} {symbol.Name}", symbol.Description)),
        .. command.Subcommands.SelectMany(verb => Explained(verb, $"{path}{command.Name} ")),
    ];
}
