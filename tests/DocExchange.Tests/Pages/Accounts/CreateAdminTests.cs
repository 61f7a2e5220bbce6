using System.Text.Json;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.SigningIn;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Pages.Accounts;

/// <summary>The first administrator of a node, opened at the command line.</summary>
[NonParallelizable]
internal sealed class CreateAdminTests
{
    [Test]
    public async Task Prints_a_password_that_must_be_changed_at_the_first_sign_in()
    {
        using var site = new NodeSite();
        var printed = await RunAsync("create-admin", "--data", site.Folder.Root, "--user", "li", "--name", "李强", "--role", "security", "--format", "json");
        var password = JsonDocument.Parse(printed).RootElement.GetProperty("password").GetString()!;
        var settings = new PagesSettings();
        using var book = new AccountBook(site.Folder.People, 10);
        var account = new SignInBook(book, new Passwords(settings), settings, TimeProvider.System).WithPassword("li", password);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((account.Name, account.MustChangePassword), Is.EqualTo(("李强", true)));
            Assert.That(account.Grants, Is.EqualTo(new[] { new Grant("", Roles.Security) }));
        }
    }

    [Test]
    public async Task Makes_administrators_only()
    {
        using var site = new NodeSite();
        Assert.That(await CodeAsync("create-admin", "--data", site.Folder.Root, "--user", "li", "--name", "李强", "--role", "clerk"), Is.EqualTo(64));
        Assert.That(File.Exists(site.Folder.People), Is.False);
    }

    private static async Task<string> RunAsync(params string[] args)
    {
        var (before, said) = (System.Console.Out, new StringWriter());
        System.Console.SetOut(said);
        try
        {
            Assert.That(await CodeAsync(args), Is.Zero);
        }
        finally
        {
            System.Console.SetOut(before);
        }

        return said.ToString();
    }

    private static Task<int> CodeAsync(params string[] args) => new Verbs(new VerbLanguage(false)).InvokeAsync(args);
}
