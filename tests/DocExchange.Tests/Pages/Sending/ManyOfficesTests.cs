using System.Net;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Tests.Node;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>The desk in a directory of a city (141 offices) and of a province (2,500): every page stays small and can be used.</summary>
[TestFixture(141)]
[TestFixture(2_500)]
internal sealed class ManyOfficesTests(int offices)
{
    private TestDesk desk = null!;
    private PagesClient browser = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        var before = desk.Part<DirectoryCopy>().Newest();
        var directory = before.Next(
            NodeSite.Now,
            [.. before.Offices, .. Many.Select((id, at) => new Office(id, $"示例省第{at}人民政府办公厅所属单位", $"第{at}单位") { HostedBy = NodeSite.NodeId, Groups = [$"g{at % 5}"] })],
            groups: [new OfficeGroup("bm", "市政府各部门"), .. Enumerable.Range(0, 5).Select(at => new OfficeGroup($"g{at}", $"第{at}组"))]);
        var xml = OfficeDirectoryXml.Write(directory);
        desk.Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
        browser = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");
    }

    [OneTimeTearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task The_board_shows_every_recipient_page_by_page()
    {
        await desk.Part<StatementQueue>().AddAsync([To(3, [.. Many])], null, default);
        var address = $"/o/bgs/out/{NodeSite.Document(3)}";

        Assert.That(await PageSize.CountAsync(browser, address, "name=\"office\""), Is.EqualTo(offices));
        Assert.That((await browser.GetAsync(address)).Html, Does.Contain("data-all aria-label=\"全选本页未签收单位\""));
    }

    [Test]
    public async Task A_draft_and_its_recipients_are_chosen_without_losing_what_is_ticked_elsewhere()
    {
        var draft = (await browser.SubmitAsync("/o/bgs/drafts", "new-draft")).Location!;
        var address = draft + "/recipients";
        PageSize.RequireSmall(await browser.GetAsync(draft), "the draft");
        var first = await browser.GetAsync(address);
        PageSize.RequireSmall(first, "nothing chosen");

        // One branch, then another, then a search: what was ticked before travels along.
        var (one, other) = (Many[0].Local, Many[^1].Local);
        var ticked = await browser.SubmitAsync(address, "recipients", ("act", "preview"), ("main", one), ("branch", "0"));
        PageSize.RequireSmall(ticked, "a branch");
        var found = await browser.SubmitAsync(address, "recipients", ("act", "preview"), ("kept-main", one), ("main", other), ("find", $"第{offices - 1}人民"));
        PageSize.RequireSmall(found, "a search");
        Assert.That(found.Text, Does.Contain("主送 2"));
        Assert.That(found.Html, Does.Match($"value=\"{other}\" checked"));

        var done = await browser.SubmitAsync(address, "recipients", ("act", "done"), ("kept-main", one), ("main", other));
        Assert.That(done.Status, Is.EqualTo(HttpStatusCode.SeeOther), done.Text);
        Assert.That(DraftBook.FieldsOf(desk.Part<DraftBook>().Find(NodeSite.Sender, draft.Split('/')[^1])).Addressing.Main, Is.EquivalentTo(new[] { one, other }));
    }

    [Test]
    public async Task All_of_them_chosen_still_fit_their_pages()
    {
        var draft = (await browser.SubmitAsync("/o/bgs/drafts", "new-draft")).Location!;
        var all = string.Join(' ', Many.Select(office => office.Local));
        var shown = await browser.SubmitAsync(draft + "/recipients", "recipients", ("act", "preview"), ("kept-main", all), ("branch", "1"));
        PageSize.RequireSmall(shown, "the picker");
        Assert.That(shown.Text, Does.Contain($"主送 {offices}"));
        await browser.SubmitAsync(draft + "/recipients", "recipients", ("act", "done"), ("kept-main", all));
        PageSize.RequireSmall(await browser.GetAsync(draft + "/recipients"), "the picker again");
        PageSize.RequireSmall(await browser.GetAsync(draft), "the draft");
    }

    [Test]
    public async Task What_is_offered_no_more_leaves_the_draft_with_the_next_choice()
    {
        var draft = (await browser.SubmitAsync("/o/bgs/drafts", "new-draft")).Location!;
        var shown = await browser.SubmitAsync(draft + "/recipients", "recipients", ("act", "preview"), ("kept-main", $"{Many[0].Local} ended-office"), ("kept-copy", "demo/ended-office"));
        var done = await browser.SubmitAsync(draft + "/recipients", "recipients", ("act", "done"), ("main", Many[0].Local));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.Html, Does.Not.Match("<input[^>]*ended-office"));
            Assert.That(shown.Html, offices > 150 ? Does.Match($"name=\"kept-main\" value=\"{Many[0].Local}\"") : Does.Match($"value=\"{Many[0].Local}\" checked"));
            Assert.That(done.Status, Is.EqualTo(HttpStatusCode.SeeOther), done.Text);
        }
    }

    [Test]
    public async Task Further_issuers_are_found_and_stay_chosen()
    {
        var draft = (await browser.SubmitAsync("/o/bgs/drafts", "new-draft")).Location!;
        var found = await browser.SubmitAsync(draft, "draft", ("act", "joint"), ("title", "联合通知"), ("host", "bgs"), ("joint-find", "第7人民"));
        PageSize.RequireSmall(found, "what was found");
        Assert.That(found.Html, Does.Contain($"<option value=\"{Many[7].Local}\">"));
        var chosen = await browser.SubmitAsync(draft, "draft", ("act", "save"), ("title", "联合通知"), ("host", "bgs"), ("joint", Many[7].Local));
        Assert.That(chosen.Status, Is.EqualTo(HttpStatusCode.SeeOther), chosen.Text);
        Assert.That((await browser.GetAsync(draft)).Html, Does.Contain($"<option value=\"{Many[7].Local}\" selected>"));
    }

    [Test]
    public async Task Resending_offers_the_rest_of_the_directory()
    {
        await desk.Part<StatementQueue>().AddAsync([To(4, [Many[0]])], null, default);

        PageSize.RequireSmall(await browser.GetAsync($"/o/bgs/out/{NodeSite.Document(4)}/resend"), "resend");
    }

    [Test]
    public async Task The_register_of_received_documents_suggests_senders()
    {
        var clerk = await desk.SignInAsync("li4", Roles.Clerk);

        PageSize.RequireSmall(await clerk.GetAsync("/o/fgw/in-register"), "in-register");
    }

    private PartyId[] Many => [.. Enumerable.Range(0, offices).Select(at => PartyId.Office("demo", $"unit-{at}"))];

    private static StatementDraft To(int number, PartyId[] recipients)
    {
        var draft = NodeSite.Dispatch(number);
        return draft with { Body = (DispatchBody)draft.Body with { Recipients = new RecipientList(recipients, []) } };
    }
}
