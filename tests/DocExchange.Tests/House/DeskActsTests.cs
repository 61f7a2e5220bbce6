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

    // Every form of the console's pages; empty where README says that there is no verb.
    private static readonly Dictionary<string, string> VerbOfConsoleForm = new()
    {
        ["AccountPage end"] = "",
        ["AccountPage lock"] = "",
        ["AccountPage reset"] = "",
        ["AccountPage roles"] = "",
        ["AccountPage unlock"] = "",
        ["AccountsPage open"] = "hub add-users",
        ["ImportPage import"] = "hub import",
        ["InvitationsPage withdraw-"] = "hub invitations",
        ["OfficePage renew"] = "hub renew-seal",
        ["OfficePage stop-"] = "hub stop-seal",
        ["UrgeForm urge"] = "",
    };

    private static IReadOnlyList<string> InReadme => NamedUnder("The desk by command");

    private static IReadOnlyList<string> NamedUnder(string heading) => [.. Repository.Table("README.md", heading).SelectMany(row => Verb().Matches(row[1]).Select(match => match.Groups[1].Value)).Distinct()];

    [Test]
    public void Every_form_of_the_desk_has_a_verb()
    {
        var forms = FormsIn("src/DocExchange.Node/DeskPages/");
        var acts = BoardAct().Matches(Repository.Read("src/DocExchange.Node/DeskPages/Board/BoardPageBase.cs")).Select(match => match.Groups[1].Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(forms, Is.EquivalentTo(VerbOfForm.Keys));
            Assert.That(acts, Is.EquivalentTo(VerbOfBoardAct.Keys));
            Assert.That(VerbOfForm.Values.Concat(VerbOfBoardAct.Values).Except(InReadme), Is.Empty, "README's table has them too");
        }
    }

    [Test]
    public void Every_form_of_the_console_has_a_verb_or_is_said_to_have_none()
    {
        var named = NamedUnder("The console by command");
        var all = Docex.Root(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, false, false)).Subcommands.SelectMany(verb => VerbsOf(verb, "")).Select(each => each.Name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(FormsIn("src/DocExchange.Hub/ConsolePages/"), Is.EquivalentTo(VerbOfConsoleForm.Keys));
            Assert.That(VerbOfConsoleForm.Values.Where(verb => verb.Length > 0).Except(named), Is.Empty, "README's table has them too");
            Assert.That(named.Except(all), Is.Empty, "verbs that there are not");
            Assert.That(Repository.Read("README.md"), Does.Contain("Roles, locks, passwords and the end of the console's accounts, and 请催办, need"));
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

    private static IEnumerable<string> FormsIn(string folder) => Repository.Files
        .Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".razor", StringComparison.Ordinal))
        .SelectMany(file => Form().Matches(Repository.Read(file)).Select(match => $"{Path.GetFileNameWithoutExtension(file)} {match.Groups[1].Value}{match.Groups[2].Value}"));

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
