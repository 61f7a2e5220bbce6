using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Hub.Operations;
using Google.Protobuf;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>Acts of a sender that the directory or other documents forbid: a signed Rejected, and nothing on any board.</summary>
public sealed class UnfitActsTests
{
    private static readonly PartyId Nobody = PartyId.Office(Exchange, "nobody");

    private HubUnderTest hub = null!;
    private TestPackage sent = null!;

    [SetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        sent = await TestPackage.MakeAsync();
        await hub.DispatchAsync(sent);
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Adds_no_office_that_is_unknown_has_no_node_or_has_ended()
    {
        await hub.Get<DirectoryPublishing>().PublishAsync(
            current => current.Next(
                hub.Clock.GetUtcNow(), [.. current.Offices.Select(office => office.Id == Haidian ? office with { Period = new Period(office.Period.Since, hub.Clock.GetUtcNow()) } : office)]),
            CancellationToken.None);

        foreach (var office in new[] { Nobody, Unhosted, Haidian })
        {
            var (reply, rejected) = await ResendAsync(office);
            using (Assert.EnterMultipleScope())
            {
                Assert.That((reply.Refused?.Reason, rejected?.Code), Is.EqualTo(("UNKNOWN_RECIPIENT", "UNKNOWN_RECIPIENT")), office.ToString());
                Assert.That(rejected!.Chinese, Does.Contain(office.ToString()));
                Assert.That(rejected.English, Does.Contain(office.ToString()));
            }
        }

        Assert.That(Board(), Is.EqualTo(new[] { Dongcheng, Xicheng }));
    }

    [Test]
    public async Task Says_all_that_is_against_an_addition_and_adds_none_of_it()
    {
        hub.Get<DocExchange.Hub.Operations.HubSettings>().MaxRecipients = 4;
        var (reply, rejected) = await ResendAsync(Nobody, Haidian, Unhosted);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.Refused, Is.Not.Null);
            Assert.That(rejected!.English, Does.Contain("no recipient bj/nobody").And.Contain("no node yet: bj/yq").And.Contain("5 recipients; at most 4"));
            Assert.That(Board(), Is.EqualTo(new[] { Dongcheng, Xicheng }));
        }
    }

    [Test]
    public async Task Adds_no_more_recipients_in_all_than_the_site_takes_however_often_it_is_asked()
    {
        hub.Get<DocExchange.Hub.Operations.HubSettings>().MaxRecipients = 3;
        var first = await ResendAsync(Haidian, Dongcheng);
        var second = await ResendAsync(GeneralOffice);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Reply.Logged?.Effective, Is.True, "Who is a recipient already does not count twice.");
            Assert.That((second.Reply.Refused?.Reason, second.Rejected?.Code), Is.EqualTo(("TOO_LARGE", "TOO_LARGE")));
            Assert.That(Board(), Is.EquivalentTo(new[] { Dongcheng, Xicheng, Haidian }));
        }
    }

    [Test]
    public async Task Goes_on_with_the_chain_after_a_rejected_act()
    {
        await ResendAsync(Nobody);
        var (next, _) = await ResendAsync(Haidian);
        await hub.RestartAsync(withoutCatalogue: true);
        Assert.That((next.Logged?.Effective, Board().Count()), Is.EqualTo(((bool?)true, 3)));
    }

    [Test]
    public async Task Puts_nothing_into_a_documents_place_that_is_not_another_in_force_of_the_same_sender()
    {
        var voided = await DispatchAsync(2);
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("有误"), voided);
        var waiting = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕3号"), "waiting");
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, waiting.Dispatch, waiting.Document);
        var theirs = TestPackage.Metadata("东政发〔2026〕1号") with { Issuers = [new Issuer(Dongcheng.ToString(), "东城区人民政府", SealPlacement.Container)], DispatchedBy = Dongcheng.ToString() };
        var foreign = await TestPackage.MakeAsync(theirs, "theirs", new RecipientList([GeneralOffice], []), issuer: Dongcheng);
        await hub.ActAsync(StatementType.Dispatched, Dongcheng, foreign.Dispatch, foreign.Document);
        await hub.UploadAsync(foreign, DistrictNode);
        await hub.WaitForAsync(logged => logged.Statement.Document == foreign.Document && logged.Statement.Type == StatementType.Accepted);

        (DocumentId Replacement, string Reason)[] all = [(sent.Document, "WRONG_STATE"), (new(default), "UNKNOWN_DOCUMENT"), (foreign.Document, "UNKNOWN_DOCUMENT"), (voided, "WRONG_STATE"), (waiting.Document, "WRONG_STATE")];
        foreach (var (replacement, reason) in all)
        {
            var (reply, rejected) = await SupersedeAsync(sent.Document, replacement);
            Assert.That((reply.Refused?.Reason, rejected?.Code), Is.EqualTo((reason, reason)), rejected?.English);
        }

        Assert.That(hub.Get<DocumentReplay>().Load(sent.Document)!.Phase, Is.EqualTo(DocumentPhase.Accepted));
    }

    [Test]
    public async Task Puts_a_document_into_anothers_place_also_when_others_have_taken_its_own_but_never_two_into_each_others()
    {
        var (second, third) = (await DispatchAsync(2), await DispatchAsync(3));
        Assert.That((await SupersedeAsync(second, third)).Reply.Logged?.Effective, Is.True);
        Assert.That((await SupersedeAsync(sent.Document, second)).Reply.Logged?.Effective, Is.True);

        var (reply, _) = await SupersedeAsync(third, sent.Document);

        Assert.That((reply.Refused?.Reason, hub.Get<DocumentReplay>().Load(third)!.Phase), Is.EqualTo(("WRONG_STATE", DocumentPhase.Accepted)));
    }

    [Test]
    public async Task Answers_a_rejected_act_with_that_rejection_again_also_when_it_would_be_fit_now()
    {
        var settings = hub.Get<DocExchange.Hub.Operations.HubSettings>();
        settings.MaxRecipients = 2;
        var statement = await hub.SignAsync(StatementType.Resent, GeneralOffice, new RecipientsBody(new RecipientList([], [Haidian])), sent.Document);
        var first = await PostAsync(statement);
        settings.MaxRecipients = 100;

        var second = await PostAsync(statement);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Refused?.Reason, second.Refused?.Reason), Is.EqualTo(("TOO_LARGE", "TOO_LARGE")));
            Assert.That(second.Refused!.Details["rejected_at"], Is.EqualTo(first.Refused!.Details["rejected_at"]));
            Assert.That(Board(), Is.EqualTo(new[] { Dongcheng, Xicheng }));
        }
    }

    [Test]
    public async Task Lets_all_of_a_document_be_urged_that_has_more_recipients_than_the_site_takes_now()
    {
        hub.Get<DocExchange.Hub.Operations.HubSettings>().MaxRecipients = 1;
        var (reply, _) = await SendAsync(StatementType.Urged, new RecipientsBody(new RecipientList([], [Dongcheng, Xicheng])), sent.Document);
        Assert.That(reply.Logged?.Effective, Is.True, reply.Refused?.ToString());
    }

    private async Task<DocumentId> DispatchAsync(int number)
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata($"京政发〔2026〕{number}号"), $"{number}");
        Assert.That((await hub.DispatchAsync(package)).Statement.Type, Is.EqualTo(StatementType.Accepted));
        return package.Document;
    }

    private Task<(Wire.PostReply Reply, RejectionReason? Rejected)> SupersedeAsync(DocumentId document, DocumentId replacement) =>
        SendAsync(StatementType.Superseded, new SupersededBody(replacement, "有误"), document);

    private Task<(Wire.PostReply Reply, RejectionReason? Rejected)> ResendAsync(params PartyId[] offices) =>
        SendAsync(StatementType.Resent, new RecipientsBody(new RecipientList([], offices)), sent.Document);

    /// <summary>As the sender's node would, over its stream.</summary>
    private async Task<(Wire.PostReply Reply, RejectionReason? Rejected)> SendAsync(StatementType type, StatementBody body, DocumentId document)
    {
        var statement = await hub.SignAsync(type, GeneralOffice, body, document);
        var reply = await PostAsync(statement);
        if (reply.Logged is not null)
        {
            // Known to the chain from here on.
            await hub.PostAsync(statement);
        }

        var last = (await hub.MailboxAsync(SenderNode))[^1].Statement;
        return (reply, last.Subject == statement.Id ? (last.Body as RejectedBody)?.Reasons.Single() : null);
    }

    private async Task<Wire.PostReply> PostAsync(SignedStatement statement)
    {
        var replies = new StreamedReplies<Wire.PostReply>();
        var context = new FakeCallContext("/docexchange.v1.Exchange/Post");
        DocExchange.Hub.Operations.Caller.Remember(context, SenderNode);
        await hub.Make<ExchangeService>().Post(new StreamedRequests<Wire.PostRequest>([new Wire.PostRequest { Statement = ByteString.CopyFrom(statement.Cms.Span) }]), replies, context);
        return replies.Messages.Single();
    }

    private IEnumerable<PartyId> Board() => hub.Get<DocumentReplay>().Load(sent.Document)!.Recipients.Select(row => row.Office);
}
