using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>policy.json in the data folder: what the site demands of signatures.</summary>
public sealed class SitePolicyTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Refuses_a_package_signed_by_an_algorithm_the_site_has_ended()
    {
        await UseAsync("""{ "name": "本市策略", "algorithms": { "SM2": "2020-01-01" } }""");

        var answer = await hub.DispatchAsync(await TestPackage.MakeAsync());

        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Rejected));
        Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code), Has.Some.Contains("ALGORITHM"));
    }

    [Test]
    public async Task Accepts_as_before_where_the_site_says_nothing() =>
        Assert.That((await hub.DispatchAsync(await TestPackage.MakeAsync())).Statement.Type, Is.EqualTo(StatementType.Accepted));

    [Test]
    public async Task Judges_statements_by_its_algorithms_and_demands_no_fresh_list_for_them()
    {
        var package = await TestPackage.MakeAsync();
        var signed = await hub.SignAsync(StatementType.Dispatched, ExchangeSite.GeneralOffice, package.Dispatch, package.Document);
        var late = hub.Clock.GetUtcNow().AddDays(90);

        await UseAsync("""{ "revocation": { "required": true } }""");
        var stale = hub.Get<DirectoryKeeper>().Judge.Judge(signed, hub.Get<DirectoryKeeper>().Current, late);
        await UseAsync("""{ "algorithms": { "SHA-256": "2020-01-01", "SM3": "2020-01-01" } }""");
        var ended = hub.Get<DirectoryKeeper>().Judge.Judge(signed, hub.Get<DirectoryKeeper>().Current, late);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stale.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', stale.Faults));
            Assert.That(ended.Faults.Select(fault => fault.Code), Has.Some.Contains("ALGORITHM"));
        }
    }

    [Test]
    public async Task Lets_a_package_wait_until_the_list_it_demands_is_at_hand()
    {
        await UseAsync("""{ "revocation": { "required": true } }""");
        hub.Get<DirectoryKeeper>().Renew([]);
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, ExchangeSite.GeneralOffice, package.Dispatch, package.Document);
        await hub.UploadAsync(package);
        await Waiting.UntilAsync("the package waits", () => hub.Log.Lines.Any(line => line.Contains("waits for revocation lists", StringComparison.Ordinal)));
        Assert.That(hub.Get<DocumentReplay>().Load(package.Document)!.Phase, Is.EqualTo(DocumentPhase.AwaitingPackage));

        hub.Get<Revocation>().RenewLists();
        await Waiting.UntilAsync("the package is judged again", () =>
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(5));
            return hub.Get<DocumentReplay>().Load(package.Document)!.Phase != DocumentPhase.AwaitingPackage;
        });

        Assert.That(hub.Get<DocumentReplay>().Load(package.Document)!.Phase, Is.EqualTo(DocumentPhase.Accepted));
    }

    [TestCase(0, DocumentPhase.Accepted)]
    [TestCase(20, DocumentPhase.AwaitingPackage)]
    public async Task Takes_no_word_of_a_list_that_is_dated_ahead(int daysAhead, DocumentPhase expected)
    {
        await UseAsync("""{ "revocation": { "required": true } }""");
        var lists = hub.Get<SiteKeys>().Authorities.IssueRevocationLists(hub.Clock.GetUtcNow().AddDays(daysAhead));
        hub.Get<DirectoryKeeper>().Renew(lists);
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, ExchangeSite.GeneralOffice, package.Dispatch, package.Document);
        await hub.UploadAsync(package);

        await Waiting.UntilAsync("the package is judged", () =>
            hub.Get<DocumentReplay>().Load(package.Document)!.Phase != DocumentPhase.AwaitingPackage || hub.Log.Lines.Any(line => line.Contains("waits for revocation lists", StringComparison.Ordinal)));
        Assert.That(hub.Get<DocumentReplay>().Load(package.Document)!.Phase, Is.EqualTo(expected));
    }

    [Test]
    public async Task Rejects_a_package_with_a_fault_of_its_own_though_a_list_is_wanting_too()
    {
        await UseAsync("""{ "revocation": { "required": true } }""");
        hub.Get<DirectoryKeeper>().Renew([]);
        var package = await TestPackage.MakeAsync();

        var answer = await hub.DispatchAsync(package with { Dispatch = package.Dispatch with { Title = "另一标题" } });

        Assert.That((answer.Statement.Body as RejectedBody)?.Reasons.Select(reason => reason.Code), Has.Some.EqualTo("DISAGREEMENT"));
    }

    [TestCase("""{ "algorithm": {} }""", "algorithm")]
    [TestCase("""{ "algorithms": { "ROT13": null } }""", "ROT13")]
    [TestCase("no JSON", "line 1")]
    public void Does_not_start_with_a_policy_it_cannot_read_and_says_where(string text, string named)
    {
        File.WriteAllText(hub.Folder.Policy, text);

        Assert.That(() => HubHost.Services(hub.Folder, hub.Get<HubSettings>()), Throws.TypeOf<ValidationException>().With.Message.Contains(hub.Folder.Policy).And.Message.Contains(named));
    }

    [Test]
    public void Says_which_policy_is_in_force()
    {
        File.WriteAllText(hub.Folder.Policy, """{ "name": "本市策略", "certificates": { "minRsaBits": 3072 } }""");

        var policy = SitePolicy.Read(hub.Folder.Policy);

        Assert.That((policy.Name, policy.Own.MinRsaBits, SitePolicy.BuiltIn.Name), Is.EqualTo(("本市策略", 3072, (string?)null)));
    }

    private async Task UseAsync(string text)
    {
        await File.WriteAllTextAsync(hub.Folder.Policy, text);
        await hub.RestartAsync();
    }
}
