using System.CommandLine;
using System.Text.RegularExpressions;
using DocExchange.Cli;

namespace DocExchange.Tests.House;

/// <summary>What the desk can do, the command line can do, and README says how.</summary>
internal sealed partial class DeskActsTests
{
    // Every form of the desk's pages; whoever adds one says here by which verb the same is done.
    private static readonly Dictionary<string, string> VerbOfForm = new()
    {
        ["AlarmsPage close-alarm"] = "node close-alarm",
        ["ArchiveNumberForm archive"] = "desk archive-number",
        ["BoardPage act"] = "urge",
        ["DraftPage discard"] = "draft discard",
        ["DraftPage draft"] = "draft edit",
        ["DraftsPage new-draft"] = "draft new",
        ["FrozenPage reopen"] = "draft take-back",
        ["FrozenPage send"] = "draft send",
        ["InboxPage batch"] = "sign-for",
        ["InRegisterPage form"] = "desk number-form",
        ["PeoplePage open"] = "people open",
        ["PersonPage delegate"] = "people delegate",
        ["PersonPage end"] = "people end",
        ["PersonPage end-"] = "people end-delegation",
        ["PersonPage reset"] = "people reset-password",
        ["PersonPage roles"] = "people grant",
        ["ReceivedForms complete"] = "complete",
        ["ReceivedForms hand-over"] = "hand-over",
        ["ReceivedForms register"] = "register",
        ["ReceivedForms return"] = "return",
        ["ReceivedForms sign"] = "sign-for",
        ["RecipientsPage recipients"] = "draft edit",
        ["ResendPage resend"] = "resend",
        ["SealPage approve"] = "sealing approve",
        ["SealPage close"] = "sealing close",
        ["SealPage refuse"] = "sealing refuse",
        ["SealsPage stop-"] = "node stop-seal",
        ["TokensPage end-"] = "token end",
        ["TokensPage token"] = "token make",
    };

    // What the one form of the board can ask for.
    private static readonly Dictionary<string, string> VerbOfBoardAct = new()
    {
        ["urge-chosen"] = "urge",
        ["urge-all"] = "urge",
        ["paper"] = "sent-on-paper",
        ["withdraw"] = "withdraw",
        ["void"] = "void",
        ["correct"] = "draft correct",
        ["again"] = "draft again",
    };

    private static IReadOnlyList<string> InReadme => [.. Repository.Table("README.md", "The desk by command").SelectMany(row => Verb().Matches(row[1]).Select(match => match.Groups[1].Value)).Distinct()];

    [Test]
    public void Every_form_of_the_desk_has_a_verb()
    {
        var forms = Repository.Files.Where(file => file.StartsWith("src/DocExchange.Node/DeskPages/", StringComparison.Ordinal) && file.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(file => Form().Matches(Repository.Read(file)).Select(match => $"{Path.GetFileNameWithoutExtension(file)} {match.Groups[1].Value}{match.Groups[2].Value}"));
        var acts = BoardAct().Matches(Repository.Read("src/DocExchange.Node/DeskPages/Board/BoardPageBase.cs")).Select(match => match.Groups[1].Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(forms, Is.EquivalentTo(VerbOfForm.Keys));
            Assert.That(acts, Is.EquivalentTo(VerbOfBoardAct.Keys));
            Assert.That(VerbOfForm.Values.Concat(VerbOfBoardAct.Values).Except(InReadme), Is.Empty, "README's table has them too");
        }
    }

    [Test]
    public void Readme_names_every_verb_for_which_one_signs_in()
    {
        var all = Docex.Root(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, false, false)).Subcommands.SelectMany(verb => VerbsOf(verb, "")).ToList();
        var verbs = all.Where(each => each.Verb is SignedInVerb).Select(each => each.Name).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verbs, Has.Count.GreaterThan(30));
            Assert.That(verbs.Except(InReadme), Is.Empty);
            Assert.That(InReadme.Except(all.Select(each => each.Name)), Is.Empty, "verbs that there are not");
        }
    }

    private static IEnumerable<(Command Verb, string Name)> VerbsOf(Command verb, string path) =>
        verb.Subcommands.SelectMany(each => VerbsOf(each, path + verb.Name + " ")).Append((verb, path + verb.Name));

    [GeneratedRegex("docex ([a-z -]+)")]
    private static partial Regex Verb();

    // Both a name by itself and the beginning of one that is put together.
    [GeneratedRegex("@formname=\"(?:([a-z-]+)|@\\(\\$\"([a-z-]+))")]
    private static partial Regex Form();

    [GeneratedRegex("case \"([a-z-]+)\":")]
    private static partial Regex BoardAct();
}
