using System.Net;
using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Tests.Node;
using DocExchange.Tests.Pages.Inbox;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>发文登记簿 and 收文登记簿 as those see them who keep them.</summary>
internal sealed class RegisterPagesTests
{
    private TestDesk desk = null!;
    private Arrivals arrivals = null!;
    private DocumentId document;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        arrivals = Arrivals.At(desk);
        document = await arrivals.ReceiveAsync();
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [TestCase(Roles.Archivist)]
    [TestCase(Roles.Dispatcher)]
    public async Task What_was_sent_is_filed_under_a_number_that_stands_in_page_and_workbook(string role)
    {
        var keeper = await desk.SignInAsync("zheng", role, "bgs");
        var page = $"/o/bgs/registers/out?archive={document}";
        Assert.That((await keeper.GetAsync("/o/bgs/registers/out")).Text, Does.Contain("防汛").And.Contain("填写").And.Match("通知 无 "));

        var tooLong = await keeper.SubmitAsync(page, "archive", ("ArchiveNumber", new string('号', 61)));
        var saved = await keeper.SubmitAsync(page, "archive", ("ArchiveNumber", " Z109-WS·2026-Y-BGS-0001 "));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tooLong.Text, Does.Contain("不超过 60 个字符"));
            Assert.That(tooLong.Html, Does.Contain(new string('号', 61)), "what was typed stays");
            Assert.That(saved.Status, Is.EqualTo(HttpStatusCode.SeeOther), saved.Text);
            Assert.That((await keeper.GetAsync("/o/bgs/registers/out")).Text, Does.Contain("Z109-WS·2026-Y-BGS-0001"));
        }

        await keeper.SubmitAsync(page, "archive", ("ArchiveNumber", ""));
        Assert.That((await keeper.GetAsync("/o/bgs/registers/out")).Text, Does.Not.Contain("Z109"));
    }

    [Test]
    public async Task What_was_received_is_filed_too()
    {
        var clerk = await desk.SignInAsync("li4");
        await clerk.SubmitAsync($"/o/fgw/in/{document}", "sign", ("SignForm.GoOn", "no"));
        Assert.That((await clerk.SubmitAsync($"/o/fgw/in-register?archive={document}", "archive", ("ArchiveNumber", "D30-0007"))).Status, Is.EqualTo(HttpStatusCode.SeeOther));
        Assert.That((await clerk.GetAsync("/o/fgw/in-register")).Text, Does.Contain("D30-0007"));
    }

    [Test]
    public async Task Who_only_reads_files_nothing()
    {
        var reader = await desk.SignInAsync("wu", Roles.Reader, "bgs");
        var page = await reader.GetAsync($"/o/bgs/registers/out?archive={document}");
        Assert.That(page.Text, Does.Contain("防汛").And.Not.Contain("填写"));
        Assert.That(PagesClient.HasForm(page, "archive"), Is.False);
    }

    [Test]
    public async Task Internal_documents_are_filtered_for_though_they_have_no_code()
    {
        await arrivals.ReceiveAsync("值班表", type: DocumentType.Internal);
        var reader = await desk.SignInAsync("wu", Roles.Reader, "bgs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await reader.GetAsync("/o/bgs/registers/out?type=internal")).Text, Does.Contain("值班表").And.Not.Contain("防汛"));
            Assert.That((await reader.GetAsync("/o/bgs/registers/out?type=08")).Text, Does.Contain("防汛").And.Not.Contain("值班表"));
        }
    }

    [Test]
    public async Task The_board_names_who_was_the_first_to_open_a_document()
    {
        await arrivals.OpenAsync(document, "王五");
        await arrivals.OpenAsync(document, "后来的");
        var reader = await desk.SignInAsync("wu", Roles.Reader, "bgs");
        Assert.That((await reader.GetAsync($"/o/bgs/out/{document}")).Text, Does.Contain("王五").And.Not.Contain("后来的"));
    }
}
