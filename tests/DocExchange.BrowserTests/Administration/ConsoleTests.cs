using System.Text;
using DocExchange.BrowserTests.Site;
using Microsoft.Playwright;

namespace DocExchange.BrowserTests.Administration;

/// <summary>The console's administrators, each at their own part of it.</summary>
internal sealed class ConsoleTests
{
    private static readonly string[] Addresses = ["/health", "/offices", "/offices/dc", "/offices/import", "/invitations", "/keys", "/accounts", "/accounts/hub-audit", "/trail", "/trail/export?as=csv"];

    private static Place Hub => Browser.Exchange.Hub;

    [TestCase("system", "/health /offices /offices/dc /offices/import /invitations /accounts /accounts/hub-audit")]
    [TestCase("security", "/health /offices /offices/dc /keys /accounts /accounts/hub-audit")]
    [TestCase("audit", "/trail")]
    [TestCase("supervisor", "")]
    [TestCase("archivist", "")]
    public async Task Each_role_is_refused_by_address_what_is_not_its_own(string role, string own)
    {
        await using var visit = await Browser.SignInAsync(Hub, Hub.As(role));
        foreach (var address in Addresses.Where(address => !address.StartsWith("/trail/export", StringComparison.Ordinal) || role != "audit"))
        {
            Assert.That(await visit.OpenAsync(address), Is.EqualTo(own.Split(' ').Contains(address) ? 200 : 403), address);
        }
    }

    [Test]
    public async Task An_account_is_opened_by_one_given_a_role_by_another_and_seen_by_a_third()
    {
        await using (var system = await Browser.SignInAsync(Hub, Hub.As("system")))
        {
            await system.OpenAsync("/accounts");
            await system.Page.FillAsync("#id", "qian");
            await system.Page.FillAsync("#name", "钱七<b>");
            await system.Page.Locator("form button.main").ClickAsync();
            var password = await system.Page.Locator("code.once").InnerTextAsync();
            Assert.That(password, Has.Length.EqualTo(14));
            await system.LookAsync("console-account-opened");
            await system.OpenAsync("/accounts/qian");
            Assert.That(await system.Page.Locator("input[type=checkbox]").CountAsync(), Is.Zero, "who opens accounts gives no roles");
            await system.LookAsync("console-account-system");

            await using var first = await Browser.VisitAsync(Hub);
            await first.Page.GotoAsync("/sign-in");
            await first.TypeSignInAsync("qian", password);
            await first.ArriveAsync("**/password");
            await first.Page.FillAsync("#old", password);
            await first.Page.FillAsync("#new", "Correct-horse-9");
            await first.Page.FillAsync("#again", "Correct-horse-9");
            await first.Page.Locator("main button.main").ClickAsync();
            await first.ArriveAsync("**/welcome");
            await first.LookAsync("console-welcome");
        }

        await using (var security = await Browser.SignInAsync(Hub, Hub.As("security")))
        {
            await security.OpenAsync("/accounts/qian");
            await security.Page.CheckAsync("input[value=supervisor]");
            await security.Page.CheckAsync("input[value=audit]");
            await security.Page.Locator("form[method=post] button.main").ClickAsync();
            Assert.That(await security.RefusalAsync(), Does.Contain("不得兼任"));
            await security.LookAsync("console-account-roles-refused");
            await security.Page.UncheckAsync("input[value=audit]");
            await security.Page.Locator("form[method=post] button.main").ClickAsync();
            await security.Page.Locator(".notice.done").WaitForAsync();
            Assert.That(await security.Page.Locator("dl.facts").First.InnerTextAsync(), Does.Contain("督查员"));
        }

        await using var audit = await Browser.SignInAsync(Hub, Hub.As("audit"));
        await audit.OpenAsync("/trail?act=GrantRoles&text=qian");
        Assert.That(await audit.Page.Locator("table.trail tbody tr").CountAsync(), Is.EqualTo(4), "asked and refused, asked and done");
        await audit.OpenAsync("/trail");
        Assert.That(await audit.Page.Locator("main").InnerTextAsync(), Does.Contain("新建用户").And.Contain("钱七<b>"));
        await audit.LookAsync("console-trail");
    }

    [Test]
    public async Task The_trail_is_exported_with_its_chain_and_leaves_a_line()
    {
        await using var audit = await Browser.SignInAsync(Hub, Hub.As("audit"));
        await audit.OpenAsync("/trail");
        var download = await audit.Page.RunAndWaitForDownloadAsync(() => audit.Page.Locator("button[value=lines]").ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(download.SuggestedFilename, Does.StartWith("test-audit-").And.EndsWith(".txt"));
            Assert.That(lines[0], Is.EqualTo(new string('0', 64) + " -"));
            Assert.That(lines[1..], Is.EqualTo((await File.ReadAllLinesAsync(Path.Combine(Hub.Folder, "audit.log")))[..(lines.Length - 1)]));
            Assert.That(lines[^1], Does.Contain("\"act\":\"ExportTrail\""));
        }
    }

