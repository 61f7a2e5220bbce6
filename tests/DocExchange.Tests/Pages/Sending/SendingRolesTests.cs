using System.Net;
using DocExchange.Core.Statements;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>Each role is refused what it may not do: by address, and when its form is sent all the same.</summary>
internal sealed class SendingRolesTests
{
    private const string Unknown = "0000000000000000";

    private TestDesk desk = null!;

    [OneTimeSetUp]
    public async Task Open() => desk = await SendingDesk.StartAsync();

    [OneTimeTearDown]
    public async Task Close() => await desk.DisposeAsync();

    [TestCase(Roles.Supervisor)]
    [TestCase(Roles.Reader)]
    [TestCase(Roles.SealKeeper)]
    [TestCase(Roles.Clerk)]
    [TestCase(Roles.System)]
    public async Task Only_a_dispatcher_drafts(string role)
    {
        var browser = await desk.SignInAsync("d-" + role, role, "bgs");
        string[] pages = ["/o/bgs/drafts", $"/o/bgs/drafts/{Unknown}", $"/o/bgs/drafts/{Unknown}/recipients", $"/o/bgs/drafts/{Unknown}/frozen", $"/o/bgs/drafts/{Unknown}/package"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var page in pages)
            {
                Assert.That((await browser.GetAsync(page)).Status, Is.EqualTo(HttpStatusCode.Forbidden), page);
            }

            Assert.That((await browser.PostAsync("/o/bgs/drafts", ("_handler", "new-draft"), await browser.TokenAsync())).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await browser.SendAsync(HttpMethod.Put, $"/o/bgs/drafts/{Unknown}/files/1?offset=0", new ByteArrayContent([1]))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        }
    }

    [TestCase(Roles.Dispatcher)]
    [TestCase(Roles.Supervisor)]
    [TestCase(Roles.Reader)]
    [TestCase(Roles.Clerk)]
    public async Task Only_a_seal_keeper_decides_over_a_seal(string role)
    {
        var id = await SendingDesk.DraftAsync(desk, "fgw");
        var browser = await desk.SignInAsync("s-" + role, role, "fgw");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await browser.GetAsync("/o/fgw/sealing")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await browser.GetAsync($"/o/fgw/sealing/{id}/part?path=body/x")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await browser.PostAsync($"/o/fgw/sealing/{id}", ("_handler", "approve"), await browser.TokenAsync())).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        }
    }

    [Test]
    public async Task A_role_at_one_office_is_none_at_another()
    {
        var browser = await desk.SignInAsync("elsewhere", Roles.Dispatcher, "fgw");

        Assert.That((await browser.GetAsync("/o/bgs/outbox")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_draft_of_another_office_is_not_there()
    {
        var id = await SendingDesk.DraftAsync(desk);
        var browser = await desk.SignInAsync("neighbour", Roles.Dispatcher, "fgw");

        Assert.That((await browser.GetAsync($"/o/fgw/drafts/{id}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
