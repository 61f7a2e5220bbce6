using System.Text.Json;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.Keys;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.SigningIn;
using DocExchange.Tests.Core.Operating;
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

    [Test]
    public async Task Is_written_into_the_audit_trail_as_are_lists_of_users_and_tokens_and_never_a_secret()
    {
        using var site = new NodeSite();
        var list = Path.Combine(site.Folder.Root, "users.csv");
        await File.WriteAllTextAsync(list, "wang,王芳,clerk\nliu,刘洋,dispatcher\n");
        var office = NodeFile.Read(site.Folder).Offices[0];

        var admin = await RunAsync("create-admin", "--data", site.Folder.Root, "--user", "li", "--name", "李强", "--format", "json");
        var users = await RunAsync("add-users", "--data", site.Folder.Root, "--file", list, "--format", "json");
        var token = await RunAsync("token", "make", "--data", site.Folder.Root, "--office", office, "--application", "OA", "--role", "clerk", "--format", "json");
        var refused = await CodeAsync("create-admin", "--data", site.Folder.Root, "--user", "li", "--name", "李强");

        var lines = (await File.ReadAllLinesAsync(site.Folder.AuditTrail)).Select(line => JsonDocument.Parse(line[65..]).RootElement).ToList();
        string[] secrets =
        [
            SecretOf(admin, "password"), SecretOf(token, "token"), .. JsonDocument.Parse(users).RootElement.EnumerateArray().Select(each => each.GetProperty("password").GetString()!),
        ];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused, Is.EqualTo(1));
            Assert.That(lines.Select(line => (Text(line, "act"), Text(line, "step"))), Is.EqualTo(new[]
            {
                ("OpenAccount", "asked"), ("OpenAccount", "done"), ("OpenAccounts", "asked"), ("OpenAccounts", "done"), ("MakeToken", "asked"), ("MakeToken", "done"), ("OpenAccount", "asked"), ("OpenAccount", "refused"),
            }));
            Assert.That(lines[0].GetProperty("what").GetProperty("account").GetString(), Is.EqualTo("li"));
            Assert.That(lines[2].GetProperty("what").GetProperty("users").GetString(), Is.EqualTo("wang liu"));
            Assert.That(Text(lines[2].GetProperty("what"), "file"), Has.Length.EqualTo(64));
            Assert.That(Text(lines[5].GetProperty("what"), "token"), Is.EqualTo(SecretOf(token, "id")).And.Length.EqualTo(12));
            Assert.That(lines[^1].GetProperty("what").GetProperty("why").GetString(), Does.StartWith("WRONG_STATE"));
            Assert.That(secrets.Where(secret => File.ReadAllText(site.Folder.AuditTrail).Contains(secret, StringComparison.Ordinal)), Is.Empty);
        }
    }

    [TestCase(false, "一次性密码")]
    [TestCase(true, "密码（长期有效）")]
    public async Task A_list_of_users_says_whether_its_passwords_last(bool isLasting, string called)
    {
        using var site = new NodeSite();
        var (list, more) = (Path.Combine(site.Folder.Root, "users.csv"), Path.Combine(site.Folder.Root, "more.csv"));
        await File.WriteAllTextAsync(list, "wang,王芳,clerk\n");
        await File.WriteAllTextAsync(more, "liu,刘洋,clerk\n");
        string[] lasting = isLasting ? ["--lasting"] : [];

        var lines = await RunAsync(["add-users", "--data", site.Folder.Root, "--file", list, .. lasting]);
        var json = JsonDocument.Parse(await RunAsync(["add-users", "--data", site.Folder.Root, "--file", more, "--format", "json", .. lasting])).RootElement[0];
        using var book = new AccountBook(site.Folder.People, 10);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Does.Contain($"用户名 wang {called} "));
            Assert.That(json.GetProperty("oneTime").GetBoolean(), Is.EqualTo(!isLasting));
            Assert.That(book.All().Select(account => account.MustChangePassword), Is.All.EqualTo(!isLasting));
        }
    }

    private static string SecretOf(string printed, string name) => Text(JsonDocument.Parse(printed).RootElement, name);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task<string> RunAsync(params string[] args)
    {
        var (code, printed, _) = await CapturedConsole.RunAsync(() => CodeAsync(args));
        Assert.That(code, Is.Zero);
        return printed;
    }

    private static Task<int> CodeAsync(params string[] args) => new Verbs(new VerbLanguage(false)).InvokeAsync(args);
}
