using System.Text.Json;
using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.Administration;

/// <summary>An alarm of a node: what led to it, who looks at it, and who closes it.</summary>
internal sealed class NodeAlarmsTests
{
    private const string Note = "审计局换发设备，中心按申请吊销旧证书，已电话核实。";

    private static Place Desk => Browser.Exchange.Departments;

    [Test]
    public async Task A_revoked_certificate_is_an_alarm_that_the_security_administrator_closes_with_a_note()
    {
        await Docex.RunAsync("hub", "revoke", Path.Combine(Desk.Folder, "keys", "sjj.document.cer"), "--hub", Browser.Exchange.Hub.Folder);
        await Eventually.TrueAsync(async () => (await AlarmsAsync()).Any(IsIt), () => Browser.Exchange.Logs);
        var alarm = (await AlarmsAsync()).Single(IsIt);
        var number = alarm.GetProperty("number").GetInt32();

        await using (var clerk = await Browser.SignInAsync(Desk, Desk.As("clerk")))
        {
            Assert.That(await clerk.Page.Locator("a[href='/alarms']").CountAsync(), Is.Zero);
            Assert.That(await clerk.OpenAsync("/alarms"), Is.EqualTo(403));
        }

        await using (var system = await Browser.SignInAsync(Desk, Desk.As("system")))
        {
            await system.OpenAsync("/o/czj/people");
            await system.Page.Locator("#banner a[href='/alarms']").ClickAsync();
            await system.ArriveAsync("**/alarms");
            Assert.That(await system.Page.Locator("main textarea").CountAsync(), Is.Zero);
            await system.LookAsync("desk-alarms-read");
        }

        await using var security = await Browser.SignInAsync(Desk, Desk.As("security"));
        Assert.That(security.Here, Is.EqualTo("/alarms"));
        Assert.That(await security.Page.Locator(".menu a[href='/alarms'] .count").InnerTextAsync(), Is.EqualTo($"{(await AlarmsAsync()).Count}"));
        await LookAtBothWidthsAsync(security, "desk-alarms");
        var card = security.Page.Locator("section", new() { HasText = $"第 {number} 号" });
        await card.Locator("summary").ClickAsync();
        await card.Locator("button").ClickAsync();
        Assert.That(await security.RefusalAsync(), Does.Contain("核查结果"));
        await card.Locator("textarea").FillAsync(Note + new string('查', 2_000));
        await card.Locator("button").ClickAsync();
        await security.Page.Locator(".refused", new() { HasText = "现为" }).WaitForAsync();
        Assert.That(await card.Locator("textarea").InputValueAsync(), Does.StartWith(Note).And.Length.EqualTo(Note.Length + 2_000));
        await LookAtBothWidthsAsync(security, "desk-alarms-refused");
        await card.Locator("textarea").FillAsync(Note);
        await card.Locator("button").ClickAsync();
        Assert.That(await security.DoneAsync(), Does.Contain($"第 {number} 号"));

        var closed = security.Page.Locator("#closed ~ section", new() { HasText = $"第 {number} 号" });
        Assert.That(await closed.InnerTextAsync(), Does.Contain(alarm.GetProperty("chinese").GetString()).And.Contain("部门节点安全员 (departments-security)").And.Contain(Note));
        await LookAtBothWidthsAsync(security, "desk-alarms-closed");
        Assert.That((await AlarmsAsync()).Any(IsIt), Is.False);
        var kept = (await AlarmsAsync("--all")).Single(IsIt);
        Assert.That((kept.GetProperty("closedBy").GetString(), kept.GetProperty("note").GetString()), Is.EqualTo(("部门节点安全员 (departments-security)", Note)));
    }

    private static bool IsIt(JsonElement alarm) => alarm.GetProperty("chinese").GetString()!.Contains("解除了 test/sjj 的证书", StringComparison.Ordinal);

    // An open alarm makes the verb end with 1.
    private static async Task<IReadOnlyList<JsonElement>> AlarmsAsync(params string[] further)
    {
        var (_, output) = await Docex.TryAsync(["node", "alarms", "--node", Desk.Folder, "--format", "json", .. further]);
        using var document = JsonDocument.Parse(output);
        return [.. document.RootElement.GetProperty("alarms").Clone().EnumerateArray()];
    }

    private static async Task LookAtBothWidthsAsync(Visit visit, string picture)
    {
        foreach (var width in new[] { 1280, 390 })
        {
            await visit.Page.SetViewportSizeAsync(width, 844);
            Assert.That(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), Is.True, $"{picture} at {width}");
            await visit.LookAsync($"{picture}-{width}");
        }
    }
}
