using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>What takes something away is asked about once, where it says what will happen: in a dialog, or in what unfolds.</summary>
public sealed partial class AskedOnceTests
{
    // Every form that acts at its first button, since it takes nothing away or goes on to where it is asked; whoever adds one says so here.
    private static readonly string[] Harmless =
    [
        "AccountPage roles", "AccountPage unlock", "AccountsPage open", "AlarmsPage close-alarm", "ArchiveNumberForm archive", "DraftFileList @Address", "DraftPage draft",
        "DraftsPage new-draft", "Frame @Addresses.Language", "Frame @Addresses.SignOut", "FrozenPage drafts/package", "ImportPage import", "InboxPage batch",
        "InvitationsPage invitations/file", "OfficePage renew", "OutboxPage drafts", "OwnCertificate certificate", "PasswordPage password", "PeoplePage open", "PersonPage delegate",
        "PersonPage roles", "ReceivedForms complete", "ReceivedForms hand-over", "ReceivedForms register", "ReceivedForms sign", "RecipientsPage recipients", "ResendPage resend",
        "SealQueuePage sealing/foreign", "SignInPage @Addresses.SignInByCertificate", "SignInPage sign-in", "TokensPage token", "UrgeForm urge", "UrgentBanner in/acknowledge", "BoardPage act",
    ];

    private static IEnumerable<(string Name, string Text)> Pages => Repository.Files
        .Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".razor", StringComparison.Ordinal))
        .Select(file => (Path.GetFileNameWithoutExtension(file), Repository.Read(file)));

    [Test]
    public void Every_form_that_takes_something_away_stands_where_it_is_asked_about()
    {
        var open = Pages.SelectMany(page => Form().Matches(page.Text).Where(form => !IsAsked(page.Text, form.Index)).Select(form => $"{page.Name} {NameOf(form)}")).ToList();
        Assert.That(open.Except(Harmless), Is.Empty, "Put it into a dialog that a data-confirm button opens, with a sentence on what will happen.");
    }

    [Test]
    public void Every_button_of_danger_asks_or_is_the_answer()
    {
        var buttons = Pages.SelectMany(page => Danger().Matches(page.Text).Select(button => (page.Name, page.Text, Button: button))).ToList();
        var silent = buttons.Where(each => !each.Button.Value.Contains("data-confirm=", StringComparison.Ordinal) && !IsAsked(each.Text, each.Button.Index)).Select(each => $"{each.Name}: {each.Button.Value}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(buttons, Has.Count.GreaterThan(15));
            Assert.That(silent, Is.Empty);
        }
    }

    [Test]
    public void Every_question_can_be_answered_with_no_and_is_asked_by_a_button()
    {
        var dialogs = Pages.SelectMany(page => Dialog().Matches(page.Text).Select(dialog => (page.Name, page.Text, Dialog: dialog))).ToList();
        var bad = dialogs.Where(each => !each.Dialog.Value.Contains("data-close", StringComparison.Ordinal) || !each.Dialog.Value.Contains("<p", StringComparison.Ordinal)
            || !each.Text.Contains($"data-confirm=\"{each.Dialog.Groups[1].Value}\"", StringComparison.Ordinal)).Select(each => $"{each.Name} {each.Dialog.Groups[1].Value}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(dialogs, Has.Count.GreaterThan(10));
            Assert.That(bad, Is.Empty);
        }
    }

    private static bool IsAsked(string page, int at) => Fold().Matches(page[..at]).Sum(tag => tag.Value[1] == '/' ? -1 : 1) > 0;

    // A name, or the fixed words of an address.
    private static string NameOf(Match form) => form.Groups[1].Success
        ? form.Groups[1].Value
        : string.Join('/', AddressWord().Matches(Place().Replace(form.Groups[2].Value, "")).Select(word => word.Value).Where(word => word != "o"));

    [GeneratedRegex("<form\\b(?![^>]*method=\"get\")[^>]*?(?:@formname=\"(?:@\\(\\$\")?([a-z-]+)|action=\"([^ >]+))")]
    private static partial Regex Form();

    [GeneratedRegex("<(?:button|summary)\\b[^>]*class=\"[^\"]*\\bdanger\\b[^>]*>")]
    private static partial Regex Danger();

    [GeneratedRegex("(?s)<dialog id=\"([^\"]+)\".*?</dialog>")]
    private static partial Regex Dialog();

    [GeneratedRegex("</?(?:dialog|details)\\b")]
    private static partial Regex Fold();

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Place();

    [GeneratedRegex("@[A-Za-z.]+|[a-z]+")]
    private static partial Regex AddressWord();
}
