using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Statements;
using DocExchange.Durability;
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
    public async Task Judges_statements_by_it_and_demands_fresh_lists()
    {
        var lax = hub.Get<DirectoryKeeper>().Judge;
        var package = await TestPackage.MakeAsync();
        var signed = await hub.SignAsync(StatementType.Dispatched, ExchangeSite.GeneralOffice, package.Dispatch, package.Document);
        var directory = hub.Get<DirectoryKeeper>().Current;
        var late = hub.Clock.GetUtcNow().AddDays(90);
        Assert.That(lax.Judge(signed, directory, late).Indication, Is.EqualTo(Indication.TotalPassed), "a stale list is a remark");

        await UseAsync("""{ "revocation": { "required": true } }""");
        var verdict = hub.Get<DirectoryKeeper>().Judge.Judge(signed, directory, late);

        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.TryLater)), string.Join('\n', verdict.Faults));
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
