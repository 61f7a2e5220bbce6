using System.Text.Json;
using DocExchange.Core.Statements;
using DocExchange.Durability.Auditing;
using DocExchange.Node.OaApi;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Node;
using DocExchange.Tests.Pages;

namespace DocExchange.Tests.Cli;

/// <summary>The people of a desk by command, by its administrator wu7 of fgw, at a node that runs.</summary>
internal sealed class PeopleVerbsTests
{
    private DeskAccountVerbs verbs = null!;

    [OneTimeSetUp]
    public async Task Open() => verbs = await DeskAccountVerbs.StartAsync();

    [OneTimeTearDown]
    public async Task Close() => await verbs.DisposeAsync();

    [Test]
    public async Task Open_an_account_change_its_first_password_and_its_roles_and_end_it()
    {
        var opened = await KeepAsync("people", "open", "zhou8", "--name", "周八", "--role", "clerk");
        var first = verbs.Write("first", opened.GetProperty("oneTimePassword").GetString()!);
        var chosen = verbs.Write("chosen", TestDesk.Password);
        var changed = await CommandLine.RunAsync("people", "password", "--account", "zhou8", "--password-file", first, "--new-password-file", chosen, "--node", verbs.Desk.Site.Folder.Root, "--format", "json");
        var granted = await KeepAsync("people", "grant", "zhou8", "--role", "seal-keeper", "--role", "reader");
        await verbs.RunAsync("zhou8", "fgw", "sealing", "list");
        var reset = await KeepAsync("people", "reset-password", "zhou8");
        var shut = await verbs.RefusedAsync("zhou8", "fgw", "sealing", "list");
        var unbound = await KeepAsync("people", "unbind", "zhou8");
        var ended = await KeepAsync("people", "end", "zhou8");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(opened.GetProperty("person"), "state"), Is.EqualTo("FirstPassword"));
            Assert.That(changed.ExitCode, Is.Zero, changed.Output);
            Assert.That(Texts(granted, "roles"), Is.EqualTo(new[] { "seal-keeper", "reader" }));
            Assert.That(Text(reset, "oneTimePassword"), Is.Not.Empty.And.Not.EqualTo(Text(opened, "oneTimePassword")));
            Assert.That(shut, Is.EqualTo("PERMISSION_DENIED"));
            Assert.That(unbound.GetProperty("hasCertificate").GetBoolean(), Is.False);
            Assert.That((Text(ended, "state"), verbs.Desk.Part<AccountBook>().Find("zhou8")!.IsEnded), Is.EqualTo(("Ended", true)));
        }
    }

    [Test]
    public async Task Let_one_act_for_another_for_a_time()
    {
        verbs.Desk.Open("zheng9", "郑九", new Grant("fgw", Roles.Reader));
        var lent = await KeepAsync("people", "delegate", "zheng9", "--for", "qian1", "--from", "2026-03-01", "--until", "2026-03-05");
        var acting = await verbs.RunAsync("zheng9", "fgw", "sealing", "list");
        var listed = (await KeepAsync("people", "list")).GetProperty("people").EnumerateArray().Single(person => Text(person, "account") == "zheng9");
        var tooLong = await verbs.RefusedAsync("wu7", "fgw", "people", "delegate", "zheng9", "--for", "sun2", "--from", "2026-03-01", "--until", "2027-06-01");
        var noDay = await verbs.TryAsync("wu7", "fgw", "people", "delegate", "zheng9", "--for", "sun2", "--from", "3月1日", "--until", "2026-03-05");
        var over = await KeepAsync("people", "end-delegation", "zheng9", "--for", "qian1");
        var afterwards = await verbs.RefusedAsync("zheng9", "fgw", "sealing", "list");
        using (Assert.EnterMultipleScope())
        {
            var delegation = lent.GetProperty("delegations").EnumerateArray().Single();
            Assert.That((Text(delegation, "principalName"), Text(delegation, "from"), Text(delegation, "until")), Is.EqualTo(("钱一", "2026-03-01", "2026-03-05")));
            Assert.That(Texts(delegation, "roles"), Is.EqualTo(new[] { "seal-keeper" }));
            Assert.That(acting.GetProperty("waiting").GetArrayLength(), Is.Zero);
            Assert.That((Texts(listed, "roles").Single(), listed.GetProperty("delegations").GetArrayLength()), Is.EqualTo(("reader", 1)));
            Assert.That((tooLong, noDay.ExitCode, Text(noDay.Json, "error")), Is.EqualTo(("FORMAT_FAILURE", 64, "USAGE")));
            Assert.That((over.GetProperty("delegations").GetArrayLength(), afterwards), Is.EqualTo((0, "PERMISSION_DENIED")));
        }
    }

    [Test]
    public async Task Keep_nobody_but_ones_own()
    {
        var trail = new TrailReader(verbs.Desk.Site.Folder.AuditTrail);
        var elsewhere = await verbs.RefusedAsync("wu7", "fgw", "people", "end", "zhang3");
        var oneself = await verbs.RefusedAsync("wu7", "fgw", "people", "reset-password", "wu7");
        var administrator = await verbs.RefusedAsync("wu7", "fgw", "people", "open", "er", "--name", "二", "--role", "office-administrator");
        var office = await verbs.RefusedAsync("wu7", "bgs", "people", "list");
        var clerk = await verbs.RefusedAsync("li4", "fgw", "people", "list");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((elsewhere, oneself, administrator, office, clerk), Is.EqualTo(("NOT_FOUND", "PERMISSION_DENIED", "PERMISSION_DENIED", "PERMISSION_DENIED", "PERMISSION_DENIED")));
            Assert.That(verbs.Desk.Part<AccountBook>().Find("er"), Is.Null);
            Assert.That(
                trail.Forwards().Select(each => each.Entry).Where(entry => entry.Act == "ResetPassword" && entry.What["account"] == "wu7").Select(entry => (entry.Step, entry.Who.StartsWith("wu7 吴七 uid ", StringComparison.Ordinal))),
                Is.EqualTo(new[] { ("asked", true), ("refused", true) }));
        }
    }

    [Test]
    public async Task List_what_a_person_hands_over()
    {
        var document = (await verbs.Arrivals.ReceiveAsync("关于交接的通知")).ToString();
        var list = await KeepAsync("people", "handover", "li4");
        var item = list.GetProperty("items").EnumerateArray().Single(each => Text(each, "documentId") == document);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((Text(list, "name"), Texts(list, "roles").Single()), Is.EqualTo(("李四", "clerk")));
            Assert.That((item.GetProperty("isReceived").GetBoolean(), Text(item, "title")), Is.EqualTo((true, "关于交接的通知")));
            Assert.That(await verbs.RefusedAsync("wu7", "fgw", "people", "handover", "nobody"), Is.EqualTo("NOT_FOUND"));
        }
    }

    [Test]
    public async Task Make_and_end_a_token()
    {
        var made = await KeepAsync("token", "make", "--application", "市府办OA", "--role", "clerk", "--days", "30");
        var listed = (await KeepAsync("token", "list")).GetProperty("tokens").EnumerateArray().Single(each => Text(each, "id") == Text(made.GetProperty("made"), "id"));
        var admitted = verbs.Desk.Part<TokenBook>().Admit(Text(made, "token"));
        await KeepAsync("token", "end", Text(listed, "id"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((admitted?.Application, admitted?.Office), Is.EqualTo(("市府办OA", NodeSite.Recipient.ToString())));
            Assert.That((Text(listed, "state"), Text(listed, "madeBy")), Is.EqualTo(("InForce", "吴七（wu7）")));
            Assert.That(Text(listed, "until"), Does.StartWith("2026-04-01"));
            Assert.That(verbs.Desk.Part<TokenBook>().Admit(Text(made, "token")), Is.Null);
            Assert.That(await verbs.RefusedAsync("wu7", "fgw", "token", "make", "--application", "OA", "--role", "archivist"), Is.EqualTo("FORMAT_FAILURE"));
            Assert.That(await File.ReadAllTextAsync(verbs.Desk.Site.Folder.AuditTrail), Does.Contain("MakeToken").And.Not.Contain(Text(made, "token")));
        }
    }

    private Task<JsonElement> KeepAsync(params string[] args) => verbs.RunAsync("wu7", "fgw", args);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static IEnumerable<string?> Texts(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(each => each.GetString());
}
