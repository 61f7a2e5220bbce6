using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Tests.Node;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>What a supervisor at the hub asks for, at the desk of whom it concerns.</summary>
internal sealed class UrgeRequestPagesTests
{
    private TestDesk desk = null!;
    private Arrivals arrivals = null!;
    private DocumentId document;

    private UrgeRequests Requests => desk.Part<UrgeRequests>();

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        arrivals = Arrivals.At(desk);
        document = await arrivals.ReceiveAsync();
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Stands_on_every_page_of_the_sender_until_somebody_has_urged()
    {
        Assert.That(Requests.Take([Asked(document)]), Has.Count.EqualTo(1));
        var dispatcher = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");
        var clerk = await desk.SignInAsync("li4", Roles.Clerk, "bgs");
        var other = await desk.SignInAsync("wang5", Roles.Dispatcher, "fgw");
        var notice = "督查员周督查 2026-03-02 ";
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await dispatcher.GetAsync("/o/bgs/drafts")).Text, Does.Contain(notice).And.Contain("防汛").And.Contain("1 个单位未签收"));
            Assert.That((await clerk.GetAsync("/o/bgs/inbox")).Text, Does.Not.Contain(notice), "who may not urge");
            Assert.That((await other.GetAsync("/o/fgw/drafts")).Text, Does.Not.Contain(notice), "whose document it is not");
        }

        await dispatcher.SubmitAsync($"/o/bgs/out/{document}", "act", ("act", "urge-all"));
        Assert.That((await dispatcher.GetAsync("/o/bgs/drafts")).Text, Does.Not.Contain(notice));
    }

    [Test]
    public void Is_kept_and_confirmed_only_where_it_concerns_an_office_of_this_node()
    {
        var nameless = Asked(document);
        nameless.AskedBy = new string('长', 101);
        var answered = Requests.Take([Asked(new DocumentId(Digest.Of([9]))), nameless, new Wire.UrgeRequest { RequestId = ByteString.CopyFrom(1), AskedBy = "周" }]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answered, Is.Empty, "what was not kept is said again");
            Assert.That(Requests.Open(NodeSite.Sender), Is.Empty);
        }
    }

    [Test]
    public async Task Is_forgotten_when_the_document_is_taken_back()
    {
        Requests.Take([Asked(document)]);
        Assert.That(Requests.Open(NodeSite.Sender), Has.Count.EqualTo(1));

        await arrivals.WithdrawAsync(document);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Requests.Open(NodeSite.Sender), Is.Empty);
            Assert.That(desk.Part<NodeRecords>().UrgeRequests.Count(), Is.Zero);
        }
    }

    private Wire.UrgeRequest Asked(DocumentId of) => new()
    {
        RequestId = Digest.Of(of.Value.Span).ToWire(),
        DocumentId = of.Value.ToWire(),
        AskedBy = "周督查",
        AskedAt = desk.Clock.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture),
    };
}
