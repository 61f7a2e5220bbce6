using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Supervision;

/// <summary>A supervisor's wish on its way to the sender's node.</summary>
public sealed class UrgeRequestsTests
{
    private HubUnderTest hub = null!;
    private DocumentId document;

    private UrgeRequests Requests => hub.Get<UrgeRequests>();

    [SetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        document = package.Document;
        await hub.DispatchAsync(package);
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Is_said_to_the_senders_node_again_and_again_until_that_has_it()
    {
        Requests.Ask(document, "周督查");
        await hub.RestartAsync();
        var said = Requests.For(SenderNode).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((said.DocumentId.ToByteArray(), said.AskedBy, said.AskedAt), Is.EqualTo((document.Value.ToArray(), "周督查", "2026-03-02T02:00:00.000Z")));
            Assert.That(Requests.For(DistrictNode), Is.Empty, "it is no matter of others");
            Assert.That(Requests.For(SenderNode).Single(), Is.EqualTo(said), "not confirmed, so said again");
        }

        Requests.Confirm(DistrictNode, [said.RequestId]);
        Requests.Confirm(SenderNode, [ByteString.CopyFrom(new byte[Digest.Size]), ByteString.Empty]);
        Assert.That(Requests.Last(document)!.IsKept, Is.False, "neither another's word nor another request's");
        Requests.Confirm(SenderNode, [said.RequestId]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Requests.For(SenderNode), Is.Empty);
            Assert.That(Requests.Last(document)!.IsKept, Is.True);
        }
    }

    [Test]
    public void Is_made_once_an_hour_and_for_documents_there_are()
    {
        Requests.Ask(document, "周督查");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Assert.Throws<RefusedException>(() => Requests.Ask(document, "吴督查"))!.Message, Does.Contain("周督查不到一小时前"));
            Assert.That(Assert.Throws<RefusedException>(() => Requests.Ask(new DocumentId(Digest.Of([1])), "周督查"))!.Refusal, Is.EqualTo(Refusal.UnknownDocument));
        }

        hub.Clock.Advance(TimeSpan.FromHours(1));
        Assert.That(Requests.Ask(document, "吴督查").AskedBy, Is.EqualTo("吴督查"));
    }

    [Test]
    public void Is_not_confirmed_in_the_place_of_the_one_before()
    {
        var before = Requests.Ask(document, "周督查");
        hub.Clock.Advance(TimeSpan.FromHours(1));
        Requests.Ask(document, "吴督查");

        hub.Get<SiteStore>().ConfirmUrgeRequest(document, before.Id);

        Assert.That((Requests.Last(document)!.AskedBy, Requests.Last(document)!.IsKept), Is.EqualTo(("吴督查", false)));
    }

    [Test]
    public async Task Is_not_made_where_nobody_is_left_to_be_urged()
    {
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("有误"), document);
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        Assert.That(Assert.Throws<RefusedException>(() => Requests.Ask(document, "周督查"))!.Refusal, Is.EqualTo(Refusal.WrongState));
    }
}
