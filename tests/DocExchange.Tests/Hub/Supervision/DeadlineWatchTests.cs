using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Supervision;

public sealed class DeadlineWatchTests
{
    private static readonly TimeSpan Given = TimeSpan.FromHours(3);

    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task States_who_has_not_answered_when_the_deadline_passes()
    {
        var package = await SendAsync("京政发〔2026〕1号", new RecipientList([Dongcheng, Haidian], [Xicheng]));
        await hub.DeliverAsync(package, Dongcheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        hub.Clock.Advance(Given);
        Assert.That(Stated(), Is.Empty, "The last moment still counts.");
        hub.Clock.Advance(TimeSpan.FromSeconds(1));

        var passed = await PassedAsync(package);
        var named = ((RecipientsBody)passed.Statement.Body).Recipients;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passed.Statement.Issuer, Is.EqualTo(PartyId.Hub(Exchange)));
            Assert.That((named.Main, named.Copies), Is.EqualTo((new[] { Haidian }, new[] { Xicheng })));
            Assert.That(Board(package), Is.EqualTo(new[] { (Dongcheng, false), (Haidian, true), (Xicheng, true) }));
        }
    }

    [Test]
    public async Task Tells_the_sender_and_no_recipient_who_is_late()
    {
        var package = await SendAsync("京政发〔2026〕1号", new RecipientList([Haidian], [Xicheng]));
        hub.Clock.Advance(Given + TimeSpan.FromSeconds(1));
        await PassedAsync(package);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await hub.MailboxAsync(SenderNode)).Select(each => each.Statement.Type), Has.Member(StatementType.DeadlinePassed));
            Assert.That((await hub.MailboxAsync(OtherNode)).Select(each => each.Statement.Type), Has.No.Member(StatementType.DeadlinePassed));
            Assert.That((await hub.MailboxAsync(DistrictNode)).Select(each => each.Statement.Type), Has.No.Member(StatementType.DeadlinePassed));
        }
    }

    [Test]
    public async Task Lets_a_late_receipt_count()
    {
        var package = await SendAsync("京政发〔2026〕1号", new RecipientList([Haidian], []));
        hub.Clock.Advance(Given + TimeSpan.FromSeconds(1));
        await PassedAsync(package);
        await hub.DeliverAsync(package, Haidian);
        var late = await hub.ActAsync(StatementType.SignedFor, Haidian, document: package.Document);
        var row = hub.Get<ArchiveQueries>().Get(package.Document.ToString(), null).Recipients.Single();
        Assert.That((late.Effect.IsEffective, row.State, row.OverdueSince.Length > 0), Is.EqualTo((true, "SignedFor", true)));
    }

    [Test]
    public async Task States_it_once_whatever_starts_again()
    {
        var package = await SendAsync("京政发〔2026〕1号", new RecipientList([Haidian], []));
        var next = await SendAsync("京政发〔2026〕2号", new RecipientList([Dongcheng], []), Given + TimeSpan.FromHours(1));
        hub.Clock.Advance(Given + TimeSpan.FromSeconds(1));
        await PassedAsync(package);
        await hub.RestartAsync();
        await hub.RestartAsync(withoutCatalogue: true);

        // What comes after in order of deadlines shows that the first was looked at again.
        hub.Clock.Advance(TimeSpan.FromHours(1));
        await PassedAsync(next);
        Assert.That(Stated(), Is.EqualTo(new[] { package.Document, next.Document }));
    }

    [Test]
    public async Task States_what_passed_while_the_hub_was_down()
    {
        var package = await SendAsync("京政发〔2026〕1号", new RecipientList([Haidian], []));
        await hub.Get<DeadlineWatch>().StopAsync(CancellationToken.None);
        hub.Clock.Advance(Given + TimeSpan.FromDays(30));
        Assert.That(Stated(), Is.Empty);
        await hub.RestartAsync();
        await PassedAsync(package);
    }

    [Test]
    public async Task Names_as_many_as_fit_into_one_statement()
    {
        var longest = Enumerable.Range(0, DeadlineWatch.MaxNamed).Select(at => PartyId.Office(new string('x', 32), $"{at:D40}")).ToList();
        var statement = await hub.SignAsync(StatementType.DeadlinePassed, PartyId.Hub(Exchange), new RecipientsBody(new RecipientList(longest, [])), new(default), key: hub.Get<HubIdentity>().Key);
        Assert.That((statement.RecipientObject, statement.Cms.Length < 48 * 1024), Is.EqualTo(((byte[]?)null, true)));
    }

    private async Task<TestPackage> SendAsync(string number, RecipientList recipients, TimeSpan? given = null)
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata(number) with { SignBy = hub.Clock.GetUtcNow() + (given ?? Given) }, number, recipients);
        var answer = await hub.DispatchAsync(package);
        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted));
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        return package;
    }

    private Task<LoggedStatement> PassedAsync(TestPackage package) =>
        hub.WaitForAsync(logged => logged.Statement.Type == StatementType.DeadlinePassed && logged.Statement.Document == package.Document);

    private List<DocExchange.Core.Documents.DocumentId> Stated() =>
        [.. Enumerable.Range(0, (int)hub.Ledger.Size).Select(at => hub.Get<DocumentReplay>().Read(at).Statement)
            .Where(statement => statement.Type == StatementType.DeadlinePassed).Select(statement => statement.Document!.Value)];

    private (PartyId Office, bool IsOverdue)[] Board(TestPackage package) =>
        [.. hub.Get<DocumentReplay>().Load(package.Document)!.Recipients.Select(row => (row.Office, row.OverdueSince is not null)).OrderBy(row => row.Office.ToString())];
}
