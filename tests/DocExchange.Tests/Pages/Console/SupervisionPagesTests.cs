using System.Net;
using DocExchange.Core.Statements;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;

namespace DocExchange.Tests.Pages.Console;

/// <summary>督查 as a supervisor does it in a browser.</summary>
public sealed class SupervisionPagesTests
{
    [Test]
    public async Task A_supervisor_asks_the_sender_to_urge_and_sees_how_far_that_is()
    {
        await using var console = await TestConsole.StartAsync();
        var package = await TestPackage.MakeAsync();
        await console.Hub.DispatchAsync(package);
        await console.Hub.Catalogue.WaitForAsync(console.Hub.Ledger.Size, CancellationToken.None);
        var supervisor = await console.SignInAsync("zhou", Roles.Supervisor);
        Assert.That((await supervisor.GetAsync("/supervision")).Html, Does.Contain($"form=\"urge\" name=\"document\" value=\"{package.Document}\""));

        var asked = await supervisor.SubmitAsync("/supervision", "urge", ("document", package.Document.ToString()));
        Assert.That(asked.Status, Is.EqualTo(HttpStatusCode.SeeOther), asked.Text);
        var shown = await supervisor.GetAsync("/supervision");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.Text, Does.Contain("已请北京市人民政府办公厅催办").And.Match("人员zhou .* 请催办，尚未送达发文单位"));
            Assert.That(shown.Html, Does.Not.Contain("form=\"urge\""), "not twice within the hour");
            Assert.That((await supervisor.SubmitAsync("/supervision", "urge", ("document", package.Document.ToString()))).Text, Does.Contain("不到一小时前"));
            Assert.That(await File.ReadAllTextAsync(console.Hub.Folder.AuditTrail), Does.Contain("AskToUrge").And.Contain(package.Document.ToString()));
        }

        var requests = console.Hub.Get<UrgeRequests>();
        requests.Confirm(ExchangeSite.SenderNode, [requests.Last(package.Document)!.Id.ToArray() is var id ? Google.Protobuf.ByteString.CopyFrom(id) : null!]);
        Assert.That((await supervisor.GetAsync("/supervision")).Text, Does.Contain("已送达发文单位"));
    }

    [Test]
    public async Task A_supervisor_opens_documents_of_the_supervised_offices_and_of_no_other()
    {
        var package = await TestPackage.MakeAsync();
        foreach (var (offices, status) in new[] { (new[] { "gov", "bgs" }, HttpStatusCode.OK), ([], HttpStatusCode.Forbidden) })
        {
            await using var console = await TestConsole.StartAsync(settings => settings.SupervisedOffices = offices);
            await console.Hub.DispatchAsync(package);
            await console.Hub.Catalogue.WaitForAsync(console.Hub.Ledger.Size, CancellationToken.None);
            var supervisor = await console.SignInAsync("zhou", Roles.Supervisor);
            using (Assert.EnterMultipleScope())
            {
                Assert.That((await supervisor.GetAsync($"/archives/{package.Document}")).Status, Is.EqualTo(status));
                Assert.That((await supervisor.GetAsync("/supervision")).Text.Contains(package.Dispatch.Title), Is.EqualTo(status == HttpStatusCode.OK));
            }
        }
    }
}
