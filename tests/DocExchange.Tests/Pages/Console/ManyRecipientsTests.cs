using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;

namespace DocExchange.Tests.Pages.Console;

/// <summary>The console with the offices of a city (141) and of a province (2,500): every page stays small.</summary>
[TestFixture(141)]
[TestFixture(2_500)]
internal sealed class ManyRecipientsTests(int offices)
{
    private TestConsole console = null!;
    private TestPackage package = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        console = await TestConsole.StartAsync();
        var csv = new StringBuilder();
        foreach (var at in Enumerable.Range(0, offices))
        {
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"office,unit-{at},示例省第{at}人民政府办公厅所属单位,第{at}单位,,,北京,gov,,,010-{at}\n");
        }

        await console.Hub.Get<DirectoryPublishing>().PublishAsync(current => With(current, Encoding.UTF8.GetBytes(csv.ToString())), default);
        package = await TestPackage.MakeAsync(
            metadata: TestPackage.Metadata() with { SignBy = console.Hub.Clock.GetUtcNow().AddMinutes(10) },
            recipients: new RecipientList([.. Enumerable.Range(0, offices).Select(at => PartyId.Office(ExchangeSite.Exchange, $"unit-{at}"))], []), directoryVersion: console.Hub.Get<DirectoryKeeper>().Current.Version);
        var answer = await console.Hub.DispatchAsync(package);
        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted), string.Join(' ', (answer.Statement.Body as RejectedBody)?.Reasons.Select(reason => reason.English) ?? []));
        await console.Hub.Catalogue.WaitForAsync(console.Hub.Ledger.Size, default);

        // Every one of them is overdue.
        console.Hub.Clock.Advance(TimeSpan.FromHours(1));
    }

    [OneTimeTearDown]
    public async Task Close() => await console.DisposeAsync();

    [Test]
    public async Task A_document_shows_every_recipient_and_every_statement_page_by_page()
    {
        for (var at = 0; at < 120; at++)
        {
            await console.Hub.ActAsync(StatementType.Urged, ExchangeSite.GeneralOffice, new RecipientsBody(new RecipientList([.. package.Dispatch.Recipients.Main.Take(3)], []), new string('催', 2_000)), package.Document);
        }

        await console.Hub.Catalogue.WaitForAsync(console.Hub.Ledger.Size, default);
        var archivist = await console.SignInAsync("zheng", Roles.Archivist);
        var address = $"/archives/{package.Document}";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await PageSize.CountAsync(archivist, address, "<th scope=\"row\">", "各单位签收情况"), Is.EqualTo(offices));
            var verified = await archivist.GetAsync(address + "?verify=yes");
            PageSize.RequireSmall(verified, "verified");
            Assert.That(verified.Html, Does.Match("rel=\"next\"").And.Not.Match("class=\"pager\"[^ä]{0,400}verify"), "the pages that follow are not verified again");
            Assert.That((await archivist.GetAsync(address + "?story=100")).Html, Does.Match("<ol class=\"story\" start=\"101\">"));
        }
    }

    [Test]
    public async Task A_visit_is_one_line_of_the_trail_however_many_pages_it_has()
    {
        var archivist = await console.SignInAsync("wu", Roles.Archivist);
        var address = $"/archives/{package.Document}";
        await archivist.GetAsync(address + "?from=100");
        await archivist.GetAsync(address + "?from=50");
        Assert.That(await VisitsAsync("wu"), Is.EqualTo(new[] { "console document" }), "whoever begins at a later page is seen too");
        await archivist.GetAsync(address);
        await archivist.GetAsync(address + "?from=100");
        await archivist.GetAsync(address + "?verify=yes&from=100");
        Assert.That(await VisitsAsync("wu"), Is.EqualTo(new[] { "console document", "console document", "console verify" }));
        console.Hub.Clock.Advance(TimeSpan.FromMinutes(20));
        await archivist.GetAsync(address + "?from=100");
        Assert.That(await VisitsAsync("wu"), Has.Count.EqualTo(4), "another visit");
    }

    private async Task<IReadOnlyList<string>> VisitsAsync(string account) =>
        [.. (await File.ReadAllLinesAsync(console.Hub.Folder.AuditTrail)).Where(line => line.Contains($"{account} 人员{account}", StringComparison.Ordinal))
            .Select(line => new[] { "console document", "console verify" }.FirstOrDefault(act => line.Contains(act, StringComparison.Ordinal))).OfType<string>()];

    [Test]
    public async Task The_type_of_a_document_is_said_in_the_visitors_language()
    {
        var archivist = await console.SignInAsync("english", Roles.Archivist);
        var (name, value) = await archivist.TokenAsync();
        await archivist.PostAsync("/language", ("language", "en"), ("next", "/"), (name, value));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await archivist.GetAsync($"/archives/{package.Document}")).Text, Does.Match("Type +Notice"));
            Assert.That((await archivist.GetAsync("/archives")).Html, Does.Not.Contain(">通知<"));
        }
    }

    [Test]
    public async Task The_archive_suggests_offices() => PageSize.RequireSmall(await (await console.SignInAsync("qian", Roles.Archivist)).GetAsync("/archives"), "search");

    [TestCase("/invitations")]
    [TestCase("/invitations?q=第7")]
    [TestCase("/offices")]
    [TestCase("/health")]
    public async Task Who_keeps_offices_has_small_pages(string address) =>
        PageSize.RequireSmall(await (await console.SignInAsync("sys" + address.Split('?')[0].Replace('/', '-') + address.Length, Roles.System)).GetAsync(address), address);

    [Test]
    public async Task Dispatches_in_progress_have_a_small_page()
    {
        var page = await (await console.SignInAsync("sup", Roles.Supervisor)).GetAsync("/supervision");
        PageSize.RequireSmall(page, "/supervision");
        Assert.That(page.Text, Does.Contain($"0 / {offices}"));
    }

    [TestCase("/supervision/overdue")]
    [TestCase("/supervision/ranking")]
    public async Task Supervision_names_every_office_page_by_page(string address)
    {
        var supervisor = await console.SignInAsync("sup" + address.Replace('/', '-'), Roles.Supervisor);
        Assert.That(await PageSize.CountAsync(supervisor, address, "<th scope=\"row\">"), Is.EqualTo(offices));
    }

    // Beside those that are there, which an import alone would end; at a node, since what has none gets no document.
    private OfficeDirectory With(OfficeDirectory current, byte[] csv)
    {
        var now = console.Hub.Clock.GetUtcNow();
        var units = OfficeImport.Apply(current, csv, now).Offices.Where(office => current.Find(office.Id) is null);
        return current.Next(now, [.. current.Offices, .. units.Select(office => office with { HostedBy = ExchangeSite.DistrictNode })]);
    }
}