    [Test]
    public async Task Offices_are_found_and_a_wrong_file_changes_nothing()
    {
        await using var system = await Browser.SignInAsync(Hub, Hub.As("system"));
        await system.OpenAsync("/offices");
        Assert.That(await system.Page.Locator("tbody tr").CountAsync(), Is.EqualTo(7));
        await system.LookAsync("console-offices");
        await system.OpenAsync("/offices?q=东政发");
        await system.Page.GetByRole(AriaRole.Link, new() { Name = "市东城区人民政府" }).ClickAsync();
        await system.ArriveAsync("**/offices/dc");
        await system.LookAsync("console-office");

        await system.OpenAsync("/offices/import");
        await system.LookAsync("console-import");
        await system.Page.SetInputFilesAsync("#csv", new FilePayload { Name = "offices.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("group,,\noffice,a,b\n<i>x,y\n") });
        await system.Page.Locator("form[enctype] button.main").ClickAsync();
        Assert.That(await system.RefusalAsync(), Does.Contain("3 处").And.Contain("第 1 行").And.Contain("第 2 行").And.Contain("第 3 行").And.Contain("<i>x"));
        await system.LookAsync("console-import-refused");
    }

    [Test]
    public async Task An_invitation_is_made_downloaded_and_withdrawn()
    {
        await using var system = await Browser.SignInAsync(Hub, Hub.As("system"));
        await system.OpenAsync("/invitations");
        await system.Page.FillAsync("#node", "n-late");
        await system.Page.FillAsync("#name", "后来的节点");
        await system.Page.SelectOptionAsync("#offices", "wsj");
        await system.LookAsync("console-invitations");
        await system.Page.SelectOptionAsync("#offices", "dc");
        await system.Page.Locator("form[action] button.main").ClickAsync();
        Assert.That(await system.RefusalAsync(), Does.Contain("承载"), "an office of another node");

        await system.OpenAsync("/invitations");
        await system.Page.FillAsync("#node", "departments");
        await system.Page.FillAsync("#name", "部门节点");
        await system.Page.SelectOptionAsync("#offices", ["czj", "wsj", "sjj"]);
        var download = await system.Page.RunAndWaitForDownloadAsync(() => system.Page.Locator("form[action] button.main").ClickAsync());
        Assert.That(await File.ReadAllTextAsync((await download.PathAsync())!), Does.Contain("\"secret\"").And.Contain("test/wsj"));
        await system.OpenAsync("/invitations");
        var row = system.Page.Locator("tr", new() { HasText = "部门节点" });
        Assert.That(await row.InnerTextAsync(), Does.Contain("未使用"));
        await row.Locator("button[data-confirm]").ClickAsync();
        await system.Page.Locator("dialog[open] button.danger").ClickAsync();
        await system.Page.Locator(".notice.done").WaitForAsync();
        Assert.That(await system.Page.Locator("main table").InnerTextAsync(), Does.Not.Contain("部门节点"));
    }

    [Test]
    public async Task The_health_page_shows_every_node_and_what_runs_out()
    {
        await using var system = await Browser.SignInAsync(Hub, Hub.As("system"));
        await system.OpenAsync("/health");
        Assert.That(await system.Page.Locator("main").InnerTextAsync(), Does.Contain("general").And.Contain("districts").And.Contain("departments"));
        await system.LookAsync("console-health");
        await using var security = await Browser.SignInAsync(Hub, Hub.As("security"));
        await security.OpenAsync("/keys");
        await security.LookAsync("console-keys");
    }

    [Test]
    public async Task A_seal_is_stopped_with_a_reason_and_renewed()
    {
        await using (var security = await Browser.SignInAsync(Hub, Hub.As("security")))
        {
            await security.OpenAsync("/offices/wsj");
            await security.Page.Locator("button[data-confirm]").ClickAsync();
            await security.LookAsync("console-seal-stop");
            await security.Page.FillAsync("dialog[open] textarea", "印章遗失");
            await security.Page.Locator("dialog[open] button.danger").ClickAsync();
            await security.Page.Locator(".notice.done").WaitForAsync();
            Assert.That(await security.Page.Locator("main").InnerTextAsync(), Does.Contain("已停用"));
        }

        await using var system = await Browser.SignInAsync(Hub, Hub.As("system"));
        await system.OpenAsync("/offices/wsj");
        await system.Page.GetByRole(AriaRole.Button, new() { Name = "换发" }).ClickAsync();
        await system.Page.Locator(".notice.done").WaitForAsync();
        Assert.That(await system.Page.Locator("table").First.Locator("tbody tr").CountAsync(), Is.EqualTo(2));
    }
}
